import type { StreamView, SyncStatus } from "../../lib/sync/views.ts";
import { Badge } from "../Badge.tsx";
import { Card } from "../Card.tsx";
import { age, count, counted, progress } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { Moment } from "../Moment.tsx";
import { Progress } from "../Progress.tsx";
import { Head, Num, Table } from "../Table.tsx";

/** A lag from here on is marked. */
const LATE_MS = 15 * 60_000;

/** Every stream with its part in the run of now, its watermark and what the mirror holds. A list on a phone. */
export function StreamsCard({ status }: { status: SyncStatus }) {
  const { streams, now, current } = status;
  const inRun = current !== null;
  const words = `${counted(streams.length, "stream")}, ${
    counted(status.documents, "document")
  }. Lag over 15 min is marked`;
  // progress needs the room that these have between runs
  const how = inRun ? "max-[100rem]:hidden" : "max-xl:hidden";
  return (
    <Card title="Streams" subtitle={words} flush>
      <div class="max-sm:hidden">
        <Table caption="Streams">
          <thead>
            <tr>
              <Head>Stream</Head>
              <Head>{inRun ? "This run" : "Last run"}</Head>
              <Head numeric>Watermark</Head>
              <Head numeric>Lag</Head>
              <Head numeric>Documents</Head>
              <Head numeric>Deleted</Head>
              <Head class={how}>Read by</Head>
              <Head class={how}>Deletes by</Head>
              <Head>Last proof</Head>
              <Head numeric>Quarantine</Head>
            </tr>
          </thead>
          <tbody>
            {streams.map((stream) => (
              <tr key={stream.name}>
                <th scope="row">
                  <a class="hover:underline" href={`/sync/streams/${stream.name}`}>{stream.name}</a>
                </th>
                <td>
                  <Part stream={stream} />
                </td>
                <td class="n">
                  <span class={stream.watermark === null ? "zero" : ""}>
                    <Moment at={stream.watermark} now={now} seconds />
                  </span>
                </td>
                <td class="n">
                  <Lag stream={stream} />
                </td>
                <Num value={stream.documents} />
                <Num value={stream.tombstones} />
                <td class={`text-muted ${how}`}>{stream.strategy === "changes" ? "changes" : "whole table"}</td>
                <td class={`text-muted ${how}`}>{stream.deletes === "deletedrecord" ? "list" : "full run"}</td>
                <td>
                  <Proof stream={stream} now={now} />
                </td>
                <td class={`n ${stream.quarantined ? "font-medium text-warning" : "zero"}`}>
                  {stream.quarantined > 0
                    ? (
                      <a class="hover:underline" href={`/sync/quarantine?stream=${stream.name}`}>
                        {count(stream.quarantined)}
                      </a>
                    )
                    : count(0)}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      </div>
      <ul class="divide-y divide-line px-(--card-pad) pb-2 sm:hidden">
        {streams.map((stream) => (
          <li key={stream.name} class="py-3">
            <p class="flex items-baseline gap-2">
              <a class="inline-block min-h-6 leading-6 font-medium" href={`/sync/streams/${stream.name}`}>
                {stream.name}
              </a>
              <span class="num text-xs text-muted">{count(stream.documents)}</span>
              <span class="ml-auto text-xs text-muted">
                lag <Lag stream={stream} />
              </span>
            </p>
            <div class="mt-1.5 flex flex-wrap items-center justify-between gap-2 text-xs text-muted">
              <Part stream={stream} wide />
              <Proof stream={stream} now={now} />
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What the run of now did for a stream; between runs, which run read it last. */
function Part({ stream, wide }: { stream: StreamView; wide?: boolean }) {
  switch (stream.state) {
    case "reading":
      return (
        <span class="flex items-center gap-3">
          <span class={wide ? "flex-1" : "w-28"}>
            <Progress share={stream.share ?? 0} label={`Progress of ${stream.name}`} thin />
          </span>
          <span class="num w-9 text-right font-medium text-base-content">
            {stream.share === null ? "–" : progress(Math.min(.99, stream.share))}
          </span>
          <span class="num text-xs text-muted">
            {count(stream.rowsRead)}
            {stream.rowsExpected !== null && ` of ${count(stream.rowsExpected)}`}
          </span>
        </span>
      );
    case "done":
      return (
        <span class="flex items-center gap-1.5 text-muted">
          <Icon name="check" size={14} class="text-success" />
          <span class="text-base-content">Done</span>
          <span class="num text-xs">{count(stream.rowsRead)} read</span>
        </span>
      );
    case "waiting":
      return <Badge state="waiting">Waiting</Badge>;
    case "failed":
      return <Badge state="wrong">Failed</Badge>;
    case "idle":
      return stream.lastRunId === null
        ? <span class="text-muted">Not read yet</span>
        : (
          <a class="inline-block min-h-6 leading-6 hover:underline" href={`/sync/runs/${stream.lastRunId}`}>
            Run {stream.lastRunId}
          </a>
        );
  }
}

/** What the newest comparison with NetSuite found. Only what is out of the ordinary is filled. */
function Proof({ stream, now }: { stream: StreamView; now: string }) {
  const { proof } = stream;
  if (!proof) return <Badge state="due">Not proved yet</Badge>;
  const at = <Moment at={proof.at} now={now} />;
  if (proof.outcome === "differs") return <Badge state="wrong">{counted(proof.differing, "record")} differ</Badge>;
  if (proof.outcome === "repaired") {
    return <Badge state="repaired">Repaired {count(proof.repaired)}, proved {at}</Badge>;
  }
  return <Badge state="good">Proved {at}</Badge>;
}

function Lag({ stream }: { stream: StreamView }) {
  if (stream.lagMs === null) return <span class="zero">–</span>;
  return <span class={`num ${stream.lagMs > LATE_MS ? "font-medium text-warning" : ""}`}>{age(stream.lagMs)}</span>;
}
