import { page } from "fresh";
import { PageHead } from "../../../components/PageHead.tsx";
import { FreshnessStamp, staleLine } from "../../../components/sales/freshness.tsx";
import { WrongFilters } from "../../../components/sales/NothingSold.tsx";
import { RecordsView } from "../../../components/sales/RecordsView.tsx";
import { Shell } from "../../../components/Shell.tsx";
import { can, scopeOf } from "../../../lib/access/mod.ts";
import { businessDay } from "../../../lib/marts/days.ts";
import { parseSalesRecords } from "../../../lib/reports/sales_filters.ts";
import { salesRecords } from "../../../lib/reports/sales_records.ts";
import type { SalesRecordsQuery } from "../../../lib/reports/sales_types.ts";
import { define } from "../../../utils.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const now = new Date();
    const { store, config: { zone } } = ctx.state.services;
    const read = parseSalesRecords(ctx.url.searchParams);
    if (!read.ok) return page({ ok: false as const, issues: read.issues }, { status: 400 });
    const records = await salesRecords(store, scopeOf(ctx.state.person), read.filters);
    return page({ ok: true as const, records, now: now.toISOString(), today: businessDay(now, zone) });
  },
});

export default define.page<typeof handler>(function SalesRecordsPage({ data, state, url }) {
  const crumbs = [{ label: "Reports" }, { label: "Sales", href: data.ok ? reportOf(data.records.query) : "/sales" }];
  if (!data.ok) {
    return (
      <Shell state={state} url={url} title="Orders" crumbs={crumbs}>
        <PageHead title="Orders" />
        <WrongFilters issues={data.issues} given={url.searchParams} back="/sales" />
      </Shell>
    );
  }
  const { records, today, now } = data;
  const fresh = { asOf: records.asOf, tide: state.tide, now };
  return (
    <Shell
      state={state}
      url={url}
      title={records.subject?.name ?? "Orders"}
      crumbs={crumbs}
      stamp={<FreshnessStamp {...fresh} />}
    >
      <RecordsView
        records={records}
        today={today}
        back={reportOf(records.query)}
        mayExport={can(state.person, "data:export")}
        netsuite={orderLinks(state.services.config.netsuite)}
        stale={staleLine(fresh)}
      />
    </Shell>
  );
});

/** The report in which the figure stands. */
function reportOf({ from, to, currency, channel, subsidiary, of }: SalesRecordsQuery): string {
  const query = new URLSearchParams({ from, to, currency });
  if (channel !== null) query.set("channel", String(channel));
  if (subsidiary !== null) query.set("subsidiary", String(subsidiary));
  if (of) query.set("by", of.by);
  return `/sales?${query}`;
}

/** The address of an order in NetSuite's own pages, which only the real one has. */
function orderLinks({ accountId, baseUrl }: { accountId: string; baseUrl: string | null }) {
  if (baseUrl !== null) return null;
  const host = `${accountId.toLowerCase().replaceAll("_", "-")}.app.netsuite.com`;
  return (id: number) => `https://${host}/app/accounting/transactions/salesord.nl?id=${id}`;
}
