import assert from "node:assert/strict";
import type { Document } from "mongodb";
import { ledgerOf, type ProofDocument } from "../lib/sync/ledger.ts";
import { startEngine, type TestEngine } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";

async function proofs(engine: TestEngine, runId: number): Promise<Map<string, ProofDocument>> {
  return new Map((await ledgerOf(engine.store).proofs.find({ runId }).toArray()).map((proof) => [proof.stream, proof]));
}

Deno.test("A proof of equal data looks into no bucket, and costs two requests a stream at most", async () => {
  await using engine = await startEngine();
  await engine.run("full");
  const run = await engine.run("full");
  assert.equal(run.status, "complete");
  const found = await proofs(engine, run.id);
  assert.equal(found.size, 12);
  for (const { stream, outcome, looked, rows } of found.values()) {
    assert.deepEqual([outcome, looked], ["proved", 0], stream);
    assert.equal(rows, await engine.store.collection(stream).countDocuments({ deletedAt: { $exists: false } }), stream);
  }
  const chunks = await ledgerOf(engine.store).chunks.find({ runId: run.id, kind: "proof" }).toArray();
  assert.equal(chunks.length, 12);
  for (const { stream, requests } of chunks) assert.equal(requests, stream === "transactions" ? 2 : 1, stream);
});

/** Differences as a fault, a hand or a bug could leave them, each in a way that reading alone would not notice. */
const PLANTED: { name: string; stream: string; plant: (engine: TestEngine) => Promise<unknown> }[] = [
  {
    name: "a document that is missing",
    stream: "customers",
    plant: async ({ store }) => await store.collection("customers").deleteOne(await any(store, "customers")),
  },
  {
    name: "a document too many",
    stream: "items",
    plant: async ({ store }) => {
      const item = await store.collection<Document>("items").findOne({});
      await store.collection<Document>("items").insertOne({ ...item, _id: 999_999_999 as never });
    },
  },
  {
    name: "a change time that is wrong",
    stream: "vendors",
    plant: async ({ store }) =>
      await store.collection("vendors").updateOne(await any(store, "vendors"), {
        $set: { "source.modifiedAt": new Date("2030-01-01") },
      }),
  },
  {
    name: "a line that is missing",
    stream: "transactions",
    plant: async ({ store }) =>
      await store.collection("transactions").updateOne({ type: "SalesOrd" }, { $pop: { lines: 1 } } as never),
  },
  {
    name: "an amount that is wrong",
    stream: "transactions",
    plant: async ({ store }) => {
      const order = await store.collection<Document>("transactions").findOne({ type: "CustInvc" });
      order!.lines[1].ledgerMinor += 1;
      await store.collection<Document>("transactions").updateOne({ _id: order!._id }, {
        $set: { lines: order!.lines },
      });
    },
  },
  {
    name: "a quantity that is wrong",
    stream: "inventory",
    plant: async ({ store }) =>
      await store.collection("inventory").updateOne({ onHand: { $gt: 0 } }, { $inc: { onHand: 3 } }),
  },
  {
    name: "a link that is missing",
    stream: "transaction_links",
    plant: async ({ store }) =>
      await store.collection("transaction_links").deleteOne(await any(store, "transaction_links")),
  },
];

for (const { name, stream, plant } of PLANTED) {
  Deno.test(`A proof finds and repairs ${name}`, async () => {
    await using engine = await startEngine({ share: 0.01 });
    await engine.run("full");
    await plant(engine);
    await assert.rejects(assertLevel(engine.store, engine.read), "the difference was not planted");
    const { id } = await engine.sync.requestRun({ kind: "proof", requestedBy: "test" });
    const run = await ended(engine, id);
    assert.deepEqual([run.status, run.error], ["complete", null]);
    const found = (await proofs(engine, id)).get(stream)!;
    assert.deepEqual([found.outcome, found.repaired, found.differing], ["repaired", 1, 0]);
    assert.equal(found.looked, 1, "one bucket differs, one is looked into");
    await assertLevel(engine.store, engine.read);
  });
}

Deno.test("What changes after the window is no difference, and nothing is hidden by it", async () => {
  await using engine = await startEngine({ share: 0.01, env: { SYNC_LAG_SECONDS: "30" } });
  const { db } = engine.netsuite;
  await engine.run("full");
  const now = new Date().toISOString().slice(0, 19).replace("T", " ");
  db.prepare(
    "UPDATE customer SET email = 'late@example.com', lastmodifieddate = ? WHERE id = (SELECT MIN(id) FROM customer)",
  ).run(now);
  const { id } = await engine.sync.requestRun({ kind: "proof", requestedBy: "test" });
  assert.equal((await ended(engine, id)).status, "complete");
  const found = (await proofs(engine, id)).get("customers")!;
  assert.deepEqual([found.outcome, found.later, found.repaired], ["proved", 1, 0]);
});

async function ended(engine: TestEngine, id: number) {
  while (true) {
    const run = await engine.sync.run(id);
    if (run?.endedAt) return run;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function any(store: TestEngine["store"], stream: string) {
  return { _id: (await store.collection(stream).findOne({}, { sort: { _id: 1 } }))!._id };
}
