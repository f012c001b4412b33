/**
 * How Tidemark writes numbers, money, times and durations. Pure functions without imports, so that pages, islands and
 * exports write the same figure the same way. Missing is "–", a minus is "−", rounding happens here and nowhere else.
 */

/** The language of figures and dates. */
export const LOCALE = "en-US";
/** The zone where none is told. Pages use the company's (`Zone` in Moment.tsx) and name it in their head. */
export const ZONE = "UTC";
/** What stands for "not known". Never 0. */
export const MISSING = "–";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formats = new Map<string, Intl.NumberFormat>();
function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(LOCALE, options);
  formats.set(key, made);
  return made;
}

const write = (value: number, options: Intl.NumberFormatOptions) =>
  numberFormat(options).format(value === 0 ? 0 : value).replace("-", "−");

/** A whole number with separators: `5,214`. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined || !Number.isFinite(value) ? MISSING : write(Math.round(value), {});
}

/** A number with its noun: `1 row`, `5,214 rows`. `plural` only where adding an s is wrong. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${Math.round(value) === 1 ? noun : plural}`;
}

/** A short number for axes and annotations: `49.8k`, `1.21M`. */
export function countShort(value: number): string {
  return short(value, "");
}

/** How many minor units make one unit of a currency, as a power of ten: 2 for USD, 0 for JPY. */
export function currencyDigits(currency: string): number {
  return numberFormat({ style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/**
 * Money out of whole minor units.
 *
 * @param minor amount in minor units of `currency` (cents for USD); null when unknown
 * @param currency ISO code; what is not the dollar carries its own sign or code (`CA$1,240`)
 * @param cents `"auto"`: none from 1,000 up and none for zero; `true` for records and exports; `false` for tables of
 *   whole amounts, where all rows must have equal decimals
 */
export function money(minor: number | null | undefined, currency: string, cents: "auto" | boolean = "auto"): string {
  if (minor === null || minor === undefined || !Number.isFinite(minor)) return MISSING;
  const digits = currencyDigits(currency);
  const small = minor !== 0 && Math.abs(minor) < 1000 * 10 ** digits;
  const shown = cents === true || (cents === "auto" && small) ? digits : 0;
  const format = numberFormat({
    style: "currency",
    currency,
    minimumFractionDigits: shown,
    maximumFractionDigits: shown,
  });
  return format.format(decimal(Math.round(minor), digits)).replace(/^-(?=.*[1-9])/, "−").replace(/^-/, "");
}

/** The exact decimal of whole minor units: dividing would lose the cents of amounts above some 10^13. */
function decimal(minor: number, digits: number): `${number}` {
  const figures = String(Math.abs(minor)).padStart(digits + 1, "0");
  const whole = figures.slice(0, figures.length - digits);
  return `${minor < 0 ? "-" : ""}${whole}.${figures.slice(figures.length - digits)}` as `${number}`;
}

/** Money for axes and annotations: `$49.8k`, `$1.21M`. */
export function moneyShort(minor: number, currency: string): string {
  const symbol = numberFormat({ style: "currency", currency }).formatToParts(0).find((p) => p.type === "currency");
  return short(minor / 10 ** currencyDigits(currency), symbol?.value ?? `${currency} `);
}

function short(value: number, sign: string): string {
  const size = Math.abs(value);
  const minus = value < 0 ? "−" : "";
  // the unit is picked after rounding, so that 999,999 reads 1M and not 1000k
  for (const [unit, letter, digits] of [[1e9, "B", 2], [1e6, "M", 2], [1e3, "k", 1]] as const) {
    const scaled = Number((size / unit).toFixed(digits));
    if (scaled >= 1) return `${minus}${sign}${numberFormat({ maximumFractionDigits: digits }).format(scaled)}${letter}`;
  }
  const whole = numberFormat({ maximumFractionDigits: size < 10 ? 2 : 0 }).format(size);
  return `${whole === "0" ? "" : minus}${sign}${whole}`;
}

/** A share (0.384 is `38.4%`). Below 0.1 % it says `<0.1%`. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return MISSING;
  if (share !== 0 && Math.abs(share) < 0.001) return share < 0 ? ">−0.1%" : "<0.1%";
  return write(share, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/**
 * The share of something that is under way, in whole percent and rounded down: 99.9 % done is `99%`, and only what is
 * done is `100%`.
 */
export function progress(share: number): string {
  return `${Math.floor(Math.min(1, Math.max(0, share)) * 100 + 1e-9)}%`;
}

/** A change against a base, as a tile or a table shows it. */
export interface Change {
  direction: "up" | "down" | "flat";
  /** Size without a sign: `7.2%`, `11x`, `new`, or `–` when either side is unknown. */
  text: string;
}

/** Compares a figure with its base. From nothing to something is `new`, more than elevenfold is `11x`. */
export function change(now: number | null, base: number | null): Change {
  if (now === null || base === null || !Number.isFinite(now) || !Number.isFinite(base)) {
    return { direction: "flat", text: MISSING };
  }
  if (now === base) return { direction: "flat", text: "0.0%" };
  const direction = now > base ? "up" : "down";
  if (base === 0) return { direction, text: "new" };
  const share = Math.abs((now - base) / base);
  if (share > 10) return { direction, text: `${count(Math.abs(now / base))}x` };
  return { direction, text: percent(share) };
}

/** A change of a rate, in points: `0.9 pt`. Both as shares (0.391). */
export function points(now: number | null, base: number | null): Change {
  if (now === null || base === null) return { direction: "flat", text: MISSING };
  const moved = Math.round((now - base) * 1000) / 10;
  const text = `${numberFormat({ minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(Math.abs(moved))} pt`;
  return { direction: moved > 0 ? "up" : moved < 0 ? "down" : "flat", text };
}

type Instant = Date | string | number;
const dateFormats = new Map<string, Intl.DateTimeFormat>();

function parts(at: Instant, zone: string): Record<string, string> {
  let format = dateFormats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      year: "numeric",
      month: "short",
      day: "numeric",
      weekday: "long",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
    dateFormats.set(zone, format);
  }
  const found: Record<string, string> = {};
  for (const part of format.formatToParts(new Date(at))) found[part.type] = part.value;
  found.month = found.month === "Sept" ? "Sep" : found.month ?? "";
  return found;
}

/** A business date (`2026-11-19`) or an instant as a day: `19 Nov`, with the year when it is not `now`'s. */
export function day(at: Instant | null | undefined, now: Instant, zone = ZONE): string {
  if (at === null || at === undefined) return MISSING;
  const own = parts(at, isDay(at) ? "UTC" : zone);
  return own.year === parts(now, zone).year ? `${own.day} ${own.month}` : `${own.day} ${own.month} ${own.year}`;
}

/** A day in full, for a page's title: `Thursday 19 November`. */
export function longDay(at: Instant, zone = ZONE): string {
  const month = new Intl.DateTimeFormat("en-GB", { timeZone: zone, month: "long" }).format(new Date(at));
  const own = parts(at, zone);
  return `${own.weekday} ${own.day} ${month}`;
}

/** A range of business dates, both included: `1–19 Nov 2026`, `28 Oct – 3 Nov 2026`, `30 Dec 2025 – 5 Jan 2026`. */
export function dayRange(from: string, to: string): string {
  const [a, b] = [parts(from, "UTC"), parts(to, "UTC")];
  const end = `${b.day} ${b.month} ${b.year}`;
  if (from === to) return end;
  if (a.year !== b.year) return `${a.day} ${a.month} ${a.year} – ${end}`;
  return a.month === b.month ? `${a.day}–${end}` : `${a.day} ${a.month} – ${end}`;
}

const isDay = (at: Instant): at is string => typeof at === "string" && /^\d{4}-\d\d-\d\d$/.test(at);

/** A clock time, 24 h: `09:41`. */
export function clock(at: Instant | null | undefined, zone = ZONE): string {
  if (at === null || at === undefined) return MISSING;
  const own = parts(at, zone);
  return `${own.hour}:${own.minute}`;
}

/** A clock time with seconds, for watermarks: `09:41:18`. */
export function clockSeconds(at: Instant | null | undefined, zone = ZONE): string {
  return at === null || at === undefined ? MISSING : `${clock(at, zone)}:${parts(at, zone).second}`;
}

/** A moment as short as it stays clear: the clock today, else with its day (`18 Nov 16:02`). */
export function moment(at: Instant | null | undefined, now: Instant, seconds = false, zone = ZONE): string {
  if (at === null || at === undefined) return MISSING;
  const time = seconds ? clockSeconds(at, zone) : clock(at, zone);
  return sameDay(at, now, zone) ? time : `${day(at, now, zone)} ${time}`;
}

/** A zone as a clock time carries it: `PST`, `UTC`, `GMT+1`. It depends on the time of the year. */
export function zoneName(at: Instant, zone: string): string {
  return zonePart(at, zone, "short");
}

/** A zone as a sentence names it: `Pacific Time`, `UTC`. */
export function zoneTitle(zone: string): string {
  return zone === "UTC" ? zone : zonePart(0, zone, "longGeneric");
}

function zonePart(at: Instant, zone: string, timeZoneName: "short" | "longGeneric"): string {
  const parts = new Intl.DateTimeFormat(LOCALE, { timeZone: zone, timeZoneName }).formatToParts(new Date(at));
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

/** A moment in full, for tooltips and records: `18 Nov 2026, 16:02:11 UTC`. */
export function fullMoment(at: Instant, zone = ZONE): string {
  const own = parts(at, zone);
  return `${own.day} ${own.month} ${own.year}, ${clockSeconds(at, zone)} ${zoneName(at, zone)}`;
}

/** The moment at which the day of `at` began in a zone, also on days when clocks are put forward or back. */
export function startOfDay(at: Instant, zone: string): string {
  const moment = +new Date(at);
  const own = parts(at, zone);
  const passed = (Number(own.hour) * 60 + Number(own.minute)) * 60 + Number(own.second);
  let start = moment - (moment % 1000) - passed * 1000;
  const shift = Number(parts(start, zone).hour); // not 0 where the clock was changed since
  if (shift !== 0) start += (shift > 12 ? 24 - shift : -shift) * HOUR;
  return new Date(start).toISOString();
}

function sameDay(a: Instant, b: Instant, zone: string): boolean {
  const [x, y] = [parts(a, zone), parts(b, zone)];
  return x.year === y.year && x.month === y.month && x.day === y.day;
}

/** A length of time in at most two units: `38 s`, `12 min 08 s`, `2 h 10 min`, `3 days`. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return MISSING;
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (ms > 0 && ms < 1000) return "<1 s";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) {
    const rest = seconds % 60;
    return `${Math.floor(seconds / 60)} min${rest ? ` ${String(rest).padStart(2, "0")} s` : ""}`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ""}`;
  const hours = Math.round(minutes / 60);
  const days = Math.floor(hours / 24);
  const named = days === 1 ? "1 day" : `${days} days`;
  return days < 3 && hours % 24 ? `${named} ${hours % 24} h` : named;
}

/** An age or a lag in one unit: `42 s`, `21 min`, `2 h`, `3 days`. Rounded down, so it never says more than it is. */
export function age(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return MISSING;
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / 1000))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} days`;
}

/** How long ago something was, against a clock given by the caller: `just now`, `2 min ago`, `in 3 h`. */
export function ago(at: Instant, now: Instant): string {
  const ms = +new Date(now) - +new Date(at);
  if (Math.abs(ms) < 5_000) return "just now";
  return ms > 0 ? `${age(ms)} ago` : `in ${age(-ms)}`;
}

/** Time left, rounded to what a person would say: `less than a minute`, `about 7 min`, `about 2 h`. */
export function timeLeft(seconds: number): string {
  if (seconds < 60) return "less than a minute";
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `about ${minutes} min`;
  return `about ${numberFormat({ maximumFractionDigits: 1 }).format(Math.round(minutes / 30) / 2)} h`;
}

/** Rows per second: `5,870 rows/s`, one decimal below ten. */
export function rate(perSecond: number | null | undefined): string {
  if (perSecond === null || perSecond === undefined || !Number.isFinite(perSecond)) return MISSING;
  return `${perSecond < 10 ? write(perSecond, { maximumFractionDigits: 1 }) : count(perSecond)} rows/s`;
}

/** A size in bytes: `4.2 MB`. */
export function bytes(size: number): string {
  for (const [unit, name] of [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"]] as const) {
    if (size >= unit) return `${numberFormat({ maximumFractionDigits: 1 }).format(size / unit)} ${name}`;
  }
  return `${count(size)} bytes`;
}

/** Words in a sentence: `a`, `a and b`, `a, b and c`. */
export function listed(words: string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
