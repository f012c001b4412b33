import { page } from "fresh";
import { Card } from "../../components/Card.tsx";
import { ChartFrame, Segments } from "../../components/ChartFrame.tsx";
import { Empty } from "../../components/Empty.tsx";
import { count, day, duration, percent } from "../../components/format.ts";
import { TimesIn } from "../../components/Moment.tsx";
import { PageHead } from "../../components/PageHead.tsx";
import { Shell } from "../../components/Shell.tsx";
import { StatTile } from "../../components/StatTile.tsx";
import { HistoryTable } from "../../components/sync/history/HistoryTable.tsx";
import {
  finding,
  historyHref,
  type Measure,
  type MeasureName,
  MEASURES,
  readHistoryAddress,
  SPANS,
} from "../../components/sync/history/measures.ts";
import { SyncTabs } from "../../components/sync/SyncTabs.tsx";
import SyncHistoryChart from "../../islands/SyncHistoryChart.tsx";
import type { HistoryDayView } from "../../lib/sync/views.ts";
import { define } from "../../utils.ts";

/** Fewer days than this are a table alone: there is nothing to see in their plot. */
const FEW = 4;

export const handler = define.handlers({
  async GET(ctx) {
    const asked = readHistoryAddress(ctx.url.searchParams);
    const days = await ctx.state.services.sync.history(asked.days);
    return page({ asked, days, now: new Date().toISOString() });
  },
});

export default define.page<typeof handler>(function HistoryPage({ data, state, url }) {
  const { asked, days, now } = data;
  const measure: Measure = MEASURES[asked.show];
  const series = measure.series(days);
  return (
    <Shell state={state} url={url} title="History" crumbs={[{ label: "Sync", href: "/sync" }]}>
      <PageHead title="History">
        Day by day, kept for 400 days. <TimesIn />
      </PageHead>
      <SyncTabs person={state.person} path="/sync/history" />
      {days.length === 0
        ? (
          <Card label="History">
            <Empty title="There is no history yet">A day appears here with its first run.</Empty>
          </Card>
        )
        : (
          <div class="grid grid-cols-1 gap-4">
            <Tiles days={days} span={asked.days} />
            <div class="flex flex-wrap justify-between gap-2">
              <Segments
                label="What is shown"
                options={(Object.keys(MEASURES) as MeasureName[]).map((name) => ({
                  label: MEASURES[name].label,
                  href: historyHref(name, asked.days),
                  current: name === asked.show,
                }))}
              />
              <Segments
                label="Span"
                options={SPANS.map((span) => ({
                  label: `${span} days`,
                  href: historyHref(asked.show, span),
                  current: span === asked.days,
                }))}
              />
            </div>
            {days.length < FEW
              ? (
                <Card title={measure.label} subtitle={measure.says} flush>
                  <HistoryTable days={days} measure={measure} now={now} />
                </Card>
              )
              : (
                <ChartFrame
                  title={measure.label}
                  id="history"
                  legend={series.map(({ label, swatch }) => ({ label, swatch }))}
                  table={<HistoryTable days={days} measure={measure} now={now} />}
                >
                  <SyncHistoryChart
                    plot={{
                      labels: days.map(({ date }) => day(date, now)),
                      series,
                      look: measure.look,
                      unit: measure.unit,
                    }}
                    finding={finding(measure, days)}
                  />
                </ChartFrame>
              )}
          </div>
        )}
    </Shell>
  );
});

/** The span in four figures, each a way to its chart. */
function Tiles({ days, span }: { days: HistoryDayView[]; span: number }) {
  const sum = (pick: (day: HistoryDayView) => number) => days.reduce((all, day) => all + pick(day), 0);
  const most = (pick: (day: HistoryDayView) => number | null) => {
    const known = days.map(pick).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  };
  const runs = sum(({ runs }) => runs.complete + runs.incomplete + runs.failed + runs.cancelled);
  const good = sum(({ runs }) => runs.complete);
  const lag = most(({ worstLagSeconds }) => worstLagSeconds);
  const requests = sum((day) => day.requests), refused = sum((day) => day.throttled);
  return (
    <section class="card" aria-label={`The last ${span} days`}>
      <div class="cells cells-4">
        <StatTile
          label="Runs"
          value={count(runs)}
          note={runs === 0 ? "none has ended" : `${percent(good / runs)} complete`}
          href={historyHref("runs", span)}
        />
        <StatTile
          label="Rows read"
          value={count(sum(({ rowsRead }) => rowsRead))}
          note={`${count(sum(({ written }) => written))} documents written`}
          href={historyHref("rows", span)}
        />
        <StatTile
          label="Requests"
          value={count(requests)}
          note={`${count(refused)} refused as too many`}
          href={historyHref("requests", span)}
        />
        <StatTile
          label="Worst lag"
          value={lag === null ? null : duration(lag * 1000)}
          note={lag === null ? "not known yet" : "of any stream"}
          href={historyHref("lag", span)}
        />
      </div>
    </section>
  );
}
