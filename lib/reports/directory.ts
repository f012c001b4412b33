import type { Collection, Document } from "mongodb";
import type { MartStore } from "../marts/dirty.ts";

/** Which names to keep: the collection, its fields, and how a record is called. */
export interface DirectoryOf {
  collection: string;
  fields: string[];
  /** Name to sort by, and other texts to find it by. */
  entry(record: Document): { name: string; code: string | null };
}

/** One record of a directory. */
export interface DirectoryEntry {
  name: string;
  /** Name and number in lower case, to search in. */
  words: string;
}

/** More records than this are not kept in memory (some 40 MB); who needs their names asks the database. */
export const MOST_ENTRIES = 200_000;

/**
 * A page is asked for (`source.syncedAt`) before it is written, so that one can appear behind another. No page takes this long,
 * nor do the clocks of two processes differ so much: what was asked for earlier than that has been seen.
 */
const OVERLAP_MS = 120_000;

interface Kept {
  entries: Map<number, DirectoryEntry>;
  /** Everything stamped before has been read; null before the first reading. */
  seenUntil: Date | null;
  /** The last replay of refused rows that was seen, and whether it was over. */
  replay: string;
  /** Refreshes run one after the other. */
  turn: Promise<void>;
}

const kept = new WeakMap<MartStore, Map<string, Kept>>();

/**
 * All names of a collection, for sorting and searching by name, which would read the whole collection each time. The first
 * call reads it; every later one reads only what was written since, by `source.syncedAt` (the sync stamps every document
 * that it changes). Tombstones stay, since old orders name them.
 *
 * @param now the clock
 * @returns the names by id, or null where there are too many to keep
 */
export async function readDirectory(
  store: MartStore,
  of: DirectoryOf,
  now = new Date(),
): Promise<Map<number, DirectoryEntry> | null> {
  let ofStore = kept.get(store);
  if (!ofStore) kept.set(store, ofStore = new Map());
  let directory = ofStore.get(of.collection);
  if (!directory) {
    const size = await store.collection(of.collection).estimatedDocumentCount();
    if (size > MOST_ENTRIES) return null;
    directory = ofStore.get(of.collection);
    if (!directory) {
      ofStore.set(
        of.collection,
        directory = { entries: new Map(), seenUntil: null, replay: "", turn: Promise.resolve() },
      );
    }
  }
  const mine = directory;
  const refreshed = mine.turn.then(() => refresh(store, of, mine, now));
  mine.turn = refreshed.catch(() => {}); // the next one tries again
  await refreshed;
  return mine.entries;
}

async function refresh(store: MartStore, of: DirectoryOf, directory: Kept, now: Date): Promise<void> {
  const { entries } = directory, replay = await lastReplay(store);
  const seenUntil = replay === directory.replay ? directory.seenUntil : null;
  const records: Collection<Document & { _id: number }> = store.collection(of.collection);
  const found = records.find(seenUntil ? { "source.syncedAt": { $gte: seenUntil } } : {}, {
    projection: Object.fromEntries(of.fields.map((field) => [field, 1])),
    batchSize: 5000,
  });
  for await (const record of found) {
    const { name, code } = of.entry(record);
    entries.set(record._id, { name, words: `${name}\n${code ?? ""}`.toLowerCase() });
  }
  directory.seenUntil = new Date(now.getTime() - OVERLAP_MS);
  directory.replay = replay;
}

/**
 * A replay writes rows that were read any time ago, and so stamps them: after one, and after its end, all is read anew.
 */
async function lastReplay(store: MartStore): Promise<string> {
  const replays = store.collection<{ _id: number; endedAt: Date | null }>("sync_replays");
  const last = await replays.findOne({}, { sort: { _id: -1 }, projection: { endedAt: 1 } });
  return last ? `${last._id} ${last.endedAt ? "over" : "under way"}` : "";
}
