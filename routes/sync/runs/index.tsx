import { page } from "fresh";
import { Card } from "../../../components/Card.tsx";
import { Empty } from "../../../components/Empty.tsx";
import { goTelling, readFlash, toldHeaders } from "../../../components/flash.ts";
import { FlashNotice } from "../../../components/FlashNotice.tsx";
import { TimesIn } from "../../../components/Moment.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { Shell } from "../../../components/Shell.tsx";
import { readRunsAddress, runsHref } from "../../../components/sync/runs_address.ts";
import { RunsFilters } from "../../../components/sync/RunsFilters.tsx";
import { RunsTable } from "../../../components/sync/RunsTable.tsx";
import { startedWords } from "../../../components/sync/start.ts";
import { SyncTabs } from "../../../components/sync/SyncTabs.tsx";
import SyncKeys from "../../../islands/SyncKeys.tsx";
import { readForm } from "../../../lib/access/mod.ts";
import { AppError } from "../../../lib/errors.ts";
import { define } from "../../../utils.ts";

const PAGE = 50;

export const handler = define.handlers({
  /** Runs, newest first; `before` is the number of the run that the page begins below. */
  async GET(ctx) {
    const asked = readRunsAddress(ctx.url.searchParams);
    const found = await ctx.state.services.sync.runs({ ...asked, limit: PAGE + 1 });
    const runs = found.slice(0, PAGE);
    const next = found.length > PAGE ? runs.at(-1)!.id : null;
    const flash = readFlash(ctx.req.headers, ctx.state.cookies);
    return page({ runs, next, asked, flash, now: new Date().toISOString() }, {
      headers: toldHeaders(flash, ctx.state.cookies),
    });
  },

  /** Starts a run of all streams for the buttons of the Sync page. */
  async POST(ctx) {
    const kind = (await readForm(ctx.req)).get("kind");
    if (kind !== "full" && kind !== "incremental" && kind !== "proof") {
      const text = "The run did not start: its kind must be full, incremental or proof.";
      return goTelling("/sync", { tone: "wrong", text }, ctx.state.cookies);
    }
    try {
      const requestedBy = ctx.state.person?.name ?? "unknown";
      return goTelling(
        "/sync",
        startedWords(await ctx.state.services.sync.requestRun({ kind, requestedBy })),
        ctx.state.cookies,
      );
    } catch (error) {
      if (!(error instanceof AppError) || error.recovery !== "reject_request") throw error;
      return goTelling("/sync", { tone: "wrong", text: error.message }, ctx.state.cookies);
    }
  },
});

export default define.page<typeof handler>(function RunsPage({ data, state, url }) {
  const { runs, next, asked, flash, now } = data;
  const { before } = asked;
  const isFiltered = Boolean(asked.kind || asked.status || asked.by);
  return (
    <Shell state={state} url={url} title="Runs" crumbs={[{ label: "Sync", href: "/sync" }]}>
      <PageHead title="Runs">
        Newest first. Rows of NetSuite read, documents written. <TimesIn />
      </PageHead>
      <SyncTabs person={state.person} path="/sync/runs" />
      <FlashNotice flash={flash} />
      <RunsFilters asked={asked} />
      <Card flush>
        {runs.length > 0
          ? <RunsTable runs={runs} now={now} />
          : isFiltered
          ? (
            <Empty title="No runs match these filters" action={<a class="go" href={runsHref({})}>Show all runs</a>}>
              {before ? `Below run ${before} there is none of this kind.` : "Runs are kept for 400 days."}
            </Empty>
          )
          : (
            <Empty
              title={before ? "There are no older runs" : "There has been no run yet"}
              action={<a class="go" href="/sync">Open Sync</a>}
            >
              {before ? `The first run has a number of ${before} or more.` : "The first full run fills the mirror."}
            </Empty>
          )}
        {(before || next !== null) && (
          <nav class="paging" aria-label="Pages of runs">
            <span class="ml-auto flex gap-2">
              {before && <a class="btn small" href={runsHref({ ...asked, before: undefined })}>Newest</a>}
              {next !== null && <a class="btn small" href={runsHref({ ...asked, before: next })}>Older</a>}
            </span>
          </nav>
        )}
      </Card>
      <SyncKeys />
    </Shell>
  );
});
