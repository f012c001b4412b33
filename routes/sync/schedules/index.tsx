import { type Context, page } from "fresh";
import { LinkButton } from "../../../components/Button.tsx";
import { Card } from "../../../components/Card.tsx";
import { type Flash, goTelling, readFlash, toldHeaders } from "../../../components/flash.ts";
import { FlashNotice } from "../../../components/FlashNotice.tsx";
import { TimesIn } from "../../../components/Moment.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { Shell } from "../../../components/Shell.tsx";
import { fieldsOf, inputOf, readDraft } from "../../../components/sync/schedules/draft.ts";
import { SchedulesList } from "../../../components/sync/schedules/SchedulesList.tsx";
import { SyncTabs } from "../../../components/sync/SyncTabs.tsx";
import { can, readForm } from "../../../lib/access/mod.ts";
import { AppError } from "../../../lib/errors.ts";
import type { ScheduledKind } from "../../../lib/sync/schedules/mod.ts";
import SyncKeys from "../../../islands/SyncKeys.tsx";
import { define, type State } from "../../../utils.ts";

const LIST = "/sync/schedules";

export const handler = define.handlers({
  async GET(ctx) {
    const schedules = await ctx.state.services.sync.schedules.list();
    const flash = readFlash(ctx.req.headers, ctx.state.cookies);
    return page({ schedules, flash, now: new Date().toISOString() }, {
      headers: toldHeaders(flash, ctx.state.cookies),
    });
  },

  /** Switches a schedule on or off, removes it, or brings a removed one back. */
  async POST(ctx) {
    const form = await readForm(ctx.req);
    try {
      return goTelling(LIST, await act(ctx, form), ctx.state.cookies);
    } catch (error) {
      if (!(error instanceof AppError) || error.recovery !== "reject_request") throw error;
      return goTelling(LIST, { tone: "wrong", text: error.message }, ctx.state.cookies);
    }
  },
});

async function act(ctx: Context<State>, form: URLSearchParams): Promise<Flash> {
  const { schedules } = ctx.state.services.sync;
  const by = ctx.state.person?.name ?? "unknown";
  const what = form.get("act");
  if (what === "restore") {
    const { name } = await schedules.save(inputOf(readDraft(form), null), by);
    return { tone: "good", text: `"${name}" is back.` };
  }
  const id = form.get("id") ?? "";
  const schedule = (await schedules.list()).find((one) => one.id === id);
  if (!schedule) return { tone: "wrong", text: "There is no such schedule: somebody may have removed it meanwhile." };
  const { name, streams, cron, zone, quiet } = schedule;
  if (what === "remove") {
    await schedules.remove(id);
    return { tone: "good", text: `"${name}" is removed.`, undo: { action: LIST, fields: fieldsOf(schedule) } };
  }
  const isEnabled = what === "on";
  await schedules.save({ id, name, kind: schedule.kind as ScheduledKind, streams, cron, zone, quiet, isEnabled }, by);
  const undo = { action: LIST, fields: { act: isEnabled ? "off" : "on", id } };
  return { tone: "good", text: `"${name}" is switched ${isEnabled ? "on" : "off"}.`, undo };
}

export default define.page<typeof handler>(function SchedulesPage({ data, state, url }) {
  const { schedules, flash, now } = data;
  const mayManage = can(state.person, "sync:manage");
  return (
    <Shell state={state} url={url} title="Schedules" crumbs={[{ label: "Sync", href: "/sync" }]}>
      <PageHead
        title="Schedules"
        actions={mayManage && <LinkButton icon="plus" href={`${LIST}/new`} shortcut="N">New schedule</LinkButton>}
      >
        What is run when. A time that was missed is caught up once. <TimesIn />
      </PageHead>
      <SyncTabs person={state.person} path={LIST} />
      <div class="grid gap-4">
        <FlashNotice flash={flash} />
        <Card title={`${schedules.length} schedules`} flush>
          <SchedulesList schedules={schedules} now={now} mayManage={mayManage} />
        </Card>
      </div>
      <SyncKeys />
    </Shell>
  );
});
