import type { ComponentChildren } from "preact";
import type { SyncStatus } from "../../lib/sync/views.ts";
import { Card } from "../Card.tsx";
import { Empty } from "../Empty.tsx";
import { counted } from "../format.ts";
import { Moment, TimesIn } from "../Moment.tsx";
import { PageHead } from "../PageHead.tsx";
import { isOpen } from "./progress.ts";
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
  /** A result or a fault, right below the head. */
  notice?: ComponentChildren;
}

/** The Sync page's main part from one answer of the sync. Drawn by the server, then by the island that keeps it live. */
export function SyncView({ status, mayRun, asked, onStart, notice }: SyncViewProps) {
  const { streams, runs, now, slots } = status;
  const shown = status.current ?? runs[0] ?? null;
  return (
    <>
      <PageHead
        title="Sync"
        actions={mayRun && (
          <StartForms busy={isOpen(status.current)} asked={asked} first={shown === null} onStart={onStart} />
        )}
      >
        Keeps {counted(streams.length, "stream")} level with NetSuite. <TimesIn />
        <span class="no-script">
          . As of <Moment at={now} now={now} seconds />: <a class="go" href="/sync">reload</a>
        </span>
      </PageHead>
      <div class="grid gap-4">
        {notice}
        {shown ? <RunCard run={shown} now={now} slots={slots} /> : (
          <Card label="Runs">
            <Empty icon="plug" title="Nothing has been read from NetSuite yet">
              A full run reads every record of {counted(streams.length, "stream")}.
              {mayRun ? " After it, incremental runs read only what has changed." : " An operator can start it."}
            </Empty>
          </Card>
        )}
        <StreamsCard status={status} />
        {runs.length > 0 && (
          <Card title="Runs" actions={<a class="go" href="/sync/runs">All runs</a>} flush>
            <RunsTable runs={runs} now={now} told={shown?.id} />
          </Card>
        )}
      </div>
    </>
  );
}
