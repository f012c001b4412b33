import type { Document, Filter } from "mongodb";
import type { Store } from "../store/connect.ts";
import { aliasOf, type Stream } from "../streams/define.ts";
import { keyAlias, MODIFIED, type RawRow } from "../streams/shape.ts";
import { digestOf, type EditDocument, editsOf, type QuarantineDocument, quarantineOf } from "./quarantine.ts";
import type { QuarantinePage, QuarantineView } from "./views.ts";

/** Which rows of the quarantine are meant. */
export interface QuarantineFilter {
  /** Name of a stream. */
  stream?: string | undefined;
  /** A reason as {@link QuarantinePage} counts them: without the rows' own values. */
  reason?: string | undefined;
  /** Part of an id or of a reason, in any case. */
  text?: string | undefined;
}

/** A page of them, in the order of their ids. */
export interface QuarantineQuery extends QuarantineFilter {
  limit: number;
  /** The id after which the page begins. */
  after?: string | undefined;
}

const MOST_REASONS = 50;
/** Rows read at a time where all are walked through. */
const BATCH = 200;

/** A page of the quarantine, with how many rows each reason and each stream has. */
export async function listQuarantine(
  store: Store,
  streams: readonly Stream[],
  query: QuarantineQuery,
): Promise<QuarantinePage> {
  const filter = filterOf(query), { reason: _, ...others } = query;
  const [found, total, byReason, byStream] = await Promise.all([
    quarantineOf(store).find(
      query.after === undefined ? filter : { $and: [filter, { _id: { $gt: query.after } }] },
      { sort: { _id: 1 }, limit: query.limit + 1 },
    ).toArray(),
    quarantineOf(store).countDocuments(filter),
    countBy(store, filterOf(others), [{ $unwind: "$kinds" }], "$kinds"),
    countBy(store, filterOf(others), [], "$stream"),
  ]);
  const rows = found.slice(0, query.limit);
  return {
    rows: await viewsOf(store, streams, rows),
    total,
    next: found.length > rows.length ? rows.at(-1)?._id ?? null : null,
    byReason: byReason.map(({ _id, rows }) => ({ reason: _id, rows })),
    byStream: byStream.map(({ _id, rows }) => ({ stream: _id, rows })),
  };
}

/** All rows that the filter covers, a batch at a time: for exports. */
export async function* walkQuarantine(
  store: Store,
  streams: readonly Stream[],
  filter: QuarantineFilter,
): AsyncGenerator<QuarantineView[]> {
  for await (const batch of batches(store, filterOf(filter))) yield await viewsOf(store, streams, batch);
}

/** Walks through refused rows in the order of their ids, a batch in memory at a time; each row comes once at most. */
export async function* batches(
  store: Store,
  filter: Filter<QuarantineDocument>,
): AsyncGenerator<QuarantineDocument[]> {
  let after = "";
  while (true) {
    const batch = await quarantineOf(store)
      .find({ $and: [filter, { _id: { $gt: after } }] }, { sort: { _id: 1 }, limit: BATCH }).toArray();
    if (batch.length === 0) return;
    yield batch;
    after = batch.at(-1)!._id;
  }
}

/** The rows as people see them: as edited, where the edit still holds. */
export async function viewsOf(
  store: Store,
  streams: readonly Stream[],
  rows: QuarantineDocument[],
): Promise<QuarantineView[]> {
  const edits = await holdingEdits(store, rows);
  return rows.map((row) => viewOf(row, edits.get(row._id), streams.find(({ name }) => name === row.stream)));
}

/** The edits that hold for these rows: made for just the row that is there now. */
export async function holdingEdits(
  store: Store,
  rows: QuarantineDocument[],
): Promise<Map<string, EditDocument>> {
  if (rows.length === 0) return new Map();
  const of = new Map(rows.map((row) => [row._id, digestOf(row)]));
  const edits = await editsOf(store).find({ _id: { $in: [...of.keys()] } }).toArray();
  return new Map(edits.filter((edit) => edit.of === of.get(edit._id)).map((edit) => [edit._id, edit]));
}

/** Columns of a stream that an edit may set: those that cleaning looks at. */
export function editableColumns(stream: Stream, key: number | string | null): QuarantineView["columns"] {
  const aliases = (columns: Stream["columns"]) => Object.values(columns).map(aliasOf);
  return {
    // what identifies a row stays, or the edit would be of another one
    raw: [
      ...new Set([...key === null ? stream.key.map((_, n) => keyAlias(n)) : [], ...aliases(stream.columns), MODIFIED]),
    ],
    children: stream.children ? [...new Set(aliases(stream.children.columns))] : [],
  };
}

/** The filter of a question, as MongoDB reads it. */
export function filterOf({ stream, reason, text }: QuarantineFilter): Filter<QuarantineDocument> {
  const parts: Document[] = [];
  if (stream) parts.push({ stream });
  if (reason) parts.push({ kinds: reason });
  if (text) {
    const like = { $regex: text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), $options: "i" };
    parts.push({ $or: [{ _id: like }, { reasons: like }] });
  }
  return parts.length > 0 ? { $and: parts } as Filter<QuarantineDocument> : {};
}

function viewOf(row: QuarantineDocument, edit: EditDocument | undefined, stream: Stream | undefined): QuarantineView {
  const { raw, children, reasons } = edit ?? row;
  return {
    id: row._id,
    stream: row.stream,
    key: row.key,
    reasons,
    raw: plain(raw),
    children: children.map(plain),
    original: edit ? { raw: plain(row.raw), children: row.children.map(plain) } : null,
    columns: stream ? editableColumns(stream, row.key) : { raw: [], children: [] },
    isEdited: edit !== undefined,
    editedBy: edit?.by ?? null,
    editedAt: edit?.at.toISOString() ?? null,
    firstSeenAt: row.firstSeenAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    times: row.times,
    runId: row.runId,
    isMirrored: row.isMirrored,
  };
}

function plain(row: RawRow): Record<string, string> {
  return Object.fromEntries(Object.entries(row).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function countBy(store: Store, filter: Filter<QuarantineDocument>, first: Document[], by: string) {
  return quarantineOf(store).aggregate<{ _id: string; rows: number }>([
    { $match: filter },
    ...first,
    { $group: { _id: by, rows: { $sum: 1 } } },
    { $sort: { rows: -1, _id: 1 } },
    { $limit: MOST_REASONS },
  ]).toArray();
}
