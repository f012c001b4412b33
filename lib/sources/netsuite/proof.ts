import type { Children, Stream } from "../../streams/define.ts";
import { keyAlias, MODIFIED, type RawRow } from "../../streams/shape.ts";
import type { Gaps } from "./gaps.ts";
import { type Reader } from "./ask.ts";
import { groupsOf } from "./ordered.ts";
import { number } from "./statement.ts";
import { cursorOf } from "./suiteql.ts";

/** What the rows of one bucket add up to. A bucket holds the rows whose first key column lies in one range of `width` values. */
export interface Sums {
  rows: number;
  /** Sum of each numeric key column. */
  keys: number[];
  /** Sum of the change times, in seconds since 1970 UTC; 0 where the table has none. */
  stamps: number;
  /** Sum of each column that the stream declares for proof. */
  measures: number[];
  /** Children: how many, the sum of their keys, the sum of their amounts without signs. */
  children: { rows: number; keys: number; amounts: number };
}

/** Sums of one record, for finding the records in which a bucket differs. */
export type RecordSums = Sums & { key: string };

/** Sums of nothing. */
export function noSums(stream: Stream): Sums {
  return {
    rows: 0,
    keys: numericKeys(stream).map(() => 0),
    stamps: 0,
    measures: stream.proof.map(() => 0),
    children: { rows: 0, keys: 0, amounts: 0 },
  };
}

/** The key columns that are numbers: all but the text that may end a composite key. */
export function numericKeys(stream: Stream): string[] {
  return stream.key.slice(0, 4);
}

/**
 * Sums of every bucket of a stream: one request, and one more for its children.
 *
 * @param width values of the first key column in one bucket; chosen so that all buckets fit one page
 * @throws {RangeError} when they do not
 */
export async function bucketSums(reader: Reader, stream: Stream, width: number): Promise<Map<number, Sums>> {
  const buckets = new Map<number, Sums>();
  const of = (bucket: number) => {
    const sums = buckets.get(bucket) ?? noSums(stream);
    buckets.set(bucket, sums);
    return sums;
  };
  const bucket = `TRUNC(t.${stream.key[0]} / ${width})`;
  const own = `SELECT ${bucket} AS tm_bucket, ${
    ownSums(stream, reader.gaps).join(", ")
  } FROM ${stream.table} t GROUP BY ${bucket}`;
  for (const row of await ask(reader, own, stream.table, `proof sums of ${stream.name}`)) {
    take(stream, of(Number(row.tm_bucket)), row);
  }
  if (stream.children) {
    const { table, parent } = stream.children, parentBucket = `TRUNC(t.${parent} / ${width})`;
    const lines = `SELECT ${parentBucket} AS tm_bucket, ${childSums(stream.children).join(", ")} FROM ${table} t ` +
      `GROUP BY ${parentBucket}`;
    for (const row of await ask(reader, lines, table, `proof sums of ${table}`)) {
      takeChildren(of(Number(row.tm_bucket)), row);
    }
  }
  return buckets;
}

/** Sums of every record of a range `low <= first key column < high`: for drilling into a bucket that differs. */
export async function recordSums(
  reader: Reader,
  stream: Stream,
  low: number,
  high: number,
): Promise<Map<string, RecordSums>> {
  const records = new Map<string, RecordSums>();
  const first = `t.${stream.key[0]}`, order = stream.key.map((column) => `t.${column}`).join(", ");
  const list = stream.key.map((column, n) => `t.${column} AS ${keyAlias(n)}`);
  const single =
    `SELECT ${
      [...list, ...stampOf(stream, reader.gaps), ...measuresOf(stream, reader.gaps, (column) => `t.${column}`)].join(
        ", ",
      )
    } FROM ` +
    `${stream.table} t WHERE ${first} >= ? AND ${first} < ? ORDER BY ${order}`;
  await eachRow(reader, single, low, high, `rows of ${stream.name}`, (row) => row[keyAlias(0)]!, (row) => {
    const key = stream.key.map((_, n) => row[keyAlias(n)]).join("-");
    const rows = (records.get(key)?.rows ?? 0) + 1; // more than one where rows share a key
    const sums: RecordSums = { key, ...noSums(stream), rows };
    sums.keys = numericKeys(stream).map((_, n) => Number(row[keyAlias(n)]));
    sums.stamps = row[MODIFIED] ? Date.parse(row[MODIFIED]) / 1000 : 0;
    sums.measures = stream.proof.map((_, n) => Number(row[`tm_m${n}`] ?? 0));
    records.set(key, sums);
  });
  if (stream.children) {
    const { table, parent } = stream.children;
    const lines = `SELECT t.${parent} AS ${keyAlias(0)}, ${childSums(stream.children).join(", ")} FROM ${table} t ` +
      `WHERE t.${parent} >= ? AND t.${parent} < ? GROUP BY t.${parent} ORDER BY t.${parent}`;
    await eachRow(reader, lines, low, high, `rows of ${table}`, (row) => row[keyAlias(0)]!, (row) => {
      const sums = records.get(row[keyAlias(0)]!);
      if (sums) takeChildren(sums, row);
    });
  }
  return records;
}

