import { HttpError } from "fresh";
import { statusWord } from "../../../components/sales/words.ts";
import { scopeOf } from "../../../lib/access/mod.ts";
import { businessDay } from "../../../lib/marts/days.ts";
import { download, type Format } from "../../../lib/files/download.ts";
import { recordsFileName, recordsSheet } from "../../../lib/reports/records_sheet.ts";
import { parseSalesFilters, parseSalesRecords, recordsQuery, salesQuery } from "../../../lib/reports/sales_filters.ts";
import { everySalesRecord } from "../../../lib/reports/sales_records.ts";
import { salesFileName, salesSheet } from "../../../lib/reports/sales_sheet.ts";
import { salesReport } from "../../../lib/reports/sales.ts";
import { MOST_SHEET_ROWS } from "../../../lib/files/xlsx.ts";
import { define } from "../../../utils.ts";

/** The table of the Sales page with all its rows, for the same query. */
export const tableAs = (format: Format) =>
  define.handlers({
    async GET(ctx) {
      const now = new Date();
      const { store, audit, config: { zone } } = ctx.state.services;
      const read = parseSalesFilters(ctx.url.searchParams, businessDay(now, zone));
      if (!read.ok) return ctx.redirect(`/sales${ctx.url.search}`, 303); // the page says what is wrong
      const report = await salesReport(store, scopeOf(ctx.state.person), read.filters, now, { zone, everyRow: true });
      assertFits(format, report.table.rows.length);
      await audit.write({
        action: "data.exported",
        subject: { kind: "report", id: "sales", name: "Sales" },
        details: { format, rows: report.table.rows.length, filters: salesQuery(report.filters) },
      });
      return download(salesSheet(report), format, salesFileName(report));
    },
  });

/** The orders of the page of a figure, all of them, for the same query. */
export const recordsAs = (format: Format) =>
  define.handlers({
    async GET(ctx) {
      const { store, audit } = ctx.state.services;
      const read = parseSalesRecords(ctx.url.searchParams);
      if (!read.ok) return ctx.redirect(`/sales/records${ctx.url.search}`, 303);
      const found = await everySalesRecord(store, scopeOf(ctx.state.person), read.filters);
      assertFits(format, found.total.orders);
      await audit.write({
        action: "data.exported",
        subject: { kind: "report", id: "sales.records", name: "Orders of Sales" },
        details: { format, rows: found.total.orders, filters: recordsQuery(read.filters) },
      });
      return download(recordsSheet(found, read.filters, statusWord), format, recordsFileName(read.filters));
    },
  });

/** @throws {HttpError} 422 where a workbook cannot hold the rows, before a file is begun */
function assertFits(format: Format, rows: number): void {
  const most = MOST_SHEET_ROWS - 2; // the head and the total
  if (format !== "xlsx" || rows <= most) return;
  const [asked, held] = [rows, most].map((count) => count.toLocaleString("en-US"));
  throw new HttpError(
    422,
    `A workbook holds ${held} rows, and these are ${asked}. A CSV file holds any number; a shorter period has fewer.`,
  );
}
