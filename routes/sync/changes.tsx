import { page } from "fresh";
import { Card } from "../../components/Card.tsx";
import { Empty } from "../../components/Empty.tsx";
import { TimesIn } from "../../components/Moment.tsx";
import { PageHead } from "../../components/PageHead.tsx";
import { Shell } from "../../components/Shell.tsx";
import { DriftCard } from "../../components/sync/DriftCard.tsx";
import { NoticesCard } from "../../components/sync/NoticesCard.tsx";
import { SyncTabs } from "../../components/sync/SyncTabs.tsx";
import SyncKeys from "../../islands/SyncKeys.tsx";
import { define } from "../../utils.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { sync } = ctx.state.services;
    const [notices, drift] = await Promise.all([sync.notices(), sync.drift()]);
    return page({ notices, drift, now: new Date().toISOString() });
  },
});

export default define.page<typeof handler>(function ChangesPage({ data, state, url }) {
  const { notices, drift, now } = data;
  return (
    <Shell state={state} url={url} title="Changes" crumbs={[{ label: "Sync", href: "/sync" }]}>
      <PageHead title="Changes">
        Columns that came, went or changed, and what NetSuite does not give. The other columns go on. <TimesIn />
      </PageHead>
      <SyncTabs person={state.person} path="/sync/changes" />
      <div class="grid gap-4">
        <NoticesCard notices={notices} now={now} />
        <DriftCard drift={drift} now={now} />
        {notices.length + drift.length === 0 && (
          <Card label="Changes">
            <Empty icon="circle-check" title="Nothing has changed and nothing is left out">
              NetSuite gives every table and column that the streams ask for.
            </Empty>
          </Card>
        )}
      </div>
      <SyncKeys />
    </Shell>
  );
});
