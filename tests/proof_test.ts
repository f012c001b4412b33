import assert from "node:assert/strict";
import type { Document } from "mongodb";
import { ledgerOf, type ProofDocument } from "../lib/sync/ledger.ts";
import { seeded } from "../lib/sources/netsuite/governor_simulation.ts";
import { STREAMS } from "../lib/streams/registry.ts";
import { startEngine, type TestEngine } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";
import { STREAM_NAMES } from "./support/expected.ts";
import { proveAgain } from "./support/prove_again.ts";
import { testSeed } from "./support/seed.ts";

async function proofs(engine: TestEngine, runId: number): Promise<Map<string, ProofDocument>> {
  return new Map((await ledgerOf(engine.store).proofs.find({ runId }).toArray()).map((proof) => [proof.stream, proof]));
}

Deno.test("A proof of equal data looks into no bucket, and costs two requests a stream at most", async () => {
  await using engine = await startEngine();
  await engine.run("full");
  const run = await engine.run("full");
  assert.equal(run.status, "complete");
  const found = await proofs(engine, run.id);
  assert.equal(found.size, STREAM_NAMES.length);
  for (const { stream, outcome, looked, rows } of found.values()) {
    assert.deepEqual([outcome, looked], ["proved", 0], stream);
    assert.equal(rows, await engine.store.collection(stream).countDocuments({ deletedAt: { $exists: false } }), stream);
  }
  const chunks = await ledgerOf(engine.store).chunks.find({ runId: run.id, kind: "proof" }).toArray();
  assert.equal(chunks.length, STREAM_NAMES.length);
  const rows = new Map([...found].map(([stream, proof]) => [stream, proof.rows]));
  for (const { stream, requests } of chunks) {
    assert.ok(requests <= 2 + Math.ceil(rows.get(stream)! / 250_000), `${stream}: ${requests} requests`);
    assert.equal(requests, stream === "transactions" ? 2 : 1, stream);
  }
});

/** Differences as a fault, a hand or a bug could leave them, each in a way that reading alone would not notice. */
const PLANTED: { name: string; stream: string; plant: (engine: TestEngine) => Promise<unknown> }[] = [
  // first, since links are read again with the documents of other steps
  {
    name: "a link that is missing",
    stream: "transaction_links",
    plant: async ({ store }) =>
      await store.collection("transaction_links").deleteOne(await any(store, "transaction_links")),
  },
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
    plant: async ({ store }) => {
      const { _id, lines } = (await store.collection<Document>("transactions").findOne({ type: "SalesOrd" }))!;
      await store.collection<Document>("transactions").updateOne({ _id }, { $set: { lines: lines.slice(0, -1) } });
    },
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
    name: "a memo that alters neither stamp nor lines nor amounts",
    stream: "transactions",
    plant: async ({ store }) =>
      await store.collection("transactions").updateOne({ type: "SalesOrd" }, { $set: { memo: "by hand" } }),
  },
  {
    name: "a text that is wrong",
    stream: "departments",
    plant: async ({ store }) =>
      await store.collection("departments").updateOne(await any(store, "departments"), { $set: { name: "by hand" } }),
  },
  {
    name: "a line that is there twice",
    stream: "transactions",
    plant: async ({ store }) => {
      const order = await store.collection<Document>("transactions").findOne({ type: "SalesOrd" });
      await store.collection<Document>("transactions").updateOne({ _id: order!._id }, {
        $push: { lines: order!.lines[0] } as never,
      });
    },
  },
  {
    name: "a field too many",
    stream: "customers",
    plant: async ({ store }) =>
      await store.collection("customers").updateOne(await any(store, "customers"), { $set: { invented: 1 } }),
  },
  {
    name: "a document that is none of NetSuite's",
    stream: "vendors",
    plant: async ({ store }) =>
      await store.collection<Document>("vendors").insertOne({ _id: "mine" as never, name: "x" }),
  },
];

Deno.test("A proof finds and repairs each planted difference, and looks into no other bucket", async (t) => {
  await using engine = await startEngine({ share: 0.01 });
  await engine.run("full");
  for (const { name, stream, plant } of PLANTED) {
    await t.step(name, async () => {
      await plant(engine);
      await assert.rejects(assertLevel(engine.store, engine.read), "the difference was not planted");
      const { id } = await engine.sync.requestRun({ kind: "proof", streams: [stream], requestedBy: "test" });
      const run = await ended(engine, id);
      assert.deepEqual([run.status, run.error], ["complete", null]);
      const found = (await proofs(engine, id)).get(stream)!;
      assert.deepEqual([found.outcome, found.repaired, found.differing], ["repaired", 1, 0]);
      assert.ok(found.looked <= 1, "one bucket differs at most, no other is looked into");
      await assertLevel(engine.store, engine.read);
    });
  }
});

