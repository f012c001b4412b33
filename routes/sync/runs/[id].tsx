import { HttpError, page } from "fresh";
import { Card } from "../../../components/Card.tsx";
import { TimesIn } from "../../../components/Moment.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { Paging } from "../../../components/Table.tsx";
import { Shell } from "../../../components/Shell.tsx";
import { byUrgency, ChunksTable } from "../../../components/sync/ChunksTable.tsx";
import { isOpen, kindName } from "../../../components/sync/progress.ts";
import { RunCard } from "../../../components/sync/RunCard.tsx";
import { RunFacts } from "../../../components/sync/RunFacts.tsx";
import { counted } from "../../../components/format.ts";
import { define } from "../../../utils.ts";

const CHUNKS = 50;

export const handler = define.handlers({
  async GET(ctx) {
    const id = /^[1-9]\d{0,14}$/.test(ctx.params.id ?? "") ? Number(ctx.params.id) : null;
    const run = id === null ? null : await ctx.state.services.sync.run(id);
    if (run === null) throw new HttpError(404, `There is no run ${ctx.params.id}. Sync lists the runs there are.`);
    const chunks = byUrgency(run.chunks);
    const asked = ctx.url.searchParams.get("page") ?? "";
    const pages = Math.max(1, Math.ceil(chunks.length / CHUNKS));
    const number = /^[1-9]\d{0,6}$/.test(asked) ? Math.min(Number(asked), pages) : 1;
    const shown = chunks.slice((number - 1) * CHUNKS, number * CHUNKS);
    return page({ run, shown, number, now: new Date().toISOString() });
  },
});

export default define.page<typeof handler>(function RunPage({ data, state, url }) {
  const { run, shown, number, now } = data;
  const title = `${kindName(run)} run ${run.id}`;
  return (
    <Shell
      state={state}
      url={url}
      title={title}
      crumbs={[{ label: "Sync", href: "/sync" }, { label: "Runs", href: "/sync/runs" }]}
    >
      <PageHead title={title}>
        {isOpen(run)
          ? (
            <>
              In progress: <a class="go" href="/sync">Sync</a> shows it live. <TimesIn />
            </>
          )
          : (
            <>
              Rows of NetSuite read, documents written. <TimesIn />
            </>
          )}
      </PageHead>
      <div class="grid gap-4">
        <RunCard run={run} now={now} linked={false} />
        <div class="grid items-start gap-4 xl:grid-cols-[2fr_1fr]">
          <Card title="Chunks" subtitle={`${counted(run.chunks.length, "chunk")}, those that need a look first`} flush>
            <ChunksTable chunks={shown} />
            {run.chunks.length > CHUNKS && (
              <Paging
                page={number}
                rows={CHUNKS}
                total={run.chunks.length}
                href={(to) => `?page=${to}`}
                label="chunks"
              />
            )}
          </Card>
          <Card title="Facts">
            <RunFacts run={run} />
          </Card>
        </div>
      </div>
    </Shell>
  );
});
