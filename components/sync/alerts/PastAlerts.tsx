import type { PastAlertView } from "../../../lib/sync/views.ts";
import { Card } from "../../Card.tsx";
import { duration } from "../../format.ts";
import { Moment } from "../../Moment.tsx";
import { Head, Table } from "../../Table.tsx";
import { alertHref, KINDS } from "./OpenAlerts.tsx";

export interface PastAlertsProps {
  alerts: PastAlertView[];
  now: string;
  /** Whether this is the first page, and the address of the older ones if there are any. */
  isFirst: boolean;
  older: string | null;
}

/** What was wrong and is over, newest first. Nothing where nothing ever was. */
export function PastAlerts({ alerts, now, isFirst, older }: PastAlertsProps) {
  if (alerts.length === 0) return null;
  return (
    <Card title="All clear" subtitle="What was wrong and is over, newest first; kept for 400 days" flush>
      <Table caption="All clear">
        <thead>
          <tr>
            <Head>Problem</Head>
            <Head>Kind</Head>
            <Head>Began</Head>
            <Head>Over</Head>
            <Head numeric>Lasted</Head>
          </tr>
        </thead>
        <tbody>
          {alerts.map((alert) => (
            <tr key={alert.id}>
              <th scope="row">
                <a class="hover:underline" href={alertHref(alert)}>{alert.title}</a>
              </th>
              <td class="text-muted">{KINDS[alert.kind][1]}</td>
              <td class="num">
                <Moment at={alert.since} now={now} />
              </td>
              <td class="num">
                <Moment at={alert.endedAt} now={now} />
              </td>
              <td class="n">{duration(+new Date(alert.endedAt) - +new Date(alert.since))}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {(!isFirst || older !== null) && (
        <nav class="paging" aria-label="Pages of problems that are over">
          <span class="ml-auto flex gap-2">
            {!isFirst && <a class="btn small" href="/sync/alerts">Newest</a>}
            {older !== null && <a class="btn small" href={older}>Older</a>}
          </span>
        </nav>
      )}
    </Card>
  );
}
