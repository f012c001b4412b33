import type { Collection } from "mongodb";
import { addDays, businessDay } from "../../marts/days.ts";
import type { Store } from "../../store/connect.ts";
import { isDuplicate } from "../../store/duplicate.ts";
import type { Ledger, RunDocument } from "../ledger.ts";
import { momentsOf } from "../../wall_time.ts";
import type { HistoryDayView } from "../views.ts";
import { minutesOf } from "./minutes.ts";

/** `sync_days`: one day of the sync's history, added up from its runs and minutes. Kept for 400 days. */
export interface DayDocument extends Omit<HistoryDayView, "date"> {
  /** `YYYY-MM-DD` in the company's zone. */
  _id: string;
  /** When the day began: it goes 400 days later. */
  at: Date;
  builtAt: Date;
  /** Nothing can be added to it any more. */
  isFinal: boolean;
}

/** What days are made from. */
export interface DayParts {
  store: Pick<Store, "collection">;
  ledger: Pick<Ledger, "runs">;
  /** The company's zone, in which days are cut. */
  zone: string;
}

/** How long after a day's end a run may still be noted in it: no clock is that wrong. */
const LATE_MS = 3_600_000;
const MOST_DAYS = 400;
/** A day that is not over is added up again when what is kept is older. */
const FRESH_MS = 60_000;
/** How far the clocks of machines are allowed to be apart before a run that ended waits for {@link FRESH_MS}. */
const CLOCKS_APART_MS = 2000;

/** The collection of days. */
export function daysOf(store: Pick<Store, "collection">): Collection<DayDocument> {
  return store.collection<DayDocument>("sync_days");
}

/**
 * Adds up every day since the last final one, each from scratch, so that doing it twice or from two processes changes
 * nothing. Cheap where it was done a minute ago: one day with its runs.
 */
export async function settleDays(parts: DayParts, now: Date): Promise<void> {
  const { store, ledger, zone } = parts, days = daysOf(store);
  const today = businessDay(now, zone), first = addDays(today, 1 - MOST_DAYS);
  const [last] = await days.find({ isFinal: true }, { sort: { _id: -1 }, limit: 1, projection: { _id: 1 } }).toArray();
  const [oldest] = last
    ? []
    : await ledger.runs.find({ endedAt: { $gt: new Date(0) } }, { sort: { endedAt: 1 }, limit: 1 }).toArray();
  const from = last ? addDays(last._id, 1) : oldest ? businessDay(oldest.endedAt!, zone) : today;
  for (let day = from > first ? from : first; day <= today; day = addDays(day, 1)) {
    const document = await addUp(parts, day, now);
    // a slow process must not put a half day over the whole one
    const filter = document.isFinal ? { _id: day } : { _id: day, isFinal: false };
    await days.replaceOne(filter, document, { upsert: true }).catch(ignoreThere);
  }
}

/**
 * The last days of the sync, oldest first, today included. Days before the first run are not in it.
 *
 * @param count 1 to 400
 */
export async function readHistory(parts: DayParts, count: number, now: Date): Promise<HistoryDayView[]> {
  if (!Number.isInteger(count) || count < 1 || count > MOST_DAYS) {
    throw new RangeError(`Cannot show ${count} days of history: ask for 1 to ${MOST_DAYS}`);
  }
  const today = businessDay(now, parts.zone), days = daysOf(parts.store);
  const built = (await days.findOne({ _id: today }, { projection: { builtAt: 1 } }))?.builtAt;
  if (!built || +now - +built > FRESH_MS || await hasEndedSince(parts, built)) await settleDays(parts, now);
  const found = await days.find({ _id: { $gte: addDays(today, 1 - count), $lte: today } }, {
    sort: { _id: 1 },
    batchSize: MOST_DAYS,
  })
    .toArray();
  return found.map(({ _id, at: _at, builtAt: _builtAt, isFinal: _isFinal, ...rest }) => ({ date: _id, ...rest }));
}

/** A run that has just ended is in the day at once; its end may be noted by another machine's clock. */
async function hasEndedSince({ ledger }: DayParts, built: Date): Promise<boolean> {
  const since = { endedAt: { $gt: new Date(+built - CLOCKS_APART_MS) } };
  return await ledger.runs.findOne(since, { projection: { _id: 1 } }) !== null;
}

async function addUp({ store, ledger, zone }: DayParts, day: string, now: Date): Promise<DayDocument> {
  const [from, to] = [day, addDays(day, 1)].map((one) => momentsOf(Date.parse(one), zone)[0]!) as [Date, Date];
  const between = { $gte: from, $lt: to };
  const [runs, minutes] = await Promise.all([
    ledger.runs.find({ endedAt: between, isDryRun: { $ne: true } }, {
      projection: { kind: 1, status: 1, startedAt: 1, endedAt: 1, totals: 1 },
      batchSize: 2000,
    }).toArray(),
    minutesOf(store).find({ _id: between }, { batchSize: 2000 }).toArray(),
  ]);
  const sum = (pick: (run: RunDocument) => number) => runs.reduce((all, run) => all + pick(run), 0);
  const seconds = runs.filter((run) => run.kind === "incremental" && run.status === "complete" && run.startedAt)
    .map((run) => Math.round((+run.endedAt! - +run.startedAt!) / 100) / 10).sort((a, b) => a - b);
  const [used, there] = [minutes, minutes].map((all, n) =>
    all.reduce((total, minute) => total + ((n === 0 ? minute.slotsUsed : minute.slotsThere) ?? 0), 0)
  ) as [number, number];
  const lags = minutes.flatMap((minute) => Object.values(minute.lags ?? {}));
  return {
    _id: day,
    at: from,
    runs: {
      complete: sum((run) => Number(run.status === "complete")),
      incomplete: sum((run) => Number(run.status === "incomplete")),
      failed: sum((run) => Number(run.status === "failed")),
      cancelled: sum((run) => Number(run.status === "cancelled")),
    },
    rowsRead: sum((run) => run.totals?.read ?? 0),
    written: sum((run) => run.totals?.written ?? 0),
    deleted: sum((run) => run.totals?.deleted ?? 0),
    quarantined: sum((run) => run.totals?.quarantined ?? 0),
    requests: sum((run) => run.totals?.requests ?? 0),
    throttled: sum((run) => run.totals?.throttled ?? 0),
    medianSeconds: seconds[Math.floor((seconds.length - 1) / 2)] ?? null,
    longestSeconds: seconds.at(-1) ?? null,
    slotShare: there > 0 ? Math.min(1, Math.round(1000 * used / there) / 1000) : null,
    worstLagSeconds: lags.length > 0 ? lags.reduce((worst, lag) => Math.max(worst, lag)) : null,
    builtAt: now,
    isFinal: +to + LATE_MS <= +now,
  };
}

/** An upsert whose filter leaves out the final day meets it under its `_id`: that one stays. */
function ignoreThere(error: unknown): void {
  if (!isDuplicate(error)) throw error;
}
