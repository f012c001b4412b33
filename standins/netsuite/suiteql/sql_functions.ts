/**
 * The functions that compiled statements call inside SQLite, all named `ns_…`.
 *
 * A function must never throw: the engine under us would go on forever. It reports to {@link Trouble} and gives NULL; who runs the
 * statement looks there afterwards.
 */
import type { DatabaseSync } from "node:sqlite";
import { compileFormat, readByFormat } from "../formats.ts";
import { fullText, lengthen, readText, shorten, Zone } from "../zone.ts";
import { formatNumber, hash, numberByFormat } from "./numbers.ts";
import { oracleRegExp, pad, searchFrom, slice, translate, trimSet } from "./texts.ts";

/** What the functions need to know of the account; read at each call, so that it can change in mid-run. */
export interface Session {
  zone: Zone;
  /** Format model of the user's date preference, such as `FMMM/DD/YYYY`. */
  datePreference: string;
  now(): Date;
}

/** The first fault inside a function since it was cleared. */
export interface Trouble {
  first: Error | null;
}

// deno-lint-ignore no-explicit-any -- SQLite hands over whatever the statement has: text, number or null
type Arg = any;

/** Registers all functions on the connection. */
export function registerFunctions(db: DatabaseSync, session: Session): Trouble {
  const trouble: Trouble = { first: null };
  const add = (name: string, body: (...args: Arg[]) => string | number | null, nullIn = false) =>
    db.function(`ns_${name}`, { deterministic: true, varargs: true }, (...args: Arg[]) => {
      if (!nullIn && args.includes(null)) return null;
      try {
        const result = body(...args);
        return result === "" || Number.isNaN(result) ? null : result;
      } catch (error) {
        trouble.first ??= error as Error;
        return null;
      }
    });

  // conversions
  add("number", (v) => {
    const value = typeof v === "number" ? v : v.trim() === "" ? NaN : Number(v);
    if (!Number.isFinite(value)) throw new RangeError(`'${v}' is no number`);
    return value;
  });
  add("text", (v) => formatNumber(v));
  add("number_char", (v, model) => numberByFormat(v, model));
  add("local", (v) => session.zone.local(v));
  add("utc", (v) => session.zone.utc(v));
  add("short", (v) => shorten(v));
  add("full", (v) => lengthen(v));
  add("show", (v) => compileFormat(session.datePreference).write(v));
  add("to_char", (v, model) => compileFormat(model).write(v));
  add("to_char_local", (v, model) => compileFormat(model).write(session.zone.local(v)));
  add("to_date", (v, model) => readByFormat(v, model, session.now()).wall);
  add("to_date_tz", (v, model) => {
    const { wall, offsetMinutes } = readByFormat(v, model, session.now());
    return offsetMinutes === null ? session.zone.utc(wall) : fullText(readText(wall) - offsetMinutes * 60_000);
  });
  add("from_tz", (v, zone) => new Zone(zone).utc(v));
  add("tz_offset", (zone) => {
    const minutes = new Zone(zone).offset(session.now().getTime()) / 60_000;
    const abs = Math.abs(minutes);
    return `${minutes < 0 ? "-" : "+"}${pad2(Math.floor(abs / 60))}:${pad2(abs % 60)}`;
  });
  // the clock: constant within one statement
  add("now_utc", () => fullText(session.now().getTime()));
  add("now_local", () => session.zone.local(fullText(session.now().getTime())));
  // dates
  add("add_days", (v, days) => shorten(fullText(readText(v) + Math.round(days * 86_400) * 1000)));
  add("days_between", (a, b) => (readText(a) - readText(b)) / 86_400_000);
  add("add_months", (v, months) => addMonths(v, Math.trunc(months)));
  add("last_day", (v) => fullText(Date.UTC(+v.slice(0, 4), +v.slice(5, 7), 0)).slice(0, 10) + v.slice(10));
  add("months_between", (a, b) => monthsBetween(a, b));
  add("next_day", (v, name) => nextDay(v, name));
  add("trunc_date", (v, unit) => truncateDate(v, unit));
  add("extract", (v, from, to) => Number(lengthen(v).slice(from, to)));
  // numbers
  add("divide", (a, b) => {
    if (b === 0) throw new RangeError("division by zero");
    return a / b;
  });
  add("mod", (a, b) => (b === 0 ? a : a % b));
  add("round", (v, digits) => roundTo(v, Math.trunc(digits)));
  add("trunc", (v, digits) => truncTo(v, Math.trunc(digits)));
  add("power", (a, b) => a ** b);
  add("sqrt", (v) => Math.sqrt(v));
  add("exp", (v) => Math.exp(v));
  add("ln", (v) => Math.log(v));
  // texts
  add("upper", (v) => v.toUpperCase());
  add("lower", (v) => v.toLowerCase());
  add("initcap", (v) => v.toLowerCase().replace(/[\p{L}\p{N}]+/gu, (w: string) => w[0]!.toUpperCase() + w.slice(1)));
  add("length", (v) => [...v].length);
  add("substr", (v, from, length) => slice(v, from, length ?? Infinity));
  add("instr", (v, what, from, nth) => searchFrom(v, what, from ?? 1, nth ?? 1));
  add("lpad", (v, width, fill) => pad(v, width, fill ?? " ", true));
  add("rpad", (v, width, fill) => pad(v, width, fill ?? " ", false));
  add("ltrim", (v, set) => trimSet(v, set ?? " ", true, false));
  add("rtrim", (v, set) => trimSet(v, set ?? " ", false, true));
  add("trim", (v) => trimSet(v, " ", true, true));
  add("replace", (v, what, by) => (v === null ? null : what === null ? v : v.replaceAll(what, by ?? "")), true);
  add("translate", (v, from, to) => translate(v, from, to));
  add("regexp_substr", (v, p, from, nth, flags) => {
    const start = Math.trunc(from ?? 1) - 1;
    return [...v.slice(start).matchAll(oracleRegExp(p, flags))][(nth ?? 1) - 1]?.[0] ?? null;
  });
  add("regexp_instr", (v, p) => v.search(oracleRegExp(p)) + 1);
  add(
    "regexp_replace",
    (v, p, by, flags) => v.replace(oracleRegExp(p, flags), (by ?? "").replace(/\\(\d)/g, "$$$1")),
    true,
  );
  // hashing: ORA_HASH of its own, and the shuffle that stands for "no order"
  add("hash", (v, buckets) => hash(0, [v]) % ((buckets ?? 4_294_967_295) + 1));
  add("mix", (seed, ...values) => hash(seed, values), true);

  // The typings allow only SQL values as the state between rows; the engine takes any object.
  db.aggregate<Arg>("ns_median", {
    start: () => [],
    step: (seen: number[], v) => {
      if (v !== null) seen.push(Number(v));
      return seen;
    },
    result: (seen: number[]) => {
      if (!seen.length) return null;
      seen.sort((a, b) => a - b);
      const half = seen.length >> 1;
      return seen.length % 2 ? seen[half]! : (seen[half - 1]! + seen[half]!) / 2;
    },
  });
  return trouble;
}

