import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import { logOf } from "../../log.ts";
import type { NetSuite } from "../../sources/netsuite/client.ts";
import type { Store } from "../../store/connect.ts";
import type { Stream } from "../../streams/define.ts";
import type { Ledger } from "../ledger.ts";
import type { Notices } from "../notices.ts";
import type { HistoryDayView } from "../views.ts";
import { readHistory, settleDays } from "./days.ts";
import { noteMinute } from "./minutes.ts";

/** The sync's history. */
export interface History {
  /** The last days, oldest first, today included; 1 to 400. */
  read(days: number): Promise<HistoryDayView[]>;
  /** Notes how the sync is just now; to be called several times a minute. A failed look is logged, and no fault. */
  look(): Promise<void>;
  /** Brings the days forward; to be called each minute. */
  settle(): Promise<void>;
}

/** What the history is made of. */
export interface HistoryParts {
  store: Store;
  ledger: Ledger;
  netsuite: Pick<NetSuite, "governor">;
  notices: Notices;
  streams: readonly Stream[];
  clock: Clock;
  zone: string;
}

const log = logOf("sync.history");

/** Puts the history together. Nothing happens before a call. */
export function makeHistory({ store, ledger, netsuite, notices, streams, clock, zone }: HistoryParts): History {
  const parts = { store, ledger, zone };
  return {
    read: (days) => readHistory(parts, days, clock.now()),
    settle: () => settleDays(parts, clock.now()),
    async look() {
      try {
        const [states, gaps, run] = await Promise.all([
          ledger.states.find({ watermark: { $ne: null } }, { projection: { watermark: 1 } }).toArray(),
          notices.gaps(),
          ledger.runs.findOne({ status: "running" }, { projection: { _id: 1 } }),
        ]);
        const there = new Set(streams.filter(({ table }) => !gaps.has(table)).map(({ name }) => name));
        const { inUse, most } = netsuite.governor;
        await noteMinute(store, {
          now: clock.now(),
          watermarks: states.filter(({ _id }) => there.has(_id)).map(({ _id, watermark }) => [_id, watermark!]),
          slots: run ? { inUse, most } : null,
        });
      } catch (error) {
        log.debug("No look at the sync was noted", { error: messageOf(error) });
      }
    },
  };
}
