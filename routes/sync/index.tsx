import { signal } from "@preact/signals";
import { page } from "fresh";
import { Card } from "../../components/Card.tsx";
import { Shell } from "../../components/Shell.tsx";
import SyncLive, { LiveConnection, LiveTide } from "../../islands/SyncLive.tsx";
import { can } from "../../lib/access/mod.ts";
import { define } from "../../utils.ts";
import { CheckForm } from "../../components/sync/CheckForm.tsx";
import { NoticesCard } from "../../components/sync/NoticesCard.tsx";
import { problemText } from "../../components/sync/problems.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { sync } = ctx.state.services;
    const [status, notices] = await Promise.all([sync.status(), sync.notices()]);
    return page({ status, notices, problem: problemText(ctx.url.searchParams.get("problem")) });
  },
});

export default define.page<typeof handler>(function SyncPage({ data, state, url }) {
  const status = signal(data.status);
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
        notice={data.problem === null ? null : { tone: "wrong", text: data.problem }}
      />
      <div class="mt-4 grid gap-4">
        <NoticesCard notices={data.notices} now={data.status.now} />
        {can(state.person, "sync:run") && (
          <Card
            title="Connection"
            subtitle="Sign-in, clock, slots, time zone, and what the role may see, by the exact names of the permissions"
            actions={<CheckForm />}
          />
        )}
      </div>
    </Shell>
  );
});
