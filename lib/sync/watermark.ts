import { LeaseLostError } from "../errors.ts";
import type { StateDocument } from "./ledger.ts";
import type { Work } from "./work.ts";

/**
 * Moves the watermark of a stream: to be called only when every row below it is written. A worker whose token is older than
 * the last writer's moves nothing. It moves back only with the source's own clock: a watermark that lies in the future, left
 * from a clock that was ahead and has been set right, would hide what changes until then.
 *
 * @param stream the stream's name, or `deletedrecord`
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
  await work.ledger.states.updateOne(
    { _id: stream },
    { $setOnInsert: { watermark: null, lastRunId: null, lastFullAt: null, followedRunId: null, fence: 0 } },
    { upsert: true },
  );
  const moved = await work.ledger.states.updateOne(
    { _id: stream, fence: { $lte: token } },
    { $set: { ...more, lastRunId: work.run._id, fence: token, watermark: to } },
  );
  if (moved.matchedCount === 0) throw new LeaseLostError(chunk._id);
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
