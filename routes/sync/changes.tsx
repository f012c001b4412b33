import { HttpError, page } from "fresh";
import { Card } from "../../components/Card.tsx";
import { Empty } from "../../components/Empty.tsx";
import { TimesIn } from "../../components/Moment.tsx";
import { PageHead } from "../../components/PageHead.tsx";
import { Shell } from "../../components/Shell.tsx";
import { DriftCard } from "../../components/sync/DriftCard.tsx";
import { NoticesCard } from "../../components/sync/NoticesCard.tsx";
import { SyncTabs } from "../../components/sync/SyncTabs.tsx";
import SyncKeys from "../../islands/SyncKeys.tsx";
import { AppError } from "../../lib/errors.ts";
import { define } from "../../utils.ts";

const PAGE = 50;

export const handler = define.handlers({
  async GET(ctx) {
    const { sync } = ctx.state.services;
    const before = ctx.url.searchParams.get("before") || undefined;
    const asked = { limit: PAGE + 1, ...(before === undefined ? {} : { before }) };
    const [notices, found] = await Promise.all([sync.notices(), sync.drift(asked).catch(refuse)]);
    const drift = found.slice(0, PAGE);
    const next = found.length > PAGE ? drift.at(-1)!.id : null;
    return page({ notices, drift, before, next, now: new Date().toISOString() });
  },
});

export default define.page<typeof handler>(function ChangesPage({ data, state, url }) {
  const { notices, drift, before, next, now } = data;
  return (
    <Shell state={state} url={url} title="Changes" crumbs={[{ label: "Sync", href: "/sync" }]}>
      <PageHead title="Changes">
        Tables and columns that came, went or changed, and what NetSuite does not give. The others go on. <TimesIn />
      </PageHead>
      <SyncTabs person={state.person} path="/sync/changes" />
      <div class="grid gap-4">
        <NoticesCard notices={notices} now={now} />
        <DriftCard drift={drift} now={now} paging={{ isFirst: before === undefined, next }} />
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

/** An address that names no change any more is answered as a page that is not there. */
function refuse(error: unknown): never {
  if (error instanceof AppError && error.code === "unknown_change") throw new HttpError(404, error.message);
  throw error;
}
