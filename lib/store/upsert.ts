import type { AnyBulkWriteOperation, Document } from "mongodb";
import { MongoBulkWriteError } from "mongodb";
import type { Store } from "./connect.ts";

/** What every document of a stream knows of where it comes from. */
export interface Origin {
  /** The source's time of the last change; null where the table has none. */
  modifiedAt: Date | null;
  /** Digest of the cleaned content. */
  hash: string;
  /** The run that wrote it. */
  runId: number;
  /** When the source was asked for this version, by the clock of the process that asked. */
  syncedAt: Date;
}

/** A document of a stream collection. */
export interface MirrorDocument extends Document {
  _id: number | string;
  source: Origin;
  deletedAt?: Date;
  deleteReason?: string;
}

/** A version of a record as just read. */
export interface Incoming {
  key: number | string;
  content: Document;
  origin: Origin;
}

/** What a page did to the mirror. */
export interface Applied {
  written: number;
  unchanged: number;
  /** Left alone because the mirror already holds a newer version. */
  stale: number;
}

/** The part of a stored document that deciding needs. */
export type Stored = Pick<MirrorDocument, "_id" | "source" | "deletedAt"> & { date?: string | null; type?: string };

const STORED = { source: 1, deletedAt: 1, date: 1, type: 1 };

/** Reads what the mirror holds of some records, without their bodies. */
export function readStored(
  store: Store,
  name: string,
  keys: (number | string)[],
): Promise<Map<number | string, Stored>> {
  return read(store, name, { _id: { $in: keys } });
}

/**
 * Reads what the mirror holds in a range of a field, without bodies: one walk along an index, tombstones included.
 *
 * @param field `_id`, or an indexed field
 */
export function readStoredRange(
  store: Store,
  name: string,
  field: string,
  range: { $gt?: number; $gte?: number; $lte?: number },
): Promise<Map<number | string, Stored>> {
  return read(store, name, Object.keys(range).length > 0 ? { [field]: range } : {});
}

async function read(store: Store, name: string, filter: Document): Promise<Map<number | string, Stored>> {
  const found = await store.collection<Stored>(name).find(filter, { projection: STORED, batchSize: 1000 }).toArray();
  return new Map(found.map((document) => [document._id, document]));
}

/**
 * Writes the versions that differ from what is stored. An unchanged document is not written, and an older version never
 * overwrites a newer one: the filter of each write names what it may replace, so that two writers may race.
 *
 * @param stored what {@link readStored} gave for these keys; a record that is not in it is inserted
 */
export async function applyVersions(
  store: Store,
  name: string,
  incoming: Incoming[],
  stored: Map<number | string, Stored>,
): Promise<Applied> {
  const { writes, ...applied } = judge(incoming, stored);
  // what is new is inserted, which is cheaper than an upsert; where another writer was faster, the guard decides after all
  const overtaken = await writeAll(
    store,
    name,
    writes,
    (version) => stored.has(version.key) ? replacement(version) : insertion(version),
  );
  const again = overtaken.filter((version) => !stored.has(version.key));
  const stale = overtaken.length - again.length + (await writeAll(store, name, again, replacement)).length;
  return { ...applied, stale: applied.stale + stale, written: writes.length - stale };
}

/**
 * Tells which versions differ from what is stored and are not older, without writing anything.
 *
 * @param stored what {@link readStored} gave for these keys
 */
export function judge(
  incoming: Incoming[],
  stored: Map<number | string, Stored>,
): { writes: Incoming[]; unchanged: number; stale: number } {
  const writes: Incoming[] = [];
  let unchanged = 0, stale = 0;
  for (const version of incoming) {
    const old = stored.get(version.key);
    if (old && isSame(old, version.origin)) unchanged++;
    else if (old && isOlder(version.origin, old)) stale++;
    else writes.push(version);
  }
  return { writes, unchanged, stale };
}

/**
 * Marks documents as gone in the source. They are kept, so that what they meant can still be read; a report leaves them
 * out by `LIVE`. A document that was read after `at` is left alone: it exists again.
 *
 * @param at when the source was asked and did not have them
 * @returns how many were marked
 */
export async function tombstone(
  store: Store,
  name: string,
  keys: (number | string)[],
  mark: { at: Date; reason: string; runId: number },
): Promise<number> {
  if (keys.length === 0) return 0;
  const result = await store.collection<MirrorDocument>(name).updateMany(
    { _id: { $in: keys }, deletedAt: { $exists: false }, "source.syncedAt": { $lte: mark.at } },
    { $set: { deletedAt: mark.at, deleteReason: mark.reason, "source.syncedAt": mark.at, "source.runId": mark.runId } },
  );
  return result.modifiedCount;
}

/** Whether the mirror holds just this version: same content, same time of change, and not a tombstone. */
export function isSame(stored: Stored, version: Origin): boolean {
  return !stored.deletedAt && stored.source.hash === version.hash &&
    stored.source.modifiedAt?.getTime() === version.modifiedAt?.getTime();
}

/** Of two versions the change time decides; whether a record is gone or back is decided by who has asked later. */
function isOlder(version: Origin, { source, deletedAt }: Stored): boolean {
  if (!deletedAt && version.modifiedAt && source.modifiedAt && +version.modifiedAt !== +source.modifiedAt) {
    return version.modifiedAt < source.modifiedAt;
  }
  return version.syncedAt < source.syncedAt;
}

type Operation = AnyBulkWriteOperation<MirrorDocument>;

function insertion(version: Incoming): Operation {
  return { insertOne: { document: { _id: version.key, ...version.content, source: version.origin } } };
}

function replacement(version: Incoming): Operation {
  const { modifiedAt, syncedAt } = version.origin;
  const asked = { "source.syncedAt": { $lte: syncedAt } };
  const guard = modifiedAt
    ? {
      $or: [
        { "source.modifiedAt": { $lt: modifiedAt }, deletedAt: { $exists: false } },
        { "source.modifiedAt": { $in: [modifiedAt, null] }, ...asked },
        // gone, as somebody found who has asked later: a page that was held up does not bring it back
        { deletedAt: { $exists: true }, ...asked },
      ],
    }
    : asked;
  return {
    replaceOne: {
      filter: { _id: version.key, ...guard } as Document,
      replacement: { ...version.content, source: version.origin } as unknown as MirrorDocument,
      upsert: true,
    },
  };
}

/**
 * Unordered, so that one refused write does not stop the others. A write whose filter did not match tries to insert and
 * meets the newer document under its `_id` (E11000): that is the guard at work, not a fault.
 *
 * @returns the versions that met a document they may not, or did not expect to, replace
 */
async function writeAll(
  store: Store,
  name: string,
  versions: Incoming[],
  operation: (version: Incoming) => Operation,
): Promise<Incoming[]> {
  if (versions.length === 0) return [];
  try {
    await store.collection<MirrorDocument>(name).bulkWrite(versions.map(operation), { ordered: false });
    return [];
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw error;
    const faults = [error.writeErrors].flat();
    const isOther = faults.length === 0 || faults.some((fault) => fault.code !== 11000);
    if (isOther || error.result.getWriteConcernError()) throw error;
    return faults.map((fault) => versions[fault.index]!);
  }
}
