import { type Clock, systemClock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import { logOf } from "../log.ts";
import type { Store } from "./connect.ts";

/** How long a comparison of the clocks holds. */
const HOLDS_MS = 30_000;
/** Clocks that differ by less are taken for equal: the way to the database and back takes time, too. */
const TOLERANCE_MS = 1_000;

/**
 * The clock of the database, which all processes that share it share, too: each compares its own with it, at once and then
 * every half minute. Times that one process writes and another one judges by go by this clock: leases, and when a record
 * was read. On a machine whose clock is wrong they would say what is not so.
 *
 * @param own this machine's clock
 * @throws what the driver throws, when the database does not answer the first comparison
 */
export async function storeClock(store: Pick<Store, "db">, own: Clock = systemClock): Promise<Clock> {
  let aheadMs = 0, comparedAt = 0, comparing = false;

  async function compare(): Promise<void> {
    comparing = true;
    try {
      const before = +own.now();
      const { localTime } = await store.db.command({ hello: 1 });
      const after = +own.now();
      comparedAt = after;
      if (!(localTime instanceof Date)) return; // a server that does not tell
      const found = (before + after) / 2 - +localTime;
      if (Math.abs(found - aheadMs) < TOLERANCE_MS + (after - before) / 2) return;
      logOf("store").warn("This machine's clock differs from the database's by {seconds} s; the database's counts", {
        seconds: Math.round(found / 1000),
      });
      aheadMs = found;
    } finally {
      comparing = false;
    }
  }

  await compare();
  return {
    now() {
      const now = +own.now();
      if (!comparing && Math.abs(now - comparedAt) > HOLDS_MS) {
        comparedAt = now;
        compare().catch((error) => logOf("store").debug("Clocks not compared", { error: messageOf(error) }));
      }
      return new Date(now - aheadMs);
    },
  };
}
