import { type Context, HttpError, page } from "fresh";
import { type Flash, goTelling } from "../../../components/flash.ts";
import { FlashNotice } from "../../../components/FlashNotice.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { Shell } from "../../../components/Shell.tsx";
import {
  cronOf,
  draftOf,
  inputOf,
  quietOf,
  readDraft,
  type ScheduleDraft,
} from "../../../components/sync/schedules/draft.ts";
import { ScheduleForm } from "../../../components/sync/schedules/ScheduleForm.tsx";
import { scheduleWords } from "../../../components/sync/schedules/words.ts";
import { SyncTabs } from "../../../components/sync/SyncTabs.tsx";
import { readForm } from "../../../lib/access/mod.ts";
import { AppError } from "../../../lib/errors.ts";
import { STREAMS } from "../../../lib/streams/registry.ts";
import SyncKeys from "../../../islands/SyncKeys.tsx";
import { define, type State } from "../../../utils.ts";

const LIST = "/sync/schedules", NEW = "new", TIMES = 5;

export const handler = define.handlers({
  async GET(ctx) {
    const draft = await storedDraft(ctx);
    return page(dataOf(ctx, draft, draft.name));
  },

  /** Saves the schedule, or shows the next times of what was sent. What is wrong is said above the form as it was sent. */
  async POST(ctx) {
    const form = await readForm(ctx.req);
    const draft = readDraft(form);
    const title = (await storedDraft(ctx)).name;
    if (form.get("act") === "preview") return page(dataOf(ctx, draft, title));
    const id = ctx.params.id === NEW ? null : ctx.params.id!;
    try {
      const saved = await ctx.state.services.sync.schedules.save(
        inputOf(draft, id),
        ctx.state.person?.name ?? "unknown",
      );
      return goTelling(
        LIST,
        { tone: "good", text: `"${saved.name}" is saved: ${scheduleWords(saved)}.` },
        ctx.state.cookies,
      );
    } catch (error) {
      if (!(error instanceof AppError) || error.recovery !== "reject_request") throw error;
      return page(dataOf(ctx, draft, title, { tone: "wrong", text: error.message }), { status: 400 });
    }
  },
});

async function storedDraft({ params, state: { services } }: Context<State>): Promise<ScheduleDraft> {
  const { zone } = services.config;
  if (params.id === NEW) return draftOf(null, zone);
  const found = (await services.sync.schedules.list()).find(({ id }) => id === params.id);
  if (found) return draftOf(found, zone);
  throw new HttpError(404, "There is no such schedule. The list of schedules shows those there are.");
}

function dataOf({ state }: Context<State>, draft: ScheduleDraft, title: string, flash: Flash | null = null) {
  const { schedules } = state.services.sync;
  const common = { draft, title: title || "New schedule", flash };
  try {
    return { ...common, times: schedules.preview(cronOf(draft), draft.zone, quietOf(draft), TIMES), fault: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...common, times: [], fault: error.message };
  }
}

export default define.page<typeof handler>(function SchedulePage({ data, state, url, params }) {
  const { draft, title, times, fault, flash } = data;
  return (
    <Shell
      state={state}
      url={url}
      title={title}
      crumbs={[{ label: "Sync", href: "/sync" }, { label: "Schedules", href: LIST }]}
    >
      <PageHead title={title}>A schedule makes a run each time it is due.</PageHead>
      <SyncTabs person={state.person} path={url.pathname} />
      <div class="grid gap-4">
        <FlashNotice flash={flash} />
        <ScheduleForm
          draft={draft}
          streams={STREAMS.map(({ name }) => name)}
          action={`${LIST}/${params.id}`}
          times={times}
          fault={fault}
        />
      </div>
      <SyncKeys />
    </Shell>
  );
});
