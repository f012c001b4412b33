import { minuteOfDay, offsetOf } from "../../wall_time.ts";

/** Hours of the day in which a schedule rests, `HH:MM`: from `from` on, until `to` is shown. They may span midnight. */
export interface QuietHours {
  from: string;
  to: string;
}

const MINUTE_MS = 60_000, DAY_MINUTES = 1440;

/** Whether a text is a time of day, `00:00` to `23:59`. */
export function isClock(text: string): boolean {
  return /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text);
}

/** Whether a moment lies in the quiet hours, by the clock of the zone. */
export function isQuiet(at: Date, quiet: QuietHours | null, zone: string): boolean {
  if (!quiet) return false;
  const now = minuteOfDay(at, zone), from = minutesOf(quiet.from), to = minutesOf(quiet.to);
  return from < to ? from <= now && now < to : from <= now || now < to;
}

/**
 * The first minute that is not quiet, at or after a moment.
 *
 * Goes by what the clock shows, not by the length of the quiet hours: over a change of clocks they are an hour shorter or
 * longer, and where `to` itself is skipped they end with the gap.
 */
export function endOfQuiet(at: Date, quiet: QuietHours | null, zone: string): Date {
  if (!quiet || !isQuiet(at, quiet, zone)) return at;
  const first = Math.floor(+at / MINUTE_MS) * MINUTE_MS;
  const end = first + (minutesOf(quiet.to) - minuteOfDay(at, zone) + DAY_MINUTES) % DAY_MINUTES * MINUTE_MS;
  if (offsetOf(at, zone) === offsetOf(new Date(end), zone)) return new Date(end);
  // the clocks change on the way: an hour that is shown again may lie before `from` once more, or `to` be skipped
  let minute = first + MINUTE_MS;
  while (isQuiet(new Date(minute), quiet, zone)) minute += MINUTE_MS;
  return new Date(minute);
}

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}
