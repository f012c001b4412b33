import { faultView } from "./advice.ts";
import { addCounts, type ChunkDocument, NO_COUNTS, type RunDocument, type SampleDocument } from "./ledger.ts";
import { paceOf } from "./progress.ts";
import { totalsOf } from "./runs.ts";
import type { ChunkListing, ChunkView, RunView, StreamCountsView } from "./views.ts";

/** A running run never shows more than this: 100 % means complete, and nothing else does. */
const MOST_WHILE_RUNNING = 0.99;

/**
 * A run as pages and the API see it.
 *
 * @param chunks those that count; may be empty for a run that is over, whose totals stand in it
 * @param samples of the run, ascending; only a run under way needs them
 * @param waitsFor runs for whose end it waits
 */
export function runView(
  run: RunDocument,
  chunks: ChunkDocument[],
  samples: SampleDocument[],
  now: Date,
  waitsFor: number[] = [],
): RunView {
  const totals = run.totals ?? totalsOf(chunks);
  const expected = run.plan === null
    ? null
    : chunks.length > 0
    ? expectedOf(chunks)
    : Object.values(run.plans).reduce((sum, plan) => sum + plan.expected, 0);
  const isOver = run.endedAt !== null;
  const share = run.status === "complete" ? 1 : shareOf(totals.read, expected ?? 0, totals.chunksDone, totals.chunks);
  const isPaused = run.status === "paused";
  const pace = isOver || isPaused || !run.startedAt
    ? { ratePerSecond: null, secondsLeft: null, recentRates: [] }
    : paceOf(samples, run.startedAt, Math.max(0, (expected ?? 0) - totals.read), share, now);
  const until = run.endedAt ?? (isPaused ? run.halted?.at : null) ?? now;
  const tookMs = run.startedAt ? Math.max(0, +until - +run.startedAt - (run.pausedMs ?? 0)) : null;
  return {
    id: run._id,
    kind: run.kind,
    status: run.status,
    streams: run.streams,
    requestedBy: run.requestedBy,
    priority: run.priority ?? "person", // runs of before there were priorities
    isDryRun: run.isDryRun ?? false,
    range: run.range ?? null,
    waitsFor,
    haltedBy: run.halted?.by ?? null,
    createdAt: run.createdAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    endedAt: run.endedAt?.toISOString() ?? null,
    tookMs,
    share,
    rowsRead: totals.read,
    rowsExpected: expected,
    written: totals.written,
    unchanged: totals.unchanged,
    deleted: totals.deleted,
    quarantined: totals.quarantined,
    chunksDone: totals.chunksDone,
    chunksTotal: totals.chunks,
    chunksWorking: chunks.filter((chunk) => chunk.status === "working").length,
    restarts: totals.restarts,
    requests: totals.requests,
    throttled: totals.throttled,
    ratePerSecond: isOver && tookMs ? Math.round(totals.read / (tookMs / 1000)) : pace.ratePerSecond,
    ceilingShare: null,
    recentRates: pace.recentRates,
    secondsLeft: pace.secondsLeft,
    error: run.error ? faultView(run.error) : null,
  };
}

/** What became of each stream's rows. */
export function countsByStream(run: RunDocument, chunks: ChunkDocument[]): StreamCountsView[] {
  return run.streams.map((stream) => {
    const counts = chunks.filter((chunk) => chunk.stream === stream)
      .reduce((all, chunk) => addCounts(all, chunk.counts), { ...NO_COUNTS });
    const buried = chunks.reduce((all, { deletedBy }) => all + (deletedBy?.[stream] ?? 0), 0);
    const { read: rowsRead, written, unchanged, quarantined } = counts;
    return { stream, rowsRead, written, unchanged, deleted: counts.deleted + buried, quarantined };
  });
}

/** Chunks that need a look come first, then those under way, then the rest in the order of the run. */
const URGENCY: Record<ChunkDocument["status"], number> = { failed: 0, working: 1, waiting: 2, done: 2 };

/** One page of a run's chunks, those that need a look first. */
export function pageOfChunks(chunks: readonly ChunkDocument[], { rows, page }: ChunkListing): ChunkDocument[] {
  const shown = Math.min(page, Math.max(1, Math.ceil(chunks.length / rows)));
  return chunks.toSorted((a, b) => URGENCY[a.status] - URGENCY[b.status]).slice((shown - 1) * rows, shown * rows);
}

/** A chunk as pages and the API see it. */
export function chunkView(chunk: ChunkDocument): ChunkView {
  return {
    id: chunk._id,
    stream: chunk.stream,
    kind: chunk.kind,
    status: chunk.status,
    rowsRead: chunk.counts.read,
    attempts: chunk.attempts,
    error: chunk.error?.message ?? null,
    from: chunk.from?.toISOString() ?? (chunk.above === null ? null : `id ${chunk.above + 1}`),
    to: chunk.from || chunk.upTo === null ? chunk.to?.toISOString() ?? null : `id ${chunk.upTo}`,
  };
}

/** Rows expected: what a chunk was planned with, or more where it has found more. Never less than what is read. */
export function expectedOf(chunks: ChunkDocument[]): number {
  return chunks.filter((chunk) => chunk.kind === "read" || chunk.kind === "follow")
    .reduce(
      (sum, chunk) => sum + (chunk.status === "done" ? chunk.counts.read : Math.max(chunk.expected, chunk.counts.read)),
      0,
    );
}

function shareOf(read: number, expected: number, done: number, total: number): number {
  const share = expected > 0 ? read / expected : total > 0 ? done / total : 0;
  return Math.min(MOST_WHILE_RUNNING, share);
}
