/** MongoDB goes away in the middle of a run, for longer than a chunk may fail, and comes back. */
import assert from "node:assert/strict";
import { openStore } from "../lib/store/connect.ts";
import { startProcess } from "./support/app.ts";
import { startEngine, until } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";
import { startMongoProxy } from "./support/mongo_proxy.ts";

Deno.test("MongoDB goes away again and again in the middle of a run: the worker lives on and does the run to its end", async () => {
  await using engine = await startEngine({ env: { TIDEMARK_QUEUE: "poll" } }); // it asks for the run, and does nothing
  const { config, netsuite, sync } = engine;
  await using proxy = startMongoProxy(config.mongoUri);
  const worker = await startProcess({
    APP_SECRET: config.appSecret,
    MONGODB_URI: proxy.uri,
    ...netsuite.settings,
    SYNC_CRON: "off",
    SYNC_LAG_SECONDS: "0",
    SYNC_LEASE_SECONDS: "1",
    TIDEMARK_ROLE: "worker",
    LOG_LEVEL: "error",
  });
  netsuite.faults.set({ latencyMs: 30 });
  const { id } = await sync.requestRun({ kind: "full", requestedBy: "Ada" });
  const rows = async () => (await sync.run(id))!.rowsRead;
  await until("the run is in the middle", 60_000, async () => await rows() > 0 ? true : null);
  for (let times = 1; times <= 7; times++) { // more often than a chunk may fail for reasons of its own
    const before = proxy.struck.cut;
    proxy.set({ cut: 1 }, times);
    await until("calls fail", 60_000, () => Promise.resolve(proxy.struck.cut >= before + 5 ? true : null));
    proxy.set({}, times);
    const store = await openStore(proxy.uri); // it is back
    await store.close();
  }
  netsuite.faults.set({ latencyMs: 0 });
  const run = await until("the run is over", 120_000, async () => {
    const run = await sync.run(id);
    return run!.endedAt ? run : null;
  });
  assert.deepEqual([run.status, run.error], ["complete", null]);
  await assertLevel(engine.store, engine.read);
  worker.child.kill("SIGTERM");
  const { code, signal } = await worker.child.status;
  assert.deepEqual([code, signal], [0, null], worker.printed());
  await worker.kill("SIGTERM");
});
