import { signal } from "@preact/signals";
import { page } from "fresh";
import { Shell } from "../../components/Shell.tsx";
import SyncLive, { LiveConnection, LiveTide } from "../../islands/SyncLive.tsx";
import { can } from "../../lib/access/mod.ts";
import { define } from "../../utils.ts";
import { problemText } from "../../components/sync/problems.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const status = await ctx.state.services.sync.status();
    return page({ status, problem: problemText(ctx.url.searchParams.get("problem")) });
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
    </Shell>
  );
});
