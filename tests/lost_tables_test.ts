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

Deno.test("What a lost table keeps from one stream it keeps from no other, and nothing of its own is passed over meanwhile", async () => {
  await using engine = await startEngine({ share: 0.01, env: { SYNC_OVERLAP_SECONDS: "0" } });
  const { netsuite: { db, faults }, store, sync } = engine;
  const streams = ["vendors", "customers", "transactions"];
  assert.equal((await engine.run("full", streams)).status, "complete");
  const remove = (table: string, type: string) => {
    const { id } = db.prepare(`SELECT MIN(id) AS id FROM ${table}`).get()!;
    db.prepare(`DELETE FROM ${table} WHERE id = ?`).run(id!);
    const at = new Date().toISOString().slice(0, 19).replace("T", " ");
    db.prepare(
      "INSERT INTO deletedrecord (recordid, recordtypeid, type, name, deleteddate) VALUES (?, -2, ?, 'x', ?)",
    )
      .run(id!, type, at);
    return Number(id);
  };
  const isLive = async (stream: string, _id: number) =>
    await store.collection<Document & { _id: number }>(stream).countDocuments({ _id, deletedAt: { $exists: false } });
  const watermark = async (stream: string) =>
    (await sync.status()).streams.find(({ name }) => name === stream)!.watermark;
  const before = await watermark("transactions");
  const customer = remove("customer", "Customer"), vendor = remove("vendor", "Vendor");

  faults.set({ missing: ["customer"] });
  const { status, error } = await engine.run("full", ["customers"]);
  assert.deepEqual([status, error?.code], ["failed", "table_lost"], "a run that finds it out by itself says so");
  const range = { from: "2020-01-01", to: "2030-01-01" };
  const { id } = await sync.requestRun({ kind: "backfill", streams: ["customers"], range, requestedBy: "test" });
  assert.equal((await runEnded(sync, id)).error?.code, "table_lost", "a backfill too");
  await nextSecond();
  const run = await engine.run("incremental", streams);
  assert.deepEqual([run.status, run.error?.code], ["failed", "table_lost"], run.error?.message);
  assert.equal(await isLive("vendors", vendor), 0, "deletes of the others are read");
  assert.notEqual(await watermark("transactions"), before, "whose watermarks move");
  assert.equal(await isLive("customers", customer), 1, "nobody can tell that it is gone");

  faults.clear();
  await store.collection("sync_notices").updateMany({}, { $set: { retryAt: new Date(0) } });
  await nextSecond();
  assert.equal((await engine.run("incremental", streams)).status, "complete");
  assert.equal(await isLive("customers", customer), 0, "what was deleted meanwhile is read now");
});
