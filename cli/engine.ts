import { openAudit } from "../lib/access/mod.ts";
import type { Config } from "../lib/config.ts";
import { SALES_INDEXES } from "../lib/marts/sales.ts";
import { openNetSuite } from "../lib/sources/netsuite/client.ts";
import { openStore, type Store } from "../lib/store/connect.ts";
import { ensureIndexes } from "../lib/store/indexes.ts";
import { storeClock } from "../lib/store/store_clock.ts";
import { STREAMS } from "../lib/streams/registry.ts";
import { syncIndexes } from "../lib/sync/indexes.ts";
import { auditedSync } from "../lib/sync/audited.ts";
import { type Ledger, ledgerOf } from "../lib/sync/ledger.ts";
import { makeSync, type Sync } from "../lib/sync/mod.ts";
import type { Queue } from "../lib/sync/queue.ts";

/** The sync, opened for one command. */
export interface Engine {
  config: Config;
  store: Store;
  ledger: Ledger;
  sync: Sync;
  /** Begins to work off the ledger in this process; once, however often it is called. */
  work(): void;
  /** Stops working after the pages in flight; what is not finished goes back into the ledger. */
  rest(): Promise<void>;
  /** Rests, and closes everything. */
  close(): Promise<void>;
}

/** Wake-ups go through a file that the program's own process holds; its workers look at the ledger every second anyway. */
const NO_QUEUE: Queue = { wake: () => Promise.resolve(), listen: () => {}, close: () => Promise.resolve() };

/**
 * Opens MongoDB and puts the sync together, as `main.ts` does. Nothing is sent to NetSuite before the first call.
 *
 * @throws {AppError} `store_unreachable`
 */
export async function openEngine(config: Config): Promise<Engine> {
  const store = await openStore(config.mongoUri, { appName: "tidemark-command" });
  await ensureIndexes(store, [...syncIndexes(STREAMS), ...SALES_INDEXES]);
  const netsuite = openNetSuite(config.netsuite);
  const plain = makeSync({ config, store, netsuite, queue: NO_QUEUE, clock: await storeClock(store) });
  const sync = auditedSync(plain, await openAudit(store, config.appSecret));
  let isWorking = false, resting: Promise<void> | null = null;
  const rest = () => isWorking ? resting ??= sync.stop() : Promise.resolve();
  return {
    config,
    store,
    ledger: ledgerOf(store),
    sync,
    work() {
      if (isWorking) return;
      isWorking = true;
      sync.start();
    },
    rest,
    async close() {
      await rest();
      await store.close();
    },
  };
}
