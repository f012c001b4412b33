import type { DueRule } from "./due.ts";

/**
 * What tests hold schedules against: the due times of a rule, found by walking through every minute of a span and looking
 * at the clock on the wall. Shares no code with `due.ts`, and knows only numbers, `*`, steps, ranges and lists.
 */
export function dueMinutes({ cron, zone, quiet }: DueRule, from: Date, to: Date): Date[] {
  const [minutes, hours, days, months, weekdays] = cron.split(" ").map(fieldOf) as Field[];
  const isEveryHour = cron.split(" ")[1] === "*";
  const matches = (wall: Wall) => {
    const isDay = days!(wall.day), isWeekday = weekdays!(wall.weekday);
    const both = cron.split(" ")[2] === "*" || cron.split(" ")[4] === "*" ? isDay && isWeekday : isDay || isWeekday;
    return minutes!(wall.minute) && hours!(wall.hour) && months!(wall.month) && both;
  };
  const due: Date[] = [];
  const shown = new Set<number>();
  let before: Wall | null = null, isWaiting = false;
  // a day earlier, to know what the clock has shown, and what waits for the end of quiet hours
  for (let at = +from - 86_400_000; at < +to; at += 60_000) {
    const wall = wallAt(at, zone);
    let isDue = false;
    if (before) { // what the clock has skipped, minute by minute
      for (let gone = before.count + 1; gone < wall.count; gone++) isDue ||= matches(wallFrom(gone));
    }
    if (matches(wall) && (isEveryHour || !shown.has(wall.count))) isDue = true;
    shown.add(wall.count);
    before = wall;
    isWaiting ||= isDue;
    if (!isWaiting || isQuietAt(wall, quiet)) continue;
    isWaiting = false;
    if (at >= +from) due.push(new Date(at));
  }
  return due;
}

function isQuietAt(wall: Wall, quiet: DueRule["quiet"]): boolean {
  if (!quiet) return false;
  const now = `${two(wall.hour)}:${two(wall.minute)}`;
  return quiet.from < quiet.to ? quiet.from <= now && now < quiet.to : quiet.from <= now || now < quiet.to;
}

/** What a clock shows; `count` numbers the minutes that a clock can show. */
interface Wall {
  minute: number;
  hour: number;
  day: number;
  month: number;
  weekday: number;
  count: number;
}

type Field = (value: number) => boolean;

const formats = new Map<string, Intl.DateTimeFormat>();

const walls = new Map<string, Map<number, Wall>>();

function wallAt(at: number, zone: string): Wall {
  const known = walls.get(zone) ?? new Map<number, Wall>();
  walls.set(zone, known);
  const there = known.get(at);
  if (there) return there;
  const format = formats.get(zone) ?? new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "short",
  });
  formats.set(zone, format);
  const wall = wallFrom(Date.parse(format.format(at).replace(" ", "T") + ":00Z") / 60_000);
  known.set(at, wall);
  return wall;
}

function wallFrom(count: number): Wall {
  const date = new Date(count * 60_000);
  return {
    minute: date.getUTCMinutes(),
    hour: date.getUTCHours(),
    day: date.getUTCDate(),
    month: date.getUTCMonth() + 1,
    weekday: date.getUTCDay(),
    count,
  };
}

function fieldOf(text: string): Field {
  const parts = text.split(",").map((part): Field => {
    const [range, step] = part.split("/");
    const [first, last] = range === "*" ? [0, Infinity] : range!.split("-").map(Number) as [number, number?];
    return (value) => value >= first && value <= (last ?? first) && (value - first) % Number(step ?? 1) === 0;
  });
  return (value) => parts.some((part) => part(value));
}

const two = (value: number) => String(value).padStart(2, "0");

/** A walk forward through the minutes: whether a rule is due in one, quiet hours aside, and whether the clock shows quiet hours. */
export function walkOf(
  { cron, zone, quiet }: DueRule,
  from: Date,
): { isDue(at: Date): boolean; isQuiet(at: Date): boolean } {
  const minuteOf = (at: Date) => Math.floor(+at / 60_000) * 60_000;
  const first = minuteOf(from), span = 32 * 86_400_000;
  const due = new Set(dueMinutes({ cron, zone, quiet: null }, new Date(first), new Date(first + span)).map(Number));
  return { isDue: (at) => due.has(minuteOf(at)), isQuiet: (at) => isQuietAt(wallAt(minuteOf(at), zone), quiet) };
}
