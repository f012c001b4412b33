import { pause } from "../../clock.ts";
import { AppError, UpstreamBusyError } from "../../errors.ts";
import { aliasOf, type Children, type Stream } from "../../streams/define.ts";
import { keyAlias, MODIFIED, type RawRow } from "../../streams/shape.ts";
import { MissingError } from "./answers.ts";
import type { CallOptions, NetSuite, Page } from "./client.ts";
import type { Gaps } from "./gaps.ts";
import type { Meter } from "./governor.ts";
import { broken } from "./http.ts";
import { findBadColumn, knownNow, noteMissing, oneRow } from "./missing.ts";
import { parts, type Selectable, type Selected, selectedOf } from "./selection.ts";
import type { Urgency } from "./slots.ts";
import type { PagedStatement, Statement } from "./statement.ts";
import {
  childrenStatements,
  childTable,
  countStatement,
  DELETED,
  deletedStatement,
  existStatement,
  extentStatement,
  followStatement,
  histogramStatement,
  type Key,
  type PageCut,
  pageStatement,
  type PageStatements,
  PARENT,
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

/** What reading needs: the account and what it lacks, who counts, and how to stop. */
export interface Reader {
  netsuite: NetSuite;
  gaps: Gaps;
  meter: Meter;
  signal?: AbortSignal;
  now: () => Date;
  /** A question whose column list may be the cause of an error 500: it is not asked for long before that is looked into. */
  suspects?: boolean;
  /** Who waits for the answers. */
  urgency?: Urgency;
  /** Waits; tests give one that needs no real time. */
  wait?: typeof pause;
}

/** How often an answer that does not fit together is asked for again, and for how long to wait at first. */
const MOST_TRIES = 6, FIRST_WAIT_MS = 100;
/** After so many answers in which rows share a key, they are taken to share it. */
const TWINS_BELIEVED = 3;
/** An error 500 is retried this often before a column is suspected of it. */
const ERRORS_BEFORE_SUSPICION = 3;

/**
 * Reads the page of a stream that a cut begins with. Columns that the account lacks are left out.
 *
 * @param known told where the page ends as soon as that is seen, before its children are there; told again when the page
 *   had to be asked again
 */
export function readPage(
  reader: Reader,
  stream: Stream,
  cut: PageCut,
  known: (next: Key | null) => void = () => {},
): Promise<RecordPage> {
  const statements = (after: Key | null) => pageStatement(stream, { ...cut, after }, reader.gaps);
  return read(reader, stream, cut.after, statements, { known, isWide: cut.window.from === null });
}

/** Reads the rows that belong to some records of the stream that this one follows, page by page. */
export function readFollowing(
  reader: Reader,
  stream: Stream,
  column: string,
  values: string[],
  after: Key | null,
): Promise<RecordPage> {
  return read(reader, stream, after, (key) => followStatement(stream, column, values, key, reader.gaps));
}

/** Which of these values of the first key column still exist; answers whole keys, joined by `-` where there are several. */
export async function existing(reader: Reader, stream: Stream, values: string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (let at = 0; at < values.length; at += 500) {
    const some = values.slice(at, at + 500);
    let after: Key | null = null;
    do {
      const page: Ordered = await ordered(
        reader,
        existStatement(stream, some, after),
        `which ${stream.name} exist`,
        after,
      );
      for (const row of page.rows) found.add(keyIn(stream, row).join("-"));
      after = page.isLast ? null : keyIn(stream, page.rows.at(-1)!);
    } while (after);
  }
  return found;
}

/** How many rows a stream has, and where its keys begin and end. */
export async function extentOf(reader: Reader, stream: Stream, window: Window): Promise<Extent | null> {
  return await leavingOut(reader, stream, stream.key, async (reader) => {
    const row = await oneOf(reader, extentStatement(stream, window, reader.gaps), `how many ${stream.name} there are`);
    const rows = count(row.tm_rows, stream.name);
    return rows === 0 ? null : { rows, min: Number(row.tm_min), max: Number(row.tm_max) };
  });
}

/** Rows per bucket of `width` keys, ascending; empty buckets are left out. */
export async function histogramOf(
  reader: Reader,
  stream: Stream,
  window: Window,
  width: number,
): Promise<{ bucket: number; rows: number }[]> {
  const asked = `how the keys of ${stream.name} are spread`;
  const buckets: { bucket: number; rows: number }[] = [];
  let from: number | null = null;
  do {
    const after: Key | null = from === null ? null : [String(from - 1)];
    const page: Ordered = await ordered(
      reader,
      histogramStatement(stream, window, width, from, reader.gaps),
      asked,
      after,
    );
    buckets.push(...page.rows.map((row) => ({ bucket: Number(row.tm_bucket), rows: count(row.tm_rows, asked) })));
    from = page.isLast ? null : buckets.at(-1)!.bucket + 1;
  } while (from !== null);
  return buckets;
}

/** Rows of a stream in all, and those changed at or after `since`. */
export async function countOf(reader: Reader, stream: Stream, since: Date): Promise<{ rows: number; later: number }> {
  return await leavingOut(reader, stream, stream.key, async (reader) => {
    const row = await oneOf(reader, countStatement(stream, since, reader.gaps), `how many ${stream.name} there are`);
    return { rows: count(row.tm_rows, stream.name), later: Number(row.tm_later ?? 0) };
  });
}

/** The deleted records of a window, oldest first, all pages. None where the role may not see them: that is a gap then. */
export async function* deletedIn(reader: Reader, window: { from: Date; to: Date }): AsyncGenerator<DeletedRecord[]> {
  let after: { at: string; type: string; id: string } | null = null;
  while (true) {
    const from: Key | null = after && [after.at, after.id, after.type];
    let page: Ordered;
    try {
      page = await ordered(reader, deletedStatement(window, after), "deleted records", from);
    } catch (error) {
      if (!(error instanceof MissingError)) throw error;
      return await reader.gaps.add({ table: DELETED, column: null }, error.message);
    }
    const rows = page.rows.map((row) => ({ recordId: row.recordid!, type: row.type ?? "", at: row.deleted! }));
    if (rows.length > 0) {
      yield rows.map(({ recordId, type, at }) => ({ recordId, type, deletedAt: new Date(at.replace(" ", "T") + "Z") }));
    }
    const last = rows.at(-1);
    if (!last || page.isLast) return;
    after = { at: last.at, type: last.type, id: last.recordId };
  }
}

/**
 * What an account lacks of a table's columns, found by asking for one row of all of them.
 *
 * @throws {MissingError} when it is the table itself
 */
export async function askForAll(reader: Reader, from: Selectable, keys: readonly string[]): Promise<void> {
  await leavingOut(reader, from, keys, (reader) => {
    const own = keys.map((key): Selected => ({
      expression: `t.${key}`,
      alias: `tm_${key}`.slice(0, 30),
      gap: { table: from.table, column: key },
    }));
    const all = selectedOf(from, reader.gaps);
    return Promise.all(parts(all, own.length).map((some) => tryOne(reader, from, [...own, ...some])));
  });
}

/** One row that a statement answers by construction, e.g. of counts. Asked again when it does not. */
export function askForRow(reader: Reader, query: string, asked: string): Promise<RawRow> {
  return oneOf(reader, { query, parameters: [] }, asked);
}

/** All rows of an answer that fits one page by construction. */
export async function askForRows(reader: Reader, query: string, asked: string): Promise<RawRow[]> {
  return (await ask(reader, { query, parameters: [] }, asked)).rows;
}

async function read(
  reader: Reader,
  stream: Stream,
  after: Key | null,
  statements: (after: Key | null) => PageStatements,
  { known, isWide }: { known: (next: Key | null) => void; isWide: boolean } = { known: () => {}, isWide: false },
): Promise<RecordPage> {
  return await leavingOut(reader, stream, stream.key, async (reader) => {
    const askedAt = reader.now();
    const page = await again(reader, async () => {
      const { first, more } = statements(after);
      const page = await ordered(reader, first, `a page of ${stream.name}`, after, stream.pageRows);
      for (const statement of page.rows.length ? more : []) {
        await addColumns(reader, stream, page.rows, after, statement);
      }
      return page;
    });
    setPrecision(stream, page.rows, reader.gaps);
    const next = page.isLast ? null : keyIn(stream, page.rows.at(-1)!);
    known(next);
    const children = stream.children && page.rows.length > 0
      ? await readChildren(reader, stream.children, page.rows.map((row) => row[keyAlias(0)]!), isWide)
      : null;
    const rows = page.rows.map((raw) => ({ raw, children: children?.get(raw[keyAlias(0)]!) ?? [] }));
    return { rows, next, askedAt };
  });
}

/**
 * Brings further columns of the same rows. A row that was changed between the two queries would be half old and half new,
 * so then both are asked again.
 */
async function addColumns(
  reader: Reader,
  stream: Stream,
  rows: RawRow[],
  start: Key | null,
  statement: (keys: Key[], after: Key | null) => PagedStatement,
): Promise<void> {
  const keys = rows.map((row) => keyIn(stream, row));
  const further = new Map<string, RawRow>();
  let after = start;
  do {
    const page: Ordered = await ordered(reader, statement(keys, after), `more of a page of ${stream.name}`, after);
    for (const row of page.rows) further.set(keyIn(stream, row).join("-"), row);
    after = page.isLast ? null : keyIn(stream, page.rows.at(-1)!);
  } while (after);
  for (const [n, row] of rows.entries()) {
    const other = further.get(keys[n]!.join("-"));
    if (!other || other[MODIFIED] !== row[MODIFIED]) {
      throw broken(`a page of ${stream.name}`, "a row that changed while it was read");
    }
    Object.assign(row, other);
  }
}

/** Where the account does not show currencies, amounts have two decimals, as its one currency most likely has. */
function setPrecision(stream: Stream, rows: RawRow[], gaps: Gaps): void {
  const column = stream.precision ? stream.columns[stream.precision] : undefined;
  if (!column) return;
  const alias = aliasOf(column);
  if (selectedOf(stream, gaps).some((made) => made.alias === alias)) return;
  for (const row of rows) row[alias] = "2";
}

/** Rows of children that a record had on average, when they were last read: of so many records one page holds the rows. */
const usual = new WeakMap<Children, number>();

/** Of fewer records than this the average says little. */
const TELLING = 100;

/**
 * Children of some records. Their pages cannot be asked at once, each beginning where the one before ends; so where much is
 * read, records are asked for in as many groups as the pages they are likely to fill, side by side: hardly a request more,
 * in the time of one.
 */
async function readChildren(
  reader: Reader,
  children: Children,
  parents: string[],
  isWide: boolean,
): Promise<Map<string, RawRow[]>> {
  const byParent = new Map<string, RawRow[]>();
  const pages = isWide ? Math.floor((parents.length * (usual.get(children) ?? 0)) / 900) + 1 : 1;
  const size = Math.min(children.perQuery, Math.ceil(parents.length / pages));
  const groups: string[][] = [];
  for (let at = 0; at < parents.length; at += size) groups.push(parents.slice(at, at + size));
  const asked = `rows of ${children.table}`, keys = [children.key, children.parent];
  let count = 0;
  await Promise.all(groups.map(async (group) => {
    let after: string | null = null;
    do {
      const page: Ordered = await leavingOut(reader, childTable(children), keys, (reader) =>
        again(reader, async () => {
          const from = after === null ? null : [after];
          const statements = childrenStatements(children, group, after, reader.gaps);
          const [first, ...more] = await Promise.all(
            statements.map((statement) => ordered(reader, statement, asked, from)),
          );
          for (const other of more) joinColumns(first!.rows, other.rows, asked);
          return first!;
        }));
      count += page.rows.length;
      for (const row of page.rows) {
        const parent = row[PARENT]!;
        const list = byParent.get(parent);
        if (list) list.push(row);
        else byParent.set(parent, [row]);
      }
      after = page.isLast ? null : page.rows.at(-1)![keyAlias(0)]!;
    } while (after !== null);
  }));
  if (parents.length >= TELLING) usual.set(children, count / parents.length);
  return byParent;
}

function joinColumns(rows: RawRow[], others: RawRow[], asked: string): void {
  if (rows.length !== others.length) throw broken(asked, "rows that changed while they were read");
  for (const [n, row] of rows.entries()) {
    if (row[keyAlias(0)] !== others[n]![keyAlias(0)]) throw broken(asked, "rows that changed while they were read");
    Object.assign(row, others[n]);
  }
}

/** Rows in their order. */
interface Ordered {
  rows: RawRow[];
  /** Nothing comes after them, for certain. */
  isLast: boolean;
}

/**
 * Asks a page and believes it only when it fits: its rows stand in the order that was asked for and lie behind the page
 * before. No rows at all are believed only when the count says none, too: NetSuite answers a search that ran out of
 * time with success and nothing in it (docs/netsuite.md 3.1).
 */
async function ordered(
  reader: Reader,
  statement: PagedStatement,
  asked: string,
  after: Key | null,
  limit = 1000,
): Promise<Ordered> {
  let twice = 0;
  return await again(reader, async () => {
    const { rows, hasMore, totalResults } = await filled(reader, statement, statement.count, asked, limit);
    if (rows.length === 0) return { rows, isLast: true };
    const { hasTwins } = checkOrder(statement, rows, after, asked);
    // an answer may come garbled; one that is the same each time is how the table is, and its reader must see it
    if (hasTwins && ++twice < TWINS_BELIEVED) throw broken(asked, "two rows of one key");
    // `hasMore` has been seen to be false before the end, and totals are counted at another moment: only a page with room
    // left, of which nothing says that more comes, is the last
    return { rows, isLast: rows.length < limit && !hasMore && totalResults <= rows.length };
  });
}

/**
 * Asks for sums by group, or for whatever else is read without a unique order of its own. No rows at all are believed only
 * when a count says none, too.
 *
 * @param counted a statement of one row, whose `tm_rows` is more than 0 when the answer must have rows
 */
export function groupsOf(reader: Reader, statement: Statement, counted: Statement, asked: string): Promise<Page> {
  return again(reader, async () => {
    const page = await filled(reader, statement, counted, asked, 1000);
    if (page.hasMore && page.rows.length < 1000) throw broken(asked, "a page with room left, yet more to come");
    return page;
  });
}

/** A page; no rows only when the count says none, whatever the page says of its total, which is counted at another moment. */
async function filled(
  reader: Reader,
  statement: Statement,
  counted: Statement,
  asked: string,
  limit: number,
): Promise<Page> {
  const page = await ask(reader, statement, asked, limit);
  if (page.rows.length > 0) return page;
  const rows = count((await oneOf(reader, counted, asked)).tm_rows, asked);
  if (rows > 0) throw broken(asked, `an empty page, yet counts ${rows}`);
  return page;
}

function checkOrder(
  { order }: PagedStatement,
  rows: RawRow[],
  after: Key | null,
  asked: string,
): { hasTwins: boolean } {
  const isStrict = order.terms.every(({ isNumber }) => isNumber);
  let before = after, hasTwins = false;
  for (const row of rows) {
    const key = order.terms.map(({ alias }) => row[alias]);
    for (const [n, { alias, isNumber }] of order.terms.entries()) {
      if (isNumber && !/^-?\d+$/.test(key[n] ?? "")) throw broken(asked, `a row without its ${alias}`);
    }
    if (before) {
      let rank = 0;
      for (const [n, { isNumber }] of order.terms.entries()) {
        if (!isNumber) { // text sorts as NetSuite sorts it: only a difference can be seen here
          if (key[n] === before[n]) continue;
          rank = 1;
          break;
        }
        rank = compare(key[n]!, before[n]!);
        if (rank !== 0) break;
      }
      if (rank < 0 || (rank === 0 && isStrict && before === after)) throw broken(asked, "rows out of their order");
      if (rank === 0 && isStrict) hasTwins = true;
    }
    before = key as Key;
  }
  return { hasTwins };
}

function compare(a: string, b: string): number {
  const left = Number(a), right = Number(b);
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return left - right;
  return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
}

/** Asks again what does not fit together, for some tries; what failed in itself has been tried again already. */
export async function again<T>(reader: Reader, question: () => Promise<T>): Promise<T> {
  for (let tries = 1;; tries++) {
    try {
      return await question();
    } catch (error) {
      const isOdd = error instanceof UpstreamBusyError && error.code === "upstream_broken";
      if (!isOdd || tries >= MOST_TRIES) throw error;
      await (reader.wait ?? pause)(Math.random() * FIRST_WAIT_MS * 2 ** tries, reader.signal);
      reader.signal?.throwIfAborted();
    }
  }
}

/** Asks, and asks again without what the account turns out to lack. */
export async function leavingOut<T>(
  reader: Reader,
  from: Selectable & Partial<Pick<Stream, "cursor">>,
  keys: readonly string[],
  question: (reader: Reader) => Promise<T>,
): Promise<T> {
  const { gaps } = reader, suspecting: Reader = { ...reader, suspects: true };
  const trial = (columns: readonly Selected[], of: Selectable) => tryOne(suspecting, of, columns);
  let asking = suspecting;
  const { cursor, table } = from;
  for (let tries = 0;; tries++) {
    const before = knownNow(from, gaps);
    try {
      return await question(asking);
    } catch (error) {
      if (error instanceof MissingError && tries <= 200) {
        if (error.kind === "column" && error.missing.toLowerCase() === cursor && !before.has(table, cursor)) {
          if (!gaps.has(table, cursor)) await gaps.add({ table, column: cursor }, error.message); // then it is read whole
          continue;
        }
        if (await noteMissing(from, keys, error, gaps, before, trial)) continue;
      } else if (error instanceof AppError && error.code === "upstream_error" && asking === suspecting) {
        if (!await findBadColumn(from, gaps, trial)) asking = reader; // NetSuite is ill: wait for it as usual
        continue;
      }
      throw error;
    }
  }
}

/** Whether NetSuite takes these columns of a table. */
async function tryOne(reader: Reader, from: Selectable, columns: readonly Selected[]): Promise<void> {
  await ask(reader, oneRow(from, columns, reader.gaps), `which columns ${from.table} has`);
}

/** For answers that are one row by construction: none at all is a search that ran out of time. */
async function oneOf(reader: Reader, statement: Statement, asked: string): Promise<RawRow> {
  return await again(reader, async () => {
    const { rows } = await ask(reader, statement, asked);
    if (rows.length !== 1) throw broken(asked, `${rows.length} rows instead of one`);
    return rows[0]!;
  });
}

/** Asks one page, in the name of the reader. */
export function ask(reader: Reader, statement: Statement, asked: string, limit = 1000): Promise<Page> {
  const options: CallOptions = {
    asked,
    meter: reader.meter,
    ...(reader.signal ? { signal: reader.signal } : {}),
    ...(reader.urgency ? { urgency: reader.urgency } : {}),
    ...(reader.suspects
      ? { mayRetry: (error, tries) => error.code !== "upstream_error" || tries < ERRORS_BEFORE_SUSPICION }
      : {}),
  };
  return reader.netsuite.suiteql(statement.query, statement.parameters, limit, options);
}

/** A count as NetSuite writes it. @throws {UpstreamBusyError} for anything else: it is asked again */
export function count(text: string | undefined, asked: string): number {
  if (text === undefined || !/^\d+$/.test(text)) throw broken(asked, "a count that is no number");
  return Number(text);
}

function keyIn(stream: Stream, row: RawRow): Key {
  return stream.key.map((_, n) => row[keyAlias(n)]!);
}
