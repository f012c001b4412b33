import { type Context, page } from "fresh";
import { type Flash, goTelling } from "../../components/flash.ts";
import { FlashNotice } from "../../components/FlashNotice.tsx";
import { PageHead } from "../../components/PageHead.tsx";
import { Shell } from "../../components/Shell.tsx";
import { readStart, requestOf, type StartDraft, startedWords } from "../../components/sync/start.ts";
import { StartPanel } from "../../components/sync/StartPanel.tsx";
import { SyncTabs } from "../../components/sync/SyncTabs.tsx";
import { readForm } from "../../lib/access/mod.ts";
import { AppError } from "../../lib/errors.ts";
import { STREAMS } from "../../lib/streams/registry.ts";
import SyncKeys from "../../islands/SyncKeys.tsx";
import { define, type State } from "../../utils.ts";

export const handler = define.handlers({
  GET(ctx) {
    return page(dataOf(readStart(ctx.url.searchParams, todayOf(ctx))));
  },

  /** Asks for the run; what is wrong is said above the form as it was sent. */
  async POST(ctx) {
    const draft = readStart(await readForm(ctx.req), todayOf(ctx));
    const refused = (text: string) => page(dataOf(draft, { tone: "wrong", text }), { status: 400 });
    const request = requestOf(draft, ctx.state.person?.name ?? "unknown");
    if (!request) return refused(`"${draft.kind}" is no kind of run. Choose one of those below.`);
    try {
      return goTelling("/sync", startedWords(await ctx.state.services.sync.requestRun(request)), ctx.state.cookies);
    } catch (error) {
      if (!(error instanceof AppError) || error.recovery !== "reject_request") throw error;
      return refused(error.message);
    }
  },
});

/** The day of now in the company's zone. */
function todayOf({ state }: Context<State>): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: state.services.config.zone }).format(new Date());
}

const dataOf = (draft: StartDraft, flash: Flash | null = null) => ({ draft, flash });

export default define.page<typeof handler>(function StartPage({ data, state, url }) {
  return (
    <Shell state={state} url={url} title="Start a run" crumbs={[{ label: "Sync", href: "/sync" }]}>
      <PageHead title="Start a run">
        Runs of different streams go side by side; one whose streams are being read waits for its turn.
      </PageHead>
      <SyncTabs person={state.person} path={url.pathname} />
      <div class="grid gap-4">
        <FlashNotice flash={data.flash} />
        <StartPanel draft={data.draft} streams={STREAMS.map(({ name }) => name)} />
      </div>
      <SyncKeys />
    </Shell>
  );
});
