import { page } from "fresh";
import { Attention } from "../components/home/Attention.tsx";
import { matters } from "../components/home/matters.ts";
import { Freshness } from "../components/home/Freshness.tsx";
import { addRuns, salesTiles, syncTiles } from "../components/home/tiles.ts";
import { Card } from "../components/Card.tsx";
import { Empty } from "../components/Empty.tsx";
import { longDay, startOfDay } from "../components/format.ts";
import { TimesIn } from "../components/Moment.tsx";
import { PageHead } from "../components/PageHead.tsx";
import { Shell } from "../components/Shell.tsx";
import { Stamp } from "../components/Stamp.tsx";
import { StatTiles } from "../components/StatTile.tsx";
import { RunsTable } from "../components/sync/RunsTable.tsx";
import { can, type Scope, scopeOf } from "../lib/access/mod.ts";
import { messageOf } from "../lib/errors.ts";
import { logOf } from "../lib/log.ts";
import { businessDay } from "../lib/marts/days.ts";
import { parseSalesFilters } from "../lib/reports/sales_filters.ts";
import { salesReport } from "../lib/reports/sales.ts";
import type { SalesReport } from "../lib/reports/sales_types.ts";
import { runsSince } from "../components/home/runs_since.ts";
import { define, type Services } from "../utils.ts";

const RUNS_SHOWN = 6;

export const handler = define.handlers({
  async GET(ctx) {
    const { services, person } = ctx.state;
    const now = new Date();
    const midnight = startOfDay(now, services.config.zone);
    const [status, runs, sales] = await Promise.all([
      can(person, "sync:view") ? services.sync.status() : null,
      can(person, "sync:view") ? runsSince(services.sync, midnight) : [],
      can(person, "sales:view") ? readSales(services, scopeOf(person), now) : undefined,
    ]);
    return page({ status, today: addRuns(runs, midnight, now.toISOString()), sales, now: now.toISOString() });
  },
});

/** The Sales report as its page opens; null when it cannot be had: then its tiles say so and the page stands. */
async function readSales(services: Services, scope: Scope, now: Date): Promise<SalesReport | null> {
  const { zone } = services.config;
  try {
    const read = parseSalesFilters(new URLSearchParams(), businessDay(now, zone));
    return read.ok ? await salesReport(services.store, scope, read.filters, now, { zone }) : null;
  } catch (error) {
    logOf("web").error("Cannot read the sales figures of Home: {message}", { message: messageOf(error) });
    return null;
  }
}

export default define.page<typeof handler>(function HomePage({ data, state, url }) {
  const { status, today, sales, now } = data;
  const { zone } = state.services.config;
  const tiles = [
    ...(sales === undefined ? [] : salesTiles(sales, "/sales")),
    ...(status === null ? [] : syncTiles(status, today, zone)),
  ];
  return (
    <Shell
      state={state}
      url={url}
      title="Home"
      stamp={
        <Stamp
          watermark={state.tide.watermark}
          now={now}
          late={state.tide.state === "behind" || state.tide.state === "failing"}
        />
      }
    >
      <PageHead title={longDay(now, zone)}>
        Figures of the mirror. <TimesIn />
      </PageHead>
      <div class="grid gap-4">
        {status && <Freshness status={status} />}
        {tiles.length > 0 && <StatTiles tiles={tiles} label="Figures" />}
        {status && (
          <div class="grid gap-4 xl:grid-cols-[1fr_2fr] min-[90rem]:grid-cols-[5fr_7fr]">
            <Attention matters={matters(status, can(state.person, "rows:all"))} />
            <Card title="Last runs" actions={<a class="go" href="/sync/runs">All runs</a>} flush>
              {status.runs.length === 0
                ? <Empty title="There has been no run yet">The first full run fills the mirror.</Empty>
                : <RunsTable runs={status.runs.slice(0, RUNS_SHOWN)} now={now} caption="Last runs" short />}
            </Card>
          </div>
        )}
      </div>
    </Shell>
  );
});
