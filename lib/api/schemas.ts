import { z } from "@hono/zod-openapi";
import type { ChunkView, RunDetailView, RunView, StreamView, SyncStatus } from "../sync/views.ts";
import type { Problem } from "./problem.ts";

/** The shapes of answers, as the API's description shows them. `satisfies` keeps each equal to what the code returns. */

const count = z.number().int().min(0);
const time = z.iso.datetime().openapi({ example: "2026-11-19T09:41:00.000Z" });
const share = z.number().min(0).max(1);

export const ProblemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string().openapi({ description: "Stable name of what went wrong" }),
  permission: z.string().optional().openapi({ description: "The missing permission, on 403" }),
  errors: z.array(z.object({
    in: z.enum(["query", "path", "body", "header"]),
    field: z.string(),
    detail: z.string().openapi({ description: "The value's fault, and what would be right" }),
  })).optional(),
}).openapi("Problem") satisfies z.ZodType<Problem>;

export const TideSchema = z.object({
  state: z.enum(["level", "running", "paused", "behind", "never", "failing"]),
  share: share.nullable(),
  watermark: time.nullable(),
  text: z.string(),
}).openapi("Tide");

export const RunSchema = z.object({
  id: z.number().int(),
  kind: z.enum(["full", "incremental", "proof", "backfill"]),
  status: z.enum(["queued", "running", "paused", "complete", "incomplete", "failed", "cancelled"]),
  streams: z.array(z.string()),
  requestedBy: z.string(),
  priority: z.enum(["person", "schedule"]),
  isDryRun: z.boolean(),
  range: z.object({ from: z.iso.date(), to: z.iso.date() }).nullable().openapi({
    description: "Of a backfill: business dates, both included",
  }),
  waitsFor: z.array(z.number().int()).openapi({
    description: "Runs that read its streams just now, and for whose end it waits",
  }),
  haltedBy: z.string().nullable().openapi({ description: "Who has paused or cancelled it" }),
  createdAt: time,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  tookMs: z.number().nullable(),
  share: share.openapi({ description: "1 only when the run is complete" }),
  rowsRead: count,
  rowsExpected: count.nullable(),
  written: count,
  unchanged: count,
  deleted: count,
  quarantined: count,
  chunksDone: count,
  chunksTotal: count,
  chunksWorking: count,
  restarts: count,
  requests: count,
  throttled: count,
  ratePerSecond: z.number().nullable(),
  ceilingShare: z.number().nullable(),
  recentRates: z.array(z.number()),
  secondsLeft: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string(), advice: z.string() }).nullable(),
}).openapi("Run") satisfies z.ZodType<RunView>;

export const ChunkSchema = z.object({
  id: z.string(),
  stream: z.string(),
  kind: z.string(),
  status: z.enum(["waiting", "working", "done", "failed"]),
  rowsRead: count,
  attempts: count,
  error: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
}).openapi("Chunk") satisfies z.ZodType<ChunkView>;

export const RunWithChunksSchema = RunSchema.extend({
  now: time.openapi({ description: "The moment of which the figures are" }),
  chunks: z.array(ChunkSchema),
  byStream: z.array(z.object({
    stream: z.string(),
    rowsRead: count,
    written: count,
    unchanged: count,
    deleted: count,
    quarantined: count,
  })).openapi({ description: "What became of each stream's rows; of a dry run, what would have become of them" }),
}).openapi("RunWithChunks") satisfies z.ZodType<RunDetailView>;

export const StreamSchema = z.object({
  name: z.string(),
  table: z.string(),
  state: z.enum(["idle", "waiting", "reading", "done", "failed"]),
  rowsRead: count,
  rowsExpected: count.nullable(),
  share: share.nullable(),
  watermark: time.nullable(),
  lagMs: z.number().nullable(),
  documents: count,
  tombstones: count,
  quarantined: count,
  lastRunId: z.number().int().nullable(),
  proof: z.object({
    outcome: z.enum(["proved", "repaired", "differs"]),
    at: time,
    rows: count,
    repaired: count,
    differing: count,
  }).nullable().openapi({ description: "The newest comparison with NetSuite" }),
  strategy: z.enum(["changes", "full"]),
  deletes: z.enum(["deletedrecord", "sweep"]),
}).openapi("Stream") satisfies z.ZodType<StreamView>;

export const SyncStatusSchema = z.object({
  now: time,
  account: z.string(),
  tide: TideSchema,
  connection: z.object({
    state: z.enum(["ok", "unknown", "failing"]),
    answeredMs: z.number().nullable(),
    checkedAt: time.nullable(),
    message: z.string().nullable(),
  }),
  current: RunSchema.nullable().openapi({ description: "The first of `running`" }),
  running: z.array(RunSchema).openapi({ description: "Runs that are not over" }),
  streams: z.array(StreamSchema),
  runs: z.array(RunSchema),
  documents: count,
  slots: z.object({ inUse: count, total: count, kept: count }),
}).openapi("SyncStatus") satisfies z.ZodType<SyncStatus>;
