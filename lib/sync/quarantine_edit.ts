import { AppError } from "../errors.ts";
import type { Store } from "../store/connect.ts";
import { readStored } from "../store/upsert.ts";
import type { Stream } from "../streams/define.ts";
import { keyAlias, MODIFIED, type RawRow } from "../streams/shape.ts";
import { cleanRow, isWell } from "./apply.ts";
import {
  digestOf,
  type EditDocument,
  editsOf,
  kindOf,
  type QuarantineDocument,
  quarantineOf,
  type RawRecord,
} from "./quarantine.ts";
import { editableColumns, holdingEdits } from "./quarantine_list.ts";

/** New values by column; null takes the value away. */
export type RowChanges = Record<string, string | null>;

/** What a person changes in a refused row. Columns that are not named stay as they are. */
export interface QuarantineChanges {
  raw?: RowChanges | undefined;
  /** Changes of the rows that belong to it, by their key (`tm_key0`). */
  children?: Record<string, RowChanges> | undefined;
}

/**
 * Changes values of a refused row. NetSuite's own row is kept beside, and nothing reaches the mirror before a replay.
 *
 * @param by who does it, by name
 * @throws {AppError} `not_in_quarantine`; `bad_edit` for a column, a line or a value that cannot be
 */
export async function editRow(
  store: Store,
  stream: Stream,
  row: QuarantineDocument,
  changes: QuarantineChanges,
  by: string,
  now: Date,
): Promise<void> {
  if (row.isCut) throw badEdit("it is larger than a document may be, so it is not kept whole; shorten it in NetSuite");
  const before = (await holdingEdits(store, [row])).get(row._id) ?? row;
  const after = changed(stream, row, before, changes);
  const cleaned = cleanRow(stream, after, { runId: row.runId, syncedAt: row.lastSeenAt });
  if (isWell(cleaned) && cleaned.origin.modifiedAt && cleaned.origin.modifiedAt > row.lastSeenAt) {
    // a time ahead of NetSuite's own would keep NetSuite's next version out of the mirror
    throw badEdit(
      `${MODIFIED} "${after.raw[MODIFIED]}" must not be after ${row.lastSeenAt.toISOString()}, when it was read`,
    );
  }
  const edit: EditDocument = {
    _id: row._id,
    stream: row.stream,
    key: cleaned.key,
    of: digestOf(row),
    original: { raw: row.raw, children: row.children },
    raw: after.raw,
    children: after.children,
    reasons: isWell(cleaned) ? [] : cleaned.reasons,
    by,
    at: now,
    isApplied: false,
  };
  await editsOf(store).replaceOne({ _id: row._id }, edit, { upsert: true });
}

/**
 * Takes an edit back. Of a row that is in the mirror as it was edited, NetSuite's own row returns to quarantine; the mirror
 * keeps what it shows until the record is read well or mended otherwise.
 *
 * @throws {AppError} `not_edited`
 */
export async function undoEdit(store: Store, streams: readonly Stream[], id: string): Promise<void> {
  const edit = await editsOf(store).findOne({ _id: id });
  if (!edit) {
    throw new AppError(`Nobody has edited ${id}: there is nothing to take back.`, "not_edited", "reject_request");
  }
  if (edit.isApplied) await bringBack(store, streams, edit);
  await editsOf(store).deleteOne({ _id: id, at: edit.at });
}

/** Before the edit goes, so that a crash between leaves the row in both places and not in none. */
async function bringBack(store: Store, streams: readonly Stream[], edit: EditDocument): Promise<void> {
  const { _id, stream, original, by } = edit;
  const declared = streams.find(({ name }) => name === stream);
  const mirrored = edit.key === null ? undefined : (await readStored(store, stream, [edit.key])).get(edit.key);
  // as old as what the mirror shows: the row can be mended otherwise, and still overwrites nothing newer
  const { syncedAt, runId } = mirrored?.source ?? { syncedAt: edit.at, runId: 0 };
  const cleaned = declared ? cleanRow(declared, original, { runId, syncedAt }) : null;
  const reasons = cleaned && !isWell(cleaned) ? cleaned.reasons : [`The edit of ${by} was taken back`];
  await quarantineOf(store).updateOne({ _id }, {
    $setOnInsert: {
      stream,
      key: cleaned?.key ?? null,
      ...original,
      reasons,
      kinds: [...new Set(reasons.map(kindOf))],
      firstSeenAt: edit.at,
      lastSeenAt: syncedAt,
      times: 1,
      runId,
      isMirrored: mirrored !== undefined && !mirrored.deletedAt,
    },
  }, { upsert: true });
}

function changed(stream: Stream, row: QuarantineDocument, before: RawRecord, changes: QuarantineChanges): RawRecord {
  const columns = editableColumns(stream, row.key);
  const raw = withChanges(stream.name, before.raw, changes.raw ?? {}, columns.raw);
  const children = [...before.children];
  for (const [key, change] of Object.entries(changes.children ?? {})) {
    const at = children.findIndex((child) => child[keyAlias(0)] === key);
    if (at < 0) {
      const keys = children.slice(0, 10).map((child) => child[keyAlias(0)]).join(", ");
      throw badEdit(`${row._id} has no line "${key}"; ${keys ? `its lines are ${keys}` : "it has none"}`);
    }
    children[at] = withChanges(`${stream.name}.${stream.children?.field}`, children[at]!, change, columns.children);
  }
  return { raw, children };
}

function withChanges(name: string, row: RawRow, changes: RowChanges, known: string[]): RawRow {
  const after = { ...row };
  for (const [column, value] of Object.entries(changes)) {
    if (!known.includes(column)) {
      throw badEdit(`${name} has no column "${column}" to edit; there are ${known.join(", ")}`);
    }
    if (value === null) delete after[column];
    else after[column] = value;
  }
  return after;
}

function badEdit(says: string): AppError {
  return new AppError(`Cannot edit the row: ${says}.`, "bad_edit", "reject_request");
}
