import type { Column } from "../../streams/column.ts";
import { aliasOf, type Children, type Stream } from "../../streams/define.ts";
import { keyAlias, MODIFIED } from "../../streams/shape.ts";

/** A statement with its positional parameters, as text. */
export interface Statement {
  query: string;
  parameters: string[];
}

/** Times a query is limited to: `from <= t < to`, UTC. */
export interface Window {
  from: Date | null;
  to: Date | null;
}

/** Values of the key columns of a row, in the order of `stream.key`. */
export type Key = string[];

/** Which rows of a stream a page is cut from. */
export interface PageCut {
  window: Window;
  /** Rows after this key only; null from the beginning. */
  after: Key | null;
  /** First key column above this; a chunk's lower bound. */
  above: number | null;
  /** First key column at most this; a chunk's upper bound. */
  upTo: number | null;
}

const STAMP = "'YYYY-MM-DD HH24:MI:SS'";

/**
 * One page of a stream, by keyset on its key inside a window (netsuite.md 3.5). Always asked at offset 0 and ordered by
 * the whole key, which is unique: rows that share a second, and rows that change while pages are read, are harmless.
 */
export function pageStatement(stream: Stream, cut: PageCut): Statement {
  const where = new Where();
  inWindow(where, stream, cut.window);
  bounds(where, stream, cut.above, cut.upTo);
  if (cut.after) afterKey(where, stream.key, cut.after);
  return {
    query: `SELECT ${selected(stream)} FROM ${tables(stream)}${where.text} ORDER BY ${stream.key.map(own).join(", ")}`,
    parameters: where.parameters,
  };
}

/** The rows with these values in one column, by keyset on the whole key: for streams that follow another one. */
export function followStatement(stream: Stream, column: string, values: string[], after: Key | null): Statement {
  const where = new Where();
  where.isIn(own(column), values);
  if (after) afterKey(where, stream.key, after);
  return {
    query: `SELECT ${selected(stream)} FROM ${tables(stream)}${where.text} ORDER BY ${stream.key.map(own).join(", ")}`,
    parameters: where.parameters,
  };
}

/** Children of some records, by keyset on their own key. */
export function childrenStatement(children: Children, parents: string[], after: string | null): Statement {
  const where = new Where();
  where.isIn(own(children.parent), parents);
  if (after !== null) where.add(`${own(children.key)} > ?`, after);
  const list = [`${own(children.key)} AS ${keyAlias(0)}`, `${own(children.parent)} AS ${PARENT}`];
  return {
    query: `SELECT ${[...list, ...columnsOf(children.columns)].join(", ")} FROM ${children.table} t${where.text} ` +
      `ORDER BY ${own(children.key)}`,
    parameters: where.parameters,
  };
}

/** Alias under which a child names its record. */
export const PARENT = "tm_parent";

/** Which of these records exist: for verifying a suspected delete. Answers the key columns only. */
export function existStatement(stream: Stream, values: string[]): Statement {
  const where = new Where();
  where.isIn(own(stream.key[0]!), values);
  return {
    query: `SELECT ${keys(stream)} FROM ${stream.table} t${where.text} ORDER BY ${stream.key.map(own).join(", ")}`,
    parameters: where.parameters,
  };
}

/** Rows of a window, and the least and greatest value of their first key column. */
export function extentStatement(stream: Stream, window: Window): Statement {
  const key = own(stream.key[0]!), where = new Where();
  inWindow(where, stream, window);
  return {
    query:
      `SELECT COUNT(*) AS tm_rows, MIN(${key}) AS tm_min, MAX(${key}) AS tm_max FROM ${stream.table} t${where.text}`,
    parameters: where.parameters,
  };
}

/** Rows of a window per bucket of the first key column, `width` values a bucket: how a run is cut into even chunks. */
export function histogramStatement(stream: Stream, window: Window, width: number): Statement {
  const bucket = `TRUNC(${own(stream.key[0]!)} / ${Math.trunc(width)})`, where = new Where();
  inWindow(where, stream, window);
  return {
    query: `SELECT ${bucket} AS tm_bucket, COUNT(*) AS tm_rows FROM ${stream.table} t${where.text} ` +
      `GROUP BY ${bucket} ORDER BY ${bucket}`,
    parameters: where.parameters,
  };
}

/**
 * One query that asks every stream how many rows changed since its own time: an idle cycle costs no more than this.
 *
 * @param asked streams with a cursor, each with the start of its next window
 * @param deletedSince the start of the next window of `deletedrecord`, which answers under {@link DELETED}
 */
export function probeStatement(asked: { stream: Stream; from: Date }[], deletedSince: Date): Statement {
  const parameters: string[] = [stamp(deletedSince)];
  const parts = asked.map(({ stream, from }) => {
    const where = new Where();
    inWindow(where, stream, { from, to: null });
    parameters.push(...where.parameters);
    return `SELECT '${stream.name}' AS tm_stream, COUNT(*) AS tm_rows FROM ${stream.table} t${where.text}`;
  });
  const deleted = `SELECT '${DELETED}' AS tm_stream, COUNT(*) AS tm_rows FROM deletedrecord t ` +
    `WHERE SYS_EXTRACT_UTC(t.deleteddate) >= TO_TIMESTAMP(?,${STAMP})`;
  return { query: [deleted, ...parts].join(" UNION ALL "), parameters };
}

