import type { ComponentChildren } from "preact";
import type { ExchangeNote } from "../../lib/sources/netsuite/exchange_note.ts";
import type { RunDetailView, RunView } from "../../lib/sync/views.ts";
import { Card } from "../Card.tsx";
import { count, counted } from "../format.ts";
import { Moment, TimesIn } from "../Moment.tsx";
import { Notice } from "../Notice.tsx";
import { PageHead } from "../PageHead.tsx";
import { Paging } from "../Table.tsx";
import { ChunksTable } from "./ChunksTable.tsx";
import { isOpen, kindName } from "./progress.ts";
import { type RunAct, RunActs } from "./RunActs.tsx";
import { RunCard } from "./RunCard.tsx";
import { RunFacts } from "./RunFacts.tsx";
import { StreamCounts } from "./StreamCounts.tsx";

/** Chunks on one page of a run. */
export const CHUNKS_A_PAGE = 50;

export interface RunPageViewProps {
  /** With one page of its chunks. */
  run: RunDetailView;
  /** Which page of the chunks. */
  page: number;
  /** The person has `sync:run`. */
  mayRun: boolean;
  /** The person has `rows:all`, and may see what was asked and answered. */
  seesRows: boolean;
  exchanges: Record<string, ExchangeNote>;
  onAct?: (act: RunAct) => void;
  notice?: ComponentChildren;
  tabs?: ComponentChildren;
}

/** The page of one run. Drawn by the server, and while the run is under way by the island that keeps it live. */
export function RunPageView(
  { run, page, mayRun, seesRows, exchanges, onAct, notice, tabs }: RunPageViewProps,
) {
  const { now } = run;
  const shown = Math.min(page, Math.max(1, Math.ceil(run.chunksTotal / CHUNKS_A_PAGE)));
  const here = `/sync/runs/${run.id}${shown > 1 ? `?page=${shown}` : ""}`;
  // a chunk that failed while the page was open: what was asked and answered comes with the page only
  const isUntold = seesRows && onAct && run.chunks.some(({ id, error }) => error !== null && !exchanges[id]);
  return (
    <>
      <PageHead title={`${kindName(run)} run ${run.id}`}>
        Rows of NetSuite read, documents written. <TimesIn />
        {isOpen(run) && (
          <span class="no-script">
            . As of <Moment at={now} now={now} seconds />: <a class="go" href={here}>reload</a>
          </span>
        )}
      </PageHead>
      {tabs}
      <div class="grid gap-4">
        {notice}
        <RunCard
          run={run}
          now={now}
          linked={false}
          acts={mayRun && <RunActs run={run} back="run" onAct={onAct} />}
        />
        {run.isDryRun && <DryRunNotice run={run} />}
        <div class="grid items-start gap-4 xl:grid-cols-[2fr_1fr]">
          <Card
            title="Chunks"
            subtitle={`${counted(run.chunksTotal, "chunk")}, those that need a look first`}
            actions={isUntold && <a class="go" href={here}>Show the exchanges</a>}
            flush
          >
            <ChunksTable chunks={run.chunks} exchanges={exchanges} />
            {run.chunksTotal > CHUNKS_A_PAGE && (
              <Paging
                page={shown}
                rows={CHUNKS_A_PAGE}
                total={run.chunksTotal}
                href={(to) => `?page=${to}`}
                label="chunks"
              />
            )}
          </Card>
          <div class="grid gap-4">
            <Card title="Facts">
              <RunFacts run={run} />
            </Card>
            <StreamCounts run={run} />
          </div>
        </div>
      </div>
    </>
  );
}

/** What a dry run has found: the same figures as of a run, with nothing done. */
function DryRunNotice({ run }: { run: RunView }) {
  const { written, unchanged, deleted, quarantined } = run;
  return (
    <Notice tone={quarantined > 0 ? "attention" : "note"} title="Dry run: nothing was written.">
      A run now would write {counted(written, "document")}, leave {count(unchanged)} as they are, delete{" "}
      {count(deleted)} and put {counted(quarantined, "row")} into quarantine.
    </Notice>
  );
}
