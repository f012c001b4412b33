import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import { logOf } from "../log.ts";
import { beginRebuild, openRebuild, rebuildMarts } from "../marts/rebuild.ts";
import type { Store } from "../store/connect.ts";
import type { RebuildView } from "./views.ts";

/** What pages and the API do with the totals. */
export interface MartDesk {
  /** Begins to count all totals anew, in the background; goes on with a rebuild that is not over. Tells how it stands. */
  rebuild(): Promise<RebuildView>;
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
  let atWork: Promise<void> | null = null;

  function goOn(): void {
    atWork ??= rebuildMarts(store, { signal: stop.signal, now: () => clock.now() })
      .then(({ days, isDone }) => log.info("Totals were counted anew", { days, isDone }))
      .catch((error) =>
        log.error("Totals could not be counted anew; the next minute goes on", { error: messageOf(error) })
      )
      .finally(() => atWork = null);
  }

  return {
    async rebuild() {
      const { startedAt, done, total } = await beginRebuild(store, clock.now());
      goOn();
      return { startedAt: startedAt.toISOString(), done, total };
    },
    async rebuilding() {
      const found = await openRebuild(store);
      return found && { startedAt: found.startedAt.toISOString(), done: found.done, total: found.total };
    },
    async tick() {
      const found = await openRebuild(store);
      if (found && !stop.signal.aborted && +clock.now() - +found.touchedAt > SILENT_MS) goOn();
    },
    async stop() {
      stop.abort();
      await atWork;
    },
  };
}
