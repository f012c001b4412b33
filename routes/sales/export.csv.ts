import { businessDay } from "../../lib/marts/days.ts";
import { salesCsv, salesCsvName } from "../../lib/reports/sales_csv.ts";
import { parseSalesFilters } from "../../lib/reports/sales_filters.ts";
import { salesReport } from "../../lib/reports/sales.ts";
import { define } from "../../utils.ts";

/** The table of the Sales page with all its rows, for the same query. */
export const handler = define.handlers({
  async GET(ctx) {
    const now = new Date();
    const { store, config: { zone } } = ctx.state.services;
    const read = parseSalesFilters(ctx.url.searchParams, businessDay(now, zone));
    if (!read.ok) return ctx.redirect(`/sales${ctx.url.search}`, 303); // the page says what is wrong
    const report = await salesReport(store, read.filters, now, { zone, everyRow: true });
    return new Response(salesCsv(report), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${salesCsvName(report)}"`,
        "cache-control": "no-store",
      },
    });
  },
});
