import assert from "node:assert/strict";
import { change } from "../standins/netsuite/life.ts";
import type { Store } from "../lib/store/connect.ts";
import { nextSecond, startEngine } from "./support/engine.ts";
import { assertLevel, differences } from "./support/equality.ts";
import { expectedMirror } from "./support/expected.ts";
import { martTotals, salesTotals } from "./support/mart_totals.ts";
import { testSeed } from "./support/seed.ts";

Deno.test("500 random changes, one incremental run: equal again, and only what changed was written", async () => {
  const seed = testSeed(20_261_124);
  await using engine = await startEngine({ share: 0.05, seed });
  assert.equal((await engine.run("full")).status, "complete");
  let allGone = 0;
  for (const round of [1, 2]) { // the second round edits and deletes what the first one made
    const before = await expectedMirror(engine.read);
    change(engine.netsuite.db, { count: 500, seed: seed + round, now: new Date() });
    await nextSecond();
    const run = await engine.run("incremental");
    assert.deepEqual([run.status, run.error], ["complete", null]);
    await assertLevel(engine.store, engine.read);

    assert.deepEqual(await martTotals(engine.store), salesTotals(engine.netsuite.db));

    const { changed, gone } = differences(before, await expectedMirror(engine.read));
    const { written, buried } = await touchedBy(engine.store, run.id, before.keys());
    assert.deepEqual(written, [...changed].sort());
    assert.deepEqual(buried, [...gone].sort());
    assert.deepEqual([run.written, run.deleted], [changed.size, gone.size]);
    console.log(`round ${round}: ${changed.size} documents changed, ${gone.size} gone`);
    assert.ok(changed.size > 300, `only ${changed.size} documents changed`);
    allGone += gone.size;
  }
  assert.ok(allGone > 0, "no record was deleted in either round");
});

/** What a run has written and buried, as `stream/key`, sorted. */
async function touchedBy(store: Store, runId: number, streams: Iterable<string>) {
  const written: string[] = [], buried: string[] = [];
  for (const stream of streams) {
    const touched = store.collection<{ _id: number | string; deletedAt?: Date }>(stream).find({
      "source.runId": runId,
    });
    for await (const { _id, deletedAt } of touched) (deletedAt ? buried : written).push(`${stream}/${_id}`);
  }
  return { written: written.sort(), buried: buried.sort() };
}

Deno.test("An incremental run over a quiet source writes nothing and moves every watermark", async () => {
  await using engine = await startEngine();
  await engine.run("full");
  const before = await engine.sync.status();
  await nextSecond();
  const run = await engine.run("incremental");
  assert.deepEqual([run.status, run.written, run.deleted], ["complete", 0, 0]);
  const after = await engine.sync.status();
  for (const [n, stream] of after.streams.entries()) {
    assert.ok(stream.watermark! > before.streams[n]!.watermark!, `${stream.name} stayed at ${stream.watermark}`);
  }
});

Deno.test("A document that came and went between two readings leaves no row that belongs to it", async () => {
  await using engine = await startEngine();
  await engine.run("full");
  const { db } = engine.netsuite;
  const { id } = db.prepare(`SELECT id FROM "transaction" t WHERE type = 'ItemShip' AND status = 'C' AND EXISTS
    (SELECT 1 FROM nexttransactionlinelink WHERE nextdoc = t.id) ORDER BY id LIMIT 1`).get() as { id: number };
  // as if its own stream had been read before it came, and the streams that follow it after
  await engine.store.collection<{ _id: number }>("transactions").deleteOne({ _id: id });
  const rows = async () =>
    await engine.store.collection("tracking_numbers").countDocuments({
      transaction: id,
      deletedAt: { $exists: false },
    }) +
    await engine.store.collection("transaction_links").countDocuments({ nextDoc: id, deletedAt: { $exists: false } });
  assert.ok(await rows() >= 2);
  db.prepare("DELETE FROM nexttransactionlinelink WHERE nextdoc = ? OR previousdoc = ?").run(id, id);
  db.prepare(`DELETE FROM transactionline WHERE "transaction" = ?`).run(id);
  db.prepare(`DELETE FROM "transaction" WHERE id = ?`).run(id);
  db.prepare("INSERT INTO deletedrecord (recordid, recordtypeid, type, name, deleteddate) VALUES (?, -2, ?, 'x', ?)")
    .run(id, "Item Fulfillment", new Date().toISOString().slice(0, 19).replace("T", " "));
  await nextSecond();
  const run = await engine.run("incremental");
  assert.deepEqual([run.status, run.error], ["complete", null]);
  assert.equal(await rows(), 0);
});

