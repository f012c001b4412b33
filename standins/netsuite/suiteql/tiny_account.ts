/** A handful of rows for tests of the query engine: small enough to know every answer by heart. */
import { DatabaseSync } from "node:sqlite";
import { createIndexes, createTables } from "../schema.ts";
import { Zone } from "../zone.ts";
import { SuiteQL } from "./engine.ts";
import type { Session } from "./sql_functions.ts";

/** Columns of each table, then its rows. */
const DATA: Record<string, [string, (string | number | null)[][]]> = {
  subsidiary: ["id name", [[1, "Parent"], [2, "Europe"]]],
  location: ["id name fullname subsidiary", [[1, "Seattle", "Seattle", 1], [2, "Zürich", "Europe : Zürich", 2]]],
  department: ["id name", [[1, "Wholesale"], [2, "Web shop"]]],
  currency: ["id name symbol", [[1, "US Dollar", "USD"], [2, "Euro", "EUR"]]],
  customer: ["id entityid altname email isinactive creditlimit lastmodifieddate", [
    [11, "C11", "O'Neil & Co", null, "F", 100.5, "2026-03-01 00:00:00"],
    [12, "C12", 'Zoë "Z" GmbH', "z@example.test", "T", null, "2026-03-01 00:00:00"],
    [13, "c13", "acme", "a@example.test", "F", 0.1, "2026-03-01 00:00:00"],
  ]],
  // The clock of Los Angeles springs from 2 to 3 at 10:00 UTC on 8 March and falls from 2 to 1 at 9:00 UTC on 1 November 2026.
  transaction: ["id tranid type status trandate entity currency foreigntotal memo voided lastmodifieddate", [
    [1, "SO1", "SalesOrd", "B", "2026-03-01", 11, 1, 100.1, "rush", "F", "2026-03-08 09:59:59"],
    [2, "SO2", "SalesOrd", "G", "2026-03-02", 12, 1, 200.2, null, "F", "2026-03-08 10:00:00"],
    [3, "IV3", "CustInvc", "A", "2026-03-31", 12, 2, 0.3, "100% off_", "F", "2026-11-01 08:30:00"],
    [4, "PO4", "PurchOrd", "B", "2026-03-31", 21, 1, -50, null, "T", "2026-11-01 09:30:00"],
    [5, "SO5", "SalesOrd", "B", "2026-12-31", 13, 1, 1000000, "Rush", "F", "2026-12-31 23:59:59"],
  ]],
  transactionline: [
    "uniquekey id transaction mainline taxline item quantity rate foreignamount class expectedshipdate",
    [
      [101, 0, 1, "T", "F", null, null, null, 100.1, null, null],
      [102, 1, 1, "F", "F", 7, -2, 45.05, -90.1, 3, "2026-03-09"],
      [103, 2, 1, "F", "T", 9, null, null, -10, null, null],
      [104, 0, 2, "T", "F", null, null, null, 200.2, null, null],
      [105, 1, 2, "F", "F", 8, -4, 50.05, -200.2, 3, null],
      [106, 0, 3, "T", "F", null, null, null, 0.3, null, null],
      [107, 1, 3, "F", "F", 7, -3, 0.1, -0.3, 4, null],
    ],
  ],
  transactionstatus: ["id trantype name fullname", [
    ["B", "SalesOrd", "Pending Fulfillment", "Sales Order : Pending Fulfillment"],
    ["G", "SalesOrd", "Billed", "Sales Order : Billed"],
    ["B", "PurchOrd", "Pending Receipt", "Purchase Order : Pending Receipt"],
  ]],
};

/** The tiny account: its engine and what the engine reads. The clock stands at 2026-06-15 20:30:00 UTC (13:30 in Los Angeles). */
export function tinyAccount(): { db: DatabaseSync; session: Session; engine: SuiteQL } {
  const db = new DatabaseSync(":memory:");
  createTables(db);
  createIndexes(db);
  for (const [table, [columns, rows]] of Object.entries(DATA)) {
    const names = columns.split(" ");
    const insert = db.prepare(
      `INSERT INTO "${table}" (${names.map((n) => `"${n}"`).join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
    );
    for (const row of rows) insert.run(...row);
  }
  const session: Session = {
    zone: new Zone("America/Los_Angeles"),
    datePreference: "FMMM/DD/YYYY",
    now: () => new Date("2026-06-15T20:30:00Z"),
  };
  return { db, session, engine: new SuiteQL(db, session) };
}

/** Runs a statement and gives its rows without their links. */
export function rowsOf(
  engine: SuiteQL,
  q: string,
  params: string[] = [],
  limit = 1000,
  offset = 0,
): Record<string, string>[] {
  const { items } = engine.run(q, params, limit, offset);
  return (JSON.parse(`[${items}]`) as Record<string, unknown>[]).map(({ links: _, ...row }) =>
    row as Record<string, string>
  );
}
