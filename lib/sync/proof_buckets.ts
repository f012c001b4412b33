import { bucketSums, type Sums } from "../sources/netsuite/proof.ts";
import { extentOf } from "../sources/netsuite/survey.ts";
import { LIVE } from "../store/live.ts";
import type { Stream } from "../streams/define.ts";
import { firstField } from "./mirror_sums.ts";
import { ALL_TIMES } from "./range.ts";
import type { Work } from "./work.ts";

/** Buckets that a stream is meant to have: all fit one page of an answer, with room for keys that came since. */
const BUCKETS = 500;

/** Buckets that lie near each other are looked into together, as long as one page holds the records of both. */
const TOGETHER_ROWS = 1000;

/**
 * The sums of the source in buckets that fit one page. How wide they must be, the mirror's own keys say without a request;
 * where it has lost most of them, NetSuite is asked how far its keys reach.
 */
export async function sourceBuckets(work: Work, stream: Stream): Promise<{ width: number; source: Map<number, Sums> }> {
  const field = firstField(stream);
  const ends = await Promise.all(([1, -1] as const).map((direction) =>
    work.store.collection(stream.name).find(LIVE, {
      projection: { [field]: 1 },
      sort: { [field]: direction },
      limit: 1,
    }).toArray()
  ));
  const width = widthFor(ends.flat().map((end) => Number(end[field])));
  try {
    return { width, source: await bucketSums(work.reader, stream, width) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const extent = await extentOf(work.reader, stream, ALL_TIMES);
    const wider = widthFor([extent?.min ?? 0, extent?.max ?? 0]);
    return { width: wider, source: await bucketSums(work.reader, stream, wider) };
  }
}

/** Keys in a bucket, so that there are {@link BUCKETS} of them on each side of zero at most. */
function widthFor(keys: number[]): number {
  return Math.max(1, Math.ceil((Math.max(0, ...keys.map(Math.abs)) + 1) / BUCKETS));
}

/** The keys of a bucket, `low <= key < high`. Cut towards zero, as `TRUNC` does it: bucket 0 reaches to both sides. */
export function boundsOf(bucket: number, width: number): [low: number, high: number] {
  const low = bucket > 0 ? bucket * width : (bucket - 1) * width + 1;
  const high = bucket < 0 ? bucket * width + 1 : (bucket + 1) * width;
  return [low, high];
}

/**
 * Ranges of buckets that hold all suspects, as few as fit a page each: a request costs the same for one record and for a
 * thousand, and where a business goes on, most buckets of what has no change time differ a little.
 *
 * @param buckets all of them, ascending
 * @param rowsIn how many records a bucket holds
 */
export function rangesOf(
  buckets: readonly number[],
  suspects: ReadonlySet<number>,
  rowsIn: (bucket: number) => number,
): [first: number, last: number][] {
  const ranges: [number, number][] = [];
  let rows = 0;
  for (const bucket of buckets) {
    rows += rowsIn(bucket);
    if (!suspects.has(bucket)) continue;
    const open = ranges.at(-1);
    if (open && rows <= TOGETHER_ROWS) open[1] = bucket;
    else {
      ranges.push([bucket, bucket]);
      rows = rowsIn(bucket);
    }
  }
  return ranges;
}
