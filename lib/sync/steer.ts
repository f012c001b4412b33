import { AppError } from "../errors.ts";
import type { Ledger, RunDocument } from "./ledger.ts";
import { settleRun } from "./runs.ts";

/**
 * What a person does to a run under way. The run's status in the ledger says what is wanted; every worker looks at it each
 * second, ends after the page in flight, and gives its chunks back with their checkpoints. Doing any of it twice is
 * harmless.
 */

/**
 * Pauses a run: nothing of it is read any more, and its streams stay its own, so that what it was going to read is not
 * read by others either.
 *
 * @param by name of who does it
 * @throws {AppError} `unknown_run` or `run_over`
 */
export async function pauseRun(ledger: Ledger, id: number, by: string, now: Date): Promise<RunDocument> {
  const paused = await ledger.runs.findOneAndUpdate(
    { _id: id, endedAt: null, status: { $in: ["queued", "running"] } },
    { $set: { status: "paused", halted: { by, at: now } } },
    { returnDocument: "after" },
  );
  return paused ?? await asIs(ledger, id, "pause", ["paused"]);
}

/**
 * Lets a paused run go on from its checkpoints.
 *
 * @throws {AppError} `unknown_run` or `run_over`
 */
export async function resumeRun(ledger: Ledger, id: number, now: Date): Promise<RunDocument> {
  const run = await ledger.runs.findOne({ _id: id });
  if (run?.status === "paused" && run.halted) {
    const resumed = await ledger.runs.findOneAndUpdate(
      { _id: id, status: "paused", "halted.at": run.halted.at },
      {
        $set: { status: run.startedAt ? "running" : "queued" },
        $unset: { halted: "" },
        $inc: { pausedMs: Math.max(0, +now - +run.halted.at) },
      },
      { returnDocument: "after" },
    );
    if (resumed) return resumed;
  }
  return await asIs(ledger, id, "resume", ["queued", "running"]);
}

/**
 * Ends a run before its time. What it has written stays; a stream that it has not read to its end keeps its watermark, so
 * that the next run reads what this one leaves. The run is over when the last worker has let go of it.
 *
 * @param by name of who does it
 * @throws {AppError} `unknown_run` or `run_over`
 */
export async function cancelRun(ledger: Ledger, id: number, by: string, now: Date): Promise<RunDocument> {
  const cancelled = await ledger.runs.findOneAndUpdate(
    { _id: id, endedAt: null, status: { $in: ["queued", "running", "paused"] } },
    { $set: { status: "cancelled", halted: { by, at: now } } },
    { returnDocument: "after" },
  );
  if (!cancelled) return await asIs(ledger, id, "cancel", ["cancelled"]);
  await settleRun(ledger, id, now);
  return await ledger.runs.findOne({ _id: id }) ?? cancelled;
}

/** The run as it is, where it is already what was wanted. */
async function asIs(
  ledger: Ledger,
  id: number,
  wanted: string,
  states: RunDocument["status"][],
): Promise<RunDocument> {
  const run = await ledger.runs.findOne({ _id: id });
  if (!run) throw new AppError(`There is no run ${id}`, "unknown_run", "reject_request");
  if (states.includes(run.status)) return run;
  const how = run.endedAt ? `is over: it is ${run.status}` : "is being cancelled";
  throw new AppError(`Cannot ${wanted} run ${id}: it ${how}.`, "run_over", "reject_request");
}
