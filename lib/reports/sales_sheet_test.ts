import assert from "node:assert/strict";
import { csvStream } from "../files/csv.ts";
import { parseSalesFilters } from "./sales_filters.ts";
import { salesFileName, salesSheet } from "./sales_sheet.ts";
import type { SalesReport, SalesRow } from "./sales_types.ts";

Deno.test("salesSheet holds the table's rows in its order, its total, and only columns that the page shows", async () => {
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
    await new Response(csvStream(salesSheet(report))).text().then((text) => `\ufeff${text}`), // the mark is taken off by text()
    "\ufeffCustomer,Number,Sales rep,NetSuite id,Orders,Units,Per order USD,Revenue USD\r\n" +
      "'=HYPERLINK(1),C-2,,2,2,3,100.25,200.50\r\n" +
      "Plain,C-1,,1,2,3,50.00,100.00\r\n" +
      "All 2,,,,4,6,75.13,300.50\r\n",
  );
  assert.equal(salesFileName(report), "sales-by-customer-2026-11-01-to-2026-11-19-USD");
});
