import { LeaseLostError } from "../errors.ts";
import type { StateDocument } from "./ledger.ts";
import type { Work } from "./work.ts";

/**
 * Moves the watermark of a stream: to be called only when every row below it is written. It never moves back, and a worker
 * whose token is older than the last writer's moves nothing.
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
    { $set: { ...more, lastRunId: work.run._id, fence: token }, $max: { watermark: to } },
  );
  if (moved.matchedCount === 0) throw new LeaseLostError(chunk._id);
}

/** Where the next window of a stream begins: an overlap before its watermark, since changes may surface late. */
export function windowStart(watermark: Date, overlapMs: number): Date {
  return new Date(+watermark - overlapMs);
}
