import { HttpError, page } from "fresh";
import { LinkButton } from "../../../components/Button.tsx";
import { Card } from "../../../components/Card.tsx";
import { Empty } from "../../../components/Empty.tsx";
import { age, count } from "../../../components/format.ts";
import { Moment, TimesIn } from "../../../components/Moment.tsx";
import { PageHead } from "../../../components/PageHead.tsx";
import { Shell } from "../../../components/Shell.tsx";
import { StatTile } from "../../../components/StatTile.tsx";
import { DriftCard } from "../../../components/sync/DriftCard.tsx";
import { NoticesCard } from "../../../components/sync/NoticesCard.tsx";
import { RunsTable } from "../../../components/sync/RunsTable.tsx";
import { ColumnsCard } from "../../../components/sync/streams/ColumnsCard.tsx";
import { ProofsCard } from "../../../components/sync/streams/ProofsCard.tsx";
import { SyncTabs } from "../../../components/sync/SyncTabs.tsx";
import SyncKeys from "../../../islands/SyncKeys.tsx";
import { can } from "../../../lib/access/mod.ts";
import type { StreamDetailView, StreamView } from "../../../lib/sync/views.ts";
import { define } from "../../../utils.ts";

const RUNS = 10, CHANGES = 50;

export const handler = define.handlers({
  async GET(ctx) {
    const { sync } = ctx.state.services;
    const name = ctx.params.name ?? "";
    const { streams, now } = await sync.status();
    const stream = streams.find((one) => one.name === name);
    if (!stream) throw new HttpError(404, `There is no stream ${name}. Sync lists those there are.`);
    const detail = await sync.stream(name);
    const tables = [stream.table, ...(detail.children ? [detail.children.table] : [])];
    const [runs, notices, drift] = await Promise.all([
      sync.runs({ stream: name, limit: RUNS }),
      sync.notices(),
      sync.drift({ tables, limit: CHANGES }),
    ]);
    const own = notices.filter((notice) => notice.name === stream.table || notice.name.startsWith(`${stream.table}.`));
    return page({ stream, detail, runs, notices: own, drift, now });
  },
});

export default define.page<typeof handler>(function StreamPage({ data, state, url }) {
  const { stream, detail, runs, notices, drift, now } = data;
  return (
    <Shell state={state} url={url} title={stream.name} crumbs={[{ label: "Sync", href: "/sync" }]}>
      <PageHead
        title={stream.name}
        actions={can(state.person, "sync:run") && (
          <>
            <LinkButton icon="play" href={`/sync/start?kind=incremental&stream=${stream.name}`}>Incremental</LinkButton>
            <LinkButton icon="circle-check" href={`/sync/start?kind=proof&stream=${stream.name}`}>Proof</LinkButton>
            <LinkButton icon="sync" href={`/sync/start?kind=full&stream=${stream.name}`} shortcut="R">Full</LinkButton>
          </>
        )}
      >
        Table {stream.table} of NetSuite. <TimesIn />
      </PageHead>
      <SyncTabs person={state.person} path="/sync/streams" />
      <div class="grid gap-4">
        <Tiles stream={stream} now={now} />
        <div class="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <div class="grid gap-4">
            <ColumnsCard detail={detail} />
            <Card title="Runs" subtitle="The last that read it" flush>
              {runs.length === 0
                ? <Empty title="No run has read it yet">A full run reads every record.</Empty>
                : <RunsTable runs={runs} now={now} short />}
            </Card>
          </div>
          <div class="grid gap-4">
            <Card title="How it is kept in step">
              <How stream={stream} detail={detail} />
            </Card>
            <ProofsCard proofs={detail.proofs} now={now} />
            <NoticesCard notices={notices} now={now} />
            <DriftCard drift={drift} now={now} />
          </div>
        </div>
      </div>
      <SyncKeys />
    </Shell>
  );
});

function Tiles({ stream, now }: { stream: StreamView; now: string }) {
  return (
    <section class="card" aria-label="Where it stands">
      <div class="cells cells-4">
        <StatTile
          label="Documents"
          value={count(stream.documents)}
          note={`${count(stream.tombstones)} deleted and kept`}
        />
        <StatTile
          label="Lag"
          value={stream.lagMs === null ? null : age(stream.lagMs)}
          note={stream.watermark === null ? "not read yet" : (
            <>
              watermark <Moment at={stream.watermark} now={now} seconds />
            </>
          )}
        />
        <StatTile
          label="Last proof"
          value={stream.proof === null
            ? null
            : { proved: "Proved", repaired: "Repaired", differs: "Differs" }[stream.proof.outcome]}
          note={stream.proof === null ? "not proved yet" : <Moment at={stream.proof.at} now={now} />}
        />
        <StatTile
          label="In quarantine"
          value={count(stream.quarantined)}
          note={stream.quarantined === 0 ? "every row could be taken" : "rows to mend"}
          href={stream.quarantined === 0 ? undefined : `/sync/quarantine?stream=${stream.name}`}
        />
      </div>
    </section>
  );
}

function How({ stream, detail }: { stream: StreamView; detail: StreamDetailView }) {
  const changes = detail.follows !== null
    ? `Read again for each changed record of ${detail.follows}`
    : detail.cursor === null
    ? "It has no time of change: read whole when its fingerprint differs"
    : `By its time of change, ${detail.cursor}`;
  return (
    <dl class="facts">
      <dt>Key</dt>
      <dd>{detail.key.join(", ")}</dd>
      <dt>Changes</dt>
      <dd>{changes}</dd>
      <dt>Deletes</dt>
      <dd>
        {stream.deletes === "deletedrecord"
          ? "NetSuite's list of deleted records, each verified; full runs find the rest"
          : "A full run finds what is gone"}
      </dd>
    </dl>
  );
}
