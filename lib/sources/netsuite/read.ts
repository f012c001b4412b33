import { UpstreamBusyError } from "../../errors.ts";
import type { Children, Stream } from "../../streams/define.ts";
import { keyAlias, type RawRow } from "../../streams/shape.ts";
import type { CallOptions, NetSuite, Page } from "./client.ts";
import type { Meter } from "./governor.ts";
import {
  childrenStatement,
  countStatement,
  deletedStatement,
  existStatement,
  extentStatement,
  followStatement,
  histogramStatement,
  type Key,
  type PageCut,
  pageStatement,
  PARENT,
  probeStatement,
  type Statement,
  type Window,
} from "./suiteql.ts";

/** One page of a stream, with the rows that belong to each. */
export interface RecordPage {
  rows: { raw: RawRow; children: RawRow[] }[];
  /** The key of the last row: where the next page goes on. Null when this page is the last. */
  next: Key | null;
  /** When it was asked for, by this machine's clock: decides between two readings of one version. */
  askedAt: Date;
}

/** A record that NetSuite says is deleted. */
export interface DeletedRecord {
  recordId: string;
  type: string;
  deletedAt: Date;
}

/** How many rows there are, and between which values of the first key column. */
export interface Extent {
  rows: number;
  min: number;
  max: number;
}

/** What reading needs: the account, who counts, and how to stop. */
export interface Reader {
  netsuite: NetSuite;
  meter: Meter;
  signal?: AbortSignal;
  now: () => Date;
}

/** Reads the page of a stream that a cut begins with. */
export function readPage(reader: Reader, stream: Stream, cut: PageCut): Promise<RecordPage> {
  return read(reader, stream, (after) => pageStatement(stream, { ...cut, after }), cut.after);
}

/** Reads the rows that belong to some records of the stream that this one follows, page by page. */
export async function readFollowing(
  reader: Reader,
  stream: Stream,
  column: string,
  values: string[],
  after: Key | null,
): Promise<RecordPage> {
  return await read(reader, stream, (key) => followStatement(stream, column, values, key), after);
}

/** Which of these values of the first key column still exist; answers whole keys, joined by `-` where there are several. */
export async function existing(reader: Reader, stream: Stream, values: string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (let at = 0; at < values.length; at += 500) {
    const page = await whole(reader, existStatement(stream, values.slice(at, at + 500)), `which ${stream.name} exist`);
    for (const row of page) found.add(stream.key.map((_, n) => row[keyAlias(n)]).join("-"));
  }
  return found;
}

/** How many rows a stream has, and where its keys begin and end. */
export async function extentOf(reader: Reader, stream: Stream, window: Window): Promise<Extent | null> {
  const [row] = await whole(reader, extentStatement(stream, window), `how many ${stream.name} there are`);
  const rows = Number(row?.tm_rows ?? 0);
  return rows === 0 ? null : { rows, min: Number(row!.tm_min), max: Number(row!.tm_max) };
}

/** Rows per bucket of `width` keys, ascending; empty buckets are left out. */
export async function histogramOf(
  reader: Reader,
  stream: Stream,
  window: Window,
  width: number,
): Promise<{ bucket: number; rows: number }[]> {
  const rows = await whole(
    reader,
    histogramStatement(stream, window, width),
    `how the keys of ${stream.name} are spread`,
  );
  return rows.map((row) => ({ bucket: Number(row.tm_bucket), rows: Number(row.tm_rows) }));
}

/** How many rows of each stream changed since its own time, in one request. */
export async function probe(
  reader: Reader,
  asked: { stream: Stream; from: Date }[],
  deletedSince: Date,
): Promise<Map<string, number>> {
  const rows = await whole(reader, probeStatement(asked, deletedSince), "what has changed");
  return new Map(rows.map((row) => [row.tm_stream!, Number(row.tm_rows)]));
}

/** Rows of a stream in all, and those changed at or after `since`. */
export async function countOf(reader: Reader, stream: Stream, since: Date): Promise<{ rows: number; later: number }> {
  const [row] = await whole(reader, countStatement(stream, since), `how many ${stream.name} there are`);
  return { rows: Number(row?.tm_rows ?? 0), later: Number(row?.tm_later ?? 0) };
}

/** The deleted records of a window, oldest first, all pages. */
export async function* deletedIn(reader: Reader, window: { from: Date; to: Date }): AsyncGenerator<DeletedRecord[]> {
  let after: { at: string; type: string; id: string } | null = null;
  while (true) {
    const page: Page = await ask(reader, deletedStatement(window, after), "deleted records");
    const rows = page.rows.map((row) => ({ recordId: row.recordid!, type: row.type ?? "", at: row.deleted! }));
    if (rows.length > 0) {
      yield rows.map(({ recordId, type, at }) => ({ recordId, type, deletedAt: new Date(at.replace(" ", "T") + "Z") }));
    }
    const last = rows.at(-1);
    if (!last || !page.hasMore) return;
    after = { at: last.at, type: last.type, id: last.recordId };
  }
}

async function read(
  reader: Reader,
  stream: Stream,
  statement: (after: Key | null) => Statement,
  after: Key | null,
): Promise<RecordPage> {
  const askedAt = reader.now();
  const page = await ask(reader, statement(after), `a page of ${stream.name}`, stream.pageRows);
  if (page.rows.length === 0 && page.totalResults > 0) {
    throw new UpstreamBusyError(
      `NetSuite sent an empty page of ${stream.name}, yet counts ${page.totalResults}`,
      "upstream_broken",
    );
  }
  const last = page.rows.at(-1);
  const next = last && page.hasMore ? stream.key.map((_, n) => last[keyAlias(n)]!) : null;
  const children = stream.children
    ? await readChildren(reader, stream.children, page.rows.map((row) => row[keyAlias(0)]!))
    : null;
  const rows = page.rows.map((raw) => ({ raw, children: children?.get(raw[keyAlias(0)]!) ?? [] }));
  return { rows, next, askedAt };
}

async function readChildren(reader: Reader, children: Children, parents: string[]): Promise<Map<string, RawRow[]>> {
  const byParent = new Map<string, RawRow[]>();
  const groups: string[][] = [];
  for (let at = 0; at < parents.length; at += children.perQuery) groups.push(parents.slice(at, at + children.perQuery));
  await Promise.all(groups.map(async (group) => {
    let after: string | null = null;
    do {
      const page: Page = await ask(reader, childrenStatement(children, group, after), `rows of ${children.table}`);
      for (const row of page.rows) {
        const parent = row[PARENT]!;
        const list = byParent.get(parent);
        if (list) list.push(row);
        else byParent.set(parent, [row]);
      }
      after = page.hasMore ? page.rows.at(-1)?.[keyAlias(0)] ?? null : null;
    } while (after !== null);
  }));
  return byParent;
}

/** For answers that fit one page by construction. */
async function whole(reader: Reader, statement: Statement, asked: string): Promise<RawRow[]> {
  const page = await ask(reader, statement, asked);
  if (page.hasMore) throw new RangeError(`${asked}: ${page.totalResults} rows, but one page was expected`);
  return page.rows;
}

function ask(reader: Reader, statement: Statement, asked: string, limit = 1000): Promise<Page> {
  const options: CallOptions = { asked, meter: reader.meter, ...(reader.signal ? { signal: reader.signal } : {}) };
  return reader.netsuite.suiteql(statement.query, statement.parameters, limit, options);
}
