import { AppError } from "../../errors.ts";
import { aliasOf, type Stream } from "../../streams/define.ts";
import { keyAlias, MODIFIED, type RawRow } from "../../streams/shape.ts";
import { again, leavingOut, type Reader } from "./ask.ts";
import { readChildren } from "./children.ts";
import { gapName, type Gaps } from "./gaps.ts";
import { broken } from "./http.ts";
import { keyIn, type Ordered, ordered } from "./ordered.ts";
import { neededBy, selectedOf } from "./selection.ts";
import type { PagedStatement } from "./statement.ts";
import { followStatement, type Key, type PageCut, pageStatement, type PageStatements } from "./suiteql.ts";

/** One page of a stream, with the rows that belong to each. */
export interface RecordPage {
  rows: { raw: RawRow; children: RawRow[] }[];
  /** The key of the last row: where the next page goes on. Null when this page is the last. */
  next: Key | null;
  /** When it was asked for, by this machine's clock: decides between two readings of one version. */
  askedAt: Date;
}

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

/**
 * Where the account does not show currencies, amounts have two decimals, as its one currency most likely has. Where it has
 * shown them before, nothing is guessed: what one yen is would be written as a hundred.
 *
 * @throws {AppError} `currency_lost`
 */
function setPrecision(stream: Stream, rows: RawRow[], gaps: Gaps): void {
  const column = stream.precision ? stream.columns[stream.precision] : undefined;
  if (!column || rows.length === 0) return;
  const alias = aliasOf(column);
  if (selectedOf(stream, gaps).some((made) => made.alias === alias)) return;
  const lost = neededBy(stream, column).find((gap) => gaps.wasThere?.(gap.table, gap.column ?? undefined));
  if (lost) {
    throw new AppError(
      `NetSuite does not show ${
        gapName(lost)
      } any more, which was read before: amounts of ${stream.name} cannot be read ` +
        "without knowing how many decimals they have.",
      "currency_lost",
      "abort",
    );
  }
  for (const row of rows) row[alias] = "2";
}
