import { type DirtyMark, markDirty, salesDays } from "../marts/sales.ts";
import { existing } from "../sources/netsuite/survey.ts";
import type { Store } from "../store/connect.ts";
import { readStored, tombstone } from "../store/upsert.ts";
import type { Stream } from "../streams/define.ts";
import { keyParts } from "../streams/key.ts";
import { inSpan } from "../telemetry/spans.ts";
import { clearQuarantine, dropEdits } from "./quarantine.ts";
import { checkHeld, type Work } from "./work.ts";

/**
 * Verifies suspected deletes and makes tombstones of those that are true. A record that NetSuite still has is left alone,
 * whatever `deletedrecord` says: ids come back when a delete is undone.
 *
 * @param keys `_id`s of documents that are thought to be gone
 * @param reason shown with the tombstone
 * @returns how many tombstones were made
 */
export async function buryIfGone(
  work: Work,
  stream: Stream,
  keys: (number | string)[],
  reason: string,
): Promise<number> {
  if (keys.length === 0) return 0;
  const at = work.reader.now(); // before asking: a version read later than this proves that the record is back
  const first = [...new Set(keys.map((key) => keyParts(stream, key)[0]!))];
  const alive = await existing(work.reader, stream, first);
  return await bury(work, stream, keys.filter((key) => !alive.has(String(key))), reason, at);
}

/**
 * Makes tombstones of documents that are certainly gone; a dry run only counts them.
 *
 * @param at when NetSuite was asked and did not have them
 */
export async function bury(
  work: Work,
  stream: Stream,
  keys: (number | string)[],
  reason: string,
  at: Date,
): Promise<number> {
  if (keys.length === 0) return 0;
  if (work.run.isDryRun) {
    const stored = await readStored(work.store, stream.name, keys);
    const gone = [...stored.values()].filter((old) => !old.deletedAt).map(({ _id }) => Number(_id));
    work.touched?.push(...gone);
    return gone.length;
  }
  await checkHeld(work);
  const mark = await markDaysOf(work.store, stream, keys);
  try {
    return await inSpan(
      "tidemark.write",
      { "tidemark.stream": stream.name, "tidemark.tombstones": keys.length },
      () => tombstone(work.store, stream.name, keys, { at, reason, runId: work.run._id }),
    );
  } finally {
    await mark?.written();
    await clearQuarantine(work.store, stream.name, keys);
    await dropEdits(work.store, stream.name, keys);
  }
}

/**
 * Says which days' totals change when these documents become tombstones, before they do.
 *
 * @param keys `_id`s of documents; those that are tombstones already count in no day
 */
export async function markDaysOf(
  store: Store,
  stream: Stream,
  keys: readonly (number | string)[],
): Promise<DirtyMark | null> {
  if (stream.name !== "transactions") return null;
  const stored = await readStored(store, stream.name, [...keys]);
  const days = [...stored.values()].filter((old) => !old.deletedAt).flatMap((old) => salesDays(old));
  return days.length > 0 ? await markDirty(store, days) : null;
}
