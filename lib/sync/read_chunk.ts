import { readPage } from "../sources/netsuite/read.ts";
import type { Key } from "../sources/netsuite/suiteql.ts";
import { readStoredRange, type Stored } from "../store/upsert.ts";
import type { Stream } from "../streams/define.ts";
import { keyParts } from "../streams/key.ts";
import { bringPage } from "./apply.ts";
import { buryIfGone } from "./bury.ts";
import { addCounts } from "./ledger.ts";
import { ALL_TIMES, windowOf } from "./range.ts";
import { type AskPage, pagesAhead } from "./pages_ahead.ts";
import { note, type Work } from "./work.ts";

/**
 * Reads one chunk page by page and writes it: the next page is asked for while this one is still coming. After each page the
 * checkpoint moves, so that whoever takes the chunk up again re-reads one page at most.
 *
 * A chunk that reads every row of its range also finds what the mirror has and NetSuite has not: documents between two
 * keys that the page did not bring.
 */
export async function readChunk(work: Work, stream: Stream): Promise<void> {
  const { chunk } = work.held;
  const isWhole = work.run.plans[stream.name]?.mode === "full";
  const window = windowOf(work.run, stream, isWhole ? ALL_TIMES : { from: chunk.from, to: chunk.to });
  const { above, upTo } = chunk;
  const ask: AskPage = (after, known) => readPage(work.reader, stream, { window, after, above, upTo }, known);
  let after = chunk.checkpoint;
  let counts = chunk.counts;
  for await (const page of pagesAhead(ask, after)) {
    const stored = isWhole ? await storedBetween(work, stream, after, page.next) : undefined;
    const { counts: applied, keys, changed } = await bringPage(work, stream, page, stored);
    work.touched?.push(...changed.map(Number));
    const deleted = stored ? await sweep(work, stream, stored, keys) : 0;
    counts = addCounts(counts, { ...applied, deleted });
    if (!page.next) {
      await note(work, counts, { status: "done", lease: null, error: null });
      return;
    }
    await note(work, counts, { checkpoint: page.next });
    after = page.next;
    work.signal.throwIfAborted();
  }
}

/** What the mirror holds with a key after `after` and up to `upTo`: the part of the range that one page covers. */
async function storedBetween(
  work: Work,
  stream: Stream,
  after: Key | null,
  upTo: Key | null,
): Promise<Map<number | string, Stored>> {
  const { above, upTo: last } = work.held.chunk;
  const low = after ? Number(after[0]) : above, high = upTo ? Number(upTo[0]) : last;
  const isSingle = stream.key.length === 1;
  const range = {
    // of a composite key, rows with the first value of the page before may go on in this page
    ...(low === null ? {} : isSingle || !after ? { $gt: low } : { $gte: low }),
    ...(high === null ? {} : { $lte: high }),
  };
  const found = await readStoredRange(
    work.store,
    stream.name,
    isSingle ? "_id" : fieldOf(stream, stream.key[0]!),
    range,
  );
  for (const key of found.keys()) {
    if (!isAfter(stream, key, after) || isAfter(stream, key, upTo, false)) found.delete(key);
  }
  return found;
}

/** Documents that the page should have brought and did not: verified, then buried. */
async function sweep(
  work: Work,
  stream: Stream,
  stored: Map<number | string, Stored>,
  present: Set<number | string>,
): Promise<number> {
  const missing = [...stored.values()].filter((old) => !old.deletedAt && !present.has(old._id)).map((old) => old._id);
  return await buryIfGone(work, stream, missing, "Not in NetSuite any more, found by a full run");
}

/** The document's field that holds a key column. */
export function fieldOf(stream: Stream, source: string): string {
  const found = Object.entries(stream.columns).find(([, column]) => column.from === "t" && column.source === source);
  if (!found) throw new TypeError(`Stream ${stream.name} has no field for its key column ${source}`);
  return found[0];
}

/** Whether a document's key comes after a page's key; an open bound (null) counts as given by `open`. */
function isAfter(stream: Stream, key: number | string, bound: Key | null, open = true): boolean {
  if (!bound) return open;
  const parts = keyParts(stream, key);
  for (let n = 0; n < bound.length; n++) {
    const a = parts[n]!, b = bound[n]!;
    const order = Number.isNaN(Number(a)) || Number.isNaN(Number(b))
      ? (a < b ? -1 : a > b ? 1 : 0)
      : Number(a) - Number(b);
    if (order !== 0) return order > 0;
  }
  return false;
}
