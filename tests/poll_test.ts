/** Hosts without a queue: the minute's tick does the work. */
import assert from "node:assert/strict";
import { systemClock } from "../lib/clock.ts";
import { openNetSuite } from "../lib/sources/netsuite/client.ts";
import { ledgerOf } from "../lib/sync/ledger.ts";
import { makeSync } from "../lib/sync/mod.ts";
import { NO_QUEUE } from "../lib/sync/queue.ts";
import { startProcess } from "./support/app.ts";
import { startEngine, until } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";

const POLL = { TIDEMARK_QUEUE: "poll" };

Deno.test("Ticks shorter than a run do it whole, one after the other, and hold nothing between them", async () => {
  await using engine = await startEngine({ env: POLL });
  const { config, store, netsuite } = engine, ledger = ledgerOf(store);
  const parts = { config, store, netsuite: openNetSuite(config.netsuite), queue: NO_QUEUE, clock: systemClock };
  const sync = makeSync({ ...parts, tickMs: 300 });
  sync.start();
  netsuite.faults.set({ latencyMs: 40 });
  let ticks = 0;
  await sync.tick(); // the first of all: it makes the first run by itself, which is full
  const [made] = await sync.runs({ limit: 1 }), id = made!.id;
  assert.equal(made!.kind, "full");
  for (ticks = 1; !(await sync.run(id))!.endedAt; ticks++) {
    assert.equal(await ledger.chunks.countDocuments({ lease: { $ne: null } }), 0, "a lease is held between ticks");
    assert.ok(ticks < 500, "no end in sight");
    await sync.tick();
  }
  const run = (await sync.run(id))!;
  assert.deepEqual([run.status, run.error, run.restarts], ["complete", null, 0]);
  assert.ok(ticks > 2, `${ticks} ticks: nothing is shown by this`);
  await assertLevel(store, engine.read);

  // with time enough, one tick does a run, and ends when nothing is left to do
  netsuite.faults.set({ latencyMs: 0 });
  const patient = makeSync({ ...parts, tickMs: 60_000 });
  const next = await patient.requestRun({ kind: "incremental", requestedBy: "Ada" });
  await patient.tick();
  assert.equal((await patient.run(next.id))!.status, "complete");
  const paused = await patient.requestRun({ kind: "proof", requestedBy: "Ada" });
  await patient.pauseRun(paused.id, "Ada");
  await patient.tick(); // what rests is not waited for
  assert.equal((await patient.run(paused.id))!.requests, 0);
  await Promise.all([sync.stop(), patient.stop()]);
});

Deno.test("A program that polls opens no queue; SIGINT ends it after the page in flight, and the next one goes on", async () => {
  await using engine = await startEngine({ share: 0.05, env: POLL });
  const { netsuite, store, sync, config } = engine, ledger = ledgerOf(store);
  const kv = Deno.makeTempDirSync({ prefix: "tidemark-" });
  const env = {
    APP_SECRET: config.appSecret,
    MONGODB_URI: config.mongoUri,
    ...netsuite.settings,
    ...POLL,
    KV_PATH: `${kv}/queue`, // outside what the program may write: opening it would fail
    TIDEMARK_ROLE: "worker",
    SYNC_LAG_SECONDS: "0",
    LOG_LEVEL: "error",
  };
  netsuite.faults.set({ latencyMs: 60 });
  const { id } = await sync.requestRun({ kind: "full", requestedBy: "Ada" });
  const first = await startProcess(env);
  await until("the run is in the middle", 60_000, async () => (await sync.run(id))!.rowsRead > 0 ? true : null);
  await first.kill("SIGINT");
  const { code, signal } = await first.child.status;
  assert.deepEqual([code, signal], [0, null], first.printed());
  assert.equal(await ledger.chunks.countDocuments({ lease: { $ne: null } }), 0, "it has given back what it was at");
  assert.equal((await sync.run(id))!.endedAt, null, "the run was over already: nothing is shown by this");

  netsuite.faults.set({ latencyMs: 0 });
  const second = await startProcess(env);
  const run = await until("the run is over", 120_000, async () => {
    const run = await sync.run(id);
    return run!.endedAt ? run : null;
  });
  assert.deepEqual([run.status, run.error, run.restarts], ["complete", null, 0]);
  await second.kill("SIGINT");
  await assertLevel(store, engine.read);
  assert.deepEqual([...Deno.readDirSync(kv)], [], "a queue was opened");
  await Deno.remove(kv);
});

Deno.test("A branch on Deno Deploy makes and does no run; production and other hosts do", async () => {
  await using engine = await startEngine({ env: POLL });
  const { config, store, netsuite, sync } = engine, { runs, chunks } = ledgerOf(store);
  const env = {
    APP_SECRET: config.appSecret,
    MONGODB_URI: config.mongoUri,
    ...netsuite.settings,
    SYNC_LAG_SECONDS: "0",
    LOG_LEVEL: "error",
  };
  // where a queue wakes, the first tick has gone by when the program says where it is
  const branch = await startProcess({ ...env, DENO_TIMELINE: "git-branch/try" });
  assert.equal(await runs.countDocuments({}), 0);
  const { id } = await sync.requestRun({ kind: "full", streams: ["currencies"], requestedBy: "Ada" });
  const production = await startProcess({ ...env, DENO_TIMELINE: "production" });
  const run = await until("the run is over", 60_000, async () => {
    const run = await sync.run(id);
    return run!.endedAt ? run : null;
  });
  assert.equal(run.status, "complete");
  assert.ok(await runs.countDocuments({ requestedBy: "schedule" }) > 0);
  assert.equal(await chunks.countDocuments({ "lease.owner": { $regex: `^${branch.child.pid}:` } }), 0);
  await Promise.all([branch.kill("SIGTERM"), production.kill("SIGTERM")]);
});
