import type { ChunkView } from "../../lib/sync/views.ts";
import { Badge } from "../Badge.tsx";
import { Empty } from "../Empty.tsx";
import { moment } from "../format.ts";
import { useZone } from "../Moment.tsx";
import { Head, Num, Table } from "../Table.tsx";

/** The chunks of a run: what each covers, how far it is, and what stopped it. */
export function ChunksTable({ chunks }: { chunks: ChunkView[] }) {
  if (chunks.length === 0) {
    return <Empty title="No chunks yet">They are made when a worker takes up the run.</Empty>;
  }
  return (
    <Table caption="Chunks">
      <thead>
        <tr>
          <Head>Stream</Head>
          <Head>Reads</Head>
          <Head>Range</Head>
          <Head numeric>Rows</Head>
          <Head numeric>Attempts</Head>
          <Head>State</Head>
        </tr>
      </thead>
      <tbody>
        {chunks.map((chunk) => [
          <tr key={chunk.id}>
            <th scope="row">{chunk.stream}</th>
            <td class="text-muted">{chunk.kind}</td>
            <td class="num text-muted">
              <Range {...chunk} />
            </td>
            <Num value={chunk.rowsRead} />
            <Num value={chunk.attempts} />
            <td>
              <ChunkBadge chunk={chunk} />
            </td>
          </tr>,
          chunk.error && (
            <tr class="detail" key={`${chunk.id}-error`}>
              <td colSpan={6}>
                <p class="fault">{chunk.error}</p>
              </td>
            </tr>
          ),
        ])}
      </tbody>
    </Table>
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

/** Ids as they are, times as clock times: a chunk covers one or the other. */
function Range({ from, to }: ChunkView) {
  const zone = useZone();
  if (from === null && to === null) return <>everything</>;
  const write = (end: string) => isTime(end) ? moment(end, to ?? end, true, zone) : end;
  if (to === null) return <>from {write(from!)}</>;
  return from === null ? <>up to {write(to)}</> : <>{write(from)} to {write(to)}</>;
}

const isTime = (text: string) => /^\d{4}-\d\d-\d\dT/.test(text);