const pad2 = (value: number) => String(value).padStart(2, "0");

/** Half away from zero, on the decimal digits that a person would write. */
function roundTo(value: number, digits: number): number {
  const scaled = Number(`${Number(Math.abs(value).toPrecision(15))}e${digits}`);
  const rounded = Number.isFinite(scaled) ? Number(`${Math.round(scaled)}e${-digits}`) : Math.abs(value);
  return value < 0 ? -rounded : rounded;
}

function truncTo(value: number, digits: number): number {
  const scaled = Number(Number(value).toPrecision(15)) * 10 ** digits;
  return Number(`${Math.trunc(Number(scaled.toPrecision(15)))}e${-digits}`);
}

function lastOfMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The last day of a month stays the last day. */
function addMonths(wall: string, months: number): string {
  const [y, m, d] = [+wall.slice(0, 4), +wall.slice(5, 7), +wall.slice(8, 10)];
  const total = y * 12 + m - 1 + months;
  const [year, month] = [Math.floor(total / 12), total % 12 + 1];
  const last = lastOfMonth(year, month);
  const day = d === lastOfMonth(y, m) ? last : Math.min(d, last);
  return `${String(year).padStart(4, "0")}-${pad2(month)}-${pad2(day)}${wall.slice(10)}`;
}

/** Whole when both days are the same or both are the last of their months; otherwise in 31sts of a month. */
function monthsBetween(a: string, b: string): number {
  const [ay, am, ad] = [+a.slice(0, 4), +a.slice(5, 7), +a.slice(8, 10)];
  const [by, bm, bd] = [+b.slice(0, 4), +b.slice(5, 7), +b.slice(8, 10)];
  const months = (ay - by) * 12 + am - bm;
  if (ad === bd || (ad === lastOfMonth(ay, am) && bd === lastOfMonth(by, bm))) return months;
  const time = (wall: string) => (readText(wall) % 86_400_000) / 86_400_000;
  return months + (ad - bd + time(a) - time(b)) / 31;
}

function nextDay(wall: string, name: string): string {
  const names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
  const wanted = names.indexOf(String(name).slice(0, 3).toLowerCase());
  if (wanted < 0) throw new RangeError(`'${name}' is no weekday`);
  const ms = readText(wall);
  const ahead = (wanted - new Date(ms).getUTCDay() + 6) % 7 + 1;
  return shorten(fullText(ms + ahead * 86_400_000));
}

function truncateDate(wall: string, unit: string): string {
  const day = wall.slice(0, 10);
  const back = (days: number) => fullText(readText(day) - days * 86_400_000).slice(0, 10);
  const weekday = new Date(readText(day)).getUTCDay();
  switch (unit.toUpperCase()) {
    case "DD":
    case "DDD":
    case "J":
      return day;
    case "MM":
    case "MON":
    case "MONTH":
      return `${day.slice(0, 8)}01`;
    case "Q":
      return `${day.slice(0, 5)}${pad2(Math.floor((+day.slice(5, 7) - 1) / 3) * 3 + 1)}-01`;
    case "YYYY":
    case "YEAR":
    case "YY":
    case "Y":
      return `${day.slice(0, 4)}-01-01`;
    case "IW":
      return back((weekday + 6) % 7);
    case "D":
    case "DAY":
    case "DY":
      return back(weekday);
    case "WW":
      return back(Math.floor((readText(day) - Date.UTC(+day.slice(0, 4), 0, 1)) / 86_400_000) % 7);
    case "HH":
    case "HH24":
      return shorten(`${day} ${lengthen(wall).slice(11, 13)}:00:00`);
    case "MI":
      return shorten(`${day} ${lengthen(wall).slice(11, 16)}:00`);
    default:
      throw new RangeError(`'${unit}' is no unit to truncate a date to`);
  }
}
