import type {
  SalesChoice,
  SalesFilters,
  SalesPoint,
  SalesRecordsQuery,
  SalesReport,
  SalesRow,
} from "../../lib/reports/sales_types.ts";
import { grainFits, recordsQuery } from "../../lib/reports/sales_filters.ts";
import SalesChart from "../../islands/SalesChart.tsx";
import { Card } from "../Card.tsx";
import { ChartFrame, Segments } from "../ChartFrame.tsx";
import { ExportMenu } from "../ExportMenu.tsx";
import { counted, dayRange, fullMoment, money } from "../format.ts";
import { Notice } from "../Notice.tsx";
import { PageHead } from "../PageHead.tsx";
import { chartFinding, chartPoints } from "./chart_points.ts";
import { FilterBar } from "./FilterBar.tsx";
import { NothingSold } from "./NothingSold.tsx";
import { PartsTable } from "./PartsTable.tsx";
import { Ranking } from "./Ranking.tsx";
import { ReportLink } from "./ReportLink.tsx";
import { SalesTiles } from "./SalesTiles.tsx";
import { SeriesTable } from "./SeriesTable.tsx";
import { comparisonWords, GRAIN_WORDS, salesHref } from "./words.ts";

export interface SalesViewProps {
  report: SalesReport;
  /** The filters as the URL gave them. */
  asked: SalesFilters;
  /** The company's zone, in which days are cut. */
  zone: string;
  /** Whether this person may download. */
  mayExport: boolean;
  /** The line that says that the figures are old, where they are. */
  stale?: preact.ComponentChildren;
}

/** With fewer bars than this a plot says less than its table. */
const LEAST_BARS = 4;
const SHOWN_IN_RANKING = 4;

/** The Sales page below its frame. */
export function SalesView({ report, asked, zone, mayExport, stale }: SalesViewProps) {
  const sold = (report.tiles.orders.value ?? 0) > 0;
  return (
    <>
      <PageHead
        title="Sales"
        actions={mayExport && sold
          ? (
            <ExportMenu
              hrefs={{
                csv: salesHref(asked, {}, "/sales/export.csv"),
                xlsx: salesHref(asked, {}, "/sales/export.xlsx"),
              }}
            />
          )
          : undefined}
      >
        Booked orders before tax and shipping, cancelled ones included{report.currency
          ? `, in ${report.currency.code}`
          : ""}. Days in {zoneName(zone)} time.
      </PageHead>
      <FilterBar asked={asked} report={report} />
      <p class="mb-4 hidden text-list print:block">{writtenOut(report, asked, zone)}</p>
      <div class="flex flex-col gap-4">
        {stale}
        {report.asOf.pendingDays > 0 && (
          <Notice tone="note" title="Figures are being counted.">
            {counted(report.asOf.pendingDays, "day")} changed in NetSuite and will be up to date in a moment.
          </Notice>
        )}
        {sold || report.series.points.some((point) => (point.previous?.orders ?? 0) > 0)
          ? <Figures report={report} asked={asked} />
          : <NothingSold report={report} asked={asked} />}
        <Holdings report={report} asked={asked} />
      </div>
    </>
  );
}

/** `America/Los_Angeles` as people say it: `Los Angeles`. */
function zoneName(zone: string): string {
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}

/** The filters and the freshness as a sentence, for paper, where the bars are missing. */
function writtenOut(report: SalesReport, asked: SalesFilters, zone: string): string {
  const { choices, asOf } = report;
  const nameOf = (list: SalesChoice[], id: SalesChoice["id"] | null) => list.find((choice) => choice.id === id)?.name;
  const compared = comparisonWords(report);
  return [
    dayRange(report.period.from, report.period.to),
    compared && `compared with: ${compared}`,
    asked.channel !== null && `channel ${nameOf(choices.channels, asked.channel) ?? asked.channel}`,
    asked.subsidiary !== null && `subsidiary ${nameOf(choices.subsidiaries, asked.subsidiary) ?? asked.subsidiary}`,
    asOf.watermark && `data as of ${fullMoment(asOf.watermark, zone)}`,
  ].filter((part) => part).join(" · ");
}

