import { offsetOf, wallOf } from "../wall_time.ts";

/**
 * Business days as text, `YYYY-MM-DD`: they sort as they are, have no zone, and are what NetSuite's `trandate` means.
 * Only `businessDay` knows a zone: it says which day it is at a moment.
 */

const DAY_MS = 86_400_000;

/** Whether the text is a day of the calendar: `2026-02-29` is not. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) &&
    new Date(Date.parse(text)).toISOString().startsWith(text);
}

/** The day `count` days later, or earlier when negative. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * DAY_MS).toISOString().slice(0, 10);
}

/** Days from `from` to `to`, both included: 1 when they are the same, 0 or less when `to` lies before. */
export function countDays(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
}

/** Every day from `from` to `to`, both included. */
export function eachDay(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

/** The month of a day, `YYYY-MM`. */
export function monthOf(day: string): string {
  return day.slice(0, 7);
}

/** First and last day of a month `YYYY-MM`. */
export function daysOfMonth(month: string): { from: string; to: string } {
  const [year, number] = month.split("-").map(Number) as [number, number];
  return { from: `${month}-01`, to: new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10) };
}

/** The Monday of the week that holds the day. */
export function mondayOf(day: string): string {
  return addDays(day, -((new Date(Date.parse(day)).getUTCDay() + 6) % 7));
}

/**
 * Which day it is at a moment in a zone.
 *
 * @param zone IANA name such as `America/Los_Angeles`
 */
export function businessDay(at: Date, zone: string): string {
  return new Date(wallOf(at, zone)).toISOString().slice(0, 10);
}

/**
 * The moment at which a day begins in a zone. Where clocks skip midnight it is the first moment after it.
 *
 * @param day `YYYY-MM-DD`
 * @param zone IANA name
 */
export function startOf(day: string, zone: string): Date {
  const midnight = Date.parse(day);
  let at = new Date(midnight - offsetOf(new Date(midnight), zone));
  at = new Date(midnight - offsetOf(at, zone)); // the offset of that moment, not of midnight UTC
  while (businessDay(at, zone) < day) at = new Date(at.getTime() + 1_800_000);
  return at;
}

/**
 * The moment on another day at which the clock of the zone shows what it shows now. Where clocks were put forward or back
 * in between, the difference of the zone's offsets is taken into account.
 *
 * @param daysBack how many days earlier
 */
export function sameClock(now: Date, daysBack: number, zone: string): Date {
  const there = new Date(now.getTime() - daysBack * DAY_MS);
  return new Date(there.getTime() + offsetOf(now, zone) - offsetOf(there, zone));
}

/** The clock of the zone at a moment, `HH:MM`. */
export function clockOf(at: Date, zone: string): string {
  return new Date(wallOf(at, zone)).toISOString().slice(11, 16);
}
