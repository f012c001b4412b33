import { scopeOf } from "../../lib/access/mod.ts";
import { businessDay } from "../../lib/marts/days.ts";
import { salesCsv, salesCsvName } from "../../lib/reports/sales_csv.ts";
import { parseSalesFilters, salesQuery } from "../../lib/reports/sales_filters.ts";
import { salesReport } from "../../lib/reports/sales.ts";
import { define } from "../../utils.ts";

/** The table of the Sales page with all its rows, for the same query. */
export const handler = define.handlers({
  async GET(ctx) {
    const now = new Date();
    const { store, audit, config: { zone } } = ctx.state.services;
    const read = parseSalesFilters(ctx.url.searchParams, businessDay(now, zone));
    if (!read.ok) return ctx.redirect(`/sales${ctx.url.search}`, 303); // the page says what is wrong
    const report = await salesReport(store, scopeOf(ctx.state.person), read.filters, now, { zone, everyRow: true });
    await audit.write({
      action: "data.exported",
      subject: { kind: "report", id: "sales", name: "Sales" },
      details: { format: "csv", rows: report.table.rows.length, filters: salesQuery(report.filters) },
    });
    return new Response(salesCsv(report), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${salesCsvName(report)}"`,
        "cache-control": "no-store",
      },
    });
  },
});
