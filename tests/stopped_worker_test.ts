/** A worker that is stopped past its lease and continued; a queue whose file is taken away. Real processes. */
import assert from "node:assert/strict";
import { EJSON } from "bson";
import type { Store } from "../lib/store/connect.ts";
import { STREAMS } from "../lib/streams/registry.ts";
import { ledgerOf } from "../lib/sync/ledger.ts";
import { createRun } from "../lib/sync/runs.ts";
import { change } from "../standins/netsuite/life.ts";
import { type AppProcess, signIn, startApp, startProcess } from "./support/app.ts";
import { nextSecond, runEnded, startEngine, until } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";
import { randomOf, testSeed } from "./support/seed.ts";

const ROUNDS = Number(Deno.env.get("STOPS") ?? 4);

Deno.test(`A worker stopped by SIGSTOP past its lease and continued can change nothing, ${ROUNDS} times`, async () => {
  const seed = testSeed(20_261_124), random = randomOf(seed);
  await using engine = await startEngine({ env: { TIDEMARK_QUEUE: "poll" } }); // it asks for runs, and does none
  const { config, netsuite, store, sync } = engine, ledger = ledgerOf(store);
  const env = {
    APP_SECRET: config.appSecret,
    MONGODB_URI: config.mongoUri,
    ...netsuite.settings,
    SYNC_CRON: "off",
    SYNC_LAG_SECONDS: "0",
    SYNC_LEASE_SECONDS: "1",
    TIDEMARK_ROLE: "worker",
    LOG_LEVEL: "warning",
  };
  let caught = 0;
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) change(netsuite.db, { count: 60, seed: seed + round, now: new Date() });
    await nextSecond();
    netsuite.faults.set({ latencyMs: 80 });
    const kind = round % 2 === 0 ? "full" : "incremental";
    const { id } = await sync.requestRun({ kind, requestedBy: "Ada" });
    const sleeper = await startProcess(env);
    const held = () => heldBy(store, sleeper, id);
    await until(
      "the worker reads",
      60_000,
      async () => (await held()).some(({ kind }) => kind !== "plan") ? true : null,
    );
    await new Promise((resolve) => setTimeout(resolve, random() * 120));
    sleeper.child.kill("SIGSTOP");
    const asleep = await held();
    caught += asleep.length;

    // another worker takes over what the first one holds, and does the run to its end; meanwhile the business goes on
    const other = await startProcess(env);
    netsuite.faults.set({ latencyMs: 0 });
    const run = await runEnded(sync, id);
    assert.deepEqual([run.status, run.error], ["complete", null]);
    change(netsuite.db, { count: 40, seed: seed + 100 + round, now: new Date() });
    await nextSecond();
    const next = await sync.requestRun({ kind: "incremental", requestedBy: "Ada" });
    assert.equal((await runEnded(sync, next.id)).status, "complete");
    await other.kill("SIGTERM");
    await assertLevel(store, engine.read);

    const before = await contents(store);
    sleeper.child.kill("SIGCONT");
    if (asleep.length > 0) {
      const chunks = asleep.map(({ _id }) => _id);
      await until("the sleeper has seen that its chunks are gone", 60_000, () => {
        const said = sleeper.printed().split("\n").filter((line) => line.includes("passed to another worker"));
        return Promise.resolve(chunks.every((chunk) => said.some((line) => line.includes(`"${chunk}"`))) ? true : null);
      });
    }
    await sleeper.kill("SIGTERM"); // it ends in its own time: whatever it was about to do, it has done
    assert.deepEqual(await contents(store), before, `round ${round}, seed ${seed}: it has changed something`);
  }
  assert.ok(caught > 0, "no worker was ever stopped while it held a chunk: nothing is shown by this");
  console.log(`${caught} chunks were held by workers that slept`);
  assert.ok(await ledger.chunks.countDocuments({ restarts: { $gt: 0 } }) > 0);
});

Deno.test("The file of the queue is deleted in the middle of a run: nothing is lost, and later runs are found all the same", async () => {
  await using app = await startApp({ share: 0.05 }); // pages and sync in one process, woken by its queue
  const cookie = await signIn(app);
  const headers = { Cookie: cookie, Origin: app.url, "Content-Type": "application/json" };
  const ask = async (kind: string) => {
    const response = await fetch(`${app.url}/api/v1/sync/runs`, {
      method: "POST",
      headers,
      body: JSON.stringify({ kind }),
    });
    assert.equal(response.status, 202);
    return (await response.json()).id as number;
  };
  const look = async (id: number) => await (await fetch(`${app.url}/api/v1/sync/runs/${id}`, { headers })).json();
  const ended = (id: number) =>
    until(`run ${id} is over`, 120_000, async () => {
      const run = await look(id);
      return run.endedAt ? run : null;
    });
  app.netsuite.faults.set({ latencyMs: 60 });
  const id = await ask("full");
  await until("the run is in the middle", 60_000, async () => (await look(id)).rowsRead > 0 ? true : null);
  const files = [...Deno.readDirSync(app.process.dataDir)].map(({ name }) => name).filter((name) =>
    name.startsWith("kv")
  );
  assert.ok(files.length > 0, "there is no file of a queue");
  for (const file of files) Deno.removeSync(`${app.process.dataDir}/${file}`);
  assert.equal((await look(id)).endedAt, null, "the run was over already: nothing is shown by this");
  app.netsuite.faults.set({ latencyMs: 0 });
  const run = await ended(id);
  assert.deepEqual([run.status, run.error, run.restarts], ["complete", null, 0]);
  await assertLevel(app.store, app.read);

  change(app.netsuite.db, { count: 30, seed: 5, now: new Date() });
  await nextSecond();
  // asked for by another process, of which no wake-up can come: the ledger is looked at
  const asked = { kind: "incremental", requestedBy: "another process" } as const;
  const next = await ended((await createRun(ledgerOf(app.store), asked, STREAMS, new Date()))._id);
  assert.deepEqual([next.status, next.written > 0], ["complete", true]);
  await assertLevel(app.store, app.read);
});

/** Chunks of a run that a process holds. */
async function heldBy(store: Store, process: AppProcess, runId: number) {
  const own = { runId, status: "working", "lease.owner": { $regex: `^${process.child.pid}:` } } as const;
  return await ledgerOf(store).chunks.find(own).toArray();
}

/** Every collection of the database, as text. */
async function contents(store: Store): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const { name } of await store.db.listCollections().toArray()) {
    // numbers that were drawn and not used, and how the minute went, say nothing of the mirror
    if (name === "sync_counters" || name === "sync_minutes") continue;
    const found = await store.collection(name).find({}, { sort: { _id: 1 } }).toArray();
    all[name] = found.map((document) => EJSON.stringify(document, { relaxed: false }));
  }
  return all;
}