Deno.test("A record that comes back is revived", async () => {
  await using engine = await startEngine();
  await engine.run("full");
  const { db } = engine.netsuite;
  const customer = db.prepare("SELECT * FROM customer ORDER BY id LIMIT 1").get()!;
  const now = new Date().toISOString().slice(0, 19).replace("T", " ");
  db.prepare("DELETE FROM customer WHERE id = ?").run(customer.id!);
  db.prepare(
    "INSERT INTO deletedrecord (recordid, recordtypeid, type, name, deleteddate) VALUES (?, -2, 'Customer', 'x', ?)",
  )
    .run(customer.id!, now);
  await nextSecond();
  assert.equal((await engine.run("incremental")).deleted, 1);
  const customers = engine.store.collection<{ _id: number; deletedAt?: Date; deleteReason?: string }>("customers");
  const gone = await customers.findOne({ _id: Number(customer.id) });
  assert.ok(gone?.deletedAt);
  assert.equal(gone.deleteReason, "Deleted in NetSuite");

  const columns = Object.keys(customer);
  db.prepare(`INSERT INTO customer (${columns.map((c) => `"${c}"`)}) VALUES (${columns.map(() => "?")})`)
    .run(
      ...Object.values({
        ...customer,
        lastmodifieddate: new Date().toISOString().slice(0, 19).replace("T", " "),
      }) as string[],
    );
  await nextSecond();
  await engine.run("incremental");
  const back = await customers.findOne({ _id: Number(customer.id) });
  assert.ok(back && !back.deletedAt && !back.deleteReason);
  await assertLevel(engine.store, engine.read);
});

Deno.test("Runs of some streams never skip the deletes of others", async () => {
  await using engine = await startEngine({ share: 0.01, env: { SYNC_OVERLAP_SECONDS: "0" } });
  await engine.run("full");
  await nextSecond();
  const { db } = engine.netsuite;
  const remove = (table: string, type: string) => {
    const { id } = db.prepare(`SELECT MAX(id) AS id FROM "${table}"`).get() as { id: number };
    db.prepare(`DELETE FROM "${table}" WHERE id = ?`).run(id);
    db.prepare("INSERT INTO deletedrecord (recordid, recordtypeid, type, name, deleteddate) VALUES (?, -2, ?, 'x', ?)")
      .run(id, type, new Date().toISOString().slice(0, 19).replace("T", " "));
    return id;
  };
  const vendor = remove("vendor", "Vendor"), department = remove("department", "Department");
  await nextSecond();
  const first = await engine.run("incremental", ["departments", "transactions"]);
  assert.deepEqual([first.status, first.deleted], ["complete", 1]);
  await nextSecond();
  const second = await engine.run("incremental", ["departments"]);
  assert.equal(second.requests, 2, "its own deletes are done");
  const third = await engine.run("incremental", ["vendors", "departments"]);
  assert.deepEqual([third.status, third.deleted], ["complete", 1]);
  for (const [stream, _id] of [["vendors", vendor], ["departments", department]] as const) {
    const gone = await engine.store.collection<{ _id: number; deletedAt?: Date }>(stream).findOne({ _id });
    assert.ok(gone?.deletedAt, `${stream} ${_id}`);
  }
  await assertLevel(engine.store, engine.read);
});
