import type { Children, Stream } from "../../streams/define.ts";
import { keyAlias, MODIFIED } from "../../streams/shape.ts";
import type { Gaps } from "./gaps.ts";
import { joinsOf, parts, type Selectable, selectedOf } from "./selection.ts";
import {
  keyValue,
  number,
  type OrderTerm,
  paged,
  type PagedStatement,
  type Parameter,
  type Statement,
  type UniqueOrder,
  uniqueOrder,
  word,
} from "./statement.ts";

/** Times a query is limited to: `from <= t < to`, UTC. */
export interface Window {
  from: Date | null;
  to: Date | null;
  /** Or business dates `YYYY-MM-DD`, both included, in a column that holds such. */
  dates?: { column: string; from: string; to: string };
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

/** A page, asked in as many queries as its columns need. The first one decides which rows there are. */
export interface PageStatements {
  first: PagedStatement;
  /** The further columns of the same rows, given the keys of the first and last row. */
  more: ((keys: Key[], after: Key | null) => PagedStatement)[];
}

/**
 * One page of a stream, by keyset on its key inside a window (docs/netsuite.md 3.5). Always asked at offset 0 and ordered by
 * the whole key, which is unique: rows that share a second, and rows that change while pages are read, are harmless.
 */
export function pageStatement(stream: Stream, cut: PageCut, gaps: Gaps): PageStatements {
  const where = new Where();
  inWindow(where, stream, cut.window, gaps);
  bounds(where, stream, cut.above, cut.upTo);
  if (cut.after) afterKey(where, stream.key, cut.after);
  return pageOf(stream, where, gaps);
}

/** The rows with these values in one column, by keyset on the whole key: for streams that follow another one. */
export function followStatement(
  stream: Stream,
  column: string,
  values: string[],
  after: Key | null,
  gaps: Gaps,
): PageStatements {
  const where = new Where();
  where.isIn(own(column), values);
  if (after) afterKey(where, stream.key, after);
  return pageOf(stream, where, gaps);
}

function pageOf(stream: Stream, where: Where, gaps: Gaps): PageStatements {
  const fixed = [...keys(stream), ...modified(stream, gaps)], order = orderOf(stream);
  const [first = [], ...rest] = parts(selectedOf(stream, gaps), fixed.length);
  const from = tables(stream, gaps);
  return {
    first: paged([...fixed, ...first], where.from(from), order),
    more: rest.map((columns) => (rows, after) => {
      const same = new Where();
      if (stream.key.length === 1) same.isIn(own(stream.key[0]!), rows.map((key) => key[0]!));
      else {
        same.add(`${own(stream.key[0]!)} >= ?`, keyValue(rows[0]![0]!));
        same.add(`${own(stream.key[0]!)} <= ?`, keyValue(rows.at(-1)![0]!));
        if (after) afterKey(same, stream.key, after);
      }
      return paged([...fixed, ...columns], same.from(from), order);
    }),
  };
}

/** Children of some records, by keyset on their own key, in as many queries as their columns need. */
export function childrenStatements(
  children: Children,
  parents: string[],
  after: string | null,
  gaps: Gaps,
): PagedStatement[] {
  const where = new Where();
  where.isIn(own(children.parent), parents);
  if (after !== null) where.add(`${own(children.key)} > ?`, number(after));
  const fixed = [
    { expression: own(children.key), alias: keyAlias(0) },
    { expression: own(children.parent), alias: PARENT },
  ];
  const order = uniqueOrder([{ ...fixed[0]!, isNumber: true }]);
  const from = where.from(tables(childTable(children), gaps));
  return parts(selectedOf(childTable(children), gaps), fixed.length).map((columns) =>
    paged([...fixed, ...columns], from, order)
  );
}

/** Children as something to select from. */
export function childTable(children: Children): Selectable {
  const { table, columns, joins, custom } = children;
  return { table, columns, joins, custom };
}

/** Alias under which a child names its record. */
export const PARENT = "tm_parent";

/** Which of these records exist: for verifying a suspected delete. Answers the key columns only, by keyset. */
export function existStatement(stream: Stream, values: string[], after: Key | null): PagedStatement {
  const where = new Where();
  where.isIn(own(stream.key[0]!), values);
  if (after) afterKey(where, stream.key, after);
  return paged(keys(stream), where.from(`${stream.table} t`), orderOf(stream));
}

/** Rows of a window, and the least and greatest value of their first key column. */
export function extentStatement(stream: Stream, window: Window, gaps: Gaps): Statement {
  const key = own(stream.key[0]!), where = new Where();
  inWindow(where, stream, window, gaps);
  const { text, parameters } = where.from(`${stream.table} t`);
  return { query: `SELECT COUNT(*) AS tm_rows, MIN(${key}) AS tm_min, MAX(${key}) AS tm_max ${text}`, parameters };
}

/**
 * Rows of a window per bucket of the first key column, `width` values a bucket: how a run is cut into even chunks.
 *
 * @param from first bucket
 */
export function histogramStatement(
  stream: Stream,
  window: Window,
  width: number,
  from: number | null,
  gaps: Gaps,
): PagedStatement {
  const bucket = `TRUNC(${own(stream.key[0]!)} / ${Math.trunc(width)})`, where = new Where();
  inWindow(where, stream, window, gaps);
  if (from !== null) where.add(`${own(stream.key[0]!)} >= ?`, number(from * Math.trunc(width)));
  const { text, parameters } = where.from(`${stream.table} t`);
  const made = paged(
    [{ expression: bucket, alias: "tm_bucket" }, { expression: "COUNT(*)", alias: "tm_rows" }],
    { text: `${text} GROUP BY ${bucket}`, parameters },
    uniqueOrder([{ expression: bucket, alias: "tm_bucket", isNumber: true }]),
  );
  return { ...made, count: { query: `SELECT COUNT(*) AS tm_rows ${text}`, parameters } };
}

/** What one question to NetSuite asks of all streams. */
export interface ProbeAsked {
  /** Streams with a cursor, each with the start of its next window. */
  moving: { stream: Stream; from: Date }[];
  /** Streams that are read whole. */
  whole: Stream[];
  /** Start of the next window of `deletedrecord`, which answers under {@link DELETED}; null where the account does not show it. */
  deletedSince: Date | null;
}

/**
 * One query that asks every stream how many rows changed since its own time, and of those without change times a
 * fingerprint: an idle cycle costs no more than this.
 *
 * @throws {TypeError} when there is nothing to ask
 */
export function probeStatement({ moving, whole, deletedSince }: ProbeAsked, gaps: Gaps): Statement {
  const all: string[] = [], parameters: Parameter[] = [];
  if (deletedSince) {
    parameters.push(word(stamp(deletedSince)));
    all.push(
      `SELECT '${DELETED}' AS tm_stream, COUNT(*) AS tm_rows, 0 AS tm_print FROM deletedrecord t ` +
        `WHERE SYS_EXTRACT_UTC(t.deleteddate) >= TO_TIMESTAMP(?,${STAMP})`,
    );
  }
  for (const { stream, from } of moving) {
    const where = new Where();
    inWindow(where, stream, { from, to: null }, gaps);
    const made = where.from(`${stream.table} t`);
    parameters.push(...made.parameters);
    all.push(`SELECT '${stream.name}' AS tm_stream, COUNT(*) AS tm_rows, 0 AS tm_print ${made.text}`);
  }
  for (const stream of whole) all.push(...printsOf(stream, gaps).map(({ text }) => text));
  if (all.length === 0) throw new TypeError("There is nothing to probe");
  return { query: all.join(" UNION ALL "), parameters };
}

/**
 * Fingerprints of a stream's table and of its children's, each by the name that it answers under: a sum over all rows of a
 * hash of each value, with its row's key and its column's place. Whatever changes moves it: of two different contents one
 * in four billion shares a sum.
 */
export function printsOf(stream: Stream, gaps: Gaps): { name: string; text: string }[] {
  const own = printOf(stream.name, stream, stream.key, gaps);
  if (!stream.children) return [own];
  const { key, table, parent } = stream.children;
  return [own, printOf(`${stream.name}/${table}`, childTable(stream.children), [parent, key], gaps)];
}

function printOf(name: string, from: Selectable, key: readonly string[], gaps: Gaps): { name: string; text: string } {
  const row = key.map((column) => `t.${column}`).join(" || '-' || ");
  const hashes = selectedOf(from, gaps).map(({ expression }, n) => `ORA_HASH(${row} || '-${n}-' || ${expression})`);
  const tables = [`${from.table} t`, ...Object.values(joinsOf(from, gaps))].join(" ");
  const sum = ["0", ...hashes].join(" + ");
  return { name, text: `SELECT '${name}' AS tm_stream, COUNT(*) AS tm_rows, SUM(${sum}) AS tm_print FROM ${tables}` };
}

/** Rows in all, and how many of them changed at or after a time. For comparing with the mirror. */
export function countStatement(stream: Stream, since: Date, gaps: Gaps): Statement {
  const cursor = cursorOf(stream, gaps);
  if (!cursor) {
    return { query: `SELECT COUNT(*) AS tm_rows, 0 AS tm_later FROM ${stream.table} t`, parameters: [] };
  }
  return {
    query: `SELECT COUNT(*) AS tm_rows, SUM(CASE WHEN SYS_EXTRACT_UTC(${own(cursor)}) >= TO_TIMESTAMP(?,${STAMP}) ` +
      `THEN 1 ELSE 0 END) AS tm_later FROM ${stream.table} t`,
    parameters: [word(stamp(since))],
  };
}

/** Deleted records in a window, oldest first; its rows have no single key, so pages go on from time, id and type. */
export function deletedStatement(
  window: { from: Date; to: Date },
  after: { at: string; type: string; id: string } | null,
): PagedStatement {
  const where = new Where();
  const at = `TO_CHAR(SYS_EXTRACT_UTC(t.deleteddate),${STAMP})`;
  where.add(`SYS_EXTRACT_UTC(t.deleteddate) >= TO_TIMESTAMP(?,${STAMP})`, word(stamp(window.from)));
  where.add(`SYS_EXTRACT_UTC(t.deleteddate) < TO_TIMESTAMP(?,${STAMP})`, word(stamp(window.to)));
  if (after) {
    const time = `TO_TIMESTAMP(?,${STAMP})`, column = "SYS_EXTRACT_UTC(t.deleteddate)";
    where.add(
      `(${column} > ${time} OR (${column} = ${time} AND (t.recordid > ? OR (t.recordid = ? AND t.type > ?))))`,
      word(after.at),
      word(after.at),
      keyValue(after.id),
      keyValue(after.id),
      word(after.type),
    );
  }
  // rows that are alike in all three are alike in all that is read of them
  const order = uniqueOrder([
    { expression: "t.deleteddate", alias: "deleted", isNumber: false },
    { expression: "t.recordid", alias: "recordid", isNumber: true },
    { expression: "t.type", alias: "type", isNumber: false },
  ]);
  const select = [
    { expression: "t.recordid", alias: "recordid" },
    { expression: "t.type", alias: "type" },
    { expression: at, alias: "deleted" },
  ];
  return paged(select, where.from("deletedrecord t"), order);
}

/** The column with a stream's change times, where this account has it. */
export function cursorOf(stream: Stream, gaps: Gaps): string | null {
  return stream.cursor && !gaps.has(stream.table, stream.cursor) ? stream.cursor : null;
}

/** A time as SuiteQL parameters spell it: UTC, to the second. */
export function stamp(time: Date): string {
  return time.toISOString().slice(0, 19).replace("T", " ");
}

/** Name under which `deletedrecord` stands among the streams: in the probe, and in the ledger's states. */
export const DELETED = "deletedrecord";

class Where {
  #conditions: string[] = [];
  #parameters: Parameter[] = [];

