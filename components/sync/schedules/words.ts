import type { ScheduleView } from "../../../lib/sync/views.ts";
import { counted, listed } from "../../format.ts";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const NUMBER = /^\d{1,2}$/;

/** Names of weekdays as cron counts them, 0 to 6. */
export const WEEKDAYS: readonly string[] = DAYS;

/**
 * Five fields of cron as a person would say them: `Every 15 min`, `02:30 each night`, `Sundays 04:00`. What has no short
 * name stays as it is written.
 */
export function whenWords(cron: string): string {
  const [minute = "", hour = "", date = "", month = "", weekday = ""] = cron.trim().split(/\s+/);
  const asWritten = `By cron: ${cron}`;
  if (month !== "*" || (date !== "*" && weekday !== "*")) return asWritten;
  if (date === "*" && weekday === "*" && !/^[\d,]+$/.test(hour)) return oftenWords(minute, hour) ?? asWritten;
  const times = timesOf(minute, hour);
  if (times === null) return asWritten;
  const at = listed(times);
  if (weekday !== "*") {
    const days = daysOf(weekday);
    return days === null ? asWritten : `${days} ${at}`;
  }
  if (date !== "*") return NUMBER.test(date) ? `${at} on day ${Number(date)} of each month` : asWritten;
  const isNight = times.every((time) => time < "06:00" || time >= "22:00");
  return `${at} each ${isNight ? "night" : "day"}`;
}

/** When a schedule runs, with the zone whose clock it goes by where that matters. */
export function scheduleWords({ cron, zone }: Pick<ScheduleView, "cron" | "zone">): string {
  const words = whenWords(cron);
  return /\d\d:\d\d|cron/.test(words) ? `${words}, ${zone}` : words;
}

/** What a schedule runs: `Incremental, all streams`. */
export function whatWords({ kind, streams }: Pick<ScheduleView, "kind" | "streams">): string {
  const name = { full: "Full", incremental: "Incremental", proof: "Proof", backfill: "Backfill" }[kind];
  const which = streams.length === 0
    ? "all streams"
    : streams.length < 4
    ? listed(streams)
    : counted(streams.length, "stream");
  return `${name}, ${which}`;
}

/** Times more often than daily; null where there are no short words for it. */
function oftenWords(minute: string, hour: string): string | null {
  const step = stepOf(minute), hours = stepOf(hour);
  if (hours === 1 && step !== null) return step === 1 ? "Every minute" : `Every ${step} min`;
  if (!NUMBER.test(minute) || hours === null) return null;
  const past = Number(minute) === 0 ? "" : `, ${Number(minute)} min past`;
  return hours === 1 ? `Every hour${past}` : `Every ${hours} hours${past}`;
}

function stepOf(field: string): number | null {
  if (field === "*") return 1;
  const step = /^\*\/(\d{1,2})$/.exec(field)?.[1];
  return step ? Number(step) : null;
}

function timesOf(minute: string, hour: string): string[] | null {
  const hours = hour.split(",");
  if (!NUMBER.test(minute) || hours.length > 4 || !hours.every((one) => NUMBER.test(one))) return null;
  return hours.map((one) => `${one.padStart(2, "0")}:${minute.padStart(2, "0")}`).sort();
}

function daysOf(weekday: string): string | null {
  if (weekday === "1-5") return "Weekdays";
  const days = weekday.split(",");
  if (!days.every((one) => /^[0-7]$/.test(one))) return null;
  return listed(days.map((one) => `${DAYS[Number(one) % 7]}s`));
}
