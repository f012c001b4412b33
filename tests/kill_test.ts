import assert from "node:assert/strict";
import { systemClock } from "../lib/clock.ts";
import { openNetSuite } from "../lib/sources/netsuite/client.ts";
import { openStore } from "../lib/store/connect.ts";
import { type Ledger, ledgerOf } from "../lib/sync/ledger.ts";
import { makeSync } from "../lib/sync/mod.ts";
import { openQueue } from "../lib/sync/queue.ts";
import { startNetSuite } from "../standins/netsuite/server.ts";
import { startProcess } from "./support/app.ts";
import { runEnded, tablesOf, testConfig, testDatabase, until } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";
import { randomOf, testSeed } from "./support/seed.ts";

const KILLS = Number(Deno.env.get("KILLS") ?? 20);
/** How long after its restart a worker, the only one, goes on with what was killed, at most. */
const GOES_ON_MS = 5_000;

Deno.test(`A full run is killed by SIGKILL at ${KILLS} random moments, and ends equal all the same`, async () => {
  const seed = testSeed(20_261_124);
  const random = randomOf(seed);
  const netsuite = await startNetSuite({ company: "demo", share: 0.15, seed: 3 });
  const database = await testDatabase();
  const config = testConfig(database.uri, netsuite, { SYNC_LEASE_SECONDS: "1" });
  const store = await openStore(database.uri);
  const queue = await openQueue(":memory:");
  const sync = makeSync({ config, store, netsuite: openNetSuite(config.netsuite), queue, clock: systemClock });
  const ledger = ledgerOf(store);
  const env = {
    APP_SECRET: config.appSecret,
    MONGODB_URI: database.uri,
    ...netsuite.settings,
    SYNC_CRON: "off",
    SYNC_LAG_SECONDS: "0",
    SYNC_LEASE_SECONDS: "1", // so that most kills wait for little; the last ones are with the lease that is usual
    TIDEMARK_ROLE: "worker",
    LOG_LEVEL: "warning",
  };
  const { SYNC_LEASE_SECONDS: _, ...usual } = env;
  let runs = 0, killed = 0, midRun = 0, longest = 0;
  let { id } = await sync.requestRun({ kind: "full", requestedBy: "test" });
  while (killed < KILLS) {
    const worker = await startProcess(killed < KILLS - 4 ? env : usual);
    // the moment is counted from its first sign of life in the ledger, so that slow starts do not eat the randomness
    await until(
      "the worker takes up a chunk",
      30_000,
      async () =>
        await ledger.chunks.findOne({
          runId: id,
          status: "working",
          "lease.owner": { $regex: `^${worker.child.pid}:` },
        }) ??
          ((await ledger.runs.findOne({ _id: id }))?.endedAt ? "over" : null),
    );
    const since = worker.atWorkSince();
    if (since !== null) longest = Math.max(longest, performance.now() - since);
    await new Promise((resolve) => setTimeout(resolve, random() * 700));
    await worker.kill("SIGKILL");
    killed++;
    const run = await sync.run(id);
    if (!run!.endedAt) midRun++;
    else {
      assert.equal(run!.status, "complete");
      await assertLevel(store, tablesOf(netsuite));
      runs++;
      await store.collection("transactions").deleteMany({}); // so that the next full run has all its work to do
      ({ id } = await sync.requestRun({ kind: "full", requestedBy: "test" }));
    }
  }
  const stood = await progressOf(ledger, id);
  const worker = await startProcess(usual);
  await until("the last worker writes", 60_000, async () => await progressOf(ledger, id) === stood ? null : true);
  const written = performance.now() - (worker.atWorkSince() ?? performance.now());
  const run = await runEnded(sync, id);
  await worker.kill("SIGTERM");
  assert.deepEqual([run.status, run.error], ["complete", null]);
  const compared = await assertLevel(store, tablesOf(netsuite));
  const chunks = await ledger.chunks.find({ restarts: { $gt: 0 } }).toArray();
  console.log(
    `${killed} kills, ${midRun} in the middle of a run, ${runs} runs ended between; ` +
      `${chunks.length} chunks went on from a checkpoint; ${compared.documents} documents equal; ` +
      `work went on ${longest.toFixed(0)} ms after a restart at most, and rows came ${
        written.toFixed(0)
      } ms after the last`,
  );
  assert.ok(midRun >= KILLS / 2, `only ${midRun} of ${killed} kills hit a run`);
  assert.ok(chunks.length > 0, "no chunk was ever taken over");
  assert.ok(longest > 0 && longest <= GOES_ON_MS, `it took ${longest} ms until a restarted worker went on`);
  assert.ok(written <= GOES_ON_MS, `it took ${written} ms until a restarted worker had written something`);
  await queue.close();
  await store.close();
  await database.close();
  await netsuite.close();
});

/** What a run has done so far, as text: it differs as soon as any of its chunks has moved. */
async function progressOf({ runs, chunks }: Ledger, runId: number): Promise<string> {
  const [run, all] = await Promise.all([
    runs.findOne({ _id: runId }, { projection: { status: 1, plan: 1 } }),
    chunks.find({ runId }, { projection: { status: 1, checkpoint: 1, counts: 1 }, sort: { _id: 1 } }).toArray(),
  ]);
  return JSON.stringify([run, all.map(({ status, checkpoint, counts }) => [status === "done", checkpoint, counts])]);
}
