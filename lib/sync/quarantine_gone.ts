import { buryIfGone } from "./bury.ts";
import type { Stream } from "../streams/define.ts";
import type { Store } from "../store/connect.ts";
import { quarantineId, quarantineOf } from "./quarantine.ts";
import type { Work } from "./work.ts";

/**
 * Refused rows leave quarantine with their record: a record that was never well has no document whose tombstone would say
 * that it is gone.
 */

/** Which of these keys are in quarantine. */
export async function refusedAmong(
  store: Store,
  stream: string,
  keys: (number | string)[],
): Promise<(number | string)[]> {
  const found = await quarantineOf(store).distinct("key", { stream, key: { $in: keys } });
  return found.filter((key) => key !== null);
}

/**
 * Lets go of the refused rows that a full run has not met, now that it has read the whole stream. Those with a key are
 * asked for: a person may have put one back while the run was reading.
 */
export async function dropUnmet(work: Work, stream: Stream): Promise<void> {
  const { store, run } = work;
  const unmet = await quarantineOf(store).find(
    { stream: stream.name, runId: { $ne: run._id }, lastSeenAt: { $lt: run.startedAt ?? run.createdAt } },
    { projection: { key: 1 } },
  ).toArray();
  // rows without a readable key, and the second of two that once shared one, stand for no record by themselves
  const isOwn = ({ _id, key }: (typeof unmet)[number]) =>
    key !== null && _id === quarantineId(stream.name, { key, raw: {} });
  const nameless = unmet.filter((row) => !isOwn(row)).map(({ _id }) => _id);
  if (nameless.length > 0) await quarantineOf(store).deleteMany({ _id: { $in: nameless }, runId: { $ne: run._id } });
  await buryIfGone(
    work,
    stream,
    unmet.filter(isOwn).map(({ key }) => key!),
    "Not in NetSuite any more, found by a full run",
  );
}
