import { page } from "fresh";
import { type Flash, goTelling, readFlash, toldHeaders } from "../../components/flash.ts";
import { FlashNotice } from "../../components/FlashNotice.tsx";
import { counted, dayRange } from "../../components/format.ts";
import { Moment, TimesIn } from "../../components/Moment.tsx";
import { PageHead } from "../../components/PageHead.tsx";
import { Shell } from "../../components/Shell.tsx";
import { SyncTabs } from "../../components/sync/SyncTabs.tsx";
import SyncKeys from "../../islands/SyncKeys.tsx";
import SyncMartsLive from "../../islands/SyncMartsLive.tsx";
import { can, readForm } from "../../lib/access/mod.ts";
import { AppError } from "../../lib/errors.ts";
import type { Sync } from "../../lib/sync/mod.ts";
import { define } from "../../utils.ts";

const HERE = "/sync/marts";

export const handler = define.handlers({
  async GET(ctx) {
    const marts = await ctx.state.services.sync.marts.list();
    const flash = readFlash(ctx.req.headers, ctx.state.cookies);
    return page({ answer: { now: new Date().toISOString(), marts }, flash }, {
      headers: toldHeaders(flash, ctx.state.cookies),
    });
  },

  /** Counts all days of a mart anew, or those of a range. */
  async POST(ctx) {
    const form = await readForm(ctx.req);
    try {
      return goTelling(HERE, await act(ctx.state.services.sync.marts, form), ctx.state.cookies);
    } catch (error) {
      if (!(error instanceof AppError) || error.recovery !== "reject_request") throw error;
      return goTelling(HERE, { tone: "wrong", text: error.message }, ctx.state.cookies);
    }
  },
});

async function act(marts: Sync["marts"], form: URLSearchParams): Promise<Flash> {
  if (form.get("mart") !== "sales") return { tone: "wrong", text: "There is no such mart: nothing was counted." };
  const what = form.get("what");
  if (what === "all") {
    await marts.rebuild();
    return { tone: "good", text: "All days are being counted anew, month by month." };
  }
  if (what !== "days") return { tone: "wrong", text: "Choose some days or all days: nothing was counted." };
  const [from, to] = [form.get("from") ?? "", form.get("to") ?? ""];
  const { days } = await marts.recount({ from, to });
  return days === 0 ? { tone: "note", text: `There is no day with an order or a total in ${dayRange(from, to)}.` } : {
    tone: "good",
    text: `${counted(days, "day")} of ${dayRange(from, to)} ${days === 1 ? "is" : "are"} being counted anew.`,
  };
}

export default define.page<typeof handler>(function MartsPage({ data, state, url }) {
  const { answer, flash } = data;
  return (
    <Shell state={state} url={url} title="Totals" crumbs={[{ label: "Sync", href: "/sync" }]}>
      <PageHead title="Totals">
        What reports read: sums by day, recounted where documents change. <TimesIn />
        <span class="no-script">
          . As of <Moment at={answer.now} now={answer.now} seconds />: <a class="go" href={HERE}>reload</a>
        </span>
      </PageHead>
      <SyncTabs person={state.person} path={HERE} />
      <div class="grid gap-4">
        <FlashNotice flash={flash} />
        <SyncMartsLive
          answer={answer}
          zone={state.services.config.zone}
          mayManage={can(state.person, "sync:manage")}
        />
      </div>
      <SyncKeys />
    </Shell>
  );
});
