/**
 * Oracle's date format models (`YYYY-MM-DD HH24:MI:SS` …): writing and reading wall-clock texts by them.
 */
import { lengthen, shorten } from "./zone.ts";

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
/** Longest first, so that HH24 is not read as HH and 24. */
const ELEMENTS = [
  "SSSSS",
  "MONTH",
  "YYYY",
  "RRRR",
  "IYYY",
  "HH24",
  "HH12",
  "A.M.",
  "P.M.",
  "YYY",
  "MON",
  "DDD",
  "DAY",
  "TZH",
  "TZM",
  "FF9",
  "FF6",
  "FF3",
  "YY",
  "RR",
  "MM",
  "DD",
  "DY",
  "HH",
  "MI",
  "SS",
  "FF",
  "AM",
  "PM",
  "WW",
  "IW",
  "Q",
  "J",
  "D",
  "Y",
];

type Piece = { element: string; written: string } | { text: string };

/** A date's fields, computed once for all elements of a format. */
interface Moment {
  y: number;
  mo: number;
  d: number;
  h: number;
  mi: number;
  s: number;
  ms: number;
}

/** A compiled format model. */
export interface Format {
  pieces: Piece[];
  trim: boolean;
  write(wall: string): string;
}

const cache = new Map<string, Format | Error>();

/**
 * @param model the second argument of TO_CHAR, TO_DATE, TO_TIMESTAMP
 * @throws {RangeError} naming the part that is no element (letters outside double quotes must be elements)
 */
export function compileFormat(model: string): Format {
  let made = cache.get(model);
  if (!made) {
    try {
      made = compile(model);
    } catch (error) {
      made = error as Error;
    }
    if (cache.size > 500) cache.clear();
    cache.set(model, made);
  }
  if (made instanceof Error) throw made;
  return made;
}

function compile(model: string): Format {
  const pieces: Piece[] = [];
  const upper = model.toUpperCase();
  let trim = false;
  for (let at = 0; at < model.length;) {
    if (upper.startsWith("FM", at)) {
      trim = !trim;
      at += 2;
    } else if (model[at] === '"') {
      const end = model.indexOf('"', at + 1);
      if (end < 0) throw new RangeError(`format "${model}": a quoted text is not closed`);
      pieces.push({ text: model.slice(at + 1, end) });
      at = end + 1;
    } else if (/[A-Za-z]/.test(model[at]!)) {
      const element = ELEMENTS.find((name) => upper.startsWith(name, at));
      if (!element) throw new RangeError(`format "${model}": "${model.slice(at)}" starts with no element`);
      pieces.push({ element, written: model.slice(at, at + element.length) });
      at += element.length;
    } else if (/[-\/,.;: ]/.test(model[at]!)) {
      pieces.push({ text: model[at]! });
      at++;
    } else throw new RangeError(`format "${model}": "${model[at]}" is no punctuation of a date`);
  }
  return { pieces, trim, write: (wall) => write(pieces, trim, wall) };
}

const pad = (value: number, width: number) => String(value).padStart(width, "0");

function write(pieces: Piece[], trim: boolean, wall: string): string {
  const [y, mo, d] = [+wall.slice(0, 4), +wall.slice(5, 7), +wall.slice(8, 10)];
  const [h, mi, s] = [+wall.slice(11, 13), +wall.slice(14, 16), +wall.slice(17, 19)];
  const moment = { y, mo, d, h, mi, s, ms: Date.UTC(y, mo - 1, d) };
  let out = "";
  for (const piece of pieces) {
    if ("text" in piece) out += piece.text;
    else {
      const text = element(piece.element, piece.written, moment);
      out += trim ? text.trim().replace(/^0+(?=\d)/, "") : text;
    }
  }
  return out;
}

function element(name: string, written: string, m: Moment): string {
  const cased = (text: string) =>
    written === written.toUpperCase()
      ? text.toUpperCase()
      : written === written.toLowerCase()
      ? text.toLowerCase()
      : text;
  const dayOfYear = () => Math.round((m.ms - Date.UTC(m.y, 0, 1)) / 86_400_000) + 1;
  switch (name) {
    case "YYYY":
    case "RRRR":
      return pad(m.y, 4);
    case "YYY":
      return pad(m.y % 1000, 3);
    case "YY":
    case "RR":
      return pad(m.y % 100, 2);
    case "Y":
      return String(m.y % 10);
    case "MM":
      return pad(m.mo, 2);
    case "MON":
      return cased(MONTHS[m.mo - 1]!.slice(0, 3));
    case "MONTH":
      return cased(MONTHS[m.mo - 1]!).padEnd(9);
    case "DD":
      return pad(m.d, 2);
    case "DDD":
      return pad(dayOfYear(), 3);
    case "D":
      return String(new Date(m.ms).getUTCDay() + 1);
    case "DY":
      return cased(DAYS[new Date(m.ms).getUTCDay()]!.slice(0, 3));
    case "DAY":
      return cased(DAYS[new Date(m.ms).getUTCDay()]!).padEnd(9);
    case "HH24":
      return pad(m.h, 2);
    case "HH":
    case "HH12":
      return pad(m.h % 12 || 12, 2);
    case "MI":
      return pad(m.mi, 2);
    case "SS":
      return pad(m.s, 2);
    case "SSSSS":
      return pad(m.h * 3600 + m.mi * 60 + m.s, 5);
    case "AM":
    case "PM":
      return cased(m.h < 12 ? "AM" : "PM");
    case "A.M.":
    case "P.M.":
      return cased(m.h < 12 ? "A.M." : "P.M.");
    case "Q":
      return String(Math.ceil(m.mo / 3));
    case "WW":
      return pad(Math.ceil(dayOfYear() / 7), 2);
    case "IW":
      return pad(isoWeek(m.ms).week, 2);
    case "IYYY":
      return pad(isoWeek(m.ms).year, 4);
    case "J":
      return String(Math.round(m.ms / 86_400_000) + 2_440_588);
    case "FF":
    case "FF6":
      return "000000";
    case "FF3":
      return "000";
    case "FF9":
      return "000000000";
    default:
      throw new RangeError(`format element ${name} needs a value with a time zone`);
  }
}

