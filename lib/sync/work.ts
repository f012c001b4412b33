import type { SyncConfig } from "../config.ts";
import type { Reader } from "../sources/netsuite/ask.ts";
import type { Store } from "../store/connect.ts";
import type { Stream } from "../streams/define.ts";
import { LeaseLostError } from "../errors.ts";
import { change, type Held } from "./lease.ts";
import { addCounts, type ChunkDocument, type Counts, type Ledger, type RunDocument } from "./ledger.ts";

/** Everything that working on one chunk needs. */
export interface Work {
  store: Store;
  ledger: Ledger;
  run: RunDocument;
  held: Held;
  reader: Reader;
  config: SyncConfig;
  streams: readonly Stream[];
  /**
   * Of a dry run, where another stream follows what this chunk reads: records that would have changed. Null where nobody
   * asks for them.
   */
  touched: number[] | null;
  /** Fires when this worker must stop: its lease is lost, or the program ends. */
  signal: AbortSignal;
}

/**
 * Notes how far a chunk is, in the name of its token. Counts are set, never incremented, so that noting twice is harmless.
 *
 * @throws {LeaseLostError} when the chunk is no longer this worker's
 */
export async function note(work: Work, counts: Counts, more: Partial<ChunkDocument> = {}): Promise<void> {
  const { chunk } = work.held;
  await change(work.ledger, work.held, {
    $set: {
      counts,
      requests: chunk.requests + work.reader.meter.requests,
      throttled: chunk.throttled + work.reader.meter.throttled,
      ...(work.touched ? { touched: work.touched } : {}),
      ...more,
    },
  });
}

/**
 * Makes sure that the chunk is still this worker's, right before it writes what it has read. What a document may be replaced
 * by is guarded by the document itself; this keeps a worker that has slept from all that has no such guard.
 *
 * @throws {LeaseLostError}
 */
export async function checkHeld({ ledger, held }: Work): Promise<void> {
  const own = { _id: held.chunk._id, "lease.token": held.token, status: "working" as const };
  if (!await ledger.chunks.findOne(own, { projection: { _id: 1 } })) throw new LeaseLostError(held.chunk._id);
}

/** Notes the last state of a chunk and lets it go as done. */
export function finish(work: Work, counts: Partial<Counts>, more: Partial<ChunkDocument> = {}): Promise<void> {
  return note(work, addCounts(work.held.chunk.counts, counts), { ...more, status: "done", lease: null, error: null });
}
