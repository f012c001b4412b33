import { systemClock } from "../../lib/clock.ts";
import { type Config, readConfig } from "../../lib/config.ts";
import { openNetSuite } from "../../lib/sources/netsuite/client.ts";
import { openStore, type Store } from "../../lib/store/connect.ts";
import { ensureIndexes } from "../../lib/store/indexes.ts";
import { SALES_INDEXES } from "../../lib/marts/sales.ts";
import { STREAMS } from "../../lib/streams/registry.ts";
import { syncIndexes } from "../../lib/sync/indexes.ts";
import { makeSync, type Sync } from "../../lib/sync/mod.ts";
import { openQueue } from "../../lib/sync/queue.ts";
import type { RunView } from "../../lib/sync/views.ts";
import { startMongo } from "../../standins/mongodb/server.ts";
import { type NetSuiteStandIn, startNetSuite } from "../../standins/netsuite/server.ts";
import type { ReadTable, Row } from "./expected.ts";

/** A database of its own: on the server of `MONGODB_TEST_URI`, else on a stand-in inside this process. */
export async function testDatabase(): Promise<{ uri: string; close(): Promise<void> }> {
  const given = Deno.env.get("MONGODB_TEST_URI");
  const server = given ? null : await startMongo({});
  const uri = new URL(given ?? server!.uri);
  uri.pathname = `/tidemark_test_${crypto.randomUUID().slice(0, 8)}`;
  return {
    uri: uri.href,
    async close() {
      if (given) {
        const store = await openStore(uri.href);
        await store.db.dropDatabase();
        await store.close();
      }
      await server?.close();
    },
  };
}

/** Settings that reach these servers; tests add what they are about. */
export function testConfig(mongoUri: string, netsuite: NetSuiteStandIn, more: Record<string, string> = {}): Config {
  return readConfig({
    APP_SECRET: "for tests only, for tests only, for tests",
    MONGODB_URI: mongoUri,
    ...netsuite.settings,
    SYNC_CRON: "off",
    SYNC_LAG_SECONDS: "0",
    KV_PATH: ":memory:",
    ...more,
  });
}

/** The sync engine on servers of its own. */
export interface TestEngine extends AsyncDisposable {
  netsuite: NetSuiteStandIn;
  store: Store;
  sync: Sync;
  config: Config;
  /** Rows of the stand-in's table. */
  read: ReadTable;
  /** Asks for a run and waits for its end. */
  run(kind: "full" | "incremental" | "proof", streams?: string[]): Promise<RunView>;
}

/** Starts NetSuite, MongoDB and a worker, all on free ports. */
export async function startEngine(
  options: { share?: number; seed?: number; env?: Record<string, string>; company?: { folder: string } } = {},
): Promise<TestEngine> {
  const netsuite = await startNetSuite({
    company: options.company ?? "demo",
    share: options.share ?? 0.02,
    seed: options.seed ?? 1,
  });
  const database = await testDatabase();
  const config = testConfig(database.uri, netsuite, options.env);
  const store = await openStore(config.mongoUri);
  await ensureIndexes(store, [...syncIndexes(STREAMS), ...SALES_INDEXES]);
  const queue = await openQueue(":memory:");
  const sync = makeSync({ config, store, netsuite: openNetSuite(config.netsuite), queue, clock: systemClock });
  sync.start();
  return {
    netsuite,
    store,
    sync,
    config,
    read: tablesOf(netsuite),
    async run(kind, streams) {
      const { id } = await sync.requestRun({ kind, requestedBy: "test", ...(streams ? { streams } : {}) });
      return await runEnded(sync, id);
    },
    async [Symbol.asyncDispose]() {
      await sync.stop();
      await queue.close();
      await store.close();
      await database.close();
      await netsuite.close();
    },
  };
}

/** Waits until a run is over. */
export async function runEnded(sync: Pick<Sync, "run">, id: number, withinMs = 120_000): Promise<RunView> {
  return await until(`run ${id} is over`, withinMs, async () => {
    const run = await sync.run(id);
    return run?.endedAt ? run : null;
  });
}

/** Looks again and again until there is something, or fails by name. */
export async function until<T>(what: string, withinMs: number, look: () => Promise<T | null>): Promise<T> {
  const deadline = Date.now() + withinMs;
  while (true) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Reads tables straight from the stand-in's database. */
export function tablesOf(netsuite: Pick<NetSuiteStandIn, "db">): ReadTable {
  return (table) => netsuite.db.prepare(`SELECT * FROM "${table}"`).all() as Row[];
}

/** Waits until the stand-in's clock has passed this second: a window ends at a whole second. */
export async function nextSecond(): Promise<void> {
  const second = Math.floor(Date.now() / 1000);
  await until("the next second", 3_000, () => Promise.resolve(Math.floor(Date.now() / 1000) > second ? true : null));
}
