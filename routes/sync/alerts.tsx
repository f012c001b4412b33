import { HttpError, page } from "fresh";
import { type Flash, goTelling, readFlash, toldHeaders } from "../../components/flash.ts";
import { FlashNotice } from "../../components/FlashNotice.tsx";
import { Moment, TimesIn } from "../../components/Moment.tsx";
import { PageHead } from "../../components/PageHead.tsx";
import { Shell } from "../../components/Shell.tsx";
import { ChannelsCard } from "../../components/sync/alerts/ChannelsCard.tsx";
import { OpenAlerts } from "../../components/sync/alerts/OpenAlerts.tsx";
import { PastAlerts } from "../../components/sync/alerts/PastAlerts.tsx";
import { SyncTabs } from "../../components/sync/SyncTabs.tsx";
import SyncKeys from "../../islands/SyncKeys.tsx";
import { can, readForm } from "../../lib/access/mod.ts";
import { AppError } from "../../lib/errors.ts";
import type { TestResult } from "../../lib/sync/views.ts";
import { define } from "../../utils.ts";

const HERE = "/sync/alerts";
const PAGE = 50;

export const handler = define.handlers({
  /** What is raised, where it goes, and what is over; `before` is the end of the last one on the page before. */
  async GET(ctx) {
    const { alerts } = ctx.state.services.sync;
    const before = readBefore(ctx.url.searchParams.get("before"));
    const [open, channels, found] = await Promise.all([
      alerts.open(),
      alerts.channels(),
      alerts.past({ limit: PAGE + 1, ...(before ? { before } : {}) }),
    ]);
    const past = found.slice(0, PAGE);
    const older = found.length > PAGE ? `${HERE}?before=${encodeURIComponent(past.at(-1)!.endedAt)}` : null;
    const flash = readFlash(ctx.req.headers, ctx.state.cookies);
    const data = { open, channels, past, isFirst: before === null, older, flash, now: new Date().toISOString() };
    return page(data, { headers: toldHeaders(flash, ctx.state.cookies) });
  },

  /** Sends a test message. */
  async POST(ctx) {
    const form = await readForm(ctx.req);
    if (form.get("act") !== "test") {
      return goTelling(
        HERE,
        { tone: "wrong", text: "Nothing was sent: the form asks for nothing known." },
        ctx.state.cookies,
      );
    }
    try {
      const results = await ctx.state.services.sync.alerts.test(ctx.state.person?.name ?? "unknown");
      return goTelling(HERE, told(results), ctx.state.cookies);
    } catch (error) {
      if (!(error instanceof AppError) || error.recovery !== "reject_request") throw error;
      return goTelling(HERE, { tone: "wrong", text: error.message }, ctx.state.cookies);
    }
  },
});

/** @throws {HttpError} 404 for what is no time */
function readBefore(text: string | null): Date | null {
  if (text === null || text === "") return null;
  const at = new Date(text);
  if (Number.isNaN(+at)) throw new HttpError(404, "There is no such page of alerts.");
  return at;
}

function told(results: TestResult[]): Flash {
  const name = ({ channel }: TestResult) => channel === "mail" ? "by e-mail" : "to the webhook";
  const lost = results.filter(({ error }) => error !== null);
  const sent = results.filter(({ error }) => error === null).map(name);
  const good = sent.length > 0 ? `The test message was sent ${sent.join(" and ")}.` : "";
  if (lost.length === 0) return { tone: "good", text: good };
  const bad = lost.map((one) => `It could not be sent ${name(one)}: ${one.error}.`).join(" ");
  return { tone: "wrong", text: `${good} ${bad}`.trim() };
}

export default define.page<typeof handler>(function AlertsPage({ data, state, url }) {
  const { open, channels, past, isFirst, older, flash, now } = data;
  return (
    <Shell state={state} url={url} title="Alerts" crumbs={[{ label: "Sync", href: "/sync" }]}>
      <PageHead title="Alerts">
        What is wrong with the sync, and who is told. As of <Moment at={now} now={now} />.{" "}
        <a class="go" href={HERE}>Look again</a>. <TimesIn />
      </PageHead>
      <SyncTabs person={state.person} path={HERE} raised={open.length} />
      <div class="grid gap-4">
        <FlashNotice flash={flash} />
        <OpenAlerts alerts={open} now={now} />
        <ChannelsCard channels={channels} now={now} mayManage={can(state.person, "sync:manage")} />
        <PastAlerts alerts={past} now={now} isFirst={isFirst} older={older} />
      </div>
      <SyncKeys />
    </Shell>
  );
});
