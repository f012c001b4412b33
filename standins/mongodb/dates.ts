/** Calendar arithmetic in time zones, for the date operators. */
import type { Maybe } from "./bson.ts";
import { ObjectId } from "bson";
import { fail } from "./errors.ts";
import { typeName } from "./types.ts";

const MS: Record<string, number> = { millisecond: 1, second: 1000, minute: 60_000, hour: 3_600_000 };
const MONTHS: Record<string, number> = { month: 1, quarter: 3, year: 12 };
const DAY = 86_400_000;
const EPOCH_2000 = Date.UTC(2000, 0, 1);
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** How far a zone is ahead of UTC at an instant, in ms. Zones: IANA names, "+05:30", "+0530", "+05". */
export function offsetAt(zone: string, at: number): number {
  if (zone === "UTC" || zone === "GMT" || zone === "Z") return 0;
  const fixed = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (fixed) return (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3] ?? 0)) * 60_000;
  const slot = Math.floor(at / 900_000), key = `${zone} ${slot}`; // zones change at quarters of an hour at the most
  let offset = offsets.get(key);
  if (offset === undefined) {
    let format = formats.get(zone);
    if (!format) {
      try {
        // deno-fmt-ignore
        format = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", era: "short", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" });
      } catch {
        return fail(40485, `unrecognized time zone identifier: "${zone}"`);
      }
      formats.set(zone, format);
    }
    const p = Object.fromEntries(format.formatToParts(slot * 900_000).map((part) => [part.type, part.value]));
    const year = p.era === "BC" ? 1 - Number(p.year) : Number(p.year);
    const local = utc(year, Number(p.month) - 1, Number(p.day)) + Number(p.hour) * 3_600_000 +
      Number(p.minute) * 60_000 + Number(p.second) * 1000;
    offset = local - slot * 900_000;
    if (offsets.size > 100_000) offsets.clear();
    offsets.set(key, offset);
  }
  return offset;
}

/** Date.UTC without its reading of years 0-99 as 1900-1999. */
function utc(year: number, month: number, day: number): number {
  const d = new Date(0);
  return d.setUTCFullYear(year, month, day);
}

/** The instant of a local time; a time that a spring gap skips moves forward by the gap. */
export function toInstant(local: number, zone: string): number {
  const guess = local - offsetAt(zone, local);
  const first = local - offsetAt(zone, guess);
  const earlier = local - offsetAt(zone, first - DAY); // in an autumn overlap the first of both counts
  return offsetAt(zone, earlier) === local - earlier
    ? earlier
    : offsetAt(zone, first) === local - first
    ? first
    : earlier;
}

export const asInstant = (v: Maybe, what: string): number => {
  if (v instanceof Date) return v.getTime();
  if (v instanceof ObjectId) return v.getTimestamp().getTime();
  return fail(16006, `can't convert from BSON type ${typeName(v)} to Date (${what})`);
};
export const asZone = (v: Maybe): string =>
  v === undefined || v === null
    ? "UTC"
    : typeof v === "string"
    ? v
    : fail(40517, `timezone must evaluate to a string, found ${typeName(v)}`);
const weekday = (v: Maybe): number => {
  if (v === undefined || v === null) return 0;
  const i = typeof v === "string"
    ? WEEKDAYS.findIndex((d) => d === v.toLowerCase() || d.slice(0, 3) === v.toLowerCase())
    : -1;
  return i >= 0 ? i : fail(5439015, `invalid startOfWeek: ${String(v)}`);
};
const unitOf = (v: Maybe): string =>
  typeof v === "string" && (v in MS || v in MONTHS || v === "day" || v === "week")
    ? v
    : fail(9, `unknown time unit value: ${String(v)}`);
const floorDiv = (a: number, b: number) => Math.floor(a / b);

/** The start of the bin that holds the instant; bins count from 2000-01-01 in the zone. */
export function truncate(at: number, unitValue: Maybe, binSize: number, zone: string, startOfWeek: Maybe): Date {
  const unit = unitOf(unitValue);
  if (MS[unit]) {
    const bin = MS[unit] * binSize, reference = EPOCH_2000 - offsetAt(zone, EPOCH_2000); // hours are exact time
    return new Date(reference + floorDiv(at - reference, bin) * bin);
  }
  const local = at + offsetAt(zone, at), d = new Date(local);
  if (MONTHS[unit]) {
    const months = (d.getUTCFullYear() - 2000) * 12 + d.getUTCMonth(), bin = MONTHS[unit] * binSize;
    return new Date(toInstant(utc(2000, floorDiv(months, bin) * bin, 1), zone));
  }
  const reference = unit === "week" ? EPOCH_2000 + ((weekday(startOfWeek) + 1) % 7) * DAY : EPOCH_2000; // that day was a Saturday
  const bin = (unit === "week" ? 7 : 1) * DAY * binSize;
  return new Date(toInstant(reference + floorDiv(local - reference, bin) * bin, zone));
}

/** Adds calendar units in the zone: months keep the day where it exists, else take the month's last; hours and less are exact time. */
export function addUnits(at: number, unitValue: Maybe, amount: number, zone: string): Date {
  const unit = unitOf(unitValue);
  if (MS[unit]) return new Date(at + amount * MS[unit]);
  const local = at + offsetAt(zone, at), d = new Date(local);
  if (!MONTHS[unit]) return new Date(toInstant(local + amount * (unit === "week" ? 7 : 1) * DAY, zone));
  const month = d.getUTCMonth() + amount * MONTHS[unit], year = d.getUTCFullYear();
  const last = new Date(utc(year, month + 1, 0)).getUTCDate();
  return new Date(toInstant(utc(year, month, Math.min(d.getUTCDate(), last)) + ((local % DAY) + DAY) % DAY, zone));
}
