import { page } from "fresh";
import { Moment, TimesIn } from "../../components/Moment.tsx";
import { PageHead } from "../../components/PageHead.tsx";
import { Shell } from "../../components/Shell.tsx";
import { CheckCards } from "../../components/sync/CheckCards.tsx";
import { CheckForm } from "../../components/sync/CheckForm.tsx";
import { NoticesCard } from "../../components/sync/NoticesCard.tsx";
import SyncKeys from "../../islands/SyncKeys.tsx";
import { SyncTabs } from "../../components/sync/SyncTabs.tsx";
import { define } from "../../utils.ts";

export const handler = define.handlers({
  /** Checks now, and shows what was found: reloading the page checks again. */
  async GET(ctx) {
    const { sync } = ctx.state.services;
    const report = await sync.check();
    return page({ report, notices: await sync.notices(), now: new Date().toISOString() });
  },
});

export default define.page<typeof handler>(function CheckPage({ data, state, url }) {
  const { report, notices, now } = data;
  return (
    <Shell state={state} url={url} title="Connection" crumbs={[{ label: "Sync", href: "/sync" }]}>
      <PageHead title="Connection" actions={<CheckForm again />}>
        NetSuite account {report.account}, checked at <Moment at={report.at} now={now} seconds />. <TimesIn />
      </PageHead>
      <SyncTabs person={state.person} path="/sync/check" />
      <div class="grid gap-4">
        <CheckCards report={report} />
        <NoticesCard notices={notices} now={now} />
      </div>
      <SyncKeys />
    </Shell>
  );
});