function Figures({ report, asked }: { report: SalesReport; asked: SalesFilters }) {
  const code = report.currency?.code ?? "USD";
  const few = report.series.points.length < LEAST_BARS;
  const records = (change: Partial<SalesRecordsQuery>) =>
    `/sales/records?${
      recordsQuery({
        from: report.period.from,
        to: report.period.to,
        currency: code,
        channel: asked.channel,
        subsidiary: asked.subsidiary,
        of: null,
        page: 1,
        rows: 25,
        ...change,
      })
    }`;
  const of = (by: SalesFilters["by"]) => (row: SalesRow) => records({ of: { by, id: row.id ?? "none" } });
  const ofPoint = (point: SalesPoint) => records({ from: point.from, to: point.to });
  const table = (by: "customer" | "item") => `${salesHref(asked, { by, q: "", sort: "revenue", dir: "desc" })}#table`;
  return (
    <>
      <SalesTiles
        report={report}
        orders={records({})}
        table={{ customer: table("customer"), item: table("item") }}
      />
      {report.comparison && !report.comparison.complete && report.recorded &&
        report.comparison.to >= report.recorded.from && (
        <p class="text-xs text-muted">
          The comparison is short of days: orders are recorded from{" "}
          {dayRange(report.recorded.from, report.recorded.from)} on.
        </p>
      )}
      <div class={few ? "flex flex-col gap-4" : "grid gap-4 lg:grid-cols-12"}>
        {report.series.points.length > 1 && (
          <div class="min-w-0 lg:col-span-8">
            <Series report={report} asked={asked} href={ofPoint} code={code} />
          </div>
        )}
        <div class={`grid min-w-0 gap-4 sm:grid-cols-2 ${few ? "" : "lg:col-span-4 lg:grid-cols-1"}`}>
          <Ranking
            title="Top customers"
            rows={report.topCustomers.slice(0, SHOWN_IN_RANKING)}
            total={report.counts.customers}
            all={table("customer")}
            href={of("customer")}
            currency={code}
          />
          <Ranking
            title="Top items"
            rows={report.topItems.slice(0, SHOWN_IN_RANKING)}
            total={report.counts.items}
            all={table("item")}
            href={of("item")}
            currency={code}
          />
        </div>
      </div>
      <PartsTable report={report} asked={asked} href={of(report.table.by)} />
    </>
  );
}

function Series({ report, asked, href, code }: {
  report: SalesReport;
  asked: SalesFilters;
  href: (point: SalesPoint) => string;
  code: string;
}) {
  const title = `Revenue per ${report.series.grain}`;
  const table = <SeriesTable report={report} href={href} />;
  const grains = (["day", "week", "month"] as const).filter((grain) =>
    grainFits(report.period.from, report.period.to, grain)
  );
  const choice = (
    <Segments
      label="Width of a bar"
      options={grains.map((grain) => ({
        label: GRAIN_WORDS[grain],
        href: salesHref(asked, { grain, page: asked.page }),
        current: grain === report.series.grain,
      }))}
    />
  );
  if (report.series.points.length < LEAST_BARS) {
    return <Card title={title} actions={choice} flush class="h-full [&_.scroll]:relative">{table}</Card>;
  }
  const points = chartPoints(report, href);
  const now = dayRange(report.period.from, report.period.to);
  const compared = comparisonWords(report);
  return (
    <div class="h-full max-sm:[&_.card-head>div]:basis-full [&_.chart-table_.scroll]:relative [&_.chart-table_.scroll]:max-h-105 [&_.chart-table_thead_th]:sticky [&_.chart-table_thead_th]:top-0 [&_.chart-table_thead_th]:z-2 [&_.chart-table_thead_th]:bg-base-100 print:[&_.chart-table_.scroll]:max-h-none [&>.chart]:flex [&>.chart]:h-full [&>.chart]:flex-col [&_.plot]:min-h-55 [&_.plot]:flex-1 sm:[&_.plot]:min-h-75">
      <ChartFrame
        id="revenue"
        title={title}
        legend={[
          { label: now, swatch: "c1" },
          ...(compared ? [{ label: compared, swatch: "prev" as const }] : []),
        ]}
        actions={choice}
        table={table}
      >
        <SalesChart
          points={points}
          currency={code}
          finding={chartFinding(points, title)}
          names={{ now: "Revenue", previous: "Compared" }}
        />
      </ChartFrame>
    </div>
  );
}

/** What other currencies hold: said, linked, and never added. */
function Holdings({ report, asked }: { report: SalesReport; asked: SalesFilters }) {
  if (report.holdings.length === 0) return null;
  return (
    <p class="num text-xs text-muted">
      Not in these figures, as currencies are never added:{" "}
      {report.holdings.map((holding, i) => (
        <span key={holding.currency}>
          {i > 0 && ", "}
          <ReportLink class="go" href={salesHref(asked, { currency: holding.currency })}>
            {money(holding.revenueMinor, holding.currency)} in {counted(holding.orders, "order")}
          </ReportLink>
        </span>
      ))}.
    </p>
  );
}
