import type { MartStore } from "../marts/dirty.ts";

/** How fresh a page is: the watermark of the oldest of its streams. */
export interface AsOf {
  state: "known" | "never";
  watermark: string | null;
  stream: string | null;
}

/**
 * Looks up how fresh the streams are that a report reads (`sync_state`, one document per stream with its `watermark`).
 *
 * @param main the stream that holds the figures: without its watermark the answer is `never`
 * @param others the streams that hold names; one that was never read to the end does not make the figures older
 */
export async function readAsOf(store: MartStore, main: string, others: string[]): Promise<AsOf> {
  const states = await store.collection<{ _id: string; watermark: Date | null }>("sync_state")
    .find({ _id: { $in: [main, ...others] } }, { projection: { watermark: 1 } }).toArray();
  const known = states.flatMap(({ _id, watermark }) => watermark instanceof Date ? [{ stream: _id, watermark }] : [])
    .sort((a, b) => a.watermark.getTime() - b.watermark.getTime());
  const oldest = known[0];
  if (!oldest || !known.some(({ stream }) => stream === main)) return { state: "never", watermark: null, stream: null };
  return { state: "known", watermark: oldest.watermark.toISOString(), stream: oldest.stream };
}
