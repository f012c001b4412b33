import assert from "node:assert/strict";
import { startEngine } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";
import { STREAM_NAMES } from "./support/expected.ts";

Deno.test("A full run makes every stream's collection equal to the source, row by row and value by value", async () => {
  await using engine = await startEngine({ share: 0.05 });
  const run = await engine.run("full");
  assert.deepEqual([run.status, run.error, run.share], ["complete", null, 1]);
  const { documents, values } = await assertLevel(engine.store, engine.read);
  assert.equal(run.rowsRead, documents);
  assert.equal(run.written, documents);
  assert.ok(documents > 3_000 && values > 100_000, `${documents} documents, ${values} values compared`);

  const status = await engine.sync.status();
  assert.deepEqual(status.streams.map(({ name }) => name).sort(), STREAM_NAMES.toSorted());
  for (const stream of status.streams) {
    assert.ok(stream.watermark, `${stream.name} has no watermark`);
    assert.equal(stream.quarantined, 0);
  }
  assert.equal(status.documents, documents);
  assert.equal(status.tide.state, "level");
});

Deno.test("A second full run over an unchanged source writes nothing", async () => {
  await using engine = await startEngine();
  const first = await engine.run("full");
  const again = await engine.run("full");
  assert.equal(again.status, "complete");
  assert.deepEqual([again.written, again.deleted, again.unchanged], [0, 0, first.rowsRead]);
});

Deno.test("A full run finds documents that NetSuite no longer has, though deletedrecord is silent", async () => {
  await using engine = await startEngine();
  await engine.run("full");
  const { db } = engine.netsuite;
  const [order] = db.prepare(`SELECT id FROM "transaction" WHERE type = 'SalesOrd' ORDER BY id LIMIT 1 OFFSET 3`).all();
  const id = order!.id as number;
  for (const [table, column] of [["transaction", "id"], ["transactionline", "transaction"]]) {
    db.prepare(`DELETE FROM "${table}" WHERE "${column}" = ?`).run(id);
  }
  db.prepare(`DELETE FROM nexttransactionlinelink WHERE previousdoc = ? OR nextdoc = ?`).run(id, id);
  const run = await engine.run("full");
  assert.equal(run.status, "complete");
  await assertLevel(engine.store, engine.read);
  const tombstone = await engine.store.collection("transactions").findOne({ _id: id as never });
  assert.ok(tombstone?.deletedAt instanceof Date);
  assert.match(tombstone.deleteReason, /full run/);
});

Deno.test("A run of some streams reads those alone", async () => {
  await using engine = await startEngine();
  const run = await engine.run("full", ["customers", "items"]);
  assert.equal(run.status, "complete");
  assert.deepEqual(run.streams, ["customers", "items"]);
  assert.ok(await engine.store.collection("customers").countDocuments() > 0);
  assert.equal(await engine.store.collection("transactions").countDocuments(), 0);
  await assert.rejects(engine.run("full", ["custmers"]), /There is no stream "custmers".*customers/s);
});
