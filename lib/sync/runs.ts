import { AppError } from "../errors.ts";
import type { Stream } from "../streams/define.ts";
import { beginTrace, pastSpan } from "../telemetry/spans.ts";
import {
  addCounts,
  type ChunkDocument,
  type Fault,
  type Ledger,
  newChunk,
  NO_COUNTS,
  type RunDocument,
  type Totals,
} from "./ledger.ts";
import { busyStreams, openRuns, streamsHeld } from "./line.ts";
import { checkRequest, refuseSame, type RunRequest } from "./request.ts";
import { isDuplicate } from "../store/duplicate.ts";

/**
 * Puts a run into the ledger, with the chunk that will plan it. A person's run is always taken: when others read its
 * streams just now, it waits for their end. The schedule's is refused then, since the schedule comes again by itself.
 *
 * @throws {AppError} `unknown_stream`, `bad_range`, `no_range` or `same_run_waits`; `run_in_progress` or `already_scheduled`
 *   for the schedule
 */
export async function createRun(
  ledger: Ledger,
  request: RunRequest,
  all: readonly Stream[],
  now: Date,
): Promise<RunDocument> {
  const { streams, range, priority, isDryRun } = checkRequest(request, all);
  const open = await openRuns(ledger);
  if (priority === "schedule") refuseBusy(streams, open, all);
  else refuseSame({ kind: request.kind, streams, range, isDryRun }, open);
  const run: RunDocument = {
    _id: await ledger.next("run"),
    kind: request.kind,
    status: "queued",
    requestedBy: request.requestedBy,
    ...(request.scheduledAs ? { scheduledAs: request.scheduledAs } : {}),
    priority,
    isDryRun,
    range,
    streams,
    trace: beginTrace("tidemark.run.request", { "tidemark.kind": request.kind, "tidemark.streams": streams }),
    createdAt: now,
    startedAt: null,
    endedAt: null,
    to: null,
    plan: null,
    plans: {},
    error: null,
    totals: null,
  };
  const held = streamsHeld(streams, all), busy = busyStreams(open, all);
  // the chunk first: a run without its plan would never begin, while a chunk without a run disturbs nobody
  await ledger.chunks.insertOne(planChunk(run, now));
  if (!held.some((name) => busy.has(name))) {
    try {
      const begun: RunDocument = { ...run, active: held };
      await ledger.runs.insertOne(begun);
      return begun;
    } catch (error) {
      if (!isDuplicate(error)) throw error; // else another run has taken one of the streams meanwhile
    }
  }
  if (priority === "schedule") {
    await ledger.chunks.deleteOne({ _id: planChunk(run, now)._id });
    await refuseRepeated(ledger, request);
    refuseBusy(streams, await openRuns(ledger), all);
    throw refusal("Another run of the same streams");
  }
  await ledger.runs.insertOne(run);
  return run;
}

async function refuseRepeated(ledger: Ledger, { scheduledAs }: RunRequest): Promise<void> {
  const other = scheduledAs ? await ledger.runs.findOne({ scheduledAs }) : null;
  if (!other) return;
  throw new AppError(`Run ${other._id} was made for ${scheduledAs} already`, "already_scheduled", "reject_request");
}

function refuseBusy(streams: string[], open: RunDocument[], all: readonly Stream[]): void {
  const busy = busyStreams(open, all);
  const taken = streamsHeld(streams, all).find((name) => busy.has(name));
  if (taken) throw refusal(`Run ${busy.get(taken)} of ${taken}`);
}

function refusal(what: string): AppError {
  return new AppError(
    `${what} is still under way: a stream is in one run at a time. Wait for its end, then ask again.`,
    "run_in_progress",
    "reject_request",
  );
}

/** Ends a run at once for a reason that concerns all of it: what has not begun will not. */
export async function failRun(ledger: Ledger, runId: number, fault: Fault, now: Date): Promise<void> {
  await ledger.runs.updateOne({ _id: runId, endedAt: null }, { $set: { error: fault } });
  await ledger.chunks.updateMany(
    { runId, status: { $in: ["waiting", "working"] } },
    {
      $set: {
        status: "failed",
        lease: null,
        error: { code: "run_ended", message: "The run ended before this chunk was done" },
      },
    },
  );
  await settleRun(ledger, runId, now);
}

