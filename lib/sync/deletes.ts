import { logOf } from "../log.ts";
import { deletedIn } from "../sources/netsuite/survey.ts";
import { DELETED } from "../sources/netsuite/suiteql.ts";
import { LIVE } from "../store/live.ts";
import { type MirrorDocument, readStored } from "../store/upsert.ts";
import type { Stream } from "../streams/define.ts";
import { streamOfDeleted, STREAMS } from "../streams/registry.ts";
import { buryIfGone } from "./bury.ts";
import { fieldOf } from "./read_chunk.ts";
import { refusedAmong } from "./quarantine_gone.ts";
import { finish, type Work } from "./work.ts";
import { moveDeletes } from "./watermark.ts";

const log = logOf("sync");

/**
 * Reads `deletedrecord` for the run's window: suspects are the documents that the mirror still shows, and refused
 * rows; each is verified, then marked. A type that no stream answers to is logged by name, never passed over in silence.
 *
 * Only the run's own streams are looked at, and only they are noted as done: others have a window of their own. So have those
 * whose table is not shown: whether their records are gone cannot be asked.
 */
export async function readDeletes(work: Work): Promise<void> {
  const { chunk } = work.held;
  const window = { from: chunk.from!, to: chunk.to! };
  let read = 0;
  const deletedBy: Record<string, number> = {};
  const { gaps } = work.reader, { plans } = work.run;
  const visible = work.streams.filter(({ name, table }) => !plans[name]?.isAbsent && !gaps.has(table));
  const own = new Set(visible.map(({ name }) => name)), unknown = new Map<string, number>();
  for await (const page of deletedIn(work.reader, window)) {
    const byStream = new Map<Stream, number[]>();
    for (const { type, recordId } of page) {
      const stream = streamOfDeleted(type);
      if (!stream) unknown.set(type, (unknown.get(type) ?? 0) + 1);
      else if (own.has(stream.name)) byStream.set(stream, [...byStream.get(stream) ?? [], Number(recordId)]);
    }
    read += page.length;
    for (const [stream, ids] of byStream) {
      // a dry run leaves no tombstones: what its reading of the whole stream has missed already is not counted again
      if (work.run.isDryRun && work.run.plans[stream.name]?.mode === "full") continue;
      const stored = await readStored(work.store, stream.name, ids);
      const live = [...stored.values()].filter((document) => !document.deletedAt).map(({ _id }) => _id);
      const suspects = [...new Set([...live, ...await refusedAmong(work.store, stream.name, ids)])];
      const buried = await buryIfGone(work, stream, suspects, "Deleted in NetSuite");
      deletedBy[stream.name] = (deletedBy[stream.name] ?? 0) + buried;
      const shown = new Set<unknown>(live);
      await buryFollowing(work, stream, ids.filter((id) => !shown.has(id)), deletedBy);
    }
    work.signal.throwIfAborted();
  }
  for (const [type, count] of unknown) log.info("Deleted records of a type that no stream holds", { type, count });
  // where deleted records cannot be read, nothing is known up to the window's end
  if (!gaps.has(DELETED) && !work.run.isDryRun) await moveDeletes(work, visible, window.to);
  const deleted = Object.values(deletedBy).reduce((all, count) => all + count, 0);
  await finish(work, { read, deleted }, { deletedBy });
}

/**
 * Buries rows that belong to deleted records which the mirror does not show. Such a record came, or came back, after its own
 * stream was read, and was there when the stream that follows it was: no new tombstone of the record would lead there.
 *
 * @param deletedBy tombstones by stream, added to
 */
async function buryFollowing(
  work: Work,
  stream: Stream,
  ids: number[],
  deletedBy: Record<string, number>,
): Promise<void> {
  if (ids.length === 0 || work.run.isDryRun) return;
  for (const follower of STREAMS.filter(({ follows }) => follows?.stream === stream.name)) {
    if (work.reader.gaps.has(follower.table)) continue;
    const of = follower.follows!.columns.map((column) => ({ [fieldOf(follower, column)]: { $in: ids } }));
    const rows = await work.store.collection<MirrorDocument>(follower.name)
      .find({ ...LIVE, $or: of }, { projection: { _id: 1 } }).toArray();
    const keys = rows.map(({ _id }) => _id);
    const buried = await buryIfGone(work, follower, keys, "Gone with its document, deleted in NetSuite");
    if (buried > 0) deletedBy[follower.name] = (deletedBy[follower.name] ?? 0) + buried;
  }
}
