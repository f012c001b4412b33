import { signal } from "@preact/signals";
import { page } from "fresh";
import { Card } from "../../components/Card.tsx";
import { readFlash, toldHeaders } from "../../components/flash.ts";
import { FlashNotice } from "../../components/FlashNotice.tsx";
import { Shell } from "../../components/Shell.tsx";
import { CheckForm } from "../../components/sync/CheckForm.tsx";
import { NoticesCard } from "../../components/sync/NoticesCard.tsx";
import { AlertsCard, QuarantineCard, SchedulesCard } from "../../components/sync/SideCards.tsx";
import { SyncTabs } from "../../components/sync/SyncTabs.tsx";
import SyncKeys from "../../islands/SyncKeys.tsx";
import SyncLive, { LiveConnection, LiveTide } from "../../islands/SyncLive.tsx";
import { can } from "../../lib/access/mod.ts";
import { define } from "../../utils.ts";

const QUARANTINED = 5;

export const handler = define.handlers({
  async GET(ctx) {
    const { sync } = ctx.state.services;
    const seesRows = can(ctx.state.person, "rows:all");
    const [status, notices, schedules, quarantine, alerts] = await Promise.all([
      sync.status(),
      sync.notices(),
      sync.schedules.list(),
      seesRows ? sync.quarantine.list({ limit: QUARANTINED }) : null,
      sync.alerts.open(),
    ]);
    const flash = readFlash(ctx.req.headers, ctx.state.cookies);
    const enabled = schedules.filter(({ isEnabled }) => isEnabled);
    const data = { status, notices, schedules: enabled, quarantine, alerts, flash };
    return page(data, { headers: toldHeaders(flash, ctx.state.cookies) });
  },
});

export default define.page<typeof handler>(function SyncPage({ data, state, url }) {
  const { schedules, quarantine, alerts, flash } = data;
  const status = signal(data.status);
  const { now } = data.status;
  const { zone } = state.services.config;
  return (
    <Shell
      state={state}
      url={url}
      title="Sync"
      stamp={<LiveConnection status={status} zone={zone} />}
      tide={<LiveTide status={status} zone={zone} />}
    >
      <SyncLive
        status={status}
        zone={zone}
        mayRun={can(state.person, "sync:run")}
        told={flash && <FlashNotice flash={flash} />}
        tabs={
          <SyncTabs person={state.person} path="/sync" quarantined={quarantine?.total ?? 0} raised={alerts.length} />
        }
        beside={
          <div class="grid gap-4">
            <AlertsCard alerts={alerts} now={now} />
            <SchedulesCard schedules={schedules} now={now} />
            {quarantine && <QuarantineCard page={quarantine} />}
          </div>
        }
      />
      <div class="mt-4 grid gap-4">
        <NoticesCard notices={data.notices} now={now} />
        {can(state.person, "sync:run") && (
          <Card
            title="Connection"
            subtitle="Sign-in, clock, slots, time zone, and what the role may see, by the exact names of the permissions"
            actions={<CheckForm />}
          />
        )}
      </div>
      <SyncKeys />
    </Shell>
  );
});
