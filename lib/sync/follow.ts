import type { Filter } from "mongodb";
import { readFollowing } from "../sources/netsuite/read.ts";
import type { Key } from "../sources/netsuite/suiteql.ts";
import { LIVE } from "../store/live.ts";
import type { MirrorDocument } from "../store/upsert.ts";
import type { Stream } from "../streams/define.ts";
import { streamNamed } from "../streams/registry.ts";
import { bringPage } from "./apply.ts";
import { bury } from "./bury.ts";
import { addCounts, type DateRange } from "./ledger.ts";
import { quarantineOf } from "./quarantine.ts";
import { timesOf } from "./range.ts";
import { fieldOf } from "./read_chunk.ts";
import { finish, note, type Work } from "./work.ts";

/** Records whose rows are asked for at once: half of what SuiteQL takes in a list. */
const PARENTS = 500;

/**
 * Re-reads a stream for the changed records of the one it follows: the links of changed documents. Everything NetSuite has
 * for those records is written, and what the mirror has beyond it is buried.
 *
 * Changed records are those that runs after the last followed one have written, tombstones among them. So a run that was
 * cut off before it came to follow is made up for by the next.
 */
export async function followChunk(work: Work, stream: Stream): Promise<void> {
  const { chunk } = work.held, followed = stream.follows!;
  const changedAfter = await changedParents(work, stream, followed.stream);
  let counts = chunk.counts;
  let after = chunk.checkpoint ? Number(chunk.checkpoint[0]) : 0;
  const counted = new Set<number | string>();
  while (true) {
    const changed = await changedAfter(after);
    if (changed.length === 0) break;
    counts = addCounts(counts, await followSome(work, stream, changed, counted));
    after = changed.at(-1)!;
    await note(work, counts, { checkpoint: [String(after)] });
    work.signal.throwIfAborted();
  }
  work.held.chunk.counts = counts;
  await finish(work, {});
}

/**
 * Tells the next records to follow, ascending: those that runs after the last followed one have written, or have refused to,
 * since what belongs to a refused record has changed with it. In a backfill those of its range, in a dry run also those
 * that it would have written.
 */
async function changedParents(
  work: Work,
  stream: Stream,
  parent: string,
): Promise<(after: number) => Promise<number[]>> {
  const { run, ledger } = work;
  const state = await ledger.states.findOne({ _id: stream.name });
  const mark = Math.min(state?.followedRunId ?? 0, (state?.replayedIn ?? Infinity) - 1);
  const written: Filter<MirrorDocument> = { "source.runId": { $gt: mark } };
  const wanted = run.range ? inRange(streamNamed(parent), run.range, work.config.zone) : written;
  const touched = run.isDryRun ? await touchedIn(work, parent) : [];
  const refusedAfter = run.range ? run._id - 1 : mark;
  return async (after) => {
    const [found, refused] = await Promise.all([
      work.store.collection<MirrorDocument>(parent).find(
        { _id: { $gt: after }, ...wanted },
        { projection: { _id: 1 }, sort: { _id: 1 }, limit: PARENTS },
      ).toArray(),
      quarantineOf(work.store).find(
        { stream: parent, key: { $gt: after }, runId: { $gt: refusedAfter } },
        { projection: { key: 1 }, sort: { key: 1 }, limit: PARENTS },
      ).toArray(),
    ]);
    const ids = new Set([
      ...found.map(({ _id }) => Number(_id)),
      ...refused.map(({ key }) => Number(key)),
      ...touched.filter((id) => id > after),
    ]);
    return [...ids].sort((a, b) => a - b).slice(0, PARENTS);
  };
}

function inRange(stream: Stream, range: DateRange, zone: string): Filter<MirrorDocument> {
  if (stream.range) return { [fieldOf(stream, stream.range)]: { $gte: range.from, $lte: range.to } };
  const { from, to } = timesOf(range, zone);
  return { "source.modifiedAt": { $gte: from, $lt: to } };
}

async function touchedIn({ run, ledger }: Work, parent: string): Promise<number[]> {
  const chunks = await ledger.chunks.find(
    { runId: run._id, plan: run.plan, stream: { $in: [parent, "*"] } },
    { projection: { touched: 1 } },
  ).toArray();
  return chunks.flatMap(({ touched }) => touched ?? []);
}

/**
 * @param counted of a dry run, what is counted already: a row that comes by several of its records is not written in
 *   between, and would be counted again
 */
async function followSome(work: Work, stream: Stream, ids: number[], counted: Set<number | string>) {
  let counts = { read: 0, written: 0, unchanged: 0, stale: 0, deleted: 0, quarantined: 0 };
  const present = new Set<number | string>();
  const at = work.reader.now();
  for (const column of stream.follows!.columns) {
    let after: Key | null = null;
    do {
      const page = await readFollowing(work.reader, stream, column, ids.map(String), after);
      const { counts: applied, keys, changed } = await bringPage(work, stream, page);
      const again = changed.filter((key) => counted.has(key)).length;
      counts = addCounts(addCounts(counts, applied), { written: -again, unchanged: again });
      for (const key of changed) counted.add(key);
      for (const key of keys) present.add(key);
      after = page.next;
    } while (after);
  }
  if (work.run.range) return counts; // a backfill looks for nothing that is gone
  const mirrored = await work.store.collection<MirrorDocument>(stream.name).find(
    { ...LIVE, $or: stream.follows!.columns.map((column) => ({ [fieldOf(stream, column)]: { $in: ids } })) },
    { projection: { _id: 1 } },
  ).toArray();
  const gone = mirrored.map(({ _id }) => _id).filter((key) => !present.has(key) && !counted.has(key));
  if (work.run.isDryRun) { for (const key of gone) counted.add(key); }
  return addCounts(counts, { deleted: await bury(work, stream, gone, "Gone with a change of its document", at) });
}
