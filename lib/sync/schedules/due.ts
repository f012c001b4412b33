import { Cron } from "croner";
import { AppError, messageOf } from "../../errors.ts";
import { endOfQuiet, isClock, type QuietHours } from "./quiet.ts";
import { isZone, momentsOf, offsetOf, wallOf } from "../../wall_time.ts";

/** When something is due. */
export interface DueRule {
  /** Five fields of cron: minute, hour, day of the month, month, day of the week. */
  cron: string;
  /** IANA name of the zone whose clock `cron` and `quiet` are read by. */
  zone: string;
  quiet: QuietHours | null;
}

const MINUTE_MS = 60_000, HOUR_MS = 3_600_000;
/** Hour fields that mean every hour: such a schedule goes by passing time, not by the hour that the clock names. */
const EVERY_HOUR = new Set(["*", "*/1", "0-23", "?"]);
/** Reading a pattern costs more than asking it; there are as many as schedules. */
const patterns = new Map<string, Cron>();

/**
 * Checks a rule.
 *
 * @throws {AppError} `bad_schedule`, with a sentence for each fault: the value, and what would be right
 */
export function checkRule({ cron, zone, quiet }: DueRule): void {
  const faults: string[] = [];
  try {
    if (!/^\S+(?: \S+){4}$/.test(cron)) throw new TypeError("there are not five fields with one space between them");
    if (patternOf(cron).nextRun(new Date()) === null) throw new TypeError("no day of the calendar is like that");
  } catch (error) {
    const why = messageOf(error).replace(/^CronPattern: /, "");
    faults.push(
      `"${cron}" is no time for a schedule: ${why}. Write five fields of cron, ` +
        `minute hour day month weekday, e.g. "30 2 * * *" for every day at 02:30.`,
    );
  }
  if (!isZone(zone)) faults.push(`"${zone}" is no time zone. Write an IANA name such as Europe/Berlin.`);
  if (quiet) {
    for (const clock of [quiet.from, quiet.to]) {
      if (!isClock(clock)) faults.push(`"${clock}" is no time of day. Write 00:00 to 23:59.`);
    }
    if (quiet.from === quiet.to) {
      faults.push(
        `Quiet hours from ${quiet.from} to ${quiet.to} cover the whole day, so it would never run. ` +
          `Switch the schedule off, or let them end at another time.`,
      );
    }
  }
  if (faults.length > 0) throw new AppError(faults.join(" "), "bad_schedule", "reject_request");
}

/**
 * The next moment at which a rule is due, quiet hours respected, strictly after `after`.
 *
 * - A time that the clock skips is due at the first minute after the gap.
 * - A time that the clock shows twice is due once, the first time. A rule for every hour is due both times, since else a
 *   mirror that is read each minute would rest for an hour.
 * - A time in quiet hours is due at their end; any number of them are due there once.
 *
 * @returns null when no such moment comes
 */
export function nextDue(rule: DueRule, after: Date): Date | null {
  const next = nextByClock(rule, after);
  return next && endOfQuiet(next, rule.quiet, rule.zone);
}

/** The next `count` moments at which a rule is due. */
export function nextTimes(rule: DueRule, after: Date, count: number): Date[] {
  const times: Date[] = [];
  for (let at = nextDue(rule, after); at && times.length < count; at = nextDue(rule, at)) times.push(at);
  return times;
}

/**
 * Cron is asked about what the clock on the wall shows, as if it were UTC, and knows no zone: the rules for skipped and
 * repeated times are the ones above, in one place, whatever the library's are.
 */
function nextByClock({ cron, zone }: DueRule, after: Date): Date | null {
  const pattern = patternOf(cron), isEveryHour = EVERY_HOUR.has(cron.split(" ")[1] ?? "");
  const offset = offsetOf(after, zone);
  const around = [-26, 26].map((hours) => offsetOf(new Date(+after + hours * HOUR_MS), zone));
  // near a change of clocks the wall time of `after` may come again, or may have jumped: begin before it
  const slack = Math.max(...around.map((other) => Math.abs(other - offset)));
  let wall = wallOf(after, zone) - slack - MINUTE_MS;
  let again: Date | null = null;
  while (true) {
    const next = pattern.nextRun(new Date(wall));
    if (!next) return again;
    wall = +next;
    const [first, second] = momentsOf(wall, zone);
    if (isEveryHour && second && second > after && (!again || second < again)) again = second;
    if (first! > after) return again && again < first! ? again : first!;
  }
}

function patternOf(cron: string): Cron {
  let pattern = patterns.get(cron);
  if (!pattern) {
    pattern = new Cron(cron, { mode: "5-part", timezone: "UTC" });
    patterns.set(cron, pattern);
    if (patterns.size > 1000) patterns.delete(patterns.keys().next().value!); // previews of people who type
  }
  return pattern;
}
