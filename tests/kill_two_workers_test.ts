/**
 * Two workers in processes of their own, a business that goes on all the while, and SIGKILLs at random moments, over full and
 * incremental runs. `KILLS` says how many; `deno task chaos` runs a thousand.
 */
import assert from "node:assert/strict";
import { systemClock } from "../lib/clock.ts";
import { settleDirty } from "../lib/marts/sales.ts";
import { openNetSuite } from "../lib/sources/netsuite/client.ts";
import { openStore } from "../lib/store/connect.ts";
import { type Ledger, ledgerOf } from "../lib/sync/ledger.ts";
import { makeSync } from "../lib/sync/mod.ts";
import { openQueue } from "../lib/sync/queue.ts";
import { change } from "../standins/netsuite/life.ts";
import { type NetSuiteStandIn, startNetSuite } from "../standins/netsuite/server.ts";
import { type AppProcess, startProcess } from "./support/app.ts";
import { nextSecond, runEnded, tablesOf, testConfig, testDatabase } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";
import { martTotals, salesTotals } from "./support/mart_totals.ts";
import { randomOf, testSeed } from "./support/seed.ts";

const KILLS = Number(Deno.env.get("KILLS") ?? 20);
/**
 * How long after a restart the ledger moves, where nobody is killed meanwhile: 5 s. A machine that also runs other tests is
 * given more; `deno task chaos` is strict.
 */
const RESTART_MS = Number(Deno.env.get("RESTART_SECONDS") ?? 30) * 1000;
/** Longest time in which nothing moves, while workers are killed about each second. */
const STANDSTILL_MS = 60_000;
/** Of so many kills one is followed by peace until something moves. */
const PEACE = 8;

