import { AppError } from "../errors.ts";
import { settleDirty } from "../marts/sales.ts";
import { probe } from "../sources/netsuite/probe.ts";
import type { Stream } from "../streams/define.ts";
import { noteFilled } from "./columns.ts";
import type { StreamPlan } from "./ledger.ts";
import { dropUnmet } from "./quarantine_gone.ts";
import { moveDeletes, moveWatermark } from "./watermark.ts";
import { finish, type Work } from "./work.ts";

/**
 * Ends a stream's part of a run: when every chunk of it is done, the totals of its dirty days are recounted and its
 * watermark moves. A stream with a failed chunk keeps its watermark: the next run reads the same window again.
 *
 * @throws {AppError} `stream_failed`; `table_lost` where NetSuite does not show any more what was read before
 */
export async function closeStream(work: Work, stream: Stream): Promise<void> {
  const { chunk } = work.held, { run, ledger } = work;
  // as it was when the run was planned: that it may be asked for again by now does not mean that it was read
  if (run.plans[stream.name]?.isAbsent || work.reader.gaps.isLost?.(stream.table)) {
    throw new AppError(
      `NetSuite does not show the table ${stream.table} any more, which was read before: ${stream.name} are as of the ` +
        "watermark of then.",
      "table_lost",
      "abort",
    );
  }
  const failed = await ledger.chunks.findOne({
    runId: run._id,
    plan: run.plan,
    group: { $in: chunk.needs },
    status: "failed",
  });
  if (failed) {
    throw new AppError(
      `${stream.name} was not read to its end, so its watermark stays: ${failed.error?.message ?? "a chunk failed"}`,
      "stream_failed",
      "abort",
    );
  }
  if (run.isDryRun) return await finish(work, {});
  if (stream.name === "transactions") await settleDirty(work.store);
  if (run.kind === "backfill") return await finish(work, {}); // it has read some days: no watermark follows from that
  if (run.plans[stream.name]?.mode === "full") {
    await noteFilled(work.store, run.plans[stream.name]?.fills ?? []);
    await dropUnmet(work, stream);
  }
  const full = run.plans[stream.name]?.mode === "full"
    ? { lastFullAt: work.reader.now(), fullFrom: run.startedAt ?? run.createdAt }
    : {};
  const plan = run.plans[stream.name];
  const print = plan?.mode === "full" ? { print: await steadyPrint(work, stream, plan) } : {};
  if (plan?.noDeletes) await moveDeletes(work, [stream], run.to!);
  const followed = stream.follows ? { followedRunId: run._id } : {};
  await moveWatermark(work, stream.name, run.to!, { ...full, ...print, ...followed });
  await finish(work, {});
}

/** A reading of so many pages is long: one more request is a twentieth of its cost. */
const LONG_PAGES = 20;

/**
 * The fingerprint that was taken before a stream was read. After a long reading only if it is the same now: else something
 * moved meanwhile, and were the old one kept, a value that moves back would look as if it had never moved. A short reading
 * is over in a second, and asking again would cost as much as the reading.
 *
 * @returns null where the stream must be read again by the next run
 */
async function steadyPrint({ reader, run }: Work, stream: Stream, plan: StreamPlan): Promise<string | null> {
  if (!plan.print) return null;
  const isLong = run.kind !== "incremental" || plan.expected >= LONG_PAGES * stream.pageRows;
  if (!isLong) return plan.print;
  const { whole } = await probe(reader, { moving: [], whole: [stream], deletedSince: null });
  return whole.get(stream.name)?.print === plan.print ? plan.print : null;
}
