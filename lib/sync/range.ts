import type { Window } from "../sources/netsuite/suiteql.ts";
import type { Stream } from "../streams/define.ts";
import type { DateRange, RunDocument } from "./ledger.ts";
import { momentsOf } from "../wall_time.ts";

/** No limit of change times. */
export const ALL_TIMES: Window = { from: null, to: null };
const DAY_MS = 86_400_000;

/** The change times that lie in a range of days, by the clock of a zone. */
export function timesOf({ from, to }: DateRange, zone: string): { from: Date; to: Date } {
  return {
    from: momentsOf(Date.parse(from), zone)[0]!,
    to: momentsOf(Date.parse(to) + DAY_MS, zone)[0]!,
  };
}

/**
 * Which rows a chunk reads.
 *
 * @param times the chunk's window of change times; a backfill of a stream with a business date goes by that instead
 */
export function windowOf(run: RunDocument, stream: Stream, times: Window): Window {
  return run.range && stream.range ? { ...ALL_TIMES, dates: { column: stream.range, ...run.range } } : times;
}
