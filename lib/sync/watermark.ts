import { LeaseLostError } from "../errors.ts";
import type { Stream } from "../streams/define.ts";
import type { StateDocument } from "./ledger.ts";
import type { Work } from "./work.ts";

/**
 * Moves the watermark of a stream: to be called only when every row below it is written. A worker whose token is older than
 * the last writer's moves nothing. It moves back only with the source's own clock: a watermark that lies in the future, left
 * from a clock that was ahead and has been set right, would hide what changes until then.
 *
 * @param stream the stream's name
 * @param to the source time up to which everything is certainly written
 * @throws {LeaseLostError} when a newer worker has written the state already
 */
export async function moveWatermark(
  work: Work,
  stream: string,
  to: Date,
  more: Partial<Omit<StateDocument, "_id" | "watermark" | "fence">> = {},
): Promise<void> {
  const { token, chunk } = work.held;
  await ensureState(work, stream);
  const moved = await work.ledger.states.updateOne(
    { _id: stream, fence: { $lte: token } },
    { $set: { ...more, lastRunId: work.run._id, fence: token, watermark: to } },
  );
  if (moved.matchedCount === 0) throw new LeaseLostError(chunk._id);
}

/**
 * Notes up to when all deletes of these streams are done. It needs no token: it is true whoever says it, and however late; one
 * that falls back is read again.
 *
 * @param to the end of a window whose deletes were all read, verified and marked, or of which NetSuite has none
 */
export async function moveDeletes(work: Work, streams: readonly Stream[], to: Date): Promise<void> {
  for (const { name } of streams.filter(({ deletedTypes }) => deletedTypes.length > 0)) {
    await ensureState(work, name);
    await work.ledger.states.updateOne({ _id: name }, { $set: { deletesTo: to } });
  }
}

async function ensureState(work: Work, stream: string): Promise<void> {
  await work.ledger.states.updateOne(
    { _id: stream },
    { $setOnInsert: { watermark: null, lastRunId: null, lastFullAt: null, followedRunId: null, fence: 0 } },
    { upsert: true },
  );
}

/**
 * Where the next window of a stream begins: an overlap before its watermark, since changes may surface late; or before the
 * window's end, where the source's clock has gone back since.
 *
 * @param to the end of the window, by the source's clock
 */
export function windowStart(watermark: Date, to: Date, overlapMs: number): Date {
  return new Date(Math.min(+watermark, +to) - overlapMs);
}
