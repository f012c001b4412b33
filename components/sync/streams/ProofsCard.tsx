import type { StreamDetailView } from "../../../lib/sync/views.ts";
import { Badge } from "../../Badge.tsx";
import { Card } from "../../Card.tsx";
import { Empty } from "../../Empty.tsx";
import { count, counted } from "../../format.ts";
import { Moment } from "../../Moment.tsx";
import { Head, Num, Table } from "../../Table.tsx";

/** The last comparisons of a stream with NetSuite, newest first. */
export function ProofsCard({ proofs, now }: { proofs: StreamDetailView["proofs"]; now: string }) {
  return (
    <Card title="Proofs" subtitle="Comparisons of every record with NetSuite" flush>
      {proofs.length === 0
        ? <Empty title="Not proved yet">A full run or a proof compares every record.</Empty>
        : (
          <Table caption="Proofs">
            <thead>
              <tr>
                <Head>At</Head>
                <Head>Outcome</Head>
                <Head numeric>Rows</Head>
                <Head numeric>Repaired</Head>
                <Head>Run</Head>
              </tr>
            </thead>
            <tbody>
              {proofs.map((proof) => (
                <tr key={`${proof.runId}${proof.at}`}>
                  <th scope="row">
                    <Moment at={proof.at} now={now} />
                  </th>
                  <td>
                    {proof.outcome === "differs"
                      ? <Badge state="wrong">{counted(proof.differing, "record")} differ</Badge>
                      : proof.outcome === "repaired"
                      ? <Badge state="repaired">Repaired</Badge>
                      : <Badge state="good">Proved</Badge>}
                  </td>
                  <Num value={proof.rows} />
                  <Num value={proof.repaired} />
                  <td>
                    <a class="hover:underline" href={`/sync/runs/${proof.runId}`}>{count(proof.runId)}</a>
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
    </Card>
  );
}
