import { page } from "fresh";
import { Card } from "../../../components/Card.tsx";
import { Empty } from "../../../components/Empty.tsx";
import { TimesIn } from "../../../components/Moment.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { Shell } from "../../../components/Shell.tsx";
import { RunsTable } from "../../../components/sync/RunsTable.tsx";
import { readForm } from "../../../lib/access/mod.ts";
import { AppError } from "../../../lib/errors.ts";
import { define } from "../../../utils.ts";

const PAGE = 50;

export const handler = define.handlers({
  /** Runs, newest first; `before` is the number of the run that the page begins below. */
  async GET(ctx) {
    const given = Number(ctx.url.searchParams.get("before"));
    const before = Number.isSafeInteger(given) && given > 0 ? given : undefined;
    const found = await ctx.state.services.sync.runs({ limit: PAGE + 1, ...(before ? { before } : {}) });
    const runs = found.slice(0, PAGE);
    return page({ runs, next: found.length > PAGE ? runs.at(-1)!.id : null, before, now: new Date().toISOString() });
  },

  /** Starts a run for the form of the Sync page. */
  async POST(ctx) {
    const kind = (await readForm(ctx.req)).get("kind");
    if (kind !== "full" && kind !== "incremental" && kind !== "proof") {
      return ctx.redirect("/sync?problem=bad_kind", 303);
    }
    try {
      await ctx.state.services.sync.requestRun({ kind, requestedBy: ctx.state.person?.name ?? "unknown" });
      return ctx.redirect("/sync", 303);
    } catch (error) {
      if (!(error instanceof AppError) || error.recovery !== "reject_request") throw error;
      return ctx.redirect(`/sync?problem=${encodeURIComponent(error.code)}`, 303);
    }
  },
});

export default define.page<typeof handler>(function RunsPage({ data, state, url }) {
  const { runs, next, before, now } = data;
  return (
    <Shell state={state} url={url} title="Runs" crumbs={[{ label: "Sync", href: "/sync" }]}>
      <PageHead title="Runs">
        Newest first. Rows of NetSuite read, documents written. <TimesIn />
      </PageHead>
      <Card flush>
        {runs.length === 0
          ? (
            <Empty
              title={before ? "There are no older runs" : "There has been no run yet"}
              action={<a class="go" href="/sync">Open Sync</a>}
            >
              {before ? `The first run has a number of ${before} or more.` : "The first full run fills the mirror."}
            </Empty>
          )
          : <RunsTable runs={runs} now={now} />}
        {(before || next !== null) && (
          <nav class="paging" aria-label="Pages of runs">
            <span class="ml-auto flex gap-2">
              {before && <a class="btn small" href="/sync/runs">Newest</a>}
              {next !== null && <a class="btn small" href={`/sync/runs?before=${next}`}>Older</a>}
            </span>
          </nav>
        )}
      </Card>
    </Shell>
  );
});
