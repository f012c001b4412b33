import type { Filter } from "mongodb";
import type { Clock } from "../clock.ts";
import { settleDirty } from "../marts/sales.ts";
import type { Store } from "../store/connect.ts";
import { type Incoming, readStored, type Stored } from "../store/upsert.ts";
import type { Stream } from "../streams/define.ts";
import { cleanRow, isWell, writeVersions } from "./apply.ts";
import { followReplayed } from "./follow_again.ts";
import type { Ledger } from "./ledger.ts";
import { type EditDocument, editsOf, kindOf, type QuarantineDocument, quarantineOf } from "./quarantine.ts";
import { batches, holdingEdits } from "./quarantine_list.ts";
import type { ReplayView } from "./views.ts";

/** Which rows are replayed: some, those of a stream, or all. */
export type ReplayScope = { ids: string[] } | { stream: string } | { all: true };

/** How far a replay is. */
export interface ReplayProgress extends ReplayView {
  total: number;
}

/** `sync_replays`: who has replayed what, kept as long as runs are. Its `_id` is from the sequence of run numbers. */
export interface ReplayDocument extends ReplayView {
  _id: number;
  scope: ReplayScope;
  by: string;
  startedAt: Date;
  endedAt: Date | null;
}

/** What a replay needs. */
export interface ReplayParts {
  store: Store;
  ledger: Ledger;
  streams: readonly Stream[];
  clock: Clock;
}

/**
 * Sends refused rows once more through cleaning and writing: as edited, or as they are, for when the rule was wrong and is
 * mended. Rows that are well go into the mirror and leave quarantine; the others stay, with the reasons of now.
 *
 * Nothing newer is overwritten: a row counts as read when NetSuite was asked for it, as in any run. So it may happen at any
 * time, twice at once, and beside a run. A row that was read anew meanwhile stays in quarantine. A few hundred rows are in
 * memory at a time.
 *
 * @param by who asks, by name
 * @param onProgress is told after each batch
 */
export async function replay(
  parts: ReplayParts,
  scope: ReplayScope,
  by: string,
  onProgress: (progress: ReplayProgress) => void = () => {},
): Promise<ReplayView> {
  const { store, ledger, clock } = parts;
  const filter = rowsOf(scope);
  const total = await quarantineOf(store).countDocuments(filter);
  const runId = await ledger.next("run");
  const replays = store.collection<ReplayDocument>("sync_replays");
  const done: ReplayView = { replayed: 0, refused: 0, outdated: 0 };
  await replays.insertOne({ _id: runId, scope, by, startedAt: clock.now(), endedAt: null, ...done });
  let hasSales = false;
  for await (const batch of batches(store, filter)) {
    for (const [name, rows] of Map.groupBy(batch, (row) => row.stream)) {
      const stream = parts.streams.find((one) => one.name === name);
      const found = stream
        ? await replayRows(parts, stream, rows, runId)
        : { replayed: 0, refused: rows.length, outdated: 0 };
      done.replayed += found.replayed;
      done.refused += found.refused;
      done.outdated += found.outdated;
      hasSales ||= name === "transactions" && found.replayed > 0;
    }
    onProgress({ ...done, total });
  }
  if (hasSales) await settleDirty(store);
  await replays.updateOne({ _id: runId }, { $set: { ...done, endedAt: clock.now() } });
  return done;
}

function rowsOf(scope: ReplayScope): Filter<QuarantineDocument> {
  if ("ids" in scope) return { _id: { $in: scope.ids } };
  return "stream" in scope ? { stream: scope.stream } : {};
}

/** One row and what became of it. */
interface Tried {
  row: QuarantineDocument;
  edit: EditDocument | undefined;
  result: ReturnType<typeof cleanRow>;
}

async function replayRows(
  { store, ledger }: ReplayParts,
  stream: Stream,
  rows: QuarantineDocument[],
  runId: number,
): Promise<ReplayView> {
  const edits = await holdingEdits(store, rows);
  const tried = rows.map((row): Tried => {
    const edit = edits.get(row._id);
    if (row.isCut) return { row, edit: undefined, result: { ...row, unfit: [] } };
    return { row, edit, result: cleanRow(stream, edit ?? row, { runId, syncedAt: row.lastSeenAt }) };
  });
  const well = tried.filter((one): one is Tried & { result: Incoming } => isWell(one.result));
  const keys = well.map(({ result }) => result.key);
  let counts = { replayed: 0, outdated: 0 };
  if (well.length > 0) {
    const incoming = well.map(({ result }) => result);
    const { written, unchanged, stale } = await writeVersions(
      store,
      stream,
      incoming,
      await readStored(store, stream.name, keys),
    );
    counts = { replayed: written + unchanged, outdated: stale };
    if (written + unchanged > 0) await followReplayed(ledger, stream.name, runId);
    await letGo(store, well, await readStored(store, stream.name, keys));
  }
  await noteReasons(store, tried);
  return { ...counts, refused: tried.length - well.length };
}

/** Rows leave quarantine, unless they were read or edited anew while they were written. */
async function letGo(store: Store, well: (Tried & { result: Incoming })[], stored: Map<number | string, Stored>) {
  const leaving: QuarantineDocument[] = [];
  for (const { row, edit, result } of well) {
    if (!edit) {
      leaving.push(row);
      continue;
    }
    const isInMirror = stored.get(result.key)?.source.hash === result.origin.hash;
    const noted = await editsOf(store).updateOne(
      { _id: edit._id, at: edit.at },
      { $set: { isApplied: isInMirror, key: result.key, reasons: [] } },
    );
    if (noted.matchedCount > 0) leaving.push(row);
    if (!isInMirror) await editsOf(store).deleteOne({ _id: edit._id, at: edit.at });
  }
  if (leaving.length > 0) {
    await quarantineOf(store).bulkWrite(
      leaving.map(({ _id, lastSeenAt }) => ({ deleteOne: { filter: { _id, lastSeenAt } } })),
      { ordered: false },
    );
  }
  // of what has stayed because it came anew, the mirror has a document now
  const live = well.filter(({ result }) => stored.has(result.key) && !stored.get(result.key)!.deletedAt);
  await quarantineOf(store).updateMany({ _id: { $in: live.map(({ row }) => row._id) } }, {
    $set: { isMirrored: true },
  });
}

async function noteReasons(store: Store, tried: Tried[]): Promise<void> {
  const refused = tried.flatMap(({ row, edit, result }) =>
    isWell(result) ? [] : [{ row, edit, reasons: result.reasons }]
  );
  if (refused.length === 0) return;
  const own = refused.filter(({ edit }) => !edit);
  if (own.length > 0) {
    await quarantineOf(store).bulkWrite(
      own.map(({ row: { _id, lastSeenAt }, reasons }) => ({
        updateOne: {
          filter: { _id, lastSeenAt },
          update: { $set: { reasons, kinds: [...new Set(reasons.map(kindOf))] } },
        },
      })),
      { ordered: false },
    );
  }
  for (const { edit, reasons } of refused) {
    if (edit) await editsOf(store).updateOne({ _id: edit._id, at: edit.at }, { $set: { reasons } });
  }
}
