import { type Context, HttpError, page } from "fresh";
import { Button } from "../../../../components/Button.tsx";
import { Card } from "../../../../components/Card.tsx";
import { type Flash, goTelling, readFlash, toldHeaders } from "../../../../components/flash.ts";
import { FlashNotice } from "../../../../components/FlashNotice.tsx";
import { counted } from "../../../../components/format.ts";
import { TimesIn } from "../../../../components/Moment.tsx";
import { Notice } from "../../../../components/Notice.tsx";
import { PageHead } from "../../../../components/PageHead.tsx";
import { Shell } from "../../../../components/Shell.tsx";
import { rowHref } from "../../../../components/sync/quarantine/address.ts";
import { nameOf, RowState } from "../../../../components/sync/quarantine/QuarantineTable.tsx";
import { changesOf, isEmpty, LINES } from "../../../../components/sync/quarantine/row_form.ts";
import { RowEditor } from "../../../../components/sync/quarantine/RowEditor.tsx";
import { RowFacts } from "../../../../components/sync/quarantine/RowFacts.tsx";
import { SyncTabs } from "../../../../components/sync/SyncTabs.tsx";
import { can, readForm } from "../../../../lib/access/mod.ts";
import { AppError } from "../../../../lib/errors.ts";
import type { QuarantineView } from "../../../../lib/sync/views.ts";
import SyncKeys from "../../../../islands/SyncKeys.tsx";
import { define, type State } from "../../../../utils.ts";

/** Twenty lines of thirty columns, and long texts among them. */
const MOST_FORM_BYTES = 4 * 1024 * 1024;

export const handler = define.handlers({
  async GET(ctx) {
    const row = await rowOf(ctx);
    const flash = readFlash(ctx.req.headers, ctx.state.cookies);
    return page(dataOf(ctx, row, flash), { headers: toldHeaders(flash, ctx.state.cookies) });
  },

  /** Saves values, takes an edit back, or replays the row. */
  async POST(ctx) {
    const { quarantine } = ctx.state.services.sync;
    const by = ctx.state.person?.name ?? "unknown";
    const form = await readForm(ctx.req, MOST_FORM_BYTES);
    const act = form.get("act");
    const id = `${ctx.params.stream}/${ctx.params.key}`;
    let sent: QuarantineView | null = null;
    try {
      if (act === "undo") {
        const row = await quarantine.undoEdit(id);
        const text = `The edit of ${nameOf(row)} is taken back: it is as NetSuite gave it.`;
        return goTelling(rowHref(row), { tone: "good", text }, ctx.state.cookies);
      }
      let row = sent = await rowOf(ctx);
      const changes = changesOf(row, form);
      const isSaved = (act === "save" || act === "save_replay") && !isEmpty(changes);
      if (isSaved) row = await quarantine.edit(id, changes, by);
      if (act === "save") return goTelling(rowHref(row), savedWords(row, isSaved), ctx.state.cookies);
      return await replayOne(ctx, row, by);
    } catch (error) {
      if (!(error instanceof AppError) || error.recovery !== "reject_request") throw error;
      const flash: Flash = { tone: "wrong", text: error.message };
      // what was typed is shown again, so that it is not lost
      if (sent && error.code === "bad_edit") return page({ ...dataOf(ctx, sent, flash), sent: form }, { status: 400 });
      return goTelling("/sync/quarantine", flash, ctx.state.cookies);
    }
  },
});

async function replayOne(ctx: Context<State>, row: QuarantineView, by: string): Promise<Response> {
  const { quarantine } = ctx.state.services.sync;
  const { refused, outdated } = await quarantine.replay({ ids: [row.id] }, by);
  const name = nameOf(row);
  if (refused > 0) {
    return goTelling(
      rowHref(row),
      { tone: "attention", text: `${name} is still refused: the reasons are below.` },
      ctx.state.cookies,
    );
  }
  const text = outdated > 0
    ? `${name} has left quarantine: the mirror has a newer version.`
    : `${name} is in the mirror.`;
  const undo = row.isEdited && outdated === 0 ? { undo: { action: rowHref(row), fields: { act: "undo" } } } : {};
  return goTelling("/sync/quarantine", { tone: "good", text, ...undo }, ctx.state.cookies);
}

function savedWords(row: QuarantineView, isSaved: boolean): Flash {
  if (!isSaved) return { tone: "note", text: "Nothing was changed." };
  const undo = { action: rowHref(row), fields: { act: "undo" } };
  if (row.reasons.length === 0) {
    return { tone: "good", text: "Saved. The row is well: replay it to bring it into the mirror.", undo };
  }
  return { tone: "attention", text: `Saved. ${counted(row.reasons.length, "thing")} to mend still.`, undo };
}

async function rowOf(ctx: Context<State>): Promise<QuarantineView> {
  const { stream, key } = ctx.params;
  const row = await ctx.state.services.sync.quarantine.one(`${stream}/${key}`);
  if (row) return row;
  throw new HttpError(
    404,
    `${stream} ${key} is not in quarantine: it may have been replayed, or has come well by itself.`,
  );
}

interface RowData {
  row: QuarantineView;
  lines: number;
  flash: Flash | null;
  now: string;
  sent?: URLSearchParams;
}

function dataOf({ url }: Context<State>, row: QuarantineView, flash: Flash | null): RowData {
  const asked = url.searchParams.get("lines") ?? "";
  const pages = Math.max(1, Math.ceil(row.children.length / LINES));
  const lines = /^[1-9]\d{0,4}$/.test(asked) ? Math.min(Number(asked), pages) : 1;
  return { row, lines, flash, now: new Date().toISOString() };
}

export default define.page<typeof handler>(function RowPage({ data, state, url }) {
  const { row, lines, flash, now, sent } = data as RowData;
  const mayMend = can(state.person, "sync:manage");
  const act = (value: string, words: string, title: string) => (
    <form method="post" action={rowHref(row)}>
      <input type="hidden" name="act" value={value} />
      <Button icon={value === "undo" ? "return" : "play"} title={title}>{words}</Button>
    </form>
  );
  return (
    <Shell
      state={state}
      url={url}
      title={nameOf(row)}
      crumbs={[{ label: "Sync", href: "/sync" }, { label: "Quarantine", href: "/sync/quarantine" }]}
    >
      <PageHead
        title={nameOf(row)}
        actions={mayMend && (
          <>
            {row.isEdited && act("undo", "Undo edit", "Back to the row as NetSuite gave it")}
            {act("replay", "Replay", "Sends the row, as saved, through cleaning once more")}
          </>
        )}
      >
        A row that its stream could not take. <TimesIn />
      </PageHead>
      <SyncTabs person={state.person} path={url.pathname} />
      <div class="grid gap-4">
        <FlashNotice flash={flash} />
        <ReasonsNotice row={row} />
        <div class="grid items-start gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
          <RowEditor row={row} page={lines} mayMend={mayMend} sent={sent} />
          <Card title="Facts" actions={<RowState row={row} />}>
            <RowFacts row={row} now={now} />
          </Card>
        </div>
      </div>
      <SyncKeys />
    </Shell>
  );
});

function ReasonsNotice({ row: { reasons } }: { row: QuarantineView }) {
  if (reasons.length === 0) {
    return <Notice tone="good">Nothing is wrong with it any more. A replay brings it into the mirror.</Notice>;
  }
  return (
    <Notice tone="attention" title={`${counted(reasons.length, "thing")} to mend`}>
      <ul class="mt-1 list-disc space-y-1 pl-4">
        {reasons.map((reason) => <li key={reason} class="wrap-anywhere">{reason}</li>)}
      </ul>
    </Notice>
  );
}