Deno.test(`${KILLS} SIGKILLs, two workers, a changing source: nothing lost, doubled or stale`, async () => {
  const seed = testSeed(20_261_124), random = randomOf(seed);
  const netsuite = await startNetSuite({ company: "demo", share: 0.04, seed: 3 });
  const database = await testDatabase();
  const config = testConfig(database.uri, netsuite);
  const store = await openStore(database.uri), ledger = ledgerOf(store);
  const queue = await openQueue(":memory:");
  const sync = makeSync({ config, store, netsuite: openNetSuite(config.netsuite), queue, clock: systemClock });
  const env = {
    APP_SECRET: config.appSecret,
    MONGODB_URI: database.uri,
    ...netsuite.settings,
    SYNC_CRON: "off",
    SYNC_LAG_SECONDS: "0",
    SYNC_LEASE_SECONDS: "1",
    TIDEMARK_ROLE: "worker",
    LOG_LEVEL: "error",
  };
  const asked = logQuestions(netsuite);
  const workers: AppProcess[] = [await startProcess(env), await startProcess(env)];
  let isOver = false, changes = 0, longest = 0, lastMove = 0, afterRestart = 0;

  /** The business: a few changes at a time, every now and then. */
  const business = (async () => {
    while (!isOver) {
      changes +=
        change(netsuite.db, { count: 1 + Math.floor(random() * 4), seed: seed + changes, now: new Date() }).count;
      await delay(40 + random() * 120);
    }
  })();

  /** Runs one after the other: mostly incremental, each sixth full. Tells what was asked twice. */
  const ended = { full: 0, incremental: 0 };
  const requests = (async () => {
    for (let n = 0; !isOver; n++) {
      const kind = n % 6 === 0 ? "full" : "incremental";
      asked.clear();
      const { id } = await sync.requestRun({ kind, requestedBy: "test" });
      const run = await runEnded(sync, id, 300_000).catch(async (cause) => {
        throw new Error(`run ${id} does not end: ${await ledgerOfRun(ledger, id)}`, { cause });
      });
      assert.deepEqual([run.status, run.error, run.quarantined], ["complete", null, 0], `run ${id}`);
      const twice = [...asked].filter(([, times]) => times > 1);
      const again = twice.reduce((sum, [, times]) => sum + times - 1, 0);
      // of a chunk that is taken over, the page that was being written is read again, and the one asked for ahead of it
      assert.ok(
        again <= 2 * run.restarts,
        `run ${id}: ${again} pages asked for again after ${run.restarts} restarts:\n${twice.join("\n")}`,
      );
      ended[kind]++;
    }
  })();

  /** How long nothing moved, while there was something to do. */
  const watching = (async () => {
    let before = "", since = performance.now();
    while (!isOver) {
      const active = await ledger.runs.findOne({ endedAt: null }, { sort: { _id: -1 } });
      const chunks = active ? await ledger.chunks.find({ runId: active._id }).toArray() : [];
      const now = JSON.stringify([
        active?._id,
        chunks.map(({ status, checkpoint, counts }) => [status, checkpoint, counts]),
      ]);
      if (now !== before || !active) [before, since] = [now, lastMove = performance.now()];
      longest = Math.max(longest, performance.now() - since);
      await delay(50);
    }
  })();

  /** Waits until a worker holds a chunk: the moment of its end is counted from there, so that slow starts do not eat the chance. */
  const hasWork = async ({ child }: AppProcess) => {
    const own = { status: "working", "lease.owner": { $regex: `^${child.pid}:` } } as const;
    const deadline = performance.now() + 10_000;
    while (performance.now() < deadline && !await ledger.chunks.findOne(own)) await delay(20);
  };

  let midRun = 0;
  let broken: unknown;
  requests.catch((error) => broken = error); // told when the last worker is gone: a failure must not leave processes behind
  for (let kills = 0; kills < KILLS && !broken; kills++) {
    const which = Math.floor(random() * 2);
    await hasWork(workers[which]!);
    await delay(random() * 400);
    if (await ledger.runs.findOne({ endedAt: null })) midRun++;
    await workers[which]!.kill("SIGKILL");
    workers[which] = await startProcess(env);
    const restarted = performance.now();
    while (kills % PEACE === PEACE - 1 && lastMove < restarted && !broken) await delay(20);
    if (kills % PEACE === PEACE - 1) afterRestart = Math.max(afterRestart, lastMove - restarted);
    if (kills % 100 === 99) console.log(`${kills + 1} kills, ${midRun} in the middle of a run`);
  }
  isOver = true;
  if (broken) { for (const worker of workers) await worker.kill("SIGTERM"); }
  await Promise.all([business, requests, watching]);

  await nextSecond();
  const { id } = await sync.requestRun({ kind: "incremental", requestedBy: "test" });
  const last = await runEnded(sync, id);
  assert.deepEqual([last.status, last.error], ["complete", null]);
  const compared = await assertLevel(store, tablesOf(netsuite));
  await settleDirty(store);
  assert.deepEqual(await martTotals(store), salesTotals(netsuite.db));
  const restarts = await ledger.chunks.countDocuments({ restarts: { $gt: 0 } });
  console.log(
    `${KILLS} kills, ${midRun} in the middle of a run; ${ended.full} full and ${ended.incremental} incremental runs, ` +
      `${changes} changes meanwhile; ${restarts} chunks taken over; longest standstill ${
        (longest / 1000).toFixed(1)
      } s, ${(afterRestart / 1000).toFixed(1)} s after a restart in peace; ` +
      `${compared.documents} documents equal`,
  );
  assert.ok(midRun >= KILLS / 3, `only ${midRun} of ${KILLS} kills hit a run`);
  assert.ok(restarts > 0, "no chunk was ever taken over");
  assert.ok(longest <= STANDSTILL_MS, `nothing moved for ${longest} ms`);
  assert.ok(afterRestart <= RESTART_MS, `nothing moved for ${afterRestart} ms after a restart`);

  for (const worker of workers) await worker.kill("SIGTERM");
  await queue.close();
  await store.close();
  await database.close();
  await netsuite.close();
});

/** What the ledger says of a run: what somebody who looks for the cause of a standstill needs first. */
async function ledgerOfRun({ runs, chunks }: Ledger, runId: number): Promise<string> {
  const open = { runId, status: { $ne: "done" } } as const;
  const [run, rest, done] = await Promise.all([
    runs.findOne({ _id: runId }),
    chunks.find(open).toArray(),
    chunks.countDocuments({ runId, status: "done" }),
  ]);
  return JSON.stringify({ run: run && { ...run, plans: undefined }, done, rest }, null, 1);
}

const delay = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How often each page of records was asked for, since it was last cleared. */
function logQuestions(netsuite: NetSuiteStandIn): Map<string, number> {
  const times = new Map<string, number>();
  const { suiteql } = netsuite.account, run = suiteql.run.bind(suiteql);
  suiteql.run = (query, parameters, ...rest) => {
    // a page of records, not a bucket that the proof looks into
    if (/\btm_modified\b.*\bORDER BY\b/.test(query) && !/ < \?/.test(query)) {
      const text = `${query} ${JSON.stringify(parameters)}`;
      times.set(text, (times.get(text) ?? 0) + 1);
    }
    return run(query, parameters, ...rest);
  };
  return times;
}
