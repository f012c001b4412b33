import type { Unfit } from "../errors.ts";
import type { Store } from "../store/connect.ts";
import type { Stored } from "../store/upsert.ts";
import type { RawRow } from "../streams/shape.ts";
import { digest } from "./digest.ts";
import { keepable } from "./too_large.ts";

/** A row as NetSuite answered it, with the rows that belong to it. */
export interface RawRecord {
  raw: RawRow;
  children: RawRow[];
}

/** A row that its stream cannot take. */
export interface Refused extends RawRecord {
  /** Null when even the key cannot be read. */
  key: number | string | null;
  /** Of several rows that share a key: which of them, from the second on. */
  twin?: number;
  reasons: string[];
  /** The columns whose values do not fit. */
  unfit: Unfit[];
}

/** `quarantine`: a refused row, kept raw until the row or the rule is mended. */
export interface QuarantineDocument extends RawRecord {
  /** `stream/key`; where there is no key, the digest of the row takes its place; of rows that share one, `stream/key/2`. */
  _id: string;
  stream: string;
  key: number | string | null;
  reasons: string[];
  /** The reasons without the values of this row: rows that fail alike share them. */
  kinds: string[];
  firstSeenAt: Date;
  lastSeenAt: Date;
  times: number;
  runId: number;
  /** Whether the mirror has an (older) document of the record: it then is not missing from the mirror. */
  isMirrored: boolean;
  /** Its row was too large to be kept whole: what stands here is to be looked at, and never replayed. */
  isCut?: true;
}

/**
 * `quarantine_edits`: how a person has mended a row. It holds for just the row that was mended: when NetSuite's row
 * changes, the edit no longer counts, and the newer row of the source wins.
 */
export interface EditDocument extends RawRecord {
  /** That of the quarantined row. */
  _id: string;
  stream: string;
  /** Key of the mended row; null when it still has none. */
  key: number | string | null;
  /** Digest of the row that was mended. */
  of: string;
  original: RawRecord;
  /** What is still wrong with it; empty when it is ready to be replayed. */
  reasons: string[];
  by: string;
  at: Date;
  /** Whether it is in the mirror: then it is put in the row's place each time the same row is read again. */
  isApplied: boolean;
}

/** The digest by which an edit knows its row. */
export function digestOf({ raw, children }: RawRecord): string {
  // the order of names is that of the answer, and may differ from one reading to the next
  const plain = (row: RawRow) => Object.entries(row).filter(([, value]) => value !== undefined).sort();
  return digest([plain(raw), children.map(plain)]);
}

/** The `_id` of a refused row. */
export function quarantineId(stream: string, { key, raw, twin }: Pick<Refused, "key" | "raw" | "twin">): string {
  return `${stream}/${key ?? digest(raw)}${twin ? `/${twin}` : ""}`;
}

/** A reason without the values of its row, e.g. `status "…" must be a letter`. */
export function kindOf(reason: string): string {
  return reason.replace(/"[^"]*"/g, '"…"').replace(/^(\w+) \d+: /, "$1: ").slice(0, 200);
}

/** Keeps refused rows, once each, with how often they were seen. */
export async function quarantine(
  store: Store,
  stream: string,
  refused: Refused[],
  stored: Map<number | string, Stored>,
  seen: { runId: number; at: Date },
): Promise<void> {
  if (refused.length === 0) return;
  await quarantineOf(store).bulkWrite(
    refused.map(({ key, raw, children, reasons, twin }) => {
      const old = key === null || twin ? undefined : stored.get(key); // one of them at most is what the mirror has
      const isMirrored = old !== undefined && !old.deletedAt;
      const kinds = [...new Set(reasons.map(kindOf))], kept = keepable({ raw, children });
      return {
        updateOne: {
          filter: { _id: quarantineId(stream, { key, raw, ...(twin ? { twin } : {}) }) },
          update: {
            $set: { stream, key, ...kept, reasons, kinds, lastSeenAt: seen.at, runId: seen.runId, isMirrored },
            ...(kept.isCut ? {} : { $unset: { isCut: "" } }),
            $setOnInsert: { firstSeenAt: seen.at },
            $inc: { times: 1 },
          },
          upsert: true,
        },
      };
    }),
    { ordered: false },
  );
}