/** Rows in all, and how many of them changed at or after a time. For comparing with the mirror. */
export function countStatement(stream: Stream, since: Date): Statement {
  if (!stream.cursor) {
    return { query: `SELECT COUNT(*) AS tm_rows, 0 AS tm_later FROM ${stream.table} t`, parameters: [] };
  }
  return {
    query:
      `SELECT COUNT(*) AS tm_rows, SUM(CASE WHEN SYS_EXTRACT_UTC(${own(stream.cursor)}) >= TO_TIMESTAMP(?,${STAMP}) ` +
      `THEN 1 ELSE 0 END) AS tm_later FROM ${stream.table} t`,
    parameters: [stamp(since)],
  };
}

/** Deleted records in a window, oldest first; its rows have no single key, so pages go on from time, type and id. */
export function deletedStatement(
  window: { from: Date; to: Date },
  after: { at: string; type: string; id: string } | null,
): Statement {
  const where = new Where();
  const at = `TO_CHAR(SYS_EXTRACT_UTC(t.deleteddate),${STAMP})`;
  where.add(`SYS_EXTRACT_UTC(t.deleteddate) >= TO_TIMESTAMP(?,${STAMP})`, stamp(window.from));
  where.add(`SYS_EXTRACT_UTC(t.deleteddate) < TO_TIMESTAMP(?,${STAMP})`, stamp(window.to));
  if (after) {
    const time = `TO_TIMESTAMP(?,${STAMP})`, column = "SYS_EXTRACT_UTC(t.deleteddate)";
    where.add(
      `(${column} > ${time} OR (${column} = ${time} AND (t.recordid > ? OR (t.recordid = ? AND t.type > ?))))`,
      after.at,
      after.at,
      after.id,
      after.id,
      after.type,
    );
  }
  return {
    query: `SELECT t.recordid AS recordid, t.type AS type, ${at} AS deleted FROM deletedrecord t${where.text} ` +
      `ORDER BY t.deleteddate, t.recordid, t.type`,
    parameters: where.parameters,
  };
}

/** A time as SuiteQL parameters spell it: UTC, to the second. */
export function stamp(time: Date): string {
  return time.toISOString().slice(0, 19).replace("T", " ");
}

/** Name under which `deletedrecord` stands among the streams: in the probe, and in the ledger's states. */
export const DELETED = "deletedrecord";

class Where {
  #conditions: string[] = [];
  parameters: string[] = [];

  add(condition: string, ...parameters: string[]): void {
    this.#conditions.push(condition);
    this.parameters.push(...parameters);
  }

  isIn(column: string, values: string[]): void {
    if (values.length === 0 || values.length > 1000) throw new RangeError(`${values.length} values for IN: 1 to 1,000`);
    this.add(`${column} IN (${values.map(() => "?").join(",")})`, ...values);
  }

  get text(): string {
    return this.#conditions.length ? ` WHERE ${this.#conditions.join(" AND ")}` : "";
  }
}

const own = (column: string) => `t.${column}`;

function selected(stream: Stream): string {
  const modified = stream.cursor
    ? [`TO_CHAR(SYS_EXTRACT_UTC(${own(stream.cursor)}),'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS ${MODIFIED}`]
    : [];
  return [keys(stream), ...modified, ...columnsOf(stream.columns)].join(", ");
}

function keys(stream: Stream): string {
  return stream.key.map((column, n) => `${own(column)} AS ${keyAlias(n)}`).join(", ");
}

function columnsOf(columns: Record<string, Column>): string[] {
  return Object.values(columns).map((column) =>
    `${column.select(`${column.from}.${column.source}`)} AS ${aliasOf(column)}`
  );
}

function tables(stream: Stream): string {
  return [`${stream.table} t`, ...Object.values(stream.joins)].join(" ");
}

function inWindow(where: Where, stream: Stream, window: Window): void {
  if (!stream.cursor) return;
  const column = own(stream.cursor);
  if (window.from) {
    where.add(`SYS_EXTRACT_UTC(${column}) >= TO_TIMESTAMP(?,${STAMP})`, stamp(window.from));
    // the plain column has the index; a day of slack makes up for every time zone
    where.add(`${column} >= TO_DATE(?,'YYYY-MM-DD')`, stamp(new Date(+window.from - 86_400_000)).slice(0, 10));
  }
  if (window.to) where.add(`SYS_EXTRACT_UTC(${column}) < TO_TIMESTAMP(?,${STAMP})`, stamp(window.to));
}

function bounds(where: Where, stream: Stream, above: number | null, upTo: number | null): void {
  const first = own(stream.key[0]!);
  if (above !== null) where.add(`${first} > ?`, String(above));
  if (upTo !== null) where.add(`${first} <= ?`, String(upTo));
}

/** `(a > x OR (a = x AND (b > y OR …)))`; the plain bound in front of it lets an index start in the right place. */
function afterKey(where: Where, key: string[], after: Key): void {
  if (key.length === 1) return where.add(`${own(key[0]!)} > ?`, after[0]!);
  where.add(`${own(key[0]!)} >= ?`, after[0]!);
  const parameters: string[] = [];
  const later = (n: number): string => {
    const column = own(key[n]!);
    parameters.push(after[n]!);
    if (n === key.length - 1) return `${column} > ?`;
    parameters.push(after[n]!);
    return `(${column} > ? OR (${column} = ? AND ${later(n + 1)}))`;
  };
  where.add(later(0), ...parameters);
}
