import type { Collection, Document } from "mongodb";
import { nextNumber } from "../store/counter.ts";

/** What the marts need of the store. `Store` of lib/store is one. */
export interface MartStore {
  collection<T extends Document>(name: string): Collection<T>;
}

/** A day whose totals may no longer be what the documents say; kept in `mart_dirty` until they are recounted. */
export interface DirtyDay {
  /** `sales:2026-11-19` */
  _id: string;
  mart: string;
  day: string;
  /** A new one with every mark: a recount clears only the mark that it saw before it began to read. */
  token: string;
  markedAt: Date;
  /** Writers that have marked the day and have not yet said that their writes are done. */
  writers: string[];
  /** When writers that went silent (a killed process) no longer count. */
  heldUntil: Date;
}

/** How long a mark waits for its writer. A page is written in seconds; a killed worker holds its days back no longer than this. */
const HOLD_MS = 60_000;

/** A mark that is waiting for its writer. */
export interface DirtyMark {
  /** To be called when the writes that the mark announced are done (or have failed): recounts may clear the days from now on. */
  written(): Promise<void>;
}

/**
 * Marks days as dirty, before the documents change.
 *
 * Called before the write, a mark survives whatever happens to the writer. A recount that runs between mark and write
 * would see the old documents; it therefore keeps the mark until `written()` was called, or the hold of 60 s is over.
 * Marking is idempotent and any number of writers may hold the same day.
 */
export async function markDays(store: MartStore, mart: string, days: Iterable<string>): Promise<DirtyMark> {
  const all = [...new Set(days)];
  const writer = crypto.randomUUID();
  const now = Date.now();
  await update(store, mart, all, {
    $addToSet: { writers: writer },
    $max: { heldUntil: new Date(now + HOLD_MS) },
  });
  return { written: () => update(store, mart, all, { $pull: { writers: writer } }, { heldUntil: new Date(now) }) };
}

/** The marks of now, oldest day first. */
export function listDirty(store: MartStore, mart: string): Promise<DirtyDay[]> {
  return dirtyDays(store).find({ mart }).sort({ _id: 1 }).toArray();
}

/** How many days are dirty. */
export function countDirty(store: MartStore, mart: string): Promise<number> {
  return dirtyDays(store).countDocuments({ mart });
}

/**
 * Removes the marks that are the same as before the recount and wait for nobody.
 *
 * @param seen the marks as they were before the recount took its sequence number and read
 * @returns how many were removed
 */
export async function clearDirty(store: MartStore, seen: DirtyDay[], now: Date): Promise<number> {
  if (seen.length === 0) return 0;
  const done = await dirtyDays(store).bulkWrite(
    seen.map(({ _id, token }) => ({
      deleteOne: { filter: { _id, token, $or: [{ writers: { $size: 0 } }, { heldUntil: { $lte: now } }] } },
    })),
    { ordered: false },
  );
  return done.deletedCount;
}

/**
 * The next sequence number of a mart: greater than every one before, over all processes. A recount takes it after it has
 * read the marks and before it reads documents, and no result replaces one with a greater number. So whoever writes last
 * has read after every mark that was cleared.
 */
export function nextSequence(store: MartStore, mart: string): Promise<number> {
  return nextNumber(counters(store), mart);
}

/** Makes sure that the numbers to come are greater than this one. */
export async function raiseSequence(store: MartStore, mart: string, atLeast: number): Promise<void> {
  await counters(store).updateOne({ _id: mart }, { $max: { value: atLeast } }, { upsert: true });
}

/** In which form the mart was last built whole; null when never. */
export async function readForm(store: MartStore, mart: string): Promise<number | null> {
  return (await counters(store).findOne({ _id: mart }))?.form ?? null;
}

/** Notes that the whole mart has this form now. */
export async function writeForm(store: MartStore, mart: string, form: number): Promise<void> {
  await counters(store).updateOne({ _id: mart }, { $set: { form }, $setOnInsert: { value: 0 } }, { upsert: true });
}

function counters(store: MartStore): Collection<{ _id: string; value: number; form?: number }> {
  return store.collection("mart_sequence");
}

async function update(
  store: MartStore,
  mart: string,
  days: string[],
  change: Document,
  onInsert: Partial<DirtyDay> = {},
): Promise<void> {
  if (days.length === 0) return;
  const token = crypto.randomUUID();
  const insert = Object.keys(onInsert).length > 0 ? { $setOnInsert: onInsert } : {};
  await dirtyDays(store).bulkWrite(
    days.map((day) => ({
      updateOne: {
        filter: { _id: `${mart}:${day}` },
        update: { $set: { mart, day, token, markedAt: new Date() }, ...change, ...insert },
        upsert: true,
      },
    })),
    { ordered: false },
  );
}

function dirtyDays(store: MartStore): Collection<DirtyDay> {
  return store.collection<DirtyDay>("mart_dirty");
}
