import type { RunView } from "../../lib/sync/views.ts";
import { count, counted, dayRange, duration, fullMoment, listed, MISSING } from "../format.ts";
import { useZone } from "../Moment.tsx";

/** So many streams are named at once. */
const FEW = 6;

/** What there is to know of a run, as a list of terms. */
export function RunFacts({ run }: { run: RunView }) {
  const zone = useZone();
  const at = (time: string | null) => time === null ? MISSING : <time datetime={time}>{fullMoment(time, zone)}</time>;
  return (
    <dl class="facts">
      <dt>Asked for by</dt>
      <dd>{run.requestedBy}</dd>
      {run.isDryRun && (
        <>
          <dt>Dry run</dt>
          <dd>Nothing is written to the mirror: figures say what would be</dd>
        </>
      )}
      {run.range && (
        <>
          <dt>Dates</dt>
          <dd>{dayRange(run.range.from, run.range.to)}</dd>
        </>
      )}
      {run.haltedBy !== null && (
        <>
          <dt>{run.status === "cancelled" ? "Cancelled by" : "Paused by"}</dt>
          <dd>{run.haltedBy}</dd>
        </>
      )}
      <dt>Asked for</dt>
      <dd>{at(run.createdAt)}</dd>
      <dt>Started</dt>
      <dd>{at(run.startedAt)}</dd>
      <dt>Ended</dt>
      <dd>{at(run.endedAt)}</dd>
      <dt>Took</dt>
      <dd class="num">{duration(run.tookMs)}</dd>
      <dt>Rows read</dt>
      <dd class="num">{count(run.rowsRead)}</dd>
      <dt>Written</dt>
      <dd class="num">{count(run.written)}</dd>
      <dt>Unchanged</dt>
      <dd class="num">{count(run.unchanged)}</dd>
      <dt>Deleted</dt>
      <dd class="num">{count(run.deleted)}</dd>
      <dt>In quarantine</dt>
      <dd class="num">{count(run.quarantined)}</dd>
      <dt>Requests</dt>
      <dd class="num">{count(run.requests)}</dd>
      <dt>Streams</dt>
      <dd>
        {run.streams.length <= FEW ? listed(run.streams) : (
          <details>
            <summary class="go inline-block">{counted(run.streams.length, "stream")}</summary>
            <span class="mt-1 block">{listed(run.streams)}</span>
          </details>
        )}
      </dd>
    </dl>
  );
}
