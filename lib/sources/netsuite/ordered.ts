import type { Stream } from "../../streams/define.ts";
import { keyAlias, type RawRow } from "../../streams/shape.ts";
import { again, ask, count, oneOf, type Reader } from "./ask.ts";
import type { Page } from "./client.ts";
import { broken } from "./http.ts";
import type { PagedStatement, Statement } from "./statement.ts";
import type { Key } from "./suiteql.ts";

/** After so many answers in which rows share a key, they are taken to share it. */
const TWINS_BELIEVED = 3;

/** Rows in their order. */
export interface Ordered {
  rows: RawRow[];
  /** Nothing comes after them, for certain. */
  isLast: boolean;
}

/**
 * Asks a page and believes it only when it fits: its rows stand in the order that was asked for and lie behind the page
 * before. No rows at all are believed only when the count says none, too: NetSuite answers a search that ran out of
 * time with success and nothing in it (docs/netsuite.md 3.1).
 */
export async function ordered(
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

export function keyIn(stream: Stream, row: RawRow): Key {
  return stream.key.map((_, n) => row[keyAlias(n)]!);
}
