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

/** Reads what the mirror holds of some records, without their bodies. */
export async function readStored(
  store: Store,
  name: string,
  keys: (number | string)[],
): Promise<Map<number | string, Stored>> {
  const found = await store.collection<Stored>(name)
    .find({ _id: { $in: keys } }, { projection: { source: 1, deletedAt: 1, date: 1, type: 1 } }).toArray();
  return new Map(found.map((document) => [document._id, document]));
}

/**
 * Writes the versions that differ from what is stored. An unchanged document is not written, and an older version never
 * overwrites a newer one: the filter of each write names what it may replace, so that two writers may race.
 *
 * @param stored what {@link readStored} gave for these keys
 */
export async function applyVersions(
  store: Store,
  name: string,
  incoming: Incoming[],
  stored: Map<number | string, Stored>,
): Promise<Applied> {
  const applied: Applied = { written: 0, unchanged: 0, stale: 0 };
  const operations: AnyBulkWriteOperation<MirrorDocument>[] = [];
  for (const version of incoming) {
    const old = stored.get(version.key);
    if (old && isSame(old, version.origin)) applied.unchanged++;
    else if (old && isOlder(version.origin, old.source)) applied.stale++;
    else operations.push(replacement(version));
  }
  if (operations.length === 0) return applied;
  const stale = await writeAll(store, name, operations);
  applied.stale += stale;
  applied.written += operations.length - stale;
  return applied;
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

function isOlder(version: Origin, stored: Origin): boolean {
  if (version.modifiedAt && stored.modifiedAt && +version.modifiedAt !== +stored.modifiedAt) {
    return version.modifiedAt < stored.modifiedAt;
  }
  return version.syncedAt < stored.syncedAt;
}

function replacement(version: Incoming): AnyBulkWriteOperation<MirrorDocument> {
  const { modifiedAt, syncedAt } = version.origin;
  const asked = { "source.syncedAt": { $lte: syncedAt } };
  const guard = modifiedAt
    ? {
      $or: [{ "source.modifiedAt": { $lt: modifiedAt } }, {
        "source.modifiedAt": { $in: [modifiedAt, null] },
        ...asked,
      }],
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
 * @returns how many were refused as stale
 */
async function writeAll(
  store: Store,
  name: string,
  operations: AnyBulkWriteOperation<MirrorDocument>[],
): Promise<number> {
  try {
    await store.collection<MirrorDocument>(name).bulkWrite(operations, { ordered: false });
    return 0;
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw error;
    const faults = [error.writeErrors].flat();
    if (error.result.getWriteConcernError() || faults.length === 0 || faults.some((fault) => fault.code !== 11000)) {
      throw error;
    }
    return faults.length;
  }
}
