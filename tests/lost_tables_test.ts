/**
 * A table that was read before and is not shown any more is a loss: a permission was taken away, most likely by mistake. That
 * is another thing than a feature that an account never had: the mirror must not call itself level meanwhile.
 */
import assert from "node:assert/strict";
import type { Document } from "mongodb";
import { nextSecond, runEnded, startEngine, type TestEngine } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";

const incremental = async (engine: TestEngine) => {
  await nextSecond();
  return await engine.run("incremental");
};

Deno.test("A table that was read before and is gone fails the runs that should read it, until it is there again", async () => {
  await using engine = await startEngine();
  const { netsuite, store, sync } = engine;
  assert.equal((await engine.run("full")).status, "complete");
  const watermark = async (stream: string) =>
    (await sync.status()).streams.find(({ name }) => name === stream)!.watermark;
  const before = await watermark("customers");

  netsuite.faults.set({ missing: ["customer"] });
  netsuite.db.exec("UPDATE customer SET companyname = 'Renamed' WHERE id = (SELECT MIN(id) FROM customer)");
  for (let n = 0; n < 2; n++) {
    const run = await incremental(engine);
    assert.deepEqual([run.status, run.error?.code], ["failed", "table_lost"]);
    assert.match(run.error!.message, /customer.*was read before/);
  }
  assert.equal(await watermark("customers"), before);
  assert.notEqual(await watermark("items"), before, "the other streams go on");
  assert.notEqual((await sync.status()).tide.state, "level");
  const notice = (await sync.notices()).find(({ name }) => name === "customer")!;
  assert.ok(Date.parse(notice.retryAt) - Date.now() < 20 * 60_000, `asked for again at ${notice.retryAt}`);

  netsuite.faults.clear();
  await store.collection("sync_notices").updateMany({}, { $set: { retryAt: new Date(0) } });
  assert.equal((await engine.run("full", ["customers"])).status, "complete");
  assert.ok((await sync.notices()).every(({ backAt }) => backAt !== null));
  await assertLevel(store, engine.read);
});

Deno.test("Amounts are not guessed at where currencies were read before and are not shown any more", async () => {
  await using engine = await startEngine();
  const { netsuite, store } = engine;
  await engine.run("full");
  const orders = store.collection<Document & { _id: number }>("transactions");
  const order = (await orders.findOne({ type: "SalesOrd" }))!;
  netsuite.faults.set({ missing: ["currency"] });
  netsuite.db.prepare(`UPDATE "transaction" SET memo = 'touched', lastmodifieddate = ? WHERE id = ?`)
    .run(new Date().toISOString().slice(0, 19).replace("T", " "), order._id);
  const run = await incremental(engine);
  assert.equal(run.status, "failed");
  const { currency, totalMinor } = (await orders.findOne({ _id: order._id }))!;
  assert.deepEqual([currency, totalMinor], [order.currency, order.totalMinor]);

  netsuite.faults.clear();
  await store.collection("sync_notices").updateMany({}, { $set: { retryAt: new Date(0) } });
  const { id } = await engine.sync.requestRun({ kind: "incremental", requestedBy: "test" });
  const last = await runEnded(engine.sync, id);
  assert.equal(last.status, "complete", last.error?.message);
  assert.equal((await orders.findOne({ _id: order._id }))!.memo, "touched");
});
