/**
 * The account's time zone: between UTC texts (`YYYY-MM-DD HH:MM:SS`, as stored) and wall-clock texts (the same without the
 * time when it is midnight, so that days and times compare as plain text).
 */

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;

/** Reads either kind of text as if it were UTC. */
export function readText(text: string): number {
  return Date.UTC(
    +text.slice(0, 4),
    +text.slice(5, 7) - 1,
    +text.slice(8, 10),
    +text.slice(11, 13),
    +text.slice(14, 16),
    +text.slice(17, 19),
  );
}

/** `YYYY-MM-DD HH:MM:SS` of a UTC time in milliseconds; years 0001 to 9999. */
export function fullText(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

/** Drops a midnight: the one form of a wall-clock text. */
export function shorten(text: string): string {
  return text.length > 10 && text.endsWith(" 00:00:00") ? text.slice(0, 10) : text;
}

/** Puts a dropped midnight back. */
export function lengthen(text: string): string {
  return text.length === 10 ? `${text} 00:00:00` : text;
}

/** One IANA time zone with remembered offsets: `Intl` is asked once for a day, or for a quarter of an hour on days that change. */
export class Zone {
  private readonly format: Intl.DateTimeFormat;
  private readonly days = new Map<number, number | null>();
  private readonly quarters = new Map<number, number>();

  /** @throws {RangeError} when the name is no time zone */
  constructor(readonly name: string) {
    this.format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /** Milliseconds to add to UTC for the wall clock at that moment. */
  offset(utcMs: number): number {
    const day = Math.floor(utcMs / DAY_MS);
    let known = this.days.get(day);
    if (known === undefined) {
      const [start, end] = [this.ask(day * DAY_MS), this.ask((day + 1) * DAY_MS)];
      known = start === end ? start : null;
      this.days.set(day, known);
    }
    if (known !== null) return known;
    const quarter = Math.floor(utcMs / QUARTER_MS);
    let offset = this.quarters.get(quarter);
    if (offset === undefined) this.quarters.set(quarter, offset = this.ask(quarter * QUARTER_MS));
    return offset;
  }

  /** UTC text to wall-clock text. */
  local(utc: string): string {
    const ms = readText(utc);
    return shorten(fullText(ms + this.offset(ms)));
  }

  /** Wall-clock text to UTC text. In the repeated hour it takes standard time, in the missing one it moves on, as Oracle does. */
  utc(wall: string): string {
    const ms = readText(wall);
    const [before, after] = [this.offset(ms - DAY_MS), this.offset(ms + DAY_MS)];
    const fits = [before, after].filter((offset) => this.offset(ms - offset) === offset);
    const offset = fits.length ? Math.min(...fits) : before;
    return fullText(ms - offset);
  }

  private ask(utcMs: number): number {
    const part: Record<string, number> = {};
    for (const { type, value } of this.format.formatToParts(utcMs)) part[type] = Number(value);
    const wall = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
    return wall - Math.floor(utcMs / 1000) * 1000;
  }
}