/** Pages of a range, by its first column: a page that ends inside one value begins the next with that value whole. */
async function eachRow(
  reader: Reader,
  query: string,
  low: number,
  high: number,
  asked: string,
  first: (row: RawRow) => string,
  take: (row: RawRow) => void,
): Promise<void> {
  const counted = `SELECT COUNT(*) AS tm_rows ${
    query.slice(query.indexOf("FROM "), query.search(/ (GROUP|ORDER) BY /))
  }`;
  let from = low;
  while (from < high) {
    const parameters = [number(from), number(high)];
    const page = await groupsOf(reader, { query, parameters }, { query: counted, parameters }, asked);
    const last = page.rows.at(-1);
    if (!last || (!page.hasMore && page.rows.length < 1000)) return page.rows.forEach(take);
    const next = Number(first(last));
    if (next === from) throw new RangeError(`More than 1,000 ${asked} share the key ${from}`);
    // the rows of the last value come again with the next page: taken twice, they would look like rows that share a key
    for (const row of page.rows) if (Number(first(row)) !== next) take(row);
    from = next;
  }
}

function ownSums(stream: Stream, gaps: Gaps): string[] {
  const cursor = cursorOf(stream, gaps);
  return [
    "COUNT(*) AS tm_rows",
    ...numericKeys(stream).map((column, n) => `SUM(t.${column}) AS tm_k${n}`),
    ...(cursor ? [`SUM(${secondsOf(`t.${cursor}`)}) AS tm_stamps`] : []),
    ...measuresOf(stream, gaps, (column) => `SUM(t.${column})`),
  ];
}

/** What is left out in reading is null in the mirror, and adds up to nothing on both sides. */
function measuresOf(stream: Stream, gaps: Gaps, wrap: (column: string) => string): string[] {
  return stream.proof.flatMap((field, n) => {
    const { source } = stream.columns[field]!;
    return gaps.has(stream.table, source) ? [] : [`${wrap(source)} AS tm_m${n}`];
  });
}

function stampOf(stream: Stream, gaps: Gaps): string[] {
  const cursor = cursorOf(stream, gaps);
  if (!cursor) return [];
  return [`TO_CHAR(SYS_EXTRACT_UTC(t.${cursor}),'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS ${MODIFIED}`];
}

function childSums(children: Children): string[] {
  const amounts = children.proof ? [`SUM(ABS(t.${children.columns[children.proof]!.source})) AS tm_amounts`] : [];
  return ["COUNT(*) AS tm_rows", `SUM(t.${children.key}) AS tm_keys`, ...amounts];
}

/** Seconds since 1970, UTC, by what every account has: Julian day and second of the day. */
function secondsOf(column: string): string {
  const part = (format: string) => `TO_NUMBER(TO_CHAR(SYS_EXTRACT_UTC(${column}),'${format}'))`;
  return `(${part("J")} - 2440588) * 86400 + ${part("SSSSS")}`;
}

function take(stream: Stream, sums: Sums, row: RawRow): void {
  sums.rows = Number(row.tm_rows);
  sums.keys = numericKeys(stream).map((_, n) => Number(row[`tm_k${n}`] ?? 0));
  sums.stamps = Number(row.tm_stamps ?? 0);
  sums.measures = stream.proof.map((_, n) => Number(row[`tm_m${n}`] ?? 0));
}

function takeChildren(sums: Sums, row: RawRow): void {
  sums.children = { rows: Number(row.tm_rows), keys: Number(row.tm_keys ?? 0), amounts: Number(row.tm_amounts ?? 0) };
}

async function ask(reader: Reader, query: string, table: string, asked: string): Promise<RawRow[]> {
  const counted = { query: `SELECT COUNT(*) AS tm_rows FROM ${table} t`, parameters: [] };
  const { rows, hasMore } = await groupsOf(reader, { query, parameters: [] }, counted, asked);
  if (hasMore) throw new RangeError(`${asked}: more than ${rows.length} buckets, but one page was expected`);
  return rows;
}
