import type { Document, Filter } from "mongodb";
import type { Store } from "../store/connect.ts";
import { LIVE } from "../store/live.ts";
import type { MirrorDocument } from "../store/upsert.ts";
import type { Stream } from "../streams/define.ts";
import { digest } from "./digest.ts";

/** Documents in one batch of the scan: their bodies are in memory together. */
const BATCH = 500;

/** What a scan found. */
export interface Altered {
  /** Documents whose content is no longer what was written. */
  changed: (number | string)[];
  /** Documents under an `_id` that no record of the stream can have. */
  foreign: unknown[];
}

/**
 * Documents that are no longer what was written: their content has another digest than `source.hash` says. A hand, a
 * script or a fault has changed them since, in whatever field; sums over all documents would see few such changes.
 *
 * Reads every body once, in batches, and lets other work run in between (`bench/altered_bench.ts` says how long it takes).
 *
 * @param keys only these; all that are live when absent
 */
export async function alteredDocuments(
  store: Store,
  stream: Stream,
  keys?: readonly (number | string)[],
  signal?: AbortSignal,
): Promise<Altered> {
  const filter: Filter<MirrorDocument> = { ...LIVE, ...(keys ? { _id: { $in: [...keys] } } : {}) };
  const found: Altered = { changed: [], foreign: [] };
  for await (const document of store.collection<MirrorDocument>(stream.name).find(filter, { batchSize: BATCH })) {
    signal?.throwIfAborted();
    if (!isKey(stream, document._id)) found.foreign.push(document._id);
    else if (!isWhole(document)) found.changed.push(document._id);
  }
  return found;
}

function isKey(stream: Stream, _id: unknown): boolean {
  if (stream.key.length === 1) return Number.isSafeInteger(_id);
  return typeof _id === "string" && /^-?\d+-/.test(_id);
}

function isWhole(document: MirrorDocument): boolean {
  const { hash, modifiedAt, syncedAt } = document.source ?? {};
  return syncedAt instanceof Date && (modifiedAt === null || modifiedAt instanceof Date) &&
    digest(contentOf(document)) === hash;
}

/** What a stream has shaped of a document, in the order in which it was written. */
function contentOf(document: MirrorDocument): Document {
  const { _id, source: _source, deletedAt: _at, deleteReason: _why, ...content } = document;
  return content;
}
