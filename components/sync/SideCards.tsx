import type { AlertView, QuarantinePage, ScheduleView } from "../../lib/sync/views.ts";
import { Card } from "../Card.tsx";
import { age, ago, counted } from "../format.ts";
import { alertHref } from "./alerts/OpenAlerts.tsx";
import { rowHref } from "./quarantine/address.ts";
import { nameOf } from "./quarantine/QuarantineTable.tsx";
import { whatWords, whenWords } from "./schedules/words.ts";

/** What is raised just now, in short. Nothing where nothing is. */
export function AlertsCard({ alerts, now }: { alerts: AlertView[]; now: string }) {
  if (alerts.length === 0) return null;
  return (
    <Card
      title="Alerts"
      subtitle={`${counted(alerts.length, "problem")}, the oldest first`}
      actions={<a class="go" href="/sync/alerts">All alerts</a>}
    >
      <ul class="grid gap-3 text-list">
        {alerts.map((alert) => (
          <li key={alert.id} class="wrap-anywhere">
            <a class="font-medium hover:underline" href={alertHref(alert)}>{alert.title}</a>{" "}
            <span class="num text-muted">{age(+new Date(now) - +new Date(alert.since))}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What is run when, in short. */
export function SchedulesCard({ schedules, now }: { schedules: ScheduleView[]; now: string }) {
  return (
    <Card title="Schedules" actions={<a class="go" href="/sync/schedules">All schedules</a>}>
      {schedules.length === 0
        ? <p class="text-list text-muted">Nothing runs by itself: every schedule is off.</p>
        : (
          <ul class="grid gap-3 text-list">
            {schedules.map((schedule) => (
              <li key={schedule.id}>
                <p class="flex justify-between gap-3">
                  <span class="font-medium">{whenWords(schedule.cron)}</span>
                  <span class="num shrink-0 text-muted">{dueWords(schedule, now)}</span>
                </p>
                <p class="text-xs text-muted">{whatWords(schedule)}</p>
              </li>
            ))}
          </ul>
        )}
    </Card>
  );
}

function dueWords({ nextDueAt }: ScheduleView, now: string): string {
  if (nextDueAt === null) return "";
  return nextDueAt <= now ? "due now" : ago(nextDueAt, now);
}

/** The first rows of the quarantine, each with what is wrong. Nothing where it is empty. */
export function QuarantineCard({ page: { rows, total, byStream } }: { page: QuarantinePage }) {
  if (total === 0) return null;
  const [first] = byStream;
  const where = byStream.length === 1 ? `of ${first?.stream}` : `of ${counted(byStream.length, "stream")}`;
  return (
    <Card
      title="Quarantine"
      subtitle={`${counted(total, "row")} ${where}`}
      actions={<a class="go" href="/sync/quarantine">Review</a>}
    >
      <ul class="grid gap-3 text-list">
        {rows.map((row) => (
          <li key={row.id} class="wrap-anywhere">
            <a class="font-medium hover:underline" href={rowHref(row)}>{nameOf(row)}</a>{" "}
            <span class="text-muted">{row.reasons[0] ?? "mended, to be replayed"}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
