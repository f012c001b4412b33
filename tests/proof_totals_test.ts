import assert from "node:assert/strict";
import type { Document } from "mongodb";
import { markDirty, rebuildDays } from "../lib/marts/sales.ts";
import { startEngine } from "./support/engine.ts";
import { martTotals, salesTotals } from "./support/mart_totals.ts";
import { proveAgain } from "./support/prove_again.ts";

Deno.test("Totals by day are right after a proof, whatever it has found and however often it was cut off", async (t) => {
  await using engine = await startEngine({ share: 0.01 });
  const { store, netsuite: { db } } = engine;
  const run = await engine.run("full", ["currencies", "transactions"]);
  assert.equal(run.status, "complete", run.error?.message);
  assert.deepEqual(await martTotals(store), salesTotals(db));
  const orders = store.collection<Document>("transactions");
  const order = (await orders.findOne({ type: "SalesOrd", isVoided: false }))!;

  await t.step("an order that is none of NetSuite's was counted", async () => {
    await orders.insertOne({ ...order, _id: "mine" as never });
    await rebuildDays(store, [order.date]);
    assert.notDeepEqual(await martTotals(store), salesTotals(db));
    await proveAgain(engine, run.id, "transactions");
    assert.deepEqual(await martTotals(store), salesTotals(db));
  });

  await t.step("a try before this one has repaired, and was cut off before the days were recounted", async () => {
    await (await markDirty(store, [order.date])).written();
    await proveAgain(engine, run.id, "transactions");
    assert.equal(await store.collection("mart_dirty").countDocuments(), 0);
  });
});
