import type { SampleDocument } from "./ledger.ts";

/** How fast a run goes, from samples of its rows. */
export interface Pace {
  /** Rows per second over the last minute; null until there is enough to say. */
  ratePerSecond: number | null;
  /** Seconds left at that rate; only after 30 s and 2 % (before that it would jump about). */
  secondsLeft: number | null;
  /** Rows per second in steps of 10 s, oldest first, the last ten minutes. */
  recentRates: number[];
}

const WINDOW_MS = 60_000, STEP_MS = 10_000, STEPS = 60, EARLIEST_MS = 30_000, LEAST_SHARE = 0.02;

/**
 * The pace of a run.
 *
 * @param samples ascending by time
 * @param startedAt when the run began
 * @param left rows still to read
 * @param share how far the run is, 0 to 1
 */
export function paceOf(samples: SampleDocument[], startedAt: Date, left: number, share: number, now: Date): Pace {
  const points = [{ at: startedAt, rows: 0 }, ...samples];
  const recent = points.filter((point) => +now - +point.at <= WINDOW_MS);
  const first = recent[0] ?? points.at(-1)!, last = points.at(-1)!;
  const seconds = (+last.at - +first.at) / 1000;
  const rate = seconds >= 1 ? Math.max(0, (last.rows - first.rows) / seconds) : null;
  const knows = rate !== null && rate > 0 && +now - +startedAt >= EARLIEST_MS && share >= LEAST_SHARE;
  return {
    ratePerSecond: rate === null ? null : Math.round(rate),
    secondsLeft: knows ? Math.ceil(left / rate) : null,
    recentRates: stepsOf(points, now),
  };
}

function stepsOf(points: { at: Date; rows: number }[], now: Date): number[] {
  const from = Math.max(+points[0]!.at, +now - STEPS * STEP_MS);
  const rates: number[] = [];
  for (let at = from; at + STEP_MS <= +now; at += STEP_MS) {
    rates.push(Math.max(0, Math.round((rowsAt(points, at + STEP_MS) - rowsAt(points, at)) / (STEP_MS / 1000))));
  }
  return rates;
}

/** Rows at a moment, on the line between the samples around it. */
function rowsAt(points: { at: Date; rows: number }[], at: number): number {
  const after = points.findIndex((point) => +point.at >= at);
  if (after === -1) return points.at(-1)!.rows;
  if (after === 0) return points[0]!.rows;
  const a = points[after - 1]!, b = points[after]!;
  const share = (at - +a.at) / Math.max(1, +b.at - +a.at);
  return a.rows + (b.rows - a.rows) * share;
}
