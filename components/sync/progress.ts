import type { RunView, SyncStatus } from "../../lib/sync/views.ts";
import { clock, count, counted, duration, listed, progress, timeLeft } from "../format.ts";

/** What a sentence about the time left consists of: the strong part, and what follows it. */
export interface Remaining {
  before: string;
  strong: string;
  after: string;
}

const SPEAKS_AFTER_MS = 30_000;
const SPEAKS_AFTER_SHARE = .02;

/** The share to show. Only a complete run is 100 %, whatever the rows say. */
export function runShare(run: RunView): number {
  return run.status === "complete" ? 1 : Math.min(run.share, .99);
}

/** A run that may still change. */
export type OpenRun = RunView & { status: "queued" | "running" | "paused" | "cancelled" };

/** True while the run may still change: also a paused one, and one that is cancelled while its last pages come in. */
export function isOpen(run: RunView | null): run is OpenRun {
  if (run === null) return false;
  return ["queued", "running", "paused"].includes(run.status) || (run.status === "cancelled" && run.endedAt === null);
}

/** The runs that are not over, in the order in which they are served. */
export function openRuns({ running, current }: Pick<SyncStatus, "running" | "current">): RunView[] {
  return running.length > 0 ? running : isOpen(current) ? [current] : [];
}

/** True while figures move: a paused run stands still. */
export function isMoving(status: SyncStatus): boolean {
  return openRuns(status).some((run) => run.status !== "paused");
}

/**
 * What to say of the time a run still needs. An estimate appears after 30 s and 2 %; a run that does not move says so
 * instead of showing a figure that stands still.
 *
 * @param now the clock of the same answer that the run came with
 */
export function remaining(run: RunView, now: string, zone: string): Remaining {
  const say = (before: string, strong = "", after = ""): Remaining => ({ before, strong, after });
  if (run.status === "paused") return say(run.haltedBy === null ? "Paused" : `Paused by ${run.haltedBy}`);
  if (run.status === "cancelled") return say("Ends after the pages in flight");
  if (run.waitsFor.length > 0) {
    return say(`Waits for run ${listed(run.waitsFor.map(String))}, which reads the same streams`);
  }
  if (run.status === "queued" || run.startedAt === null) return say("Waiting for a worker");
  if (run.rowsExpected !== null && run.rowsRead >= run.rowsExpected && run.chunksTotal > 0) {
    const left = run.chunksTotal - run.chunksDone;
    return say(left > 0 ? `Finishing, ${counted(left, "chunk")} left` : "Finishing: deletes and totals");
  }
  const elapsed = +new Date(now) - +new Date(run.startedAt);
  if (elapsed < SPEAKS_AFTER_MS) return say(`Started ${duration(Math.max(0, elapsed))} ago`);
  if (run.ratePerSecond === 0) return say("Waiting for NetSuite");
  if (run.secondsLeft === null || run.share < SPEAKS_AFTER_SHARE) return say("Estimating the time left");
  const words = timeLeft(run.secondsLeft);
  if (words.startsWith("less")) return say("", "Less than a minute", " left");
  const end = new Date(+new Date(now) + run.secondsLeft * 1000);
  return say("About ", words.replace("about ", ""), ` left, done near ${clock(end, zone)}`);
}

/** A run that has ended, in a sentence. */
export function outcome(run: RunView): string {
  const counts = `${counted(run.rowsRead, "row")} read, ${count(run.written)} written`;
  if (run.status === "complete") return `Run ${run.id} is complete: ${counts}.`;
  if (run.status === "incomplete") return `Run ${run.id} is incomplete: ${counts}.`;
  if (run.status === "cancelled") return `Run ${run.id} was cancelled: ${counts}.`;
  if (run.status === "failed") return `Run ${run.id} failed: ${run.error?.message ?? "no reason was recorded"}`;
  return `${kindName(run)} run ${run.id}: ${progress(runShare(run))}`;
}

/** `Full`, `Incremental`, `Proof` or `Backfill`. */
export const kindName = ({ kind }: Pick<RunView, "kind">) =>
  ({ full: "Full", incremental: "Incremental", proof: "Proof", backfill: "Backfill" })[kind];

/** Which streams a run covers: the one by name, or how many. */
export function streamsOf(run: Pick<RunView, "streams">): string {
  return run.streams.length === 1 ? run.streams[0]! : counted(run.streams.length, "stream");
}

/** Takes over a newer answer, but lets no bar go backwards within one run: when the total grows, only the total changes. */
export function advance(before: SyncStatus, after: SyncStatus): SyncStatus {
  const [was, is] = [before.current, after.current];
  const held = new Map(before.running.map((run) => [run.id, run.share]));
  const running = after.running.map((run) => ({ ...run, share: Math.max(run.share, held.get(run.id) ?? 0) }));
  if (!was || !is || was.id !== is.id) return { ...after, running };
  const shares = new Map(before.streams.map((stream) => [stream.name, stream.share]));
  return {
    ...after,
    running,
    current: { ...is, share: Math.max(was.share, is.share) },
    streams: after.streams.map((stream) => {
      const share = shares.get(stream.name) ?? null;
      return stream.share === null || share === null ? stream : { ...stream, share: Math.max(share, stream.share) };
    }),
  };
}

/** {@link advance} for one run. */
export function advanceRun<T extends RunView>(before: T, after: T): T {
  return { ...after, share: Math.max(before.share, after.share) };
}

/**
 * What to tell a screen reader after an update: a new tenth of a run, or how it ended. Null when there is nothing new.
 *
 * @param told the last text that was told, so that nothing is said twice
 */
export function announcement(before: SyncStatus, after: SyncStatus, told: string | null): string | null {
  const run = after.current;
  if (isOpen(run)) return runNews(before.current?.id === run.id ? before.current : null, run, told);
  if (!isOpen(before.current)) return null;
  const ended = after.runs.find((one) => one.id === before.current?.id);
  return ended ? runNews(before.current, ended, told) : null;
}

/** {@link announcement} for one run. @param before null where it was not seen before */
export function runNews(before: RunView | null, after: RunView, told: string | null): string | null {
  if (!isOpen(after)) return isOpen(before) ? outcome(after) : null;
  const tenth = Math.floor(runShare(after) * 10);
  const wasTenth = before ? Math.floor(runShare(before) * 10) : -1;
  const words = tenth === 0
    ? `${kindName(after)} run ${after.id} has started`
    : `${kindName(after)} run ${after.id}: ${tenth}0%`;
  return tenth > wasTenth && words !== told ? words : null;
}
