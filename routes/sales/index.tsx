import { page } from "fresh";
import { FreshnessStamp, staleLine } from "../../components/sales/freshness.tsx";
import { WrongFilters } from "../../components/sales/NothingSold.tsx";
import { SalesView } from "../../components/sales/SalesView.tsx";
import { PageHead } from "../../components/PageHead.tsx";
import { Shell } from "../../components/Shell.tsx";
import { can, scopeOf } from "../../lib/access/mod.ts";
import { businessDay } from "../../lib/marts/days.ts";
import { parseSalesFilters } from "../../lib/reports/sales_filters.ts";
import { salesReport } from "../../lib/reports/sales.ts";
import { define } from "../../utils.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const now = new Date();
    const { store, config: { zone } } = ctx.state.services;
    const read = parseSalesFilters(ctx.url.searchParams, businessDay(now, zone));
    if (!read.ok) return page({ ok: false as const, issues: read.issues }, { status: 400 });
    const report = await salesReport(store, scopeOf(ctx.state.person), read.filters, now, { zone });
    return page({
      ok: true as const,
      asked: { ...read.filters, page: report.table.page },
      report,
      now: now.toISOString(),
    });
  },
});

export default define.page<typeof handler>(function SalesPage({ data, state, url }) {
  const frame = { state, url, title: "Sales", crumbs: [{ label: "Reports" }] };
  if (!data.ok) {
    return (
      <Shell {...frame}>
        <PageHead title="Sales" />
        <WrongFilters issues={data.issues} given={url.searchParams} back="/sales" />
      </Shell>
    );
  }
  const { report, asked, now } = data;
  const { zone } = state.services.config;
  const fresh = { asOf: report.asOf, tide: state.tide, now };
  return (
    <Shell {...frame} stamp={<FreshnessStamp {...fresh} />}>
      <SalesView
        report={report}
        asked={asked}
        zone={zone}
        mayExport={can(state.person, "data:export")}
        stale={staleLine(fresh)}
      />
    </Shell>
  );
});
