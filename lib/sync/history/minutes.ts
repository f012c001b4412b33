import type { Collection } from "mongodb";
import type { Store } from "../../store/connect.ts";

/** `sync_minutes`: how the sync did in one minute. Small, kept for a week: days are made of them, see `days.ts`. */
export interface MinuteDocument {
  /** The minute's beginning. */
  _id: Date;
  /** The same, since an index that lets documents go cannot be the one on `_id`. */
  at: Date;
  /** By stream: the oldest change that was not yet in the mirror, at its worst, in seconds. */
  lags: Record<string, number>;
  /** Slots in use, summed over the looks while runs were under way, and how many there were to use. */
  slotsUsed?: number;
  slotsThere?: number;
}

/** What one look sees. */
export interface Look {
  now: Date;
  /** By stream: its watermark. Streams without one have no lag yet. */
  watermarks: Iterable<[stream: string, watermark: Date]>;
  /** Slots of this process, while runs are under way; null else. */
  slots: { inUse: number; most: number } | null;
}

/** The collection of minutes. */
export function minutesOf(store: Pick<Store, "collection">): Collection<MinuteDocument> {
  return store.collection<MinuteDocument>("sync_minutes");
}

/** Notes one look in its minute. Any number of processes look; the worst lag counts, and the mean of the slots. */
export async function noteMinute(store: Pick<Store, "collection">, { now, watermarks, slots }: Look): Promise<void> {
  const _id = new Date(Math.floor(+now / 60_000) * 60_000);
  const lags = [...watermarks].map(([stream, watermark]) =>
    [`lags.${stream}`, Math.max(0, Math.round((+now - +watermark) / 1000))] as const
  );
  const update = {
    $setOnInsert: { at: _id },
    ...(lags.length > 0 ? { $max: Object.fromEntries(lags) } : {}),
    ...(slots ? { $inc: { slotsUsed: slots.inUse, slotsThere: slots.most } } : {}),
  };
  if (lags.length > 0 || slots) await minutesOf(store).updateOne({ _id }, update, { upsert: true });
}
