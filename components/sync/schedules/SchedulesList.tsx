import type { ScheduleView } from "../../../lib/sync/views.ts";
import { Badge } from "../../Badge.tsx";
import { Button } from "../../Button.tsx";
import { ago } from "../../format.ts";
import { Moment } from "../../Moment.tsx";
import { Sentence } from "../../Sentence.tsx";
import { scheduleWords, whatWords } from "./words.ts";

export interface SchedulesListProps {
  schedules: ScheduleView[];
  now: string;
  /** The person has `sync:manage`. */
  mayManage: boolean;
}

/** Schedules, each with when it runs next and what became of the last time. */
export function SchedulesList({ schedules, now, mayManage }: SchedulesListProps) {
  return (
    <ul class="divide-y divide-line border-t border-line">
      {schedules.map((schedule) => (
        <li
          key={schedule.id}
          class="grid gap-x-6 gap-y-1 px-(--card-pad) py-3 text-list sm:grid-cols-[minmax(0,5fr)_minmax(0,4fr)_auto]"
        >
          <div class="min-w-0">
            <p class="font-medium">
              {mayManage
                ? <a class="hover:underline" href={`/sync/schedules/${schedule.id}`}>{schedule.name}</a>
                : schedule.name}
            </p>
            <p>{scheduleWords(schedule)}</p>
            <p class="text-muted">
              {whatWords(schedule)}
              {schedule.quiet && `, quiet ${schedule.quiet.from} to ${schedule.quiet.to}`}
            </p>
          </div>
          <div class="min-w-0">
            <p>
              <Next schedule={schedule} now={now} />
            </p>
            <p class="text-muted">
              <Last schedule={schedule} now={now} />
            </p>
          </div>
          {mayManage && <Acts schedule={schedule} />}
        </li>
      ))}
    </ul>
  );
}

function Next({ schedule: { isEnabled, nextDueAt }, now }: { schedule: ScheduleView; now: string }) {
  if (!isEnabled) return <Badge state="paused">Off</Badge>;
  if (nextDueAt === null) return <Badge state="waiting">No time comes</Badge>;
  if (nextDueAt <= now) return <Badge state="due">Due now</Badge>;
  return (
    <span class="num">
      Next <Moment at={nextDueAt} now={now} />, {ago(nextDueAt, now)}
    </span>
  );
}

function Last({ schedule: { lastDueAt, lastRunId, note }, now }: { schedule: ScheduleView; now: string }) {
  if (lastDueAt === null) return <>Not run yet</>;
  return (
    <>
      Last <Moment at={lastDueAt} now={now} />
      {lastRunId !== null && (
        <>
          : <a class="go" href={`/sync/runs/${lastRunId}`}>run {lastRunId}</a>
        </>
      )}
      {note !== null && (
        <span class="block wrap-anywhere">
          <Sentence text={note} now={now} />
        </span>
      )}
    </>
  );
}

function Acts({ schedule: { id, name, isEnabled, isBuiltIn } }: { schedule: ScheduleView }) {
  return (
    <form method="post" action="/sync/schedules" class="flex flex-wrap items-start gap-2 max-sm:mt-2">
      <input type="hidden" name="id" value={id} />
      <Button small name="act" value={isEnabled ? "off" : "on"}>
        {isEnabled ? "Switch off " : "Switch on "}
        <span class="sr-only">{name}</span>
      </Button>
      {!isBuiltIn && (
        <Button small name="act" value="remove">
          Remove <span class="sr-only">{name}</span>
        </Button>
      )}
    </form>
  );
}
