/**
 * NetSuite's own records (the item "Subtotal", the employee "System") have negative ids. Whatever is cut, counted or verified
 * by id must take them like any other: `TRUNC(-5 / 3)` is -1 there, and `-5` is no id with a dash in it.
 */
import assert from "node:assert/strict";
import type { Document } from "mongodb";
import { ledgerOf } from "../lib/sync/ledger.ts";
import { startEngine } from "./support/engine.ts";

Deno.test("Records with negative ids are read, proved, repaired and buried as all others", async () => {
  await using engine = await startEngine();
  const { netsuite, store } = engine, items = store.collection<Document & { _id: number }>("items");
  const columns = netsuite.db.prepare("SELECT * FROM item LIMIT 1").get() as Record<string, unknown>;
  const own = netsuite.db.prepare(
    `INSERT INTO item SELECT ${Object.keys(columns).map((name) => name === "id" ? "?" : `"${name}"`).join(", ")} ` +
      "FROM item ORDER BY id LIMIT 1",
  );
  for (const id of [-2, -3, -5000]) own.run(id);
  assert.equal((await engine.run("full", ["items"])).status, "complete");
  const ids = async () =>
    (await items.find({ _id: { $lt: 0 }, deletedAt: { $exists: false } }).toArray()).map(({ _id }) => _id);
  assert.deepEqual((await ids()).sort((a, b) => a - b), [-5000, -3, -2]);

  await items.deleteOne({ _id: -2 });
  const repaired = await engine.run("proof", ["items"]);
  assert.deepEqual(
    await ids().then((all) => all.sort((a, b) => a - b)),
    [-5000, -3, -2],
    "a missing one is brought back",
  );
  const proof = await ledgerOf(store).proofs.findOne({ runId: repaired.id });
  assert.deepEqual([repaired.status, proof?.outcome, proof?.repaired], ["complete", "repaired", 1]);

  const again = await engine.run("proof", ["items"]);
  const equal = await ledgerOf(store).proofs.findOne({ runId: again.id });
  assert.deepEqual([equal?.outcome, equal?.looked], ["proved", 0], "equal data is looked into nowhere");

  await items.updateOne({ _id: -3 }, { $set: { name: "by hand" } });
  netsuite.db.exec("DELETE FROM item WHERE id = -5000");
  const full = await engine.run("full", ["items"]);
  assert.equal(full.status, "complete", full.error?.message);
  assert.deepEqual((await ids()).sort((a, b) => a - b), [-3, -2]);
});

Deno.test("A mirror that has lost nearly all of a large stream is found out and made whole by a proof", async () => {
  await using engine = await startEngine();
  const { netsuite, store } = engine;
  const departments = store.collection<Document & { _id: number }>("departments");
  const columns = netsuite.db.prepare("SELECT * FROM department LIMIT 1").get() as Record<string, unknown>;
  const own = netsuite.db.prepare(
    `INSERT INTO department SELECT ${
      Object.keys(columns).map((name) => name === "id" ? "?" : `"${name}"`).join(", ")
    } ` +
      "FROM department ORDER BY id LIMIT 1",
  );
  for (let id = 10_000; id < 11_500; id++) own.run(id);
  assert.equal((await engine.run("full", ["departments"])).status, "complete");
  const all = await departments.countDocuments({});
  await departments.deleteMany({ _id: { $gt: 2 } });
  const run = await engine.run("proof", ["departments"]);
  assert.equal(run.status, "complete", run.error?.message);
  assert.equal(await departments.countDocuments({}), all);
});