/**
 * Ends a run when none of its chunks is left to do. Safe to call at any time, from any process.
 *
 * A cancelled run ends as soon as no worker is at it any more: what has not begun will not, and what a dead worker held is
 * not taken up again.
 *
 * @returns whether the run is over now
 */
export async function settleRun(ledger: Ledger, runId: number, now: Date): Promise<boolean> {
  const run = await ledger.runs.findOne({ _id: runId, endedAt: null });
  if (!run) return true;
  const isCancelled = run.status === "cancelled";
  if (isCancelled) await dropChunks(ledger, run, now);
  const chunks = await chunksOf(ledger, run);
  const isOver = chunks.every((chunk) => chunk.status === "done" || chunk.status === "failed");
  if (!isOver || (!isCancelled && run.plan === null && chunks.every((chunk) => chunk.status === "done"))) return false;
  const failed = chunks.filter((chunk) => chunk.status === "failed");
  const first = failed.find((chunk) => !DERIVED.has(chunk.error?.code ?? "")) ?? failed[0];
  const status = isCancelled
    ? "cancelled"
    : failed.length === 0
    ? "complete"
    : failed.every((chunk) => chunk.kind === "proof")
    ? "incomplete"
    : "failed";
  const error = isCancelled ? null : run.error ?? first?.error ?? null;
  const ended = { status, endedAt: now, totals: totalsOf(chunks), error } as const;
  const done = await ledger.runs.updateOne(
    // a run that is paused or cancelled just now is looked at again
    { _id: runId, endedAt: null, status: run.status },
    { $set: ended, $unset: { active: "" } },
  );
  if (done.modifiedCount > 0) traceEnd({ ...run, ...ended }, ended.totals); // by the one process that has ended it
  return done.modifiedCount > 0;
}

async function dropChunks(ledger: Ledger, run: RunDocument, now: Date): Promise<void> {
  await ledger.chunks.updateMany(
    {
      runId: run._id,
      $or: [{ status: "waiting" }, { status: "working", "lease.until": { $lt: now } }],
    },
    { $set: { status: "failed", lease: null, error: CANCELLED } },
  );
}

/** Why a chunk of a cancelled run was not done. */
export const CANCELLED: Fault = { code: "run_cancelled", message: "The run was cancelled before this chunk was done" };

/** The run's span: its processes are many, so it is told once, at the end. */
function traceEnd(run: RunDocument, totals: Totals): void {
  const attributes = {
    "tidemark.run": run._id,
    "tidemark.kind": run.kind,
    "tidemark.status": run.status,
    "tidemark.streams": run.streams,
    "tidemark.rows": totals.read,
    "tidemark.written": totals.written,
    "tidemark.quarantined": totals.quarantined,
    "tidemark.requests": totals.requests,
    "tidemark.restarts": totals.restarts,
  };
  const time = { from: run.startedAt ?? run.createdAt, to: run.endedAt ?? run.createdAt, parent: run.trace ?? null };
  pastSpan("tidemark.run", attributes, { ...time, errorCode: run.error?.code });
}

/** Faults that only follow from another one. */
const DERIVED = new Set(["stream_failed", "run_ended", "run_cancelled"]);

/** The chunks that count for a run, in the order in which they are taken up. */
export function chunksOf(ledger: Ledger, run: RunDocument): Promise<ChunkDocument[]> {
  return ledger.chunks.find({ runId: run._id, plan: { $in: [run.plan, null] } }, { sort: { seq: 1 } }).toArray();
}

/** What chunks add up to. */
export function totalsOf(chunks: ChunkDocument[]): Totals {
  const sum = (pick: (chunk: ChunkDocument) => number) => chunks.reduce((all, chunk) => all + pick(chunk), 0);
  return {
    ...chunks.reduce((all, chunk) => addCounts(all, chunk.counts), { ...NO_COUNTS }),
    read: sum((chunk) => chunk.kind === "read" || chunk.kind === "follow" ? chunk.counts.read : 0),
    requests: sum((chunk) => chunk.requests),
    throttled: sum((chunk) => chunk.throttled),
    restarts: sum((chunk) => chunk.restarts),
    chunks: chunks.length,
    chunksDone: chunks.filter((chunk) => chunk.status === "done").length,
  };
}

function planChunk(run: RunDocument, now: Date): ChunkDocument {
  const _id = `${run._id}.0.0`;
  return newChunk({
    _id,
    runId: run._id,
    plan: null,
    seq: 0,
    kind: "plan",
    stream: "*",
    group: "plan",
    notBefore: now,
  });
}
