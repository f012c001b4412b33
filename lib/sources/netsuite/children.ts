import type { Children } from "../../streams/define.ts";
import { keyAlias, type RawRow } from "../../streams/shape.ts";
import { again, leavingOut, type Reader } from "./ask.ts";
import { broken } from "./http.ts";
import { type Ordered, ordered } from "./ordered.ts";
import { childrenStatements, childTable, PARENT } from "./suiteql.ts";

/** Rows of children that a record had on average, when they were last read: of so many records one page holds the rows. */
const usual = new WeakMap<Children, number>();

/** Of fewer records than this the average says little. */
const TELLING = 100;

/**
 * Children of some records. Their pages cannot be asked at once, each beginning where the one before ends; so where much is
 * read, records are asked for in as many groups as the pages they are likely to fill, side by side: hardly a request more,
 * in the time of one.
 */
export async function readChildren(
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