/** The columns of refused rows that are not in quarantine for the same reasons already: a row that waits there is no news. */
export async function newlyUnfit(store: Store, stream: string, refused: Refused[]): Promise<Unfit[]> {
  const suspects = refused.filter(({ unfit }) => unfit.length > 0);
  if (suspects.length === 0) return [];
  const ids = suspects.map((row) => quarantineId(stream, row));
  const found = await quarantineOf(store).find({ _id: { $in: ids } }, { projection: { kinds: 1 } }).toArray();
  const known = new Map(found.map(({ _id, kinds }) => [_id, new Set(kinds)]));
  return suspects.flatMap((row, n) =>
    row.reasons.every((reason) => known.get(ids[n]!)?.has(kindOf(reason))) ? [] : row.unfit
  );
}

/** Lets go of rows that are well again. */
export async function clearQuarantine(store: Store, stream: string, keys: (number | string)[]): Promise<void> {
  const rows = quarantineOf(store);
  if (keys.length === 0 || !await rows.findOne({ stream }, { projection: { _id: 1 } })) return;
  await rows.deleteMany({ stream, key: { $in: keys } });
}

/**
 * The edits that stand in for refused rows: those that are in the mirror already and were made for the very same row.
 *
 * @returns edits by the id of the refused row
 */
export async function appliedEdits(
  store: Store,
  stream: string,
  refused: Refused[],
): Promise<Map<string, EditDocument>> {
  if (refused.length === 0) return new Map();
  const rows = new Map(refused.map((row) => [quarantineId(stream, row), row]));
  const found = await editsOf(store).find({ _id: { $in: [...rows.keys()] }, isApplied: true }).toArray();
  return new Map(found.filter((edit) => edit.of === digestOf(rows.get(edit._id)!)).map((edit) => [edit._id, edit]));
}

/** Drops the edits of refused rows that have changed since they were edited: NetSuite's newer row wins. */
export async function dropOutlivedEdits(store: Store, stream: string, refused: Refused[]): Promise<void> {
  if (refused.length === 0 || !await editsOf(store).findOne({ stream }, { projection: { _id: 1 } })) return;
  await editsOf(store).bulkWrite(
    refused.map((row) => ({ deleteOne: { filter: { _id: quarantineId(stream, row), of: { $ne: digestOf(row) } } } })),
    { ordered: false },
  );
}

/** Drops the edits of records whose row needs none any more: it was read well, or is gone. */
export async function dropEdits(store: Store, stream: string, keys: (number | string)[]): Promise<void> {
  const edits = editsOf(store);
  if (keys.length === 0 || !await edits.findOne({ stream }, { projection: { _id: 1 } })) return;
  await edits.deleteMany({ stream, key: { $in: keys } });
}

/**
 * Keys whose mirror is known not to be what NetSuite has: rows in quarantine, and rows that stand in the mirror as a person
 * has mended them. A comparison leaves them out.
 */
export async function leftOutKeys(store: Store, stream: string): Promise<(number | string)[]> {
  const only = { projection: { _id: 0, key: 1 } };
  const [rows, edits] = await Promise.all([
    quarantineOf(store).find({ stream }, only).toArray(),
    editsOf(store).find({ stream, isApplied: true }, only).toArray(),
  ]);
  return [...new Set([...rows, ...edits].flatMap(({ key }) => key === null ? [] : [key]))];
}

/** How many rows of a stream are in quarantine, and how many of them the mirror has no document of. */
export async function countQuarantine(store: Store, stream: string): Promise<{ rows: number; unmirrored: number }> {
  const [rows, unmirrored] = await Promise.all([
    quarantineOf(store).countDocuments({ stream }),
    quarantineOf(store).countDocuments({ stream, isMirrored: false }),
  ]);
  return { rows, unmirrored };
}

/** The collection of refused rows. */
export function quarantineOf(store: Store) {
  return store.collection<QuarantineDocument>("quarantine");
}

/** The collection of edits. */
export function editsOf(store: Store) {
  return store.collection<EditDocument>("quarantine_edits");
}
