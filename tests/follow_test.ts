/** Streams that follow another, where that one is written to by a proof: after their part of the run was over. */
import assert from "node:assert/strict";
import type { Document } from "mongodb";
import { ledgerOf } from "../lib/sync/ledger.ts";
import { change } from "../standins/netsuite/life.ts";
import { nextSecond, startEngine, type TestEngine } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";
import { proveAgain } from "./support/prove_again.ts";

const FOLLOWERS = ["transaction_links", "tracking_numbers"];

/** Deletes a fulfilment of today that has a tracking number; tells its id. */
function deleteTracked({ netsuite: { db } }: TestEngine): number {
  const tracked = db.prepare("SELECT COUNT(*) AS n FROM trackingnumbermap WHERE [transaction] = ?");
  for (let seed = 1; seed < 100; seed++) {
    const one = { count: 1, seed, now: new Date(), only: ["deleteFulfilment" as const] };
    db.exec("SAVEPOINT one");
    const { id } = change(db, one).deleted[0]!;
    db.exec("ROLLBACK TO one");
    db.exec("RELEASE one");
    if ((tracked.get(id) as { n: number }).n === 0) continue;
    change(db, one);
    return id;
  }
  throw new Error("no fulfilment of today has a tracking number");
}

const rowsOf = async ({ store }: TestEngine, id: number) =>
  await store.collection<Document>("tracking_numbers").countDocuments({
    transaction: id,
    deletedAt: { $exists: false },
  });

Deno.test("Rows of a document that a proof finds gone go with it", async (t) => {
  await using engine = await startEngine({ share: 0.02 });
  const { db, account: { suiteql } } = engine.netsuite, ledger = ledgerOf(engine.store);
  change(db, { count: 60, seed: 1, now: new Date(), only: ["placeOrder", "approveOrder", "shipOrder"] });
  await nextSecond();
  assert.equal((await engine.run("full")).status, "complete");

  await t.step("in the same run: followers are proved last, and then need no reading in the next", async () => {
    const ask = suiteql.run.bind(suiteql);
    let id: number | null = null;
    suiteql.run = (query, ...rest) => {
      const isProof = /\bFROM transaction\b/i.test(query) && /SUM\(/i.test(query) && /GROUP BY/i.test(query);
      if (isProof) id ??= deleteTracked(engine);
      return ask(query, ...rest);
    };
    const run = await engine.run("full");
    suiteql.run = ask;
    assert.equal(run.status, "complete", run.error?.message);
    assert.ok(id !== null, "no proof was asked for");
    assert.equal(await rowsOf(engine, id), 0);
    for (const stream of FOLLOWERS) {
      const chunk = await ledger.chunks.findOne({ runId: run.id, kind: "proof", stream });
      assert.ok(chunk!.needs.includes("proof:transactions"), `${stream} may be proved first`);
      const state = await ledger.states.findOne({ _id: stream });
      assert.equal(state!.followedRunId, run.id, `${stream} would be read again`);
    }
    await nextSecond();
    await engine.run("incremental");
    await assertLevel(engine.store, engine.read);
  });

  await t.step("in the next run, where the followers were proved before", async () => {
    const { id: runId } = await engine.run("full");
    await nextSecond();
    const id = deleteTracked(engine);
    assert.ok(await rowsOf(engine, id) > 0);
    await proveAgain(engine, runId, "transactions");
    await nextSecond();
    assert.equal((await engine.run("incremental")).status, "complete");
    assert.equal(await rowsOf(engine, id), 0);
    await assertLevel(engine.store, engine.read);
  });
});