function isoWeek(ms: number): { year: number; week: number } {
  const thursday = ms + (3 - (new Date(ms).getUTCDay() + 6) % 7) * 86_400_000;
  const year = new Date(thursday).getUTCFullYear();
  return { year, week: Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * 86_400_000)) + 1 };
}

const WIDTHS: Record<string, number> = { YYYY: 4, RRRR: 4, SSSSS: 5, DDD: 3, FF: 9, FF3: 3, FF6: 6, FF9: 9 };

/**
 * Reads a text by a format model, as TO_DATE does: fewer digits than the element has are fine, punctuation may differ from the
 * model's, nothing may be left over, a time that the model lacks is midnight.
 *
 * @param today year and month for models that lack them
 * @returns the wall-clock text, and the zone offset in minutes when the model has TZH
 * @throws {RangeError} when text and model do not fit or the date does not exist
 */
export function readByFormat(text: string, model: string, today: Date): { wall: string; offsetMinutes: number | null } {
  const got: Record<string, number> = {};
  let rest = text.trim();
  const fail = (why: string) => new RangeError(`Cannot read "${text}" as ${model}: ${why}`);
  for (const piece of compileFormat(model).pieces) {
    if ("text" in piece) {
      const punctuation = /^[-\/,.;: ]$/.test(piece.text) ? /^[-\/,.;: ]/.exec(rest) : null;
      if (!rest) break;
      if (!punctuation && !rest.startsWith(piece.text)) throw fail(`"${piece.text}" is missing before "${rest}"`);
      rest = rest.slice(punctuation ? 1 : piece.text.length);
      continue;
    }
    if (!rest) break;
    const used = readElement(piece.element, rest, got);
    if (!used) throw fail(`${piece.element} cannot be read from "${rest}"`);
    rest = rest.slice(used);
  }
  if (rest) throw fail(`"${rest}" is left over`);
  if (Object.keys(got).length === 0) throw fail("there is no date in it");
  let hour = got.hour ?? 0;
  if (got.half !== undefined || got.hour12 !== undefined) {
    if ((got.hour12 ?? 0) > 12 || got.hour12 === 0) throw fail("an hour of 12 is between 1 and 12");
    hour = (got.hour12 ?? 12) % 12 + 12 * (got.half ?? 0);
  }
  const seconds = got.seconds ?? hour * 3600 + (got.minute ?? 0) * 60 + (got.second ?? 0);
  const year = got.year ?? today.getUTCFullYear();
  const month = got.month ?? today.getUTCMonth() + 1;
  const day = got.day ?? 1;
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  const real = year >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!real || hour > 23 || (got.minute ?? 0) > 59 || (got.second ?? 0) > 59) {
    throw fail("there is no such day or time");
  }
  const time = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`;
  const offset = got.zoneHours === undefined
    ? null
    : got.zoneHours * 60 + Math.sign(got.zoneHours || 1) * (got.zoneMinutes ?? 0);
  return { wall: shorten(lengthen(`${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)} ${time}`)), offsetMinutes: offset };
}

function readElement(name: string, rest: string, got: Record<string, number>): number {
  if (name === "MON" || name === "MONTH") {
    const names = name === "MON" ? MONTHS.map((m) => m.slice(0, 3)) : MONTHS;
    const found = names.findIndex((m) => rest.toLowerCase().startsWith(m.toLowerCase()));
    got.month = found + 1;
    return found < 0 ? 0 : names[found]!.length;
  }
  if (/^[AP]\.?M\.?$/.test(name)) {
    const half = /^([AP])\.?M\.?/i.exec(rest);
    got.half = half?.[1]?.toUpperCase() === "P" ? 1 : 0;
    return half?.[0].length ?? 0;
  }
  const digits = new RegExp(`^${name === "TZH" ? "[+-]?" : ""}\\d{1,${WIDTHS[name] ?? 2}}`).exec(rest)?.[0];
  if (!digits) return 0;
  const value = Number(digits);
  const field: Record<string, string> = {
    YYYY: "year",
    RRRR: "year",
    MM: "month",
    DD: "day",
    HH24: "hour",
    HH: "hour12",
    HH12: "hour12",
    MI: "minute",
    SS: "second",
    SSSSS: "seconds",
    TZH: "zoneHours",
    TZM: "zoneMinutes",
  };
  if (name === "YY") got.year = 2000 + value;
  else if (name === "RR") got.year = value + (value < 50 ? 2000 : 1900);
  else if (field[name]) got[field[name]!] = value;
  else if (!name.startsWith("FF")) return 0;
  return digits.length;
}
