import type { Clock } from "../clock.ts";
import { AppError, messageOf } from "../errors.ts";
import { logOf } from "../log.ts";
import { isDay } from "../marts/days.ts";
import { markSalesRange, salesMartState } from "../marts/overview.ts";
import { beginRebuild, openRebuild, rebuildMarts } from "../marts/rebuild.ts";
import { SALES_MART, settleDirty } from "../marts/sales.ts";
import type { Store } from "../store/connect.ts";
import type { DateRange } from "./ledger.ts";
import type { MartView, RebuildView } from "./views.ts";

/** What pages and the API do with the totals. */
export interface MartDesk {
  /** The marts there are, each with where it stands. */
  list(): Promise<MartView[]>;
  /** Begins to count all totals anew, in the background; goes on with a rebuild that is not over. Tells how it stands. */
  rebuild(): Promise<RebuildView>;
  /**
   * Begins to count the days of a range anew, in the background; {@link list} says how many are left.
   *
   * @returns how many days have an order or a total in the range
   * @throws {AppError} `bad_range` for what is no range of days
   */
  recount(range: DateRange): Promise<{ days: number }>;
  /** The rebuild that is not over, or null. */
  rebuilding(): Promise<RebuildView | null>;
  /** Goes on with a rebuild whose process is gone; to be called each minute. */
  tick(): Promise<void>;
  /** Ends the one of this process after the month in hand; the next process goes on. */
  stop(): Promise<void>;
}

/** A rebuild that has been silent for so long has lost its process: a month of orders is counted in seconds. */
const SILENT_MS = 120_000;
const log = logOf("sync.marts");

/** The desk at which totals are rebuilt. Nothing happens before a call. */
export function martDesk({ store, clock }: { store: Store; clock: Clock }): MartDesk {
  const stop = new AbortController();
  let atWork: Promise<void> | null = null, settling: Promise<void> = Promise.resolve();

  function goOn(): void {
    atWork ??= rebuildMarts(store, { signal: stop.signal, now: () => clock.now() })
      .then(({ days, isDone }) => log.info("Totals were counted anew", { days, isDone }))
      .catch((error) =>
        log.error("Totals could not be counted anew; the next minute goes on", { error: messageOf(error) })
      )
      .finally(() => atWork = null);
  }

  async function rebuilding(): Promise<RebuildView | null> {
    const found = await openRebuild(store);
    return found && { startedAt: found.startedAt.toISOString(), done: found.done, total: found.total };
  }

  return {
    async list() {
      const [{ dirtySince, settledAt, ...state }, rebuild] = await Promise.all([salesMartState(store), rebuilding()]);
      return [{
        ...{ name: SALES_MART, streams: ["transactions"], ...state },
        dirtySince: dirtySince?.toISOString() ?? null,
        settledAt: settledAt?.toISOString() ?? null,
        rebuild,
      }];
    },
    async rebuild() {
      const { startedAt, done, total } = await beginRebuild(store, clock.now());
      goOn();
      return { startedAt: startedAt.toISOString(), done, total };
    },
    async recount({ from, to }) {
      const wrong = [from, to].find((day) => !isDay(day));
      if (wrong !== undefined) throw bad(`"${wrong}" is no day: write it as 2026-11-19.`);
      if (from > to) throw bad(`The range ends on ${to}, before it begins on ${from}.`);
      const days = await markSalesRange(store, from, to);
      settling = settling.then(() => settleDirty(store, clock.now()))
        .then(({ recounted }) => log.info("Days were counted anew", { from, to, recounted }))
        .catch((error) =>
          log.error("Days could not be counted anew; the next minute does", { error: messageOf(error) })
        );
      return { days };
    },
    rebuilding,
    async tick() {
      const found = await openRebuild(store);
      if (found && !stop.signal.aborted && +clock.now() - +found.touchedAt > SILENT_MS) goOn();
    },
    async stop() {
      stop.abort();
      await Promise.all([atWork, settling]);
    },
  };
}

const bad = (message: string) => new AppError(message, "bad_range", "reject_request");
