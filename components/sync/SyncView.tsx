import type { ComponentChildren } from "preact";
import type { SyncStatus } from "../../lib/sync/views.ts";
import { Card } from "../Card.tsx";
import { Empty } from "../Empty.tsx";
import { counted } from "../format.ts";
import { Moment, TimesIn } from "../Moment.tsx";
import { PageHead } from "../PageHead.tsx";
import { openRuns } from "./progress.ts";
import { type RunAct, RunActs } from "./RunActs.tsx";
import { RunCard } from "./RunCard.tsx";
import { RunsTable } from "./RunsTable.tsx";
import { type RunKind, StartForms } from "./StartForms.tsx";
import { StreamsCard } from "./StreamsCard.tsx";

export interface SyncViewProps {
  status: SyncStatus;
  /** The person has `sync:run`. */
  mayRun: boolean;
  asked?: RunKind | null;
  onStart?: (kind: RunKind) => void;
  onAct?: (id: number, act: RunAct) => void;
  /** A result or a fault, right below the head. */
  notice?: ComponentChildren;
  /** Links to the sync's other pages, below the head. */
  tabs?: ComponentChildren;
  /** Beside the runs: what does not move with each second. */
  beside?: ComponentChildren;
}

/** The Sync page's main part from one answer of the sync. Drawn by the server, then by the island that keeps it live. */
export function SyncView({ status, mayRun, asked, onStart, onAct, notice, tabs, beside }: SyncViewProps) {
  const { streams, runs, now, slots } = status;
  const open = openRuns(status);
  const shown = open.length > 0 ? open : runs.slice(0, 1);
  return (
    <>
      <PageHead
        title="Sync"
        actions={mayRun && <StartForms asked={asked} first={shown.length === 0} onStart={onStart} />}
      >
        Keeps {counted(streams.length, "stream")} level with NetSuite. <TimesIn />
        <span class="no-script">
          . As of <Moment at={now} now={now} seconds />: <a class="go" href="/sync">reload</a>
        </span>
      </PageHead>
      {tabs}
      <div class="grid gap-4">
        {notice}
        {shown.map((run) => (
          <RunCard
            key={run.id}
            run={run}
            now={now}
            slots={slots}
            acts={mayRun && <RunActs run={run} back="sync" onAct={onAct && ((act) => onAct(run.id, act))} />}
          />
        ))}
        {shown.length === 0 && (
          <Card label="Runs">
            <Empty icon="plug" title="Nothing has been read from NetSuite yet">
              A full run reads every record of {counted(streams.length, "stream")}.
              {mayRun ? " After it, incremental runs read only what has changed." : " An operator can start it."}
            </Empty>
          </Card>
        )}
        <StreamsCard status={status} />
        <div class={beside ? "grid items-start gap-4 xl:grid-cols-[minmax(0,8fr)_minmax(0,3fr)]" : "grid gap-4"}>
          {runs.length > 0 && (
            <Card title="Runs" actions={<a class="go" href="/sync/runs">All runs</a>} flush>
              <RunsTable runs={runs} now={now} told={shown[0]?.id} />
            </Card>
          )}
          {beside && <div class="grid gap-4">{beside}</div>}
        </div>
      </div>
    </>
  );
}
