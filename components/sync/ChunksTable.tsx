import type { ChunkView } from "../../lib/sync/views.ts";
import type { ExchangeNote } from "../../lib/sources/netsuite/exchange_note.ts";
import { Badge } from "../Badge.tsx";
import { Empty } from "../Empty.tsx";
import { MISSING, moment } from "../format.ts";
import { useZone } from "../Moment.tsx";
import { Head, Num, Table } from "../Table.tsx";

export interface ChunksTableProps {
  chunks: ChunkView[];
  /** What was asked and answered where one failed, by chunk; for who may see it. */
  exchanges?: Record<string, ExchangeNote>;
}

/** Chunks of a run: what each covers, how far it is, and what stopped it. */
export function ChunksTable({ chunks, exchanges = {} }: ChunksTableProps) {
  if (chunks.length === 0) {
    return <Empty title="No chunks yet">They are made when a worker takes up the run.</Empty>;
  }
  return (
    <Table caption="Chunks">
      <thead>
        <tr>
          <Head>Stream</Head>
          <Head>State</Head>
          <Head numeric>Rows</Head>
          <Head>Does</Head>
          <Head>Range</Head>
          <Head numeric>Attempts</Head>
        </tr>
      </thead>
      <tbody>
        {chunks.map((chunk) => [
          <tr key={chunk.id}>
            <th scope="row">{chunk.stream === "*" ? "all streams" : chunk.stream}</th>
            <td>
              <ChunkBadge chunk={chunk} />
            </td>
            <Num value={chunk.rowsRead} />
            <td class="text-muted">{chunk.kind}</td>
            <td class="num text-muted">
              <Range {...chunk} />
            </td>
            <Num value={chunk.attempts} />
          </tr>,
          chunk.error && (
            <tr class="detail" key={`${chunk.id}-error`}>
              <td colSpan={6}>
                <div class="fault">
                  <p>{chunk.error}</p>
                  {exchanges[chunk.id] && <Exchange note={exchanges[chunk.id]!} />}
                </div>
              </td>
            </tr>
          ),
        ])}
      </tbody>
    </Table>
  );
}

/** The raw exchange behind a failure: folded, since it is for who looks into it. */
function Exchange({ note: { question, status, answer } }: { note: ExchangeNote }) {
  return (
    <details class="mt-1">
      <summary class="go inline-block">Show the exchange</summary>
      <p class="mt-2 text-xs text-muted">Asked</p>
      <pre class="raw" tabIndex={0}>{question}</pre>
      <p class="mt-2 text-xs text-muted">
        {status === null ? "Answered: nothing came" : `Answered: status ${status}${answer === "" ? ", empty" : ""}`}
      </p>
      {answer && <pre class="raw" tabIndex={0}>{answer}</pre>}
    </details>
  );
}

function ChunkBadge({ chunk }: { chunk: ChunkView }) {
  switch (chunk.status) {
    case "done":
      return <Badge state="good">Done</Badge>;
    case "working":
      return <Badge state="progress">{chunk.attempts > 1 ? "Retrying" : "Working"}</Badge>;
    case "waiting":
      return <Badge state="waiting">Waiting</Badge>;
    case "failed":
      return <Badge state="wrong">Failed</Badge>;
  }
}

/** Ids as they are, times as clock times: a chunk covers one or the other, or nothing that could be cut. */
function Range({ kind, from, to }: ChunkView) {
  const zone = useZone();
  if (from === null && to === null) return kind === "read" ? <>all rows</> : <span class="zero">{MISSING}</span>;
  const write = (end: string) => isTime(end) ? moment(end, to ?? end, true, zone) : end;
  if (to === null) return <>from {write(from!)}</>;
  return from === null ? <>up to {write(to)}</> : <>{write(from)} to {write(to)}</>;
}

const isTime = (text: string) => /^\d{4}-\d\d-\d\dT/.test(text);
