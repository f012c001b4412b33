/**
 * A whole sync between faulty neighbours: NetSuite by its switches, MongoDB by way of a proxy. Time runs faster than real time.
 */
import assert from "node:assert/strict";
import { exportPKCS8, exportSPKI, generateKeyPair } from "jose";
import { pause } from "../../lib/clock.ts";
import { readConfig } from "../../lib/config.ts";
import { SALES_INDEXES } from "../../lib/marts/sales.ts";
import { openNetSuite } from "../../lib/sources/netsuite/client.ts";
import { openStore, type Store } from "../../lib/store/connect.ts";
import { ensureIndexes } from "../../lib/store/indexes.ts";
import { STREAMS } from "../../lib/streams/registry.ts";
import { syncIndexes } from "../../lib/sync/indexes.ts";
import { makeSync, type Sync } from "../../lib/sync/mod.ts";
import { openQueue } from "../../lib/sync/queue.ts";
import type { RunView } from "../../lib/sync/views.ts";
import type { FaultSettings } from "../../standins/netsuite/faults.ts";
import { type NetSuiteStandIn, startNetSuite } from "../../standins/netsuite/server.ts";
import { runEnded, tablesOf, testDatabase, until } from "./engine.ts";
import { assertLevel } from "./equality.ts";
import { type MongoFaults, type MongoProxy, startMongoProxy } from "./mongo_proxy.ts";

/** Virtual seconds in a real one. */
const SPEED = 50;
const TIMEOUT_MS = 1_500;
/** Streams of every make: with a change time and without, with lines, following another. Fewer than all, for the sake of time. */
const READ = [
  "subsidiaries",
  "currencies",
  "locations",
  "departments",
  "employees",
  "vendors",
  "customers",
  "items",
  "price_levels",
  "transactions",
  "transaction_links",
];

export interface Case {
  netsuite?: FaultSettings;
  mongo?: MongoFaults;
  /** What is visible of the account changes with it: afterwards everything is read again. */
  isView?: boolean;
  kind?: "full" | "incremental";
  /** No access token given before is good any more. */
  isSignedOut?: boolean;
}

/** Every switch of the NetSuite stand-in that a sync can meet, alone; by the name of its switch. */
export const ALONE: Record<string, Case> = {
  unauthorized: { netsuite: { unauthorized: { share: 0.1 } } },
  throttle: { netsuite: { throttle: { share: 0.3 } } },
  error: { netsuite: { error: { share: 0.15 } } },
  gateway: { netsuite: { gateway: { share: 0.2 } } },
  truncate: { netsuite: { truncate: { share: 0.15, how: "json" } } },
  slow: { netsuite: { slow: { next: 3, ms: TIMEOUT_MS + 300 } } },
  empty: { netsuite: { empty: { share: 0.15 } }, kind: "full" },
  revoked: { netsuite: { revoked: true } },
  lockAfter: { netsuite: { lockAfter: 3, unauthorized: { next: 2 } } },
  tokenSeconds: { netsuite: { tokenSeconds: 30 } },
  slotsTaken: { netsuite: { slotsTaken: 4 } },
  slots: { netsuite: { slots: 1 } },
  integrationSlots: { netsuite: { integrationSlots: 1 } },
  unauthorizedWhenBusy: { netsuite: { unauthorizedWhenBusy: 3 } },
  latencyMs: { netsuite: { latencyMs: 20 } },
  latency: { netsuite: { latency: { medianMs: 5, p95Ms: 60 } } },
  certificatesExpired: { netsuite: { certificatesExpired: true }, isSignedOut: true },
  lateCommitSeconds: { netsuite: { lateCommitSeconds: 20 } },
  clockSkewSeconds: { netsuite: { clockSkewSeconds: 400 } },
  betweenPages: { netsuite: { betweenPages: { share: 0.2, changes: 5, deletions: 1 } }, kind: "full" },
  totalDrift: { netsuite: { totalDrift: { share: 0.3, by: 7 } } },
  idsAbove: { netsuite: { idsAbove: 2_147_483_648 } },
  features: { netsuite: { features: { multiCurrency: false } }, isView: true },
  role: { netsuite: { role: { permissions: {} } }, isView: true },
  accountingBooks: { netsuite: { accountingBooks: 2 } },
  missing: { netsuite: { missing: ["customer.url", "deletedrecord"] }, isView: true },
  hiddenTypes: { netsuite: { hiddenTypes: ["PurchOrd"] }, isView: true, kind: "full" },
  badColumns: { netsuite: { badColumns: ["phone"] }, isView: true },
  timeZone: { netsuite: { timeZone: "Australia/Lord_Howe" } },
  datePreference: { netsuite: { datePreference: "DD.MM.YYYY" } },
  governanceVisible: { netsuite: { governanceVisible: false } },
};
/** Switches that only writes to NetSuite meet, and the seed of the draws. */
export const NOT_MET = ["asyncMs", "locked", "recordChanged", "seed"];
export const MONGO: Record<string, MongoFaults> = {
  "connections cut": { cut: 0.03 },
  "done, but the answer is lost": { lost: 0.03 },
  "slow answers": { slow: { share: 0.1, ms: 150 } },
  "another writer is a moment faster": { twice: 0.5 },
};

