import type { Collection } from "mongodb";
import { isDuplicate } from "../store/duplicate.ts";
import { isDay, monthOf } from "./days.ts";
import { MART_COLLECTIONS, orderDays, rebuildDays, SALES_FORM, SALES_MART, salesDaysOf } from "./sales.ts";
import { type MartStore, nextSequence, raiseSequence, writeForm } from "./dirty.ts";

/** How far a rebuild is. */
export interface RebuildProgress {
  /** Months done, of all. */
  done: number;
  total: number;
  /** The month that was done last, `YYYY-MM`. */
  month: string | null;
}

/** `mart_rebuilds`: a rebuild that is not over; gone when it is. */
export interface RebuildDocument {
  _id: string;
  startedAt: Date;
  /** Whatever is older when all months are done belongs to nothing. */
  fromSequence: number;
  /** The last month that is done; months are done in their order. */
  month: string | null;
  /** Months done, of all; null before the first. */
  done: number | null;
  total: number | null;
  /** When it last went on: somebody else may go on when that is long ago. */
  touchedAt: Date;
}

/** One that was left for so long says nothing of today: it begins anew. */
const OLD_MS = 86_400_000;

/** What a rebuild may be told. */
export interface RebuildOptions {
  onProgress?: (progress: RebuildProgress) => void;
  /** Ends it after the month in hand; the next call goes on from there. */
  signal?: AbortSignal;
  now?: () => Date;
}

/**
 * Counts every total of every day anew from the documents, whatever the marts hold: also where they were edited by hand,
 * lost documents, or came out of a backup of another time.
 *
 * Month by month, so that memory does not grow with the history, and each month in the same way as dirty days are
 * recounted: syncs may go on writing and pages reading meanwhile, and any number of processes may rebuild at once. A killed
 * rebuild goes on from its last month when it is called again. What belongs to no day at all goes at the end.
 *
 * @returns how many days were counted by this call, and whether all is done (false: `signal` ended it)
 */
export async function rebuildMarts(
  store: MartStore,
  { onProgress, signal, now = () => new Date() }: RebuildOptions = {},
): Promise<{ days: number; isDone: boolean }> {
  const rebuild = await beginRebuild(store, now());
  const byMonth = Map.groupBy(await allDays(store), monthOf);
  const months = [...byMonth.keys()].sort();
  const left = months.filter((month) => rebuild.month === null || month > rebuild.month);
  let days = 0, done = months.length - left.length;
  onProgress?.({ done, total: months.length, month: rebuild.month });
  for (const month of left) {
    if (signal?.aborted) return { days, isDone: false };
    days += await rebuildDays(store, byMonth.get(month)!);
    done++;
    const touched = { done, total: months.length, touchedAt: now() };
    await rebuildsOf(store).updateOne({ _id: SALES_MART }, { $max: { month }, $set: touched });
    onProgress?.({ done, total: months.length, month });
  }
  for (const name of MART_COLLECTIONS) {
    await store.collection<{ sequence: number }>(name).deleteMany({ sequence: { $lt: rebuild.fromSequence } });
  }
  await writeForm(store, SALES_MART, SALES_FORM);
  await rebuildsOf(store).deleteOne({ _id: SALES_MART, fromSequence: rebuild.fromSequence });
  return { days, isDone: true };
}

/** The rebuild that is not over, or null. */
export function openRebuild(store: MartStore): Promise<RebuildDocument | null> {
  return rebuildsOf(store).findOne({ _id: SALES_MART });
}

/**
 * Notes that everything is to be rebuilt; the one that is not over where there is one. {@link rebuildMarts} does it.
 */
export async function beginRebuild(store: MartStore, now: Date): Promise<RebuildDocument> {
  const found = await openRebuild(store);
  if (found && +now - +found.touchedAt < OLD_MS) return found;
  if (found) await rebuildsOf(store).deleteOne({ _id: SALES_MART, touchedAt: found.touchedAt });
  await mendSequences(store);
  const fromSequence = await nextSequence(store, SALES_MART);
  const unread = { month: null, done: null, total: null };
  const begun: RebuildDocument = { _id: SALES_MART, startedAt: now, fromSequence, ...unread, touchedAt: now };
  try {
    await rebuildsOf(store).insertOne(begun);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return await openRebuild(store) ?? begun; // another process was first: it is one rebuild
  }
  return begun;
}

/** A total whose number is missing, or greater than any that was drawn, could never be replaced: later ones would look older. */
async function mendSequences(store: MartStore): Promise<void> {
  for (const name of MART_COLLECTIONS) {
    const totals = store.collection<{ sequence: number }>(name);
    await totals.updateMany({ sequence: { $not: { $gte: 0 } } }, { $set: { sequence: 0 } });
    const [highest] = await totals.find({}, { sort: { sequence: -1 }, limit: 1, projection: { sequence: 1 } })
      .toArray();
    if (highest) await raiseSequence(store, SALES_MART, highest.sequence);
  }
}

/** Every day that has an order or a total. */
async function allDays(store: MartStore): Promise<string[]> {
  const counted = await salesDaysOf(store).find({}, { projection: { _id: 1 } }).map(({ _id }) => _id).toArray();
  return [...new Set([...await orderDays(store), ...counted])].filter(isDay).sort();
}

function rebuildsOf(store: MartStore): Collection<RebuildDocument> {
  return store.collection<RebuildDocument>("mart_rebuilds");
}
