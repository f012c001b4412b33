import type { ScheduleInput } from "../../../lib/sync/schedules/mod.ts";
import type { ScheduleView } from "../../../lib/sync/views.ts";

/** How the form asks for the times: by a step, a clock time each day or week, or cron. */
export type When = "every" | "daily" | "weekly" | "cron";

/** A schedule as its form holds it: every field as text, also while it is wrong. */
export interface ScheduleDraft {
  name: string;
  kind: string;
  /** Empty: all. */
  streams: string[];
  when: When;
  /** Minutes between two runs. */
  every: string;
  dailyAt: string;
  /** 0 to 6, Sunday first. */
  weekday: string;
  weeklyAt: string;
  cron: string;
  zone: string;
  isQuiet: boolean;
  quietFrom: string;
  quietTo: string;
  isEnabled: boolean;
}

/** Steps that cron can say exactly, in minutes. */
export const STEPS: readonly number[] = [1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720];

/** The form of a schedule; of a new one without it. */
export function draftOf(schedule: ScheduleView | null, zone: string): ScheduleDraft {
  const draft: ScheduleDraft = {
    name: schedule?.name ?? "",
    kind: schedule?.kind ?? "incremental",
    streams: schedule?.streams ?? [],
    when: "cron",
    every: "15",
    dailyAt: "02:30",
    weekday: "0",
    weeklyAt: "04:00",
    cron: schedule?.cron ?? "30 2 * * *",
    zone: schedule?.zone ?? zone,
    isQuiet: schedule !== null && schedule.quiet !== null,
    quietFrom: schedule?.quiet?.from ?? "22:00",
    quietTo: schedule?.quiet?.to ?? "05:30",
    isEnabled: schedule?.isEnabled ?? true,
  };
  if (schedule === null) return { ...draft, when: "daily" };
  return { ...draft, ...timesOf(schedule.cron) };
}

/** What was sent. */
export function readDraft(form: URLSearchParams): ScheduleDraft {
  const text = (name: string) => form.get(name)?.trim().slice(0, 2000) ?? "";
  const when = text("when");
  return {
    name: text("name"),
    kind: text("kind"),
    streams: [...form.getAll("stream"), ...text("streams").split(",").filter((name) => name !== "")].slice(0, 100),
    when: when === "every" || when === "daily" || when === "weekly" ? when : "cron",
    every: text("every"),
    dailyAt: text("dailyAt"),
    weekday: text("weekday"),
    weeklyAt: text("weeklyAt"),
    cron: text("cron"),
    zone: text("zone"),
    isQuiet: form.has("isQuiet"),
    quietFrom: text("quietFrom"),
    quietTo: text("quietTo"),
    isEnabled: form.has("isEnabled"),
  };
}

/** The draft's times as five fields of cron. A clock time that is none stays in it, for the fault to quote. */
export function cronOf(
  draft: Pick<ScheduleDraft, "when" | "every" | "dailyAt" | "weekday" | "weeklyAt" | "cron">,
): string {
  switch (draft.when) {
    case "every": {
      const minutes = Number(draft.every);
      if (!STEPS.includes(minutes)) return `*/${draft.every} * * * *`;
      if (minutes < 60) return minutes === 1 ? "* * * * *" : `*/${minutes} * * * *`;
      return minutes === 60 ? "0 * * * *" : `0 */${minutes / 60} * * *`;
    }
    case "daily":
      return `${clockFields(draft.dailyAt)} * * *`;
    case "weekly":
      return `${clockFields(draft.weeklyAt)} * * ${draft.weekday}`;
    case "cron":
      return draft.cron;
  }
}

/** The quiet hours of a draft; null where it has none. */
export function quietOf(draft: ScheduleDraft): ScheduleView["quiet"] {
  return draft.isQuiet ? { from: draft.quietFrom, to: draft.quietTo } : null;
}

/** What the desk is asked to keep. The desk checks all of it. */
export function inputOf(draft: ScheduleDraft, id: string | null): ScheduleInput {
  const { name, streams, zone, isEnabled } = draft;
  return {
    ...(id === null ? {} : { id }),
    ...{ name, streams, zone, isEnabled },
    kind: draft.kind as ScheduleInput["kind"],
    cron: cronOf(draft),
    quiet: quietOf(draft),
  };
}

/** A schedule as fields of a form that makes it anew: for taking its removal back. */
export function fieldsOf(schedule: ScheduleView): Record<string, string> {
  const { name, kind, streams, cron, zone, quiet, isEnabled } = schedule;
  return {
    ...{ act: "restore", name, kind, when: "cron", cron, zone, streams: streams.join(",") },
    ...(quiet ? { isQuiet: "on", quietFrom: quiet.from, quietTo: quiet.to } : {}),
    ...(isEnabled ? { isEnabled: "on" } : {}),
  };
}

function clockFields(time: string): string {
  const [, hour, minute] = /^(\d\d):(\d\d)(?::\d\d)?$/.exec(time) ?? [];
  return hour && minute ? `${Number(minute)} ${Number(hour)}` : `"${time}"`;
}

/** Reads back what {@link cronOf} writes; anything else is shown as cron. */
function timesOf(cron: string): Partial<ScheduleDraft> {
  for (const minutes of STEPS) {
    const every = `${minutes}`;
    if (cronOf({ ...EMPTY, when: "every", every }) === cron) return { when: "every", every };
  }
  const [, minute, hour, weekday] = /^(\d{1,2}) (\d{1,2}) \* \* (\*|[0-6])$/.exec(cron) ?? [];
  if (!minute || !hour || Number(minute) > 59 || Number(hour) > 23) return {};
  const at = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  return weekday === "*" ? { when: "daily", dailyAt: at } : { when: "weekly", weeklyAt: at, weekday: weekday! };
}

const EMPTY = { dailyAt: "", weekday: "", weeklyAt: "", cron: "" };
