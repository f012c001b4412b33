/** Many rows changed in one second: file imports, mass updates, and texts that are hard on software. */
import type { DatabaseSync } from "node:sqlite";
import { timeText } from "./company/days.ts";
import type { Table } from "./schema.ts";

export interface MassUpdate {
  table: string;
  /** How many rows, from the lowest ids up. */
  count: number;
  /** Texts become ones with quotes, line ends, emoji, right-to-left and formula signs. */
  hostile?: boolean;
}

/** The text that a mass update writes, by table. */
const TEXTS: Record<string, string> = {
  transaction: "memo",
  customer: "altname",
  vendor: "altname",
  employee: "title",
  item: "description",
};

const HOSTILE = [
  `O'Neil "quoted" \\ back`,
  "two\nlines\r\nand\ta tab",
  "🚲 café 自転車",
  "שלום \u202Eabc\u202C עולם",
  '=HYPERLINK("http://x.example")',
  "'; DROP TABLE customer; --",
  "<script>alert(1)</script> & ]]>",
  "e\u0301 vs é, ﬁ, \u00A0\u200B",
];

/**
 * @returns how many rows changed
 * @throws {RangeError} for a table without a stamp that a mass update moves
 */
export function massUpdate(
  db: DatabaseSync,
  tables: Record<string, Table>,
  { table, count, hostile = false }: MassUpdate,
  now: Date,
): number {
  const schema = Object.hasOwn(tables, table) ? tables[table]! : undefined;
  const text = TEXTS[table];
  if (!schema || schema.view || !text || !schema.columns.lastmodifieddate) {
    throw new RangeError(`Cannot update rows of "${table}": there are ${Object.keys(TEXTS).join(", ")}`);
  }
  const stamp = timeText(Math.floor(now.getTime() / 1000));
  const written = hostile
    ? `CASE id % ${HOSTILE.length} ${
      HOSTILE.map((each, i) => `WHEN ${i} THEN '${each.replaceAll("'", "''")}'`).join(" ")
    } END`
    : `coalesce("${text}", '') || '·'`;
  return Number(
    db.prepare(
      `UPDATE "${table}" SET "${text}" = ${written}, lastmodifieddate = ? WHERE id IN
        (SELECT id FROM "${table}" ORDER BY id LIMIT ?)`,
    ).run(stamp, count).changes,
  );
}
