import { HttpError, page } from "fresh";
import { Card } from "../../../components/Card.tsx";
import { TimesIn } from "../../../components/Moment.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { Paging } from "../../../components/Table.tsx";
import { Shell } from "../../../components/Shell.tsx";
import { byUrgency, ChunksTable } from "../../../components/sync/ChunksTable.tsx";
import { isOpen, kindName } from "../../../components/sync/progress.ts";
import { RunCard } from "../../../components/sync/RunCard.tsx";
import { RunFacts } from "../../../components/sync/RunFacts.tsx";
import { StreamCounts } from "../../../components/sync/StreamCounts.tsx";
import { count, counted } from "../../../components/format.ts";
import { goTelling, readFlash, toldHeaders } from "../../../components/flash.ts";
import { FlashNotice } from "../../../components/FlashNotice.tsx";
import { Notice } from "../../../components/Notice.tsx";
import { RunActs } from "../../../components/sync/RunActs.tsx";
import { SyncTabs } from "../../../components/sync/SyncTabs.tsx";
import SyncKeys from "../../../islands/SyncKeys.tsx";
import { can, readForm } from "../../../lib/access/mod.ts";
import { AppError } from "../../../lib/errors.ts";
import type { RunView } from "../../../lib/sync/views.ts";
import { define } from "../../../utils.ts";

const CHUNKS = 50;

export const handler = define.handlers({
  async GET(ctx) {
    const id = idOf(ctx.params.id);
    const run = id === null ? null : await ctx.state.services.sync.run(id);
    if (run === null) throw new HttpError(404, `There is no run ${ctx.params.id}. Sync lists the runs there are.`);
    const isTold = run.chunks.some(({ error }) => error !== null) && can(ctx.state.person, "rows:all");
    const exchanges = isTold ? await ctx.state.services.sync.exchanges(run.id) : {};
    const chunks = byUrgency(run.chunks);
    const asked = ctx.url.searchParams.get("page") ?? "";
    const pages = Math.max(1, Math.ceil(chunks.length / CHUNKS));
    const number = /^[1-9]\d{0,6}$/.test(asked) ? Math.min(Number(asked), pages) : 1;
    const shown = chunks.slice((number - 1) * CHUNKS, number * CHUNKS);
    const flash = readFlash(ctx.req.headers);
    const data = { run, shown, exchanges, number, flash, now: new Date().toISOString() };
    return page(data, { headers: toldHeaders(flash) });
  },

  /** Pauses, resumes or cancels the run. */
  async POST(ctx) {
    const { sync } = ctx.state.services;
    const form = await readForm(ctx.req);
    const id = idOf(ctx.params.id);
    const back = form.get("back") === "run" ? `/sync/runs/${id}` : "/sync";
    const by = ctx.state.person?.name ?? "unknown";
    if (id === null) throw new HttpError(404, `There is no run ${ctx.params.id}. Sync lists the runs there are.`);
    try {
      switch (form.get("act")) {
        case "pause":
          await sync.pauseRun(id, by);
          return goTelling(back, { tone: "good", text: `Run ${id} pauses after the pages in flight.` }, ctx.url);
        case "resume":
          await sync.resumeRun(id, by);
          return goTelling(back, { tone: "good", text: `Run ${id} goes on from its checkpoints.` }, ctx.url);
        case "cancel":
          await sync.cancelRun(id, by);
          return goTelling(back, { tone: "good", text: `Run ${id} ends after the pages in flight.` }, ctx.url);
        default:
          return goTelling(back, { tone: "wrong", text: "A run can be paused, resumed or cancelled." }, ctx.url);
      }
    } catch (error) {
      if (!(error instanceof AppError) || error.recovery !== "reject_request") throw error;
      return goTelling(back, { tone: "wrong", text: error.message }, ctx.url);
    }
  },
});

function idOf(text: string | undefined): number | null {
  return /^[1-9]\d{0,14}$/.test(text ?? "") ? Number(text) : null;
}

export default define.page<typeof handler>(function RunPage({ data, state, url }) {
  const { run, shown, exchanges, number, flash, now } = data;
  const title = `${kindName(run)} run ${run.id}`;
  return (
    <Shell
      state={state}
      url={url}
      title={title}
      crumbs={[{ label: "Sync", href: "/sync" }, { label: "Runs", href: "/sync/runs" }]}
    >
      <PageHead title={title}>
        {isOpen(run)
          ? (
            <>
              In progress: <a class="go" href="/sync">Sync</a> shows it live. <TimesIn />
            </>
          )
          : (
            <>
              Rows of NetSuite read, documents written. <TimesIn />
            </>
          )}
      </PageHead>
      <SyncTabs person={state.person} path={url.pathname} />
      <div class="grid gap-4">
        <FlashNotice flash={flash} />
        <RunCard
          run={run}
          now={now}
          linked={false}
          acts={can(state.person, "sync:run") && <RunActs run={run} back="run" />}
        />
        {run.isDryRun && <DryRunNotice run={run} />}
        <div class="grid items-start gap-4 xl:grid-cols-[2fr_1fr]">
          <Card title="Chunks" subtitle={`${counted(run.chunks.length, "chunk")}, those that need a look first`} flush>
            <ChunksTable chunks={shown} exchanges={exchanges} />
            {run.chunks.length > CHUNKS && (
              <Paging
                page={number}
                rows={CHUNKS}
                total={run.chunks.length}
                href={(to) => `?page=${to}`}
                label="chunks"
              />
            )}
          </Card>
          <div class="grid gap-4">
            <Card title="Facts">
              <RunFacts run={run} />
            </Card>
            <StreamCounts run={run} />
          </div>
        </div>
      </div>
      <SyncKeys />
    </Shell>
  );
});

/** What a dry run has found: the same figures as of a run, with nothing done. */
function DryRunNotice({ run }: { run: RunView }) {
  const { written, unchanged, deleted, quarantined } = run;
  return (
    <Notice tone={quarantined > 0 ? "attention" : "note"} title="Dry run: nothing was written.">
      A run now would write {counted(written, "document")}, leave {count(unchanged)} as they are, delete{" "}
      {count(deleted)} and put {counted(quarantined, "row")} into quarantine.
    </Notice>
  );
}
