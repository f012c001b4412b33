import { MongoServerError } from "mongodb";
import { AppError } from "../errors.ts";
import type { Stream } from "../streams/define.ts";
import { streamNamed } from "../streams/registry.ts";
import { beginTrace, pastSpan } from "../telemetry/spans.ts";
import {
  addCounts,
  type ChunkDocument,
  type Fault,
  type Ledger,
  newChunk,
  NO_COUNTS,
  type RunDocument,
  type RunKind,
  type Totals,
} from "./ledger.ts";

/** What is asked for. */
export interface RunRequest {
  kind: RunKind;
  /** Names of streams; all when absent or empty. */
  streams?: string[];
  /** Who asks: a person's name, or `schedule`. */
  requestedBy: string;
  /** Of a schedule: names its due time. The ledger takes one run for it, however often it is asked for. */
  scheduledAs?: string;
}

/**
 * Puts a run into the ledger, with the chunk that will plan it.
 *
 * @throws {AppError} `unknown_stream`, `run_in_progress` while another run is not over, or `already_scheduled`
 */
export async function createRun(
  ledger: Ledger,
  request: RunRequest,
  all: readonly Stream[],
  now: Date,
): Promise<RunDocument> {
  const asked = request.streams?.length ? new Set(request.streams.map((name) => streamNamed(name).name)) : null;
  const streams = all.filter((stream) => !asked || asked.has(stream.name)).map((stream) => stream.name);
  await refuseSecond(ledger); // the index below decides; this look only saves a number from being drawn for nothing
  const run: RunDocument = {
    _id: await ledger.next("run"),
    kind: request.kind,
    status: "queued",
    active: true,
    requestedBy: request.requestedBy,
    ...(request.scheduledAs ? { scheduledAs: request.scheduledAs } : {}),
    priority: request.requestedBy === "schedule" ? "schedule" : "person",
    isDryRun: false,
    range: null,
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
  // the chunk first: a run without its plan would never begin, while a chunk without a run disturbs nobody
  await ledger.chunks.insertOne(planChunk(run, now));
  try {
    await ledger.runs.insertOne(run);
  } catch (error) {
    await ledger.chunks.deleteOne({ _id: planChunk(run, now)._id });
    if (!(error instanceof MongoServerError) || error.code !== 11000) throw error;
    await refuseRepeated(ledger, request);
    await refuseSecond(ledger);
    throw error;
  }
  return run;
}

async function refuseRepeated(ledger: Ledger, { scheduledAs }: RunRequest): Promise<void> {
  const other = scheduledAs ? await ledger.runs.findOne({ scheduledAs }) : null;
  if (!other) return;
  throw new AppError(`Run ${other._id} was made for ${scheduledAs} already`, "already_scheduled", "reject_request");
}

async function refuseSecond(ledger: Ledger): Promise<void> {
  const other = await activeRun(ledger);
  if (!other) return;
  throw new AppError(
    `Run ${other._id} is still under way: one run at a time. Wait for its end, then ask again.`,
    "run_in_progress",
    "reject_request",
  );
}

/** The run that is not over, if there is one. */
export function activeRun(ledger: Ledger): Promise<RunDocument | null> {
  return ledger.runs.findOne({ active: true });
}

/** Ends a run at once for a reason that concerns all of it: what has not begun will not. */
export async function failRun(ledger: Ledger, runId: number, fault: Fault, now: Date): Promise<void> {
  await ledger.runs.updateOne({ _id: runId, active: true }, { $set: { error: fault } });
  await ledger.chunks.updateMany(
    { runId, status: { $in: ["waiting", "working"] } },
    {
      $set: { status: "failed", lease: null, error: { code: "run_ended", message: "The run ended before this chunk" } },
    },
  );
  await settleRun(ledger, runId, now);
}

/**
 * Ends a run when none of its chunks is left to do. Safe to call at any time, from any process.
 *
 * @returns whether the run is over now
 */
export async function settleRun(ledger: Ledger, runId: number, now: Date): Promise<boolean> {
  const run = await ledger.runs.findOne({ _id: runId, active: true });
  if (!run) return true;
  const chunks = await chunksOf(ledger, run);
  const isOver = chunks.every((chunk) => chunk.status === "done" || chunk.status === "failed");
  if (!isOver || (run.plan === null && chunks.every((chunk) => chunk.status === "done"))) return false;
  const failed = chunks.filter((chunk) => chunk.status === "failed");
  const first = failed.find((chunk) => !DERIVED.has(chunk.error?.code ?? "")) ?? failed[0];
  const status = failed.length === 0
    ? "complete"
    : failed.every((chunk) => chunk.kind === "proof")
    ? "incomplete"
    : "failed";
  const ended = { status, endedAt: now, totals: totalsOf(chunks), error: run.error ?? first?.error ?? null } as const;
  const done = await ledger.runs.updateOne({ _id: runId, active: true }, { $set: ended, $unset: { active: "" } });
  if (done.modifiedCount > 0) traceEnd({ ...run, ...ended }, ended.totals); // by the one process that has ended it
  return true;
}

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
const DERIVED = new Set(["stream_failed", "run_ended"]);

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