Deno.test("Any number of random differences at once are all found, repaired and told", async () => {
  const seed = testSeed(20_261_124);
  console.log(`seed ${seed}`);
  const random = seeded(seed), pick = (most: number) => Math.floor(random() * most);
  await using engine = await startEngine({ share: 0.01 });
  await engine.run("full");
  const planted = new Map<string, number>();
  for (const stream of STREAMS) {
    const collection = engine.store.collection<Document>(stream.name);
    const keys = (await collection.find({}, { projection: { _id: 1 }, sort: { _id: 1 } }).toArray()).map(({ _id }) =>
      _id
    );
    const chosen = new Set(Array.from({ length: Math.min(12, keys.length) }, () => keys[pick(keys.length)]!));
    planted.set(stream.name, chosen.size);
    for (const _id of chosen) {
      const document = (await collection.findOne({ _id }))!, lines = document.lines as Document[] | undefined;
      const fields = Object.keys(document).filter((field) => !["_id", "source", "custom", "lines"].includes(field));
      const field = fields[pick(fields.length)]!, line = lines?.length ? pick(lines.length) : -1;
      const changes: Document[] = [
        { $set: { [field]: "something else" } },
        { $unset: { [field]: "" } },
        { $set: { "source.modifiedAt": new Date("2031-02-03") } },
        ...(line < 0 ? [] : [
          { $set: { [`lines.${line}.memo`]: "something else" } },
          { $set: { lines: lines!.toSpliced(line, 1) } },
          { $set: { lines: [...lines!, lines![line]] } },
        ]),
      ];
      const n = pick(changes.length + 1) - 1;
      // where the source has no change time, a wrong one in the mirror is nothing that a report or a run looks at
      const change = n === 2 && !stream.cursor ? changes[0] : changes[n];
      if (change) await collection.updateOne({ _id }, change);
      else await collection.deleteOne({ _id });
    }
  }
  const { id } = await engine.sync.requestRun({ kind: "proof", requestedBy: "test" });
  const run = await ended(engine, id);
  assert.deepEqual([run.status, run.error], ["complete", null]);
  const found = await proofs(engine, id);
  assert.deepEqual(new Map([...found].map(([stream, { repaired }]) => [stream, repaired])), planted);
  await assertLevel(engine.store, engine.read);
  assert.equal(
    await engine.store.collection("mart_dirty").countDocuments(),
    0,
    "days of repaired orders are recounted",
  );
});

Deno.test("What moved after it was read is brought level and not called a difference", async () => {
  await using engine = await startEngine({ share: 0.01 });
  const { id } = await engine.run("full");
  const { db } = engine.netsuite, ledger = ledgerOf(engine.store);
  const table = "inventoryitemlocations";
  const { item, location } = db.prepare(`SELECT item, location FROM ${table} ORDER BY item, location LIMIT 1`).get()!;
  db.exec(`UPDATE ${table} SET quantityonhand = 4711 WHERE item = ${item} AND location = ${location}`);
  db.exec("DELETE FROM customer WHERE id = (SELECT MAX(id) FROM customer)");
  const { last } = db.prepare("SELECT MAX(id) + 1 AS last FROM customer").get()!;
  const at = new Date().toISOString().slice(0, 19).replace("T", " ");
  db.prepare(
    "INSERT INTO deletedrecord (recordid, recordtypeid, type, name, deleteddate) VALUES (?, -2, 'Customer', 'x', ?)",
  )
    .run(last!, at);
  for (const stream of ["inventory", "customers"]) {
    await proveAgain(engine, id, stream);
    const proof = (await ledger.proofs.findOne({ stream, runId: id }))!;
    assert.deepEqual([proof.outcome, proof.repaired, proof.later, proof.differing], ["proved", 0, 1, 0], stream);
  }
  await assertLevel(engine.store, engine.read);
});

Deno.test("A stream that never stands still is proved, by a few requests and not by some for each bucket", async () => {
  await using engine = await startEngine({ share: 0.04 });
  const { id } = await engine.run("full");
  const { db, account: { suiteql } } = engine.netsuite, ledger = ledgerOf(engine.store);
  const table = "inventoryitemlocations", ask = suiteql.run.bind(suiteql);
  db.exec(`UPDATE ${table} SET quantityonhand = quantityonhand + 1`); // each bucket differs
  let looks = 0;
  suiteql.run = (query, ...rest) => {
    // at each look into records some have moved, one of them every time
    if (query.includes(table) && / < \?/.test(query)) {
      looks++;
      db.exec(`UPDATE ${table} SET quantityonhand = quantityonhand + 1 WHERE rowid % 7 = ${looks % 7} OR rowid = 1`);
    }
    return ask(query, ...rest);
  };
  const requests = await proveAgain(engine, id, "inventory");
  const proof = (await ledger.proofs.findOne({ stream: "inventory", runId: id }))!;
  assert.deepEqual([proof.outcome, proof.repaired, proof.differing], ["proved", 0, 0]);
  assert.ok(proof.looked > 100, `only ${proof.looked} of ${proof.buckets} buckets differed`);
  const pages = Math.ceil(proof.rows / 1000);
  assert.ok(requests <= 12 * pages + 2, `${requests} requests for ${pages} pages and ${proof.buckets} buckets`);
});

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
