import type { ComponentChildren } from "preact";
import { Button, LinkButton } from "../../Button.tsx";
import { Card } from "../../Card.tsx";
import SyncSchedulePreview from "../../../islands/SyncSchedulePreview.tsx";
import { KindField } from "../KindField.tsx";
import SyncStreamPicker from "../../../islands/SyncStreamPicker.tsx";
import { type ScheduleDraft, STEPS, type When } from "./draft.ts";
import { WEEKDAYS } from "./words.ts";

export interface ScheduleFormProps {
  draft: ScheduleDraft;
  /** Names of all streams. */
  streams: string[];
  /** What the form is sent to. */
  action: string;
  times: string[];
  /** Why there are no times. */
  fault: string | null;
}

const FORM = "schedule";
const KINDS = [
  ["incremental", "Incremental", "reads what has changed"],
  ["proof", "Proof", "compares everything and repairs what differs"],
  ["full", "Full", "reads every record, then proves it"],
] as const;

/** A schedule as a form: what runs, when, in which zone, and at which hours it rests. */
export function ScheduleForm({ draft, streams, action, times, fault }: ScheduleFormProps) {
  return (
    <form
      method="post"
      action={action}
      id={FORM}
      class="grid items-start gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]"
    >
      <div class="grid gap-4">
        <Card title="What">
          <div class="grid gap-5">
            <label class="block max-w-md text-list font-medium">
              Name
              <input
                class="input mt-1.5 w-full font-normal max-sm:h-11"
                name="name"
                value={draft.name}
                required
                maxLength={80}
                autocomplete="off"
              />
            </label>
            <KindField legend="Kind of run" kinds={KINDS} chosen={draft.kind} />
            <SyncStreamPicker names={streams} chosen={draft.streams} />
          </div>
        </Card>
        <Card title="When">
          <div class="grid gap-5">
            <Times draft={draft} />
            <Zone zone={draft.zone} />
            <Quiet draft={draft} />
            <label class="flex min-h-8 items-center gap-2 text-list max-sm:min-h-11">
              <input class="checkbox checkbox-sm" type="checkbox" name="isEnabled" checked={draft.isEnabled} />
              <span>
                Switched on <span class="text-muted">while it is off it makes no runs</span>
              </span>
            </label>
          </div>
        </Card>
        <div class="flex flex-wrap gap-2">
          <Button look="primary" icon="check" name="act" value="save">Save schedule</Button>
          <LinkButton href="/sync/schedules">Cancel</LinkButton>
        </div>
      </div>
      <Card
        title="Next times"
        subtitle="By the clock of its zone; what falls due in quiet hours runs at their end"
      >
        <SyncSchedulePreview form={FORM} times={times} zone={draft.zone} fault={fault} />
        <span class="no-script">
          <Button small class="mt-3" name="act" value="preview">Show the next times</Button>
        </span>
      </Card>
    </form>
  );
}

function Times({ draft }: { draft: ScheduleDraft }) {
  const row = (when: When, words: string, children: ComponentChildren) => (
    <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
      <label class="flex min-h-8 w-32 items-center gap-2 text-list max-sm:min-h-11">
        <input class="radio radio-sm" type="radio" name="when" value={when} checked={draft.when === when} />
        {words}
      </label>
      {children}
    </div>
  );
  return (
    <fieldset class="grid gap-1.5">
      <legend class="mb-1 text-list font-medium">Times</legend>
      {row(
        "every",
        "Every",
        <select class="select w-36 max-sm:h-11" name="every" aria-label="Time between two runs">
          {STEPS.map((step) => (
            <option key={step} value={step} selected={draft.every === `${step}`}>
              {step === 1 ? "minute" : step < 60 ? `${step} min` : step === 60 ? "hour" : `${step / 60} hours`}
            </option>
          ))}
        </select>,
      )}
      {row("daily", "Each day at", <Clock name="dailyAt" value={draft.dailyAt} label="Time of day" />)}
      {row(
        "weekly",
        "Each week on",
        <>
          <select class="select w-36 max-sm:h-11" name="weekday" aria-label="Day of the week">
            {WEEKDAYS.map((day, at) => <option key={day} value={at} selected={draft.weekday === `${at}`}>{day}
            </option>)}
          </select>
          <Clock name="weeklyAt" value={draft.weeklyAt} label="Time on that day" />
        </>,
      )}
      {row(
        "cron",
        "By cron",
        <input
          class="input num w-48 max-sm:h-11"
          name="cron"
          value={draft.cron}
          aria-label="Five fields of cron: minute, hour, day, month, weekday"
          title="Five fields: minute, hour, day of the month, month, weekday"
          maxLength={200}
          autocomplete="off"
          spellcheck={false}
        />,
      )}
    </fieldset>
  );
}

function Clock({ name, value, label }: { name: string; value: string; label: string }) {
  return <input class="input num w-36 max-sm:h-11" type="time" name={name} value={value} aria-label={label} />;
}

function Zone({ zone }: { zone: string }) {
  const zones = Intl.supportedValuesOf("timeZone");
  return (
    <div class="max-w-md">
      <label class="block text-list font-medium">
        Time zone
        <input
          class="input mt-1.5 w-full font-normal max-sm:h-11"
          name="zone"
          value={zone}
          list="zones"
          aria-describedby="zone-hint"
          required
          maxLength={100}
          autocomplete="off"
          spellcheck={false}
        />
      </label>

      <p class="mt-1 text-xs text-muted" id="zone-hint">
        Part of its name finds it, such as Berlin. Changes of clocks are followed.
      </p>
      <datalist id="zones">
        {["UTC", ...zones.filter((one) => one !== "UTC")].map((one) => <option key={one} value={one} />)}
      </datalist>
    </div>
  );
}

function Quiet({ draft }: { draft: ScheduleDraft }) {
  return (
    <fieldset>
      <legend class="mb-1 text-list font-medium">Quiet hours</legend>
      <div class="flex flex-wrap items-center gap-x-3 gap-y-1 text-list">
        <label class="flex min-h-8 items-center gap-2 max-sm:min-h-11">
          <input class="checkbox checkbox-sm" type="checkbox" name="isQuiet" checked={draft.isQuiet} />
          Rest from
        </label>
        <Clock name="quietFrom" value={draft.quietFrom} label="Quiet hours begin at" />
        to
        <Clock name="quietTo" value={draft.quietTo} label="Quiet hours end at" />
      </div>
    </fieldset>
  );
}