  add(condition: string, ...parameters: Parameter[]): void {
    this.#conditions.push(condition);
    this.#parameters.push(...parameters);
  }

  isIn(column: string, values: string[]): void {
    if (values.length === 0 || values.length > 1000) throw new RangeError(`${values.length} values for IN: 1 to 1,000`);
    this.add(`${column} IN (${values.map(() => "?").join(",")})`, ...values.map(keyValue));
  }

  /** From `FROM` on, with the values. */
  from(tables: string): { text: string; parameters: Parameter[] } {
    const conditions = this.#conditions.length ? ` WHERE ${this.#conditions.join(" AND ")}` : "";
    return { text: `FROM ${tables}${conditions}`, parameters: [...this.#parameters] };
  }
}

const own = (column: string) => `t.${column}`;

function keys(stream: Stream): { expression: string; alias: string }[] {
  return stream.key.map((column, n) => ({ expression: own(column), alias: keyAlias(n) }));
}

/** The key of a stream identifies its rows: that is what `key` means. */
function orderOf(stream: Stream): UniqueOrder {
  return uniqueOrder(
    keys(stream).map((term, n): OrderTerm => ({ ...term, isNumber: isNumber(stream, stream.key[n]!) })),
  );
}

/** Key columns hold whole numbers, unless they are declared as a column that takes a word too. */
function isNumber(stream: Stream, source: string): boolean {
  const column = Object.values(stream.columns).find((column) => column.from === "t" && column.source === source);
  try {
    column?.read("word", { precision: null });
    return column === undefined;
  } catch {
    return true;
  }
}

function modified(stream: Stream, gaps: Gaps): { expression: string; alias: string }[] {
  const cursor = cursorOf(stream, gaps);
  if (!cursor) return [];
  return [{ expression: `TO_CHAR(SYS_EXTRACT_UTC(${own(cursor)}),'YYYY-MM-DD"T"HH24:MI:SS"Z"')`, alias: MODIFIED }];
}

function tables(from: Selectable, gaps: Gaps): string {
  return [`${from.table} t`, ...Object.values(joinsOf(from, gaps))].join(" ");
}

function inWindow(where: Where, stream: Stream, window: Window, gaps: Gaps): void {
  if (window.dates) {
    const column = own(window.dates.column);
    const next = new Date(Date.parse(window.dates.to) + 86_400_000).toISOString().slice(0, 10);
    where.add(`${column} >= TO_DATE(?,'YYYY-MM-DD')`, word(window.dates.from));
    where.add(`${column} < TO_DATE(?,'YYYY-MM-DD')`, word(next));
    return;
  }
  const cursor = cursorOf(stream, gaps);
  if (!cursor) return;
  const column = own(cursor);
  if (window.from) {
    where.add(`SYS_EXTRACT_UTC(${column}) >= TO_TIMESTAMP(?,${STAMP})`, word(stamp(window.from)));
    // the plain column has the index; a day of slack makes up for every time zone
    where.add(`${column} >= TO_DATE(?,'YYYY-MM-DD')`, word(stamp(new Date(+window.from - 86_400_000)).slice(0, 10)));
  }
  if (window.to) where.add(`SYS_EXTRACT_UTC(${column}) < TO_TIMESTAMP(?,${STAMP})`, word(stamp(window.to)));
}

function bounds(where: Where, stream: Stream, above: number | null, upTo: number | null): void {
  const first = own(stream.key[0]!);
  if (above !== null) where.add(`${first} > ?`, number(above));
  if (upTo !== null) where.add(`${first} <= ?`, number(upTo));
}

/** `(a > x OR (a = x AND (b > y OR …)))`; the plain bound in front of it lets an index start in the right place. */
function afterKey(where: Where, key: string[], after: Key): void {
  if (key.length === 1) return where.add(`${own(key[0]!)} > ?`, keyValue(after[0]!));
  where.add(`${own(key[0]!)} >= ?`, keyValue(after[0]!));
  const parameters: Parameter[] = [];
  const later = (n: number): string => {
    const column = own(key[n]!);
    parameters.push(keyValue(after[n]!));
    if (n === key.length - 1) return `${column} > ?`;
    parameters.push(keyValue(after[n]!));
    return `(${column} > ? OR (${column} = ? AND ${later(n + 1)}))`;
  };
  where.add(later(0), ...parameters);
}