export interface Bench extends AsyncDisposable {
  netsuite: NetSuiteStandIn;
  proxy: MongoProxy;
  /** Past the proxy: sees what is there without faults. */
  store: Store;
  sync: Sync;
  now: () => Date;
}

export async function startBench(): Promise<Bench> {
  const began = performance.now(), start = Date.now();
  const now = () => new Date(start + (performance.now() - began) * SPEED);
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const netsuite = await startNetSuite({
    company: "demo",
    share: 0.01,
    seed: 5,
    now,
    certificates: [{ id: "cert-1", publicKey: await exportSPKI(publicKey) }],
  });
  const { NETSUITE_BASE_URL, NETSUITE_ACCOUNT_ID, NETSUITE_CONSUMER_KEY } = netsuite.settings;
  const database = await testDatabase(), proxy = startMongoProxy(database.uri);
  const config = readConfig({
    APP_SECRET: "for tests only, for tests only, for tests",
    MONGODB_URI: proxy.uri,
    NETSUITE_BASE_URL,
    NETSUITE_ACCOUNT_ID,
    NETSUITE_CLIENT_ID: NETSUITE_CONSUMER_KEY!,
    NETSUITE_CERTIFICATE_ID: "cert-1",
    NETSUITE_PRIVATE_KEY: await exportPKCS8(privateKey),
    SYNC_CRON: "off",
    SYNC_LAG_SECONDS: "0",
    SYNC_LEASE_SECONDS: "300",
    SYNC_OVERLAP_SECONDS: "300",
    KV_PATH: ":memory:",
  });
  const store = await openStore(database.uri), behind = await openStore(proxy.uri);
  await ensureIndexes(store, [...syncIndexes(STREAMS), ...SALES_INDEXES]);
  const queue = await openQueue(":memory:"), clock = { now };
  const wait: typeof pause = (ms, signal) => pause(ms / SPEED, signal);
  const client = openNetSuite({ ...config.netsuite, timeoutMs: TIMEOUT_MS }, { clock, wait });
  const sync = makeSync({ config, store: behind, netsuite: client, queue, clock });
  sync.start();
  return {
    netsuite,
    proxy,
    store,
    sync,
    now,
    async [Symbol.asyncDispose]() {
      proxy.set({}, 1);
      await sync.stop();
      await queue.close();
      await behind.close();
      await store.close();
      await proxy[Symbol.asyncDispose]();
      await database.close();
      await netsuite.close();
    },
  };
}

/** One case: changes, faults, a run; then no faults, one more run, and the mirror is equal. */
export async function live(
  bench: Bench,
  { netsuite: faults, mongo, isView, isSignedOut, kind = isFull(mongo) }: Case,
  seed: number,
): Promise<RunView> {
  const { netsuite, proxy, sync, store } = bench;
  netsuite.faults.set({ seed, ...faults });
  netsuite.account.change({ count: 25, seed }); // by the account, since some faults concern what is changed under them
  if (isSignedOut) netsuite.clientCredentials.revokeTokens();
  const run = await asked(bench, kind, () => proxy.set(mongo ?? {}, seed));
  proxy.set({}, 1);
  if (run.status === "complete") assert.equal(run.error, null);
  else {
    assert.ok(["failed", "incomplete"].includes(run.status), run.status);
    assert.ok(
      run.error && run.error.code !== "bug" && run.error.message && run.error.advice,
      JSON.stringify(run.error),
    );
  }
  const changesOn = faults?.betweenPages ?? faults?.lateCommitSeconds;
  if (run.status === "complete" && !isView && !changesOn && kind === "full") {
    await assertLevel(store, tablesOf(netsuite), READ);
  }

  netsuite.faults.clear();
  if (isView) await sync.check();
  // changes that are still to come; and after a refused sign-in nothing is sent for a minute
  const quietSeconds = Math.max(
    1,
    faults?.lateCommitSeconds ?? 0,
    ["upstream_login", "upstream_clock"].includes(run.error?.code ?? "") ? 65 : 0,
  );
  await pause(quietSeconds * 1000 / SPEED + 20);
  const after = await asked(bench, isView ? "full" : "incremental");
  assert.deepEqual([after.status, after.error, after.quarantined], ["complete", null, 0]);
  await assertLevel(store, tablesOf(netsuite), READ);
  return run;
}

const isFull = (mongo: MongoFaults | undefined): "full" | "incremental" => mongo ? "full" : "incremental";

/** Asks for a run and waits for its end, by way of the ledger itself: the app's own connection may be the faulty one. */
export async function asked(
  { sync, store }: Bench,
  kind: "full" | "incremental",
  meanwhile = () => {},
): Promise<RunView> {
  const { id } = await sync.requestRun({ kind, streams: [...READ], requestedBy: "test" });
  meanwhile();
  await until(
    `run ${id} is over`,
    120_000,
    async () =>
      (await store.collection<{ _id: number; endedAt: Date | null }>("sync_runs").findOne({ _id: id }))?.endedAt
        ? true
        : null,
  );
  return await until(`run ${id} can be read`, 30_000, () => runEnded(sync, id).catch(() => null));
}
