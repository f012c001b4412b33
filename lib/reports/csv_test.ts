import assert from "node:assert/strict";
import fc from "fast-check";
import { decimalOf, writeCsv } from "./csv.ts";
import { parseSalesFilters } from "./sales_filters.ts";
import { salesCsv, salesCsvName } from "./sales_csv.ts";
import type { SalesReport, SalesRow } from "./sales_types.ts";

Deno.test("writeCsv quotes, guards formulas in text, and leaves numbers alone", () => {
  const csv = writeCsv([
    ["=1+1", "+49", "-x", "@me", "\tq"],
    ['say "hi"', "a,b", "two\nlines", "José 自転車 🚲", null],
    [-5, 1.5, decimalOf(-123456, 2), decimalOf(7, 2), "2-3"],
  ]);
  assert.equal(
    csv,
    "\ufeff'=1+1,'+49,'-x,'@me,'\tq\r\n" +
      '"say ""hi""","a,b","two\nlines",José 自転車 🚲,\r\n' +
      "-5,1.5,-1234.56,0.07,2-3\r\n",
  );
});

Deno.test("decimalOf is exact for any precision", () => {
  assert.deepEqual(decimalOf(9007199254740991, 2), { exact: "90071992547409.91" });
  assert.deepEqual(decimalOf(1234, 0), { exact: "1234" });
  assert.deepEqual(decimalOf(-5, 3), { exact: "-0.005" });
  assert.equal(decimalOf(null, 2), null);
});

Deno.test("salesCsv holds the table's rows in its order, its total, and only columns that the page shows", () => {
  const read = parseSalesFilters(new URLSearchParams("from=2026-11-01&to=2026-11-19&currency=USD"), "2026-11-24");
  assert.ok(read.ok);
  const row = (id: number, name: string, revenueMinor: number): SalesRow => ({
    id,
    name,
    code: `C-${id}`,
    detail: null,
    orders: 2,
    units: 3,
    revenueMinor,
    averageMinor: revenueMinor / 2,
    previousMinor: 0,
    change: null,
  });
  const report = {
    filters: read.filters,
    period: { from: "2026-11-01", to: "2026-11-19", through: "2026-11-19", unfinished: false },
    comparison: null,
    currency: { code: "USD", name: "US Dollar", precision: 2 },
    table: {
      by: "customer",
      rows: [row(2, "=HYPERLINK(1)", 200_50), row(1, "Plain", 100_00)],
      total: { revenueMinor: 300_50, orders: 4, units: 6, averageMinor: 75_13, previousMinor: null, change: null },
      matching: 2,
      all: 2,
      page: 1,
      pages: 1,
    },
  } as unknown as SalesReport; // the rest of a report does not reach the file
  assert.equal(
    salesCsv(report),
    "\ufeffCustomer,Number,Sales rep,NetSuite id,Orders,Units,Per order USD,Revenue USD\r\n" +
      "'=HYPERLINK(1),C-2,,2,2,3,100.25,200.50\r\n" +
      "Plain,C-1,,1,2,3,50.00,100.00\r\n" +
      "All 2,,,,4,6,75.13,300.50\r\n",
  );
  assert.equal(salesCsvName(report), "sales-by-customer-2026-11-01-to-2026-11-19-USD.csv");
});

/** The cells of a text as a spreadsheet cuts it that takes semicolons for separators: quotes hold only where a cell begins. */
function cutAtSemicolons(text: string): string[] {
  const cells: string[] = [];
  let at = 0;
  while (at <= text.length) {
    const quoted = /^"(?:[^"]|"")*"/.exec(text.slice(at))?.[0];
    const plain = text.slice(at + (quoted?.length ?? 0)).match(/^[^;\r\n]*/)![0];
    cells.push(quoted ? quoted.slice(1, -1).replaceAll('""', '"') + plain : plain);
    at += (quoted?.length ?? 0) + plain.length + 1;
  }
  return cells;
}

Deno.test("writeCsv leaves no cell that a spreadsheet runs, at whichever separator it cuts", () => {
  const hostile = fc.array(fc.constantFrom(...'=+-@;\t\r\n ",ab1'.split("")), { maxLength: 12 }).map((all) =>
    all.join("")
  );
  fc.assert(
    fc.property(fc.array(fc.array(hostile, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }), (rows) => {
      for (const cell of cutAtSemicolons(writeCsv(rows).slice(1))) {
        assert.doesNotMatch(cell, /^[=+\-@]/, JSON.stringify(rows));
      }
    }),
    { numRuns: 5_000 },
  );
  assert.equal(writeCsv([["ok", "a;=1+1"]]), `\ufeffok,a;'=1+1\r\n`);
});
