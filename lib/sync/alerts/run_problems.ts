import { faultView } from "../advice.ts";
import type { Ledger, RunDocument, RunKind } from "../ledger.ts";
import type { Problem } from "./document.ts";

type RunSummary = Pick<RunDocument, "_id" | "kind" | "status" | "streams" | "error" | "endedAt">;
/** `differs`: a proof that found records which stay different, in whatever kind of run. */
type Trouble = RunKind | "differs";

/** What a complete run of a kind shows to be well again, for its streams. */
const HEALS: Record<RunKind, readonly Trouble[]> = {
  incremental: ["incremental"],
  backfill: ["backfill"],
  proof: ["incremental", "proof", "differs"],
  full: ["incremental", "proof", "differs", "full", "backfill"],
};
const NAMES: Record<RunKind, string> = {
  incremental: "Incremental runs",
  full: "Full runs",
  proof: "Proofs",
  backfill: "Backfills",
};
const NAME: Record<RunKind, string> = {
  incremental: "incremental run",
  full: "full run",
  proof: "proof",
  backfill: "backfill",
};
/** How many runs of each kind are looked at: enough to find the last good one of a kind that runs stream by stream. */
const LOOKED_AT = 30;

/**
 * What is wrong with runs: for each kind, the newest one that failed and whose streams no later run has shown to be well.
 * What a person cancelled and dry runs say nothing.
 */
export async function runProblems(ledger: Pick<Ledger, "runs" | "proofs">): Promise<Problem[]> {
  const found = await Promise.all((Object.keys(HEALS) as RunKind[]).map((kind) => newest(ledger, kind)));
  const problems = troubles(found.flat().sort((a, b) => b._id - a._id));
  return await Promise.all([...problems].map(([trouble, { run, streams, since }]) => {
    return trouble === "differs" ? differs(ledger, run, since) : failure(run, streams, since);
  }));
}

/**
 * The troubles that runs leave, worked out from the newest back.
 *
 * @param runs that are over, newest first
 * @returns for each trouble the newest run that shows it, the streams that nothing later has healed, and since when
 */
export function troubles(
  runs: readonly RunSummary[],
): Map<Trouble, { run: RunSummary; streams: string[]; since: Date }> {
  const healed = new Map<Trouble, Set<string>>();
  const found = new Map<Trouble, { run: RunSummary; streams: string[]; since: Date }>();
  for (const run of runs) {
    if (run.status === "complete") {
      for (const trouble of HEALS[run.kind]) {
        healed.set(trouble, new Set([...healed.get(trouble) ?? [], ...run.streams]));
      }
      continue;
    }
    const trouble = run.status === "incomplete" && run.error?.code === "proof_failed" ? "differs" : run.kind;
    const streams = run.streams.filter((stream) => !healed.get(trouble)?.has(stream));
    const known = found.get(trouble);
    if (known) known.since = streams.length > 0 ? run.endedAt! : known.since;
    else if (streams.length > 0) found.set(trouble, { run, streams, since: run.endedAt! });
  }
  return found;
}

function newest(ledger: Pick<Ledger, "runs">, kind: RunKind): Promise<RunSummary[]> {
  return ledger.runs.find(
    { kind, endedAt: { $ne: null }, status: { $in: ["complete", "incomplete", "failed"] }, isDryRun: { $ne: true } },
    { sort: { _id: -1 }, limit: LOOKED_AT, projection: { kind: 1, status: 1, streams: 1, error: 1, endedAt: 1 } },
  ).toArray();
}

function failure({ _id, kind, status, error }: RunSummary, streams: string[], since: Date): Problem {
  const isFailed = status === "failed";
  const why = error ? faultView(error) : null;
  return {
    key: `run:${kind}`,
    kind: isFailed ? "run_failed" : "run_incomplete",
    title: isFailed ? `${NAMES[kind]} fail` : `${NAMES[kind]} are incomplete`,
    text: `The ${NAME[kind]} ${_id} of ${few(streams)} ${isFailed ? "failed" : "is incomplete"}` +
      (why ? `: ${why.message} ${why.advice}` : ". The Sync page has the details."),
    since,
    runId: _id,
  };
}

async function differs(ledger: Pick<Ledger, "proofs">, run: RunSummary, since: Date): Promise<Problem> {
  const proofs = await ledger.proofs.find({ runId: run._id, outcome: "differs" }, { sort: { stream: 1 } }).toArray();
  const which = proofs.map(({ stream, differing }) => `${differing} in ${stream}`).join(", ");
  const why = run.error ? faultView(run.error) : null;
  return {
    key: "proof",
    kind: "proof_differs",
    title: "The mirror differs from NetSuite",
    text: `The proof of run ${run._id} found records that differ even after they were read again${
      which ? `: ${which}` : ""
    }.${why ? ` ${why.message} ${why.advice}` : ""}`,
    since,
    runId: run._id,
  };
}

/** Some names, and how many there are beside them. */
export function few(names: readonly string[]): string {
  return names.length <= 4 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} other streams`;
}
