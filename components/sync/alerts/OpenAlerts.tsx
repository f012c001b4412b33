import type { AlertView } from "../../../lib/sync/views.ts";
import { Badge, type BadgeState } from "../../Badge.tsx";
import { Card } from "../../Card.tsx";
import { Empty } from "../../Empty.tsx";
import { age, ago, counted } from "../../format.ts";
import { Moment } from "../../Moment.tsx";

/** What each kind is called, and how bad it is. */
export const KINDS: Record<AlertView["kind"], readonly [state: BadgeState, word: string]> = {
  run_failed: ["wrong", "Failed"],
  run_incomplete: ["attention", "Incomplete"],
  proof_differs: ["wrong", "Differs"],
  stale: ["attention", "Behind"],
  quarantine_grows: ["attention", "Quarantine"],
};

/** The page that shows more of an alert. */
export const alertHref = ({ kind, runId }: AlertView): string =>
  kind === "quarantine_grows" ? "/sync/quarantine" : runId === null ? "/sync" : `/sync/runs/${runId}`;

/** What is wrong just now, each with what to do, since when, and when people were told. */
export function OpenAlerts({ alerts, now }: { alerts: AlertView[]; now: string }) {
  if (alerts.length === 0) {
    return (
      <Card label="Raised now">
        <Empty icon="circle-check" title="Nothing is wrong">
          Runs, proofs, streams and the quarantine are looked at each minute.
        </Empty>
      </Card>
    );
  }
  return (
    <Card title="Raised now" subtitle={`${counted(alerts.length, "problem")}, the oldest first`} flush>
      <ul class="divide-y divide-line px-(--card-pad) pb-2">
        {alerts.map((alert) => (
          <li key={alert.id} class="flex gap-4 py-3 text-list max-sm:flex-col max-sm:gap-1">
            <span class="w-32 shrink-0">
              <Badge state={KINDS[alert.kind][0]}>{KINDS[alert.kind][1]}</Badge>
            </span>
            <span class="min-w-0 flex-1 wrap-anywhere">
              <a class="font-medium hover:underline" href={alertHref(alert)}>{alert.title}</a>
              <span class="mt-0.5 block">{alert.text}</span>
              <span class="num mt-0.5 block text-muted">
                Since <Moment at={alert.since} now={now} />, {age(+new Date(now) - +new Date(alert.since))}. Last told
                {" "}
                <Moment at={alert.toldAt} now={now} />, {ago(alert.toldAt, now)}.
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
