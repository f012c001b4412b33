import type { Store } from "../store/connect.ts";
import type { Ledger } from "./ledger.ts";
import { isDuplicate } from "../store/duplicate.ts";

/** What all runs of a kind and an end add up to, since the beginning. */
export interface RunTotal {
  kind: string;
  status: string;
  runs: number;
  seconds: number;
  read: number;
  written: number;
  unchanged: number;
  stale: number;
  deleted: number;
  quarantined: number;
  requests: number;
  throttled: number;
}

/** `sync_totals`: sums of runs up to a moment, since runs themselves are kept for 400 days only and sums must never shrink. */
interface TotalsDocument {
  _id: "runs";
  /** Runs that ended up to here are in. */
  upTo: Date;
  totals: RunTotal[];
}

const SUMS = ["read", "written", "unchanged", "stale", "deleted", "quarantined", "requests", "throttled"] as const;
/** Sums are brought forward when they are older than this … */
const FORWARD_AFTER_MS = 3_600_000;
/** … up to a moment before which no run can still end: no clock is that wrong. */
const SETTLED_MS = 600_000;

/**
 * Sums over all runs that ever ended; they only grow. Kept sums are brought forward now and then by whoever asks: in one
 * conditional write, so that two at once count nothing twice.
 */
export async function runTotals(store: Store, ledger: Ledger, now: Date): Promise<RunTotal[]> {
  const kept = store.collection<TotalsDocument>("sync_totals");
  const base = await kept.findOne({ _id: "runs" }) ?? { _id: "runs" as const, upTo: new Date(0), totals: [] };
  const upTo = new Date(+now - SETTLED_MS);
  if (+upTo - +base.upTo > FORWARD_AFTER_MS) {
    const totals = added(base.totals, await sumOf(ledger, { $gt: base.upTo, $lte: upTo }));
    try {
      await kept.updateOne({ _id: "runs", upTo: base.upTo }, { $set: { upTo, totals } }, { upsert: true });
    } catch (error) {
      if (!isDuplicate(error)) throw error; // somebody else has brought them forward
    }
  }
  return added(base.totals, await sumOf(ledger, { $gt: base.upTo }));
}

async function sumOf(ledger: Ledger, endedAt: Record<string, Date>): Promise<RunTotal[]> {
  const sums = Object.fromEntries(SUMS.map((name) => [name, { $sum: `$totals.${name}` }]));
  const found = await ledger.runs.aggregate<
    Omit<RunTotal, "kind" | "status"> & { _id: Pick<RunTotal, "kind" | "status"> }
  >([
    { $match: { endedAt, isDryRun: { $ne: true } } },
    {
      $group: {
        _id: { kind: "$kind", status: "$status" },
        runs: { $sum: 1 },
        seconds: { $sum: { $divide: [{ $subtract: ["$endedAt", { $ifNull: ["$startedAt", "$endedAt"] }] }, 1000] } },
        ...sums,
      },
    },
  ]).toArray();
  return found.map(({ _id, ...rest }) => ({ ..._id, ...rest }));
}

function added(a: RunTotal[], b: RunTotal[]): RunTotal[] {
  const all = new Map<string, RunTotal>();
  for (const one of [...a, ...b]) {
    const key = `${one.kind} ${one.status}`, sum = all.get(key);
    if (!sum) all.set(key, { ...one });
    else for (const name of ["runs", "seconds", ...SUMS] as const) sum[name] += one[name];
  }
  return [...all.values()];
}
