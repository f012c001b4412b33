import { readFollowing } from "../sources/netsuite/read.ts";
import type { Key } from "../sources/netsuite/suiteql.ts";
import { LIVE } from "../store/live.ts";
import type { MirrorDocument } from "../store/upsert.ts";
import type { Stream } from "../streams/define.ts";
import { applyPage } from "./apply.ts";
import { bury } from "./bury.ts";
import { addCounts } from "./ledger.ts";
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
  const state = await work.ledger.states.findOne({ _id: stream.name });
  const since = state?.followedRunId ?? 0;
  const parents = work.store.collection<MirrorDocument>(followed.stream);
  let counts = chunk.counts;
  let after = chunk.checkpoint ? Number(chunk.checkpoint[0]) : 0;
  while (true) {
    const changed = await parents.find(
      { _id: { $gt: after }, "source.runId": { $gt: since } },
      { projection: { _id: 1 }, sort: { _id: 1 }, limit: PARENTS },
    ).toArray();
    if (changed.length === 0) break;
    counts = addCounts(counts, await followSome(work, stream, changed.map(({ _id }) => Number(_id))));
    after = Number(changed.at(-1)!._id);
    await note(work, counts, { checkpoint: [String(after)] });
    work.signal.throwIfAborted();
  }
  work.held.chunk.counts = counts;
  await finish(work, {});
}

async function followSome(work: Work, stream: Stream, ids: number[]) {
  let counts = { read: 0, written: 0, unchanged: 0, stale: 0, deleted: 0, quarantined: 0 };
  const present = new Set<number | string>();
  const at = work.reader.now();
  for (const column of stream.follows!.columns) {
    let after: Key | null = null;
    do {
      const page = await readFollowing(work.reader, stream, column, ids.map(String), after);
      const { counts: applied, keys } = await applyPage(work.store, stream, page, work.run._id);
      counts = addCounts(counts, applied);
      for (const key of keys) present.add(key);
      after = page.next;
    } while (after);
  }
  const mirrored = await work.store.collection<MirrorDocument>(stream.name).find(
    { ...LIVE, $or: stream.follows!.columns.map((column) => ({ [fieldOf(stream, column)]: { $in: ids } })) },
    { projection: { _id: 1 } },
  ).toArray();
  const gone = mirrored.map(({ _id }) => _id).filter((key) => !present.has(key));
  return addCounts(counts, { deleted: await bury(work, stream, gone, "Gone with a change of its document", at) });
}
