import type { RunDetailView } from "../../lib/sync/views.ts";
import { Card } from "../Card.tsx";
import { Head, Num, Table } from "../Table.tsx";

/** What a run did stream by stream; of a dry run, what it would have done. */
export function StreamCounts({ run }: { run: Pick<RunDetailView, "byStream" | "isDryRun"> }) {
  const moved = run.byStream.filter(({ rowsRead, deleted, written }) => rowsRead + deleted + written > 0);
  if (moved.length === 0) return null;
  // a column that is zero all the way down is left out: the card is narrow
  const hasDeleted = run.isDryRun || moved.some(({ deleted }) => deleted > 0);
  const hasRefused = moved.some(({ quarantined }) => quarantined > 0);
  return (
    <Card
      title="By stream"
      subtitle={run.isDryRun
        ? "What a run would do; streams without rows are left out"
        : "Streams without rows are left out"}
      flush
      class="snug"
    >
      <Table caption="By stream">
        <thead>
          <tr>
            <Head>Stream</Head>
            <Head numeric>Read</Head>
            <Head numeric>{run.isDryRun ? "To write" : "Written"}</Head>
            {hasDeleted && <Head numeric>{run.isDryRun ? "To delete" : "Deleted"}</Head>}
            {hasRefused && <Head numeric>Refused</Head>}
          </tr>
        </thead>
        <tbody>
          {moved.map(({ stream, rowsRead, written, deleted, quarantined }) => (
            <tr key={stream}>
              <th scope="row">
                <a class="hover:underline" href={`/sync/streams/${stream}`}>{stream}</a>
              </th>
              <Num value={rowsRead} />
              <Num value={written} />
              {hasDeleted && <Num value={deleted} />}
              {hasRefused && <Num value={quarantined} />}
            </tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}
