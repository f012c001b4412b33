import type { AlertConfig } from "../../config.ts";
import { businessDay, clockOf } from "../../marts/days.ts";
import type { Store } from "../../store/connect.ts";
import type { Stream } from "../../streams/define.ts";
import type { Ledger } from "../ledger.ts";
import type { Notices } from "../notices.ts";
import { type ScheduleDocument, schedulesOf } from "../schedules/document.ts";
import { nextDue } from "../schedules/due.ts";
import type { Problem } from "./document.ts";
import { few, runProblems } from "./run_problems.ts";

/** What looking for problems needs. */
export interface ProblemParts {
  store: Pick<Store, "collection">;
  ledger: Pick<Ledger, "runs" | "proofs" | "states">;
  notices: Pick<Notices, "gaps">;
  streams: readonly Stream[];
  config: AlertConfig;
  /** The company's zone, for times in sentences. */
  zone: string;
  /** Whether schedules make runs at all (`SYNC_CRON`). */
  isScheduled: boolean;
}

const DAY_MS = 86_400_000;

/** Everything that is wrong just now, from what stands in MongoDB: every process comes to the same. */
export async function findProblems(parts: ProblemParts, now: Date): Promise<Problem[]> {
  const found = await Promise.all([runProblems(parts.ledger), staleStreams(parts, now), quarantine(parts, now)]);
  return found.flat();
}

/**
 * Streams that are not level although they should be. What counts is the schedule: a stream is stale when a run was due
 * after its watermark and `staleMs` have passed since. So nothing is stale in quiet hours, or between the runs of a stream
 * that is read once a day. A stream that no schedule reads goes by its watermark alone.
 */
async function staleStreams(parts: ProblemParts, now: Date): Promise<Problem[]> {
  const { store, ledger, notices, streams, config, zone, isScheduled } = parts;
  const [states, schedules, gaps] = await Promise.all([
    ledger.states.find({ watermark: { $ne: null } }).toArray(),
    isScheduled ? schedulesOf(store).find({ isEnabled: true, cron: { $exists: true } }).toArray() : [],
    notices.gaps(),
  ]);
  const watermarks = new Map(states.map(({ _id, watermark }) => [_id, watermark!]));
  const dues = new Map<string, Date | null>();
  const dueAfter = (schedule: ScheduleDocument, watermark: Date) => {
    const id = `${schedule._id}${+watermark}`; // most streams have the same watermark
    if (!dues.has(id)) dues.set(id, nextDue(schedule, watermark));
    return dues.get(id)!;
  };
  const late: { name: string; watermark: Date; since: Date }[] = [];
  for (const { name, table } of streams) {
    const watermark = watermarks.get(name);
    if (!watermark || (gaps.has(table) && !gaps.isLost?.(table))) continue;
    const own = schedules.filter((one) => one.streams.length === 0 || one.streams.includes(name));
    const due = own.length === 0
      ? [watermark]
      : own.map((schedule) => dueAfter(schedule, watermark)).filter((at) => at !== null);
    if (due.length === 0) continue;
    const since = new Date(Math.min(...due.map(Number)) + config.staleMs);
    if (since <= now) late.push({ name, watermark, since });
  }
  if (late.length === 0) return [];
  late.sort((a, b) => +a.watermark - +b.watermark);
  const [oldest] = late as [typeof late[0]];
  return [{
    key: "stale",
    kind: "stale",
    title: late.length === 1 ? `${oldest.name} is behind NetSuite` : `${late.length} streams are behind NetSuite`,
    text: `${few(late.map(({ name }) => name))}: what changed in NetSuite since ${timeText(oldest.watermark, zone)} ` +
      `is not in the mirror yet. See whether runs fail or wait, and whether a worker is running.`,
    since: new Date(Math.min(...late.map(({ since }) => +since))),
    runId: null,
  }];
}

async function quarantine({ store, config }: ProblemParts, now: Date): Promise<Problem[]> {
  const since = new Date(+now - DAY_MS);
  const rows = store.collection<{ firstSeenAt: Date; stream: string }>("quarantine");
  const count = await rows.countDocuments({ firstSeenAt: { $gte: since } });
  if (count < config.quarantineRows) return [];
  const byStream = await rows.aggregate<{ _id: string; rows: number }>([
    { $match: { firstSeenAt: { $gte: since } } },
    { $group: { _id: "$stream", rows: { $sum: 1 } } },
    { $sort: { rows: -1, _id: 1 } },
    { $limit: 5 },
  ]).toArray();
  return [{
    key: "quarantine",
    kind: "quarantine_grows",
    title: "Many rows are refused",
    text: `${count} rows were refused in the last 24 hours: ${
      byStream.map(({ _id, rows }) => `${rows} of ${_id}`).join(", ")
    }. They are kept in quarantine with their reasons; mend them there, or in NetSuite.`,
    since: now,
    runId: null,
  }];
}

/** A moment for people: day and clock of the company's zone. */
export function timeText(at: Date, zone: string): string {
  return `${businessDay(at, zone)} ${clockOf(at, zone)} (${zone})`;
}
