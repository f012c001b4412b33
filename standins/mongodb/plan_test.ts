/** Indexes must never change an answer: the same random questions to a collection with indexes and to one without. */
import assert from "node:assert/strict";
import { BSON, type Document, MongoClient } from "mongodb";
import { document, type Fields, filter, Random, update } from "./testing/random_commands.ts";
import { startMongo } from "./server.ts";
import { testSeed } from "../../tests/support/seed.ts";

const seed = testSeed(4_711);
const COUNT = Number(Deno.env.get("PLAN_COUNT") ?? 400);

Deno.test(`finds, sorts and writes are the same with indexes and without (seed ${seed})`, async () => {
  const server = await startMongo(), client = new MongoClient(server.uri), r = new Random(seed);
  try {
    const plain = client.db("p").collection<Document>("plain"),
      indexed = client.db("p").collection<Document>("indexed");
    const keys: Record<string, 1 | -1>[] = [{ a: 1 }, { b: -1 }, { "c.x": 1, d: -1 }, { "a.x": -1 }, {
      d: 1,
      a: 1,
      b: 1,
    }, { e: 1, _id: -1 }];
    for (const key of keys) await indexed.createIndex(key).catch(() => {});
    await indexed.createIndex({ c: 1 }, { sparse: true });
    await indexed.createIndex({ b: 1, e: 1 }, { partialFilterExpression: { b: { $gte: 0 } } });
    let used = 0;
    for (let i = 0; i < 300; i++) {
      const fields = document(r, i);
      try { // two arrays in one compound index are refused: such a document goes to neither
        await indexed.insertOne({ ...fields } as never);
        await plain.insertOne({ ...fields } as never);
      } catch (error) {
        assert.equal((error as { code?: number }).code, 171);
      }
    }
    for (let i = 0; i < COUNT; i++) {
      const q = filter(r) as never, about = () => `seed ${seed}, #${i}: ${BSON.EJSON.stringify(q)}`;
      const sort = Object.fromEntries(
        ["a", "b", "d", "e"].filter(() => r.chance(0.3)).map((f) => [f, r.chance(0.5) ? 1 : -1] as const),
      );
      const order: Record<string, 1 | -1> = r.chance(0.5)
        ? { ...sort, _id: -1 }
        : r.pick<Record<string, 1 | -1>>([{ e: 1, _id: -1 }, { e: -1, _id: 1 }, { _id: 1 }]);
      const skip = r.int(3), limit = r.chance(0.5) ? 0 : 1 + r.int(10);
      const ids = (c: typeof plain) =>
        c.find(q).sort(order).skip(skip).limit(limit).map((d) => d._id as unknown).toArray();
      assert.deepEqual(await ids(indexed), await ids(plain), `${about()} sorted by ${JSON.stringify(order)}`);
      assert.equal(await indexed.countDocuments(q), await plain.countDocuments(q), about());
      const plan = (await indexed.find(q).sort(order).explain()).queryPlanner.winningPlan as Fields;
      if (plan.stage !== "COLLSCAN") used++;
      if (i % 3) continue;
      const change = update(r) as never, target = { _id: r.int(300) } as never;
      const write = (c: typeof plain) => c.updateOne(target, change).then((done) => done.modifiedCount, (e) => e.code);
      const done = await write(indexed);
      if (done !== 171) assert.equal(await write(plain), done, about());
    }
    console.log(`seed ${seed}: an index was used for ${used} of ${COUNT} queries`);
    assert.ok(used > COUNT / 5, `indexes were used for ${used} of ${COUNT} queries only`);
  } finally {
    await client.close();
    await server.close();
  }
});
