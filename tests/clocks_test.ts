/**
 * Processes whose machines show different times share one database. Which of two readings is newer, and whether a lease has
 * run out, is decided by times that both of them write: so all go by the database's clock.
 */
import assert from "node:assert/strict";
import { systemClock } from "../lib/clock.ts";
import { openNetSuite } from "../lib/sources/netsuite/client.ts";
import { storeClock } from "../lib/store/store_clock.ts";
import type { Document } from "mongodb";
import { ledgerOf } from "../lib/sync/ledger.ts";
import { makeSync } from "../lib/sync/mod.ts";
import { NO_QUEUE } from "../lib/sync/queue.ts";
import { runEnded, startEngine } from "./support/engine.ts";

const HOUR_MS = 3_600_000;

Deno.test("What a machine with a clock an hour ahead has written, another one brings up to date", async () => {
  await using engine = await startEngine();
  const { netsuite, store, config } = engine;
  await engine.sync.stop(); // it works no more; another process takes over, whose clock is wrong
  const ahead = { now: () => new Date(Date.now() + HOUR_MS) };
  const wrong = makeSync({
    ...{ config, store, netsuite: openNetSuite(config.netsuite), queue: NO_QUEUE },
    clock: await storeClock(store, ahead),
  });
  wrong.start();
  const first = await wrong.requestRun({ kind: "full", streams: ["prices"], requestedBy: "test" });
  assert.equal((await runEnded(wrong, first.id)).status, "complete");
  await wrong.stop();

  const { internalid } = netsuite.db.prepare("SELECT internalid FROM pricing LIMIT 1").get()!;
  netsuite.db.prepare("UPDATE pricing SET saleunit = 987 WHERE internalid = ?").run(Number(internalid));
  const right = makeSync({
    ...{ config, store, netsuite: openNetSuite(config.netsuite), queue: NO_QUEUE },
    clock: await storeClock(store, systemClock),
  });
  right.start();
  const second = await right.requestRun({ kind: "incremental", streams: ["prices"], requestedBy: "test" });
  const run = await runEnded(right, second.id);
  await right.stop();
  assert.deepEqual([run.status, run.written], ["complete", 1]);
  const row = await store.collection<Document & { _id: number }>("prices").findOne({ _id: Number(internalid) });
  assert.equal(row?.saleUnit, 987);
  const proofs = await ledgerOf(store).proofs.find({}).toArray();
  assert.ok(proofs.every(({ outcome }) => outcome === "proved"));
});
