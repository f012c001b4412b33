import type { ComponentChildren } from "preact";
import type { RunView, SyncStatus } from "../../lib/sync/views.ts";
import { Badge } from "../Badge.tsx";
import { ago, count, counted, dayRange, duration, percent, progress, rate } from "../format.ts";
import { Moment, useZone } from "../Moment.tsx";
import { Progress } from "../Progress.tsx";
import { Slots } from "../Slots.tsx";
import { Sparkline } from "../Sparkline.tsx";
import { OutcomeBadge } from "./OutcomeBadge.tsx";
import { isOpen, kindName, remaining, runShare, streamsOf } from "./progress.ts";
import { RunFault } from "./RunFault.tsx";

export interface RunCardProps {
  run: RunView;
  /** The clock that ages and ends are told by. */
  now: string;
  /** Of the account, now; absent on the page of a run that has ended. */
  slots?: SyncStatus["slots"];
  /** On the run's own page its name is the page's title already. */
  linked?: boolean;
  /** Pause, resume, cancel: for who may. */
  acts?: ComponentChildren;
}

/** One run as it goes, or as it went: share, rows, time, then rate, slots, chunks and what NetSuite refused. */
export function RunCard({ run, now, slots, linked = true, acts }: RunCardProps) {
  const open = isOpen(run);
  const name = `${kindName(run)} run ${run.id}`;
  return (
    <section class="card" aria-label={open ? `Run ${run.id}, in progress` : "Last run"}>
      <div class="px-(--card-pad) pt-4 pb-5">
        <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
          <OutcomeBadge run={run} />
          {run.isDryRun && <Badge state="note">Dry run</Badge>}
          <h2 class="text-sm">{linked ? <a class="hover:underline" href={`/sync/runs/${run.id}`}>{name}</a> : name}</h2>
          <p class="num text-xs text-muted max-sm:w-full">
            <Origin run={run} now={now} />
          </p>
          {acts && <div class="ml-auto max-sm:w-full">{acts}</div>}
        </div>
        <div class="mt-3 flex flex-wrap items-baseline gap-x-3">
          <span class="figure text-progress">{progress(runShare(run))}</span>
          <span class="num text-list text-muted">
            <Rows run={run} />
          </span>
          <span class="num ml-auto text-list text-muted max-sm:hidden">
            <Time run={run} now={now} />
          </span>
        </div>
        <div class={`mt-1 ${tone(run)}`}>
          <Progress share={runShare(run)} label={`Progress of ${name.toLowerCase()}`} />
        </div>
        <p class="num mt-2 text-list text-muted sm:hidden">
          <Time run={run} now={now} />
        </p>
        {run.error && <RunFault fault={run.error} class="mt-4" />}
      </div>
      <div class="cells cells-4">
        <Speed run={run} />
        {slots && (
          <Fact label="Concurrency slots" note={slotWords(slots)}>
            <Slots {...slots} />
          </Fact>
        )}
        <Fact label="Chunks" note={restartWords(run.restarts)}>
          <Strong>{count(run.chunksDone)}</Strong> of {count(run.chunksTotal)} done
          {run.chunksWorking > 0 && `, ${count(run.chunksWorking)} working`}
        </Fact>
        {!slots && (
          <Fact
            label={run.isDryRun ? "What it would do" : "Documents"}
            note={`${count(run.unchanged)} unchanged, ${count(run.deleted)} ${run.isDryRun ? "to delete" : "deleted"}`}
          >
            <Strong>{count(run.written)}</Strong> {run.isDryRun ? "to write" : "written"}
          </Fact>
        )}
        <Fact label="NetSuite said “too many requests”" note={`in ${counted(run.requests, "request")}`}>
          <Strong>{count(run.throttled)}</Strong> {run.throttled === 1 ? "time" : "times"}
        </Fact>
      </div>
    </section>
  );
}

function Origin({ run, now }: { run: RunView; now: string }) {
  const [word, at] = run.startedAt ? ["started", run.startedAt] : ["asked for", run.createdAt];
  return (
    <>
      {streamsOf(run)}
      {run.range && `, ${dayRange(run.range.from, run.range.to)}`}, {word} <Moment at={at} now={now} seconds /> by{" "}
      {run.requestedBy}
    </>
  );
}

function Rows({ run }: { run: RunView }) {
  if (run.rowsExpected === null || !isOpen(run)) {
    return (
      <>
        <Strong small>{count(run.rowsRead)}</Strong> rows read
      </>
    );
  }
  return (
    <>
      <Strong small>{count(run.rowsRead)}</Strong> of {count(run.rowsExpected)} rows
    </>
  );
}

function Time({ run, now }: { run: RunView; now: string }) {
  const zone = useZone();
  if (!isOpen(run)) {
    return (
      <>
        Took <Strong small>{duration(run.tookMs)}</Strong>
        {run.endedAt && (
          <>
            , ended <Moment at={run.endedAt} now={now} />, {ago(run.endedAt, now)}
          </>
        )}
      </>
    );
  }
  const { before, strong, after } = remaining(run, now, zone);
  return <>{before}{strong && <Strong small>{strong}</Strong>}{after}</>;
}

function Speed({ run }: { run: RunView }) {
  const open = isOpen(run);
  const mean = run.tookMs ? run.rowsRead / (run.tookMs / 1000) : null;
  const speed = rate(open ? run.ratePerSecond : mean);
  const [figure, unit] = speed.split(" ");
  const note = !open
    ? "on average"
    : run.ceilingShare === null
    ? "of the last minute"
    : `${percent(run.ceilingShare).replace(/\.\d%/, "%")} of the ceiling`;
  return (
    <div class="flex gap-4 sm:items-end">
      <Fact label="Rate" note={note}>
        <Strong>{figure}</Strong> {unit}
      </Fact>
      {run.recentRates.length > 1 && (
        <span class="ml-auto block w-28 min-w-0 max-sm:hidden">
          <Sparkline values={run.recentRates} fromZero />
        </span>
      )}
    </div>
  );
}

interface FactProps {
  label: string;
  note: string;
  children: ComponentChildren;
}

function Fact({ label, note, children }: FactProps) {
  return (
    <div class="min-w-0 text-xs text-muted">
      <p>{label}</p>
      <p class="num mt-1 flex min-h-6 flex-wrap items-baseline gap-x-1">{children}</p>
      <p class="num mt-0.5">{note}</p>
    </div>
  );
}

function Strong({ small, children }: { small?: boolean; children: ComponentChildren }) {
  return small
    ? <strong class="font-semibold text-base-content">{children}</strong>
    : <strong class="figure text-base leading-6 text-base-content">{children}</strong>;
}

const tone = (run: RunView) =>
  run.status === "failed" ? "bar-wrong" : run.status === "incomplete" ? "bar-attention" : "";

function slotWords({ inUse, total, kept }: SyncStatus["slots"]): string {
  return `${count(inUse)} in use, ${count(Math.max(0, total - kept - inUse))} free, ${count(kept)} kept for others`;
}

function restartWords(restarts: number): string {
  if (restarts === 0) return "none restarted";
  return `${count(restarts)} restarted from ${restarts === 1 ? "its" : "their"} checkpoint`;
}
