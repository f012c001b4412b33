import { signal } from "@preact/signals";
import { HttpError, page } from "fresh";
import { goTelling, readFlash, toldHeaders } from "../../../components/flash.ts";
import { FlashNotice } from "../../../components/FlashNotice.tsx";
import { Shell } from "../../../components/Shell.tsx";
import { isOpen, kindName } from "../../../components/sync/progress.ts";
import { CHUNKS_A_PAGE, RunPageView } from "../../../components/sync/RunPageView.tsx";
import { SyncTabs } from "../../../components/sync/SyncTabs.tsx";
import SyncKeys from "../../../islands/SyncKeys.tsx";
import { LiveConnection, LiveTide } from "../../../islands/SyncLive.tsx";
import SyncRunLive from "../../../islands/SyncRunLive.tsx";
import { can, readForm } from "../../../lib/access/mod.ts";
import { AppError } from "../../../lib/errors.ts";
import { define } from "../../../utils.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { sync } = ctx.state.services;
    const id = idOf(ctx.params.id);
    const asked = ctx.url.searchParams.get("page") ?? "";
    const number = /^[1-9]\d{0,6}$/.test(asked) ? Number(asked) : 1;
    const run = id === null ? null : await sync.run(id, { rows: CHUNKS_A_PAGE, page: number });
    if (run === null) throw new HttpError(404, `There is no run ${ctx.params.id}. Sync lists the runs there are.`);
    const seesRows = can(ctx.state.person, "rows:all");
    const isTold = run.chunks.some(({ error }) => error !== null) && seesRows;
    const exchanges = isTold ? await sync.exchanges(run.id) : {};
    // of a run that is over nothing moves: its page needs no script
    const status = isOpen(run) ? await sync.status() : null;
    const flash = readFlash(ctx.req.headers, ctx.state.cookies);
    const shown = { run, page: number, seesRows, exchanges };
    return page({ shown, status, flash }, { headers: toldHeaders(flash, ctx.state.cookies) });
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
          return goTelling(
            back,
            { tone: "good", text: `Run ${id} pauses after the pages in flight.` },
            ctx.state.cookies,
          );
        case "resume":
          await sync.resumeRun(id, by);
          return goTelling(back, { tone: "good", text: `Run ${id} goes on from its checkpoints.` }, ctx.state.cookies);
        case "cancel":
          await sync.cancelRun(id, by);
          return goTelling(
            back,
            { tone: "good", text: `Run ${id} ends after the pages in flight.` },
            ctx.state.cookies,
          );
        default:
          return goTelling(
            back,
            { tone: "wrong", text: "A run can be paused, resumed or cancelled." },
            ctx.state.cookies,
          );
      }
    } catch (error) {
      if (!(error instanceof AppError) || error.recovery !== "reject_request") throw error;
      return goTelling(back, { tone: "wrong", text: error.message }, ctx.state.cookies);
    }
  },
});

function idOf(text: string | undefined): number | null {
  return /^[1-9]\d{0,14}$/.test(text ?? "") ? Number(text) : null;
}

export default define.page<typeof handler>(function RunPage({ data, state, url }) {
  const { status, flash } = data;
  const shown = { ...data.shown, mayRun: can(state.person, "sync:run") };
  const { run } = shown;
  const { zone } = state.services.config;
  const frame = {
    ...{ state, url, title: `${kindName(run)} run ${run.id}` },
    crumbs: [{ label: "Sync", href: "/sync" }, { label: "Runs", href: "/sync/runs" }],
  };
  const told = flash && <FlashNotice flash={flash} />;
  const tabs = <SyncTabs person={state.person} path={url.pathname} />;
  if (status === null) {
    return (
      <Shell {...frame}>
        <RunPageView {...shown} notice={told} tabs={tabs} />
        <SyncKeys />
      </Shell>
    );
  }
  const moving = signal(status);
  return (
    <Shell
      {...frame}
      stamp={<LiveConnection status={moving} zone={zone} />}
      tide={<LiveTide status={moving} zone={zone} />}
    >
      <SyncRunLive {...shown} status={moving} zone={zone} told={told} tabs={tabs} />
      <SyncKeys />
    </Shell>
  );
});
