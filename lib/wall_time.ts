/**
 * Between moments and what a clock on a wall shows, in any IANA zone, over changes of the clocks.
 *
 * A wall time is kept as the milliseconds that `Date.UTC` would give for what the clock shows, so that it can be counted
 * with. The rules of the zones are those of `Intl`.
 */

const HOUR_MS = 3_600_000, MINUTE_MS = 60_000;

/** Making a format costs a hundred times what using it does. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** True for a name that `Intl` knows, such as `Europe/Berlin`. */
export function isZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What the clock of the zone shows at a moment, to the second. */
export function wallOf(at: Date, zone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) part[type] = Number(value);
  return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
}

/** How far the clock of the zone is ahead of UTC at a moment, in milliseconds. */
export function offsetOf(at: Date, zone: string): number {
  return wallOf(at, zone) - Math.floor(+at / 1000) * 1000;
}

/**
 * The moments at which the clock of the zone shows a wall time: one; two, ascending, where clocks are put back over it;
 * and where clocks are put forward over it, so that it is never shown, the first moment after the gap.
 */
export function momentsOf(wall: number, zone: string): Date[] {
  // no zone changes its clocks twice within two days: what holds a day before and a day after are all the candidates
  const offsets = [wall - 24 * HOUR_MS, wall + 24 * HOUR_MS].map((at) => offsetOf(new Date(at), zone));
  const moments = [...new Set(offsets.map((offset) => wall - offset))].sort((a, b) => a - b);
  const shown = moments.filter((at) => wallOf(new Date(at), zone) === wall);
  return shown.length > 0 ? shown.map((at) => new Date(at)) : [endOfGap(moments[0]!, moments.at(-1)!, zone)];
}

/** Minutes since midnight that the clock of the zone shows. */
export function minuteOfDay(at: Date, zone: string): number {
  return Math.floor(wallOf(at, zone) / MINUTE_MS) % 1440;
}

/** The moment at which the zone's offset changes, between two moments with different offsets. */
function endOfGap(before: number, after: number, zone: string): Date {
  const offset = offsetOf(new Date(before), zone);
  while (after - before > MINUTE_MS) {
    const middle = before + Math.floor((after - before) / 2 / MINUTE_MS) * MINUTE_MS;
    if (offsetOf(new Date(middle), zone) === offset) before = middle;
    else after = middle;
  }
  return new Date(after);
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(zone, format);
  }
  return format;
}
