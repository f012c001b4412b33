/**
 * Days and seconds as plain numbers: a day is counted from 1970-01-01, a time in seconds from the same point, UTC. The
 * loader compares and adds them 100,000 times, and writes them as text once.
 */

/** Seconds of a day. */
export const DAY = 86_400;

/** The day number of `5/31/2011` (month first) or of anything that starts `YYYY-MM-DD`. Throws `SyntaxError` on other text. */
export function parseDay(text: string): number {
  const iso = /^(\d{4})-(\d{2})-(\d{2})/.exec(text);
  const american = iso ? null : /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (iso) return Date.UTC(+iso[1]!, +iso[2]! - 1, +iso[3]!) / 86_400_000;
  if (american) return Date.UTC(+american[3]!, +american[1]! - 1, +american[2]!) / 86_400_000;
  throw new SyntaxError(`Cannot read the day "${text}": write YYYY-MM-DD or M/D/YYYY`);
}

const texts = new Map<number, string>();

/** `YYYY-MM-DD` of a day number. */
export function dayText(day: number): string {
  let text = texts.get(day);
  if (text === undefined) texts.set(day, text = new Date(day * 86_400_000).toISOString().slice(0, 10));
  return text;
}

const two = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, "0"));

/** `YYYY-MM-DD HH:MM:SS` of a time in seconds. */
export function timeText(seconds: number): string {
  const rest = seconds % DAY;
  return `${dayText((seconds - rest) / DAY)} ${two[Math.floor(rest / 3600)]}:${two[Math.floor(rest / 60) % 60]}:${
    two[rest % 60]
  }`;
}

/**
 * Moves a source's calendar so that it ends yesterday: by whole weeks, which keeps every order's weekday. The few days
 * that then lie past yesterday are folded back one to four weeks, in turn. Where no order fell on yesterday itself, those of
 * the newest day move there.
 *
 * @param days the day of each order in the source
 * @param yesterday where the calendar shall end
 * @returns for each order, in the same order, how many days it moves (ship and due dates move along)
 */
export function moveCalendar(days: number[], yesterday: number): number[] {
  if (days.length === 0) return [];
  const newest = days.reduce((a, b) => Math.max(a, b));
  const weeks = Math.ceil((yesterday - newest) / 7) * 7;
  const moves = days.map((day, index) => day + weeks > yesterday ? weeks - 7 * (1 + index % 4) : weeks);
  const last = days.reduce((latest, day, index) => Math.max(latest, day + moves[index]!), -Infinity);
  return moves.map((move, index) => days[index]! + move === last ? move + yesterday - last : move);
}
