import assert from "node:assert/strict";
import {
  type Db,
  Decimal128,
  type Document as MongoDocument,
  Double,
  Int32,
  Long,
  MongoBulkWriteError,
  MongoClient,
  MongoServerError,
  ObjectId,
} from "mongodb";
import { type MongoStandIn, startMongo } from "./server.ts";

type Row = MongoDocument & { _id?: string | number | ObjectId };
type Query = MongoDocument;
interface Given {
  db: Db;
  server: MongoStandIn;
  client: MongoClient;
}

/** Runs a test against a server of its own, in memory. */
function withServer(name: string, test: (given: Given) => Promise<void>, now?: () => Date): void {
  Deno.test(name, async () => {
    const server = await startMongo({ now }), client = new MongoClient(server.uri);
    try {
      await test({ db: client.db("test"), server, client });
    } finally {
      await client.close();
      await server.close();
    }
  });
}
const code = (promise: Promise<unknown>) => promise.then(() => null, (error: MongoServerError) => error.code);

withServer("insert and find keep every type, the order of fields, and _id at the front", async ({ db }) => {
  const given = {
    b: new Int32(1),
    "10": new Double(1),
    a: Long.fromString("9007199254740993"),
    d: Decimal128.fromString("1.10"),
    when: new Date(-1),
    re: /x+/i,
    bin: new Uint8Array([1, 2, 3]),
    none: null,
    nested: { z: [1.5, { y: true }], "": "é\u0000𝄞" },
    _id: new ObjectId(),
  };
  await db.collection("types").insertOne(given);
  const raw = await db.collection<Row>("types").findOne({}, {
    promoteValues: false,
    promoteLongs: false,
  }) as unknown as typeof given;
  assert.deepEqual(Object.keys(raw).filter((k) => k !== "10"), [
    "_id",
    "b",
    "a",
    "d",
    "when",
    "re",
    "bin",
    "none",
    "nested",
  ]);
  assert.ok(
    raw.b instanceof Int32 && raw["10"] instanceof Double && raw.a instanceof Long && raw.d instanceof Decimal128,
  );
  assert.equal(raw.a.toString(), "9007199254740993");
  assert.equal(raw.d.toString(), "1.10");
  assert.deepEqual((await db.collection("types").findOne({}))!.nested, given.nested);
});

withServer("find: cursors, sort, skip, limit and batches over more than one message", async ({ db }) => {
  const c = db.collection<Row>("many");
  await c.insertMany(Array.from({ length: 1000 }, (_, i) => ({ _id: i, n: i % 10, text: "x".repeat(100) })));
  assert.equal((await c.find({}, { batchSize: 7 }).toArray()).length, 1000);
  assert.deepEqual((await c.find({ n: 3 }).sort({ _id: -1 }).skip(2).limit(3).toArray()).map((d) => d._id), [
    973,
    963,
    953,
  ]);
  assert.equal(await c.countDocuments({ n: { $gte: 8 } }), 200);
  assert.equal(await c.estimatedDocumentCount(), 1000);
  const cursor = c.find({}, { batchSize: 2 });
  await cursor.next();
  const id = cursor.id!;
  await cursor.close(); // sends killCursors
  assert.equal(await code(db.command({ getMore: id, collection: "many" })), 43);
});

withServer(
  "bulkWrite: an upsert whose guard fails reports 11000 with the key, and the others are done",
  async ({ db }) => {
    const c = db.collection<Row>("guarded");
    await c.insertMany([{ _id: 1, v: 5 }, { _id: 2, v: 5 }]);
    const ops = [1, 2, 3].map((_id) => ({
      updateOne: {
        filter: { _id, $or: [{ v: { $lt: _id === 2 ? 9 : 3 } }] },
        update: { $set: { v: 7 } },
        upsert: true,
      },
    }));
    const error = await c.bulkWrite(ops, { ordered: false }).then(() => null, (e) => e);
    assert.ok(error instanceof MongoBulkWriteError);
    const [only, ...more] = [error.writeErrors].flat();
    assert.equal(more.length, 0);
    assert.deepEqual([only!.index, only!.code], [0, 11000]);
    const told = only!.err as unknown as { keyPattern: unknown; keyValue: unknown; errmsg: string };
    assert.match(
      told.errmsg,
      /^E11000 duplicate key error collection: test\.guarded index: _id_ dup key: \{ _id: 1 \}$/,
    );
    const reply = await db.command({
      update: "guarded",
      updates: [{ q: { _id: 1, v: -1 }, u: { $set: { v: 0 } }, upsert: true }],
    });
    assert.deepEqual(reply.writeErrors[0].keyPattern, { _id: 1 });
    assert.deepEqual(reply.writeErrors[0].keyValue, { _id: 1 });
    assert.deepEqual(error.result.upsertedIds, { 2: 3 });
    assert.deepEqual((await c.find().sort({ _id: 1 }).toArray()).map((d) => d.v), [5, 7, 7]);
  },
);

withServer("unique, partial, sparse and compound indexes hold, and say which key", async ({ db }) => {
  const c = db.collection<Row>("u");
  await c.createIndex({ email: 1 }, { unique: true, partialFilterExpression: { email: { $type: "string" } } });
  await c.createIndex({ a: 1, b: -1 }, { unique: true, sparse: true });
  await c.insertMany([{ _id: 1, email: null }, { _id: 2 }, { _id: 3, email: "x", a: 1, b: 1 }, { _id: 4, a: 1, b: 2 }]);
  const error = await c.insertOne({ email: "x" }).then(() => null, (e: MongoServerError) => e);
  assert.deepEqual([error!.code, error!.keyPattern, error!.keyValue], [11000, { email: 1 }, { email: "x" }]);
  assert.equal(await code(c.updateOne({ _id: 4 }, { $set: { b: 1 } })), 11000);
  assert.equal(await code(c.updateOne({ _id: 4 }, { $set: { b: 2.0, c: 1 } })), null);
  assert.equal(await code(c.createIndex({ c: 1 }, { name: "a_1_b_-1" })), 86);
  assert.equal(await code(c.createIndex({ a: 1, b: -1 })), 86);
  assert.equal(await code(c.createIndex({ a: 1, b: -1 }, { name: "other" })), 85);
  assert.equal(await code(c.dropIndex("nothing")), 27);
  await c.insertMany([{ k: 1 }, { k: 1 }]);
  assert.equal(await code(c.createIndex({ k: 1 }, { unique: true })), 11000);
  assert.deepEqual(
    (await c.indexes()).map((i) => i.name),
    ["_id_", "email_1", "a_1_b_-1"],
    "a failed index leaves nothing",
  );
});

withServer("the planner uses indexes for equality, ranges, prefixes, sorts and $or", async ({ db }) => {
  const c = db.collection<Row>("p");
  await c.insertMany(
    Array.from({ length: 200 }, (_, i) => ({ _id: i, a: i % 5, b: i, t: [i, i + 1], d: new Date(i) })),
  );
  await c.createIndex({ a: 1, b: -1 });
  await c.createIndex({ t: 1 });
  const plan = async (filter: Query, sort: Record<string, 1 | -1> = {}) => {
    const { winningPlan: p } = (await c.find(filter).sort(sort).explain()).queryPlanner;
    return p.stage === "OR" ? "OR" : p.inputStage ? p.inputStage.indexName : p.stage;
  };
  assert.equal(await plan({ _id: { $gte: 5, $lte: 9 } }), "_id_");
  assert.equal(await plan({ a: 3 }, { b: -1 }), "a_1_b_-1");
  assert.equal(await plan({ a: { $in: [1, 2] }, b: { $lt: 50 } }), "a_1_b_-1");
  assert.equal(await plan({}, { a: -1, b: 1 }), "a_1_b_-1");
  assert.equal(await plan({ t: 7 }), "t_1");
  assert.equal(await plan({ $or: [{ a: 1 }, { t: 3 }] }), "OR");
  assert.equal(await plan({ b: 3 }), "COLLSCAN");
  const ids = async (filter: Query, sort: Record<string, 1 | -1>) =>
    (await c.find(filter).sort(sort).toArray()).map((d) => d.b);
  assert.deepEqual(await ids({ a: 3, b: { $gt: 10, $lte: 28 } }, { b: -1 }), [28, 23, 18, 13]);
  assert.deepEqual(await ids({ a: 3, b: { $gt: 10, $lte: 28 } }, { b: 1 }), [13, 18, 23, 28]);
  assert.deepEqual(
    await ids({ t: { $gt: 197, $lt: 199 } }, { _id: 1 }),
    [197, 198],
    "one element above, another below",
  );
  assert.deepEqual((await ids({}, { a: -1, b: 1 })).slice(0, 3), [4, 9, 14]);
});

withServer("updates: operators, replacement, no-ops and errors", async ({ db }) => {
  const c = db.collection<Row>("up");
  const after = async (update: Row, start: Row = { _id: 1, n: 1, s: "x", l: [1, 2, 3], o: { k: 1 } }) => {
    await c.replaceOne({ _id: 1 }, start, { upsert: true });
    await c.updateOne({ _id: 1 }, update as never);
    const { _id: _, ...rest } = (await c.findOne({ _id: 1 }))!;
    return rest;
  };
  assert.deepEqual(await after({ $set: { "o.j": 2, z: 1, b: 2 }, $unset: { s: 1 } }), {
    n: 1,
    l: [1, 2, 3],
    o: { k: 1, j: 2 },
    b: 2,
    z: 1,
  });
  assert.deepEqual(
    Object.keys(await after({ $set: { z: 1, b: 2 } })),
    ["n", "s", "l", "o", "b", "z"],
    "new fields in order of name",
  );
  assert.deepEqual((await after({ $push: { l: { $each: [0, 4], $slice: -3 } } })).l, [3, 0, 4]);
  assert.deepEqual((await after({ $pull: { l: { $gte: 2 } } })).l, [1]);
  assert.deepEqual((await after({ $addToSet: { l: { $each: [3, 4] } } })).l, [1, 2, 3, 4]);
  assert.deepEqual(await after({ $max: { n: 5 }, $min: { s: "a" } }), { n: 5, s: "a", l: [1, 2, 3], o: { k: 1 } });
  assert.deepEqual((await after({ $inc: { n: 2147483647 } })).n, 2147483648, "int32 grows to int64");
  assert.equal((await c.updateOne({ _id: 1 }, { $set: { s: "x" } })).modifiedCount, 0);
  assert.equal(await code(c.updateOne({ _id: 1 }, { $inc: { s: 1 } })), 14);
  assert.equal(await code(c.updateOne({ _id: 1 }, { $set: { _id: 2 } })), 66);
  assert.equal(await code(c.updateOne({ _id: 1 }, { $set: { a: 1, "a.b": 1 } })), 40);
  assert.equal(await code(c.updateOne({ _id: 1 }, { $set: { "s.t": 1 } })), 28);
  assert.equal(await code(c.updateOne({ _id: 1 }, { $frob: { a: 1 } } as never)), 9);
  assert.equal(await code(c.updateOne({ _id: 1 }, { $set: { "l.$[x]": 1 } }, { arrayFilters: [{ x: 1 }] })), 40415);
  const upserted = await c.findOneAndUpdate({ k: 9, "q.r": 1 }, { $set: { v: 1 }, $setOnInsert: { w: 2 } }, {
    upsert: true,
    returnDocument: "after",
  });
  const { _id, ...rest } = upserted!;
  assert.ok(_id instanceof ObjectId);
  assert.deepEqual(rest, { k: 9, q: { r: 1 }, v: 1, w: 2 });
});

withServer("aggregation: groups, joins and dates", async ({ db }) => {
  await db.collection<Row>("orders").insertMany([
    {
      _id: 1,
      who: "a",
      cents: 2147483647,
      at: new Date("2026-03-29T00:30:00Z"),
      lines: [{ i: 1, n: 2 }, { i: 2, n: 1 }],
    },
    { _id: 2, who: "a", cents: 1, at: new Date("2026-03-29T22:30:00Z"), lines: [] },
    {
      _id: 3,
      who: "b",
      cents: Long.fromString("9007199254740993"),
      at: new Date("2026-01-31T12:00:00Z"),
      lines: [{ i: 2, n: 5 }],
    },
    { _id: 4, who: null, cents: 0.1, at: new Date("2026-02-01T00:00:00Z") },
  ]);
  await db.collection<Row>("people").insertMany([{ _id: "a", name: "Ann" }, { _id: "b", name: "Bob" }]);
  const run = (pipeline: Row[]) => db.collection("orders").aggregate(pipeline, { promoteLongs: false }).toArray();
  const sums = await run([{ $group: { _id: "$who", s: { $sum: "$cents" }, n: { $sum: 1 } } }, { $sort: { _id: 1 } }]);
  assert.deepEqual(sums.map((d) => [d._id, String(d.s), d.n]), [[null, "0.1", 1], ["a", "2147483648", 2], [
    "b",
    "9007199254740993",
    1,
  ]]);
  const joined = await run([
    {
      $lookup: {
        from: "people",
        localField: "who",
        foreignField: "_id",
        as: "p",
        pipeline: [{ $project: { _id: 0, name: 1 } }],
      },
    },
    { $sort: { _id: 1 } },
    { $project: { p: 1 } },
  ]);
  assert.deepEqual(joined.map((d) => d.p), [[{ name: "Ann" }], [{ name: "Ann" }], [{ name: "Bob" }], []]);
  const days = await run([{ $sort: { _id: 1 } }, {
    $project: {
      _id: 0,
      day: { $dateTrunc: { date: "$at", unit: "day", timezone: "Europe/Berlin" } },
      next: { $dateAdd: { startDate: "$at", unit: "month", amount: 1 } },
    },
  }]);
  assert.deepEqual(
    days.map((d) => d.day.toISOString().slice(0, 16)),
    ["2026-03-28T23:00", "2026-03-29T22:00", "2026-01-30T23:00", "2026-01-31T23:00"],
  );
  assert.equal(days[2]!.next.toISOString(), "2026-02-28T12:00:00.000Z");
  const counted = await run([{ $unwind: "$lines" }, { $match: { "lines.i": 2 } }, { $count: "n" }]);
  assert.deepEqual(counted, [{ n: 2 }]);
  const [nested] = await run([{ $match: { _id: 1 } }, { $project: { _id: 0, "lines.i": 1, "lines.who": "$who" } }]);
  assert.deepEqual(nested, { lines: [{ i: 1, who: "a" }, { i: 2, who: "a" }] });
  assert.deepEqual(await run([{ $match: { who: "z" } }, { $count: "n" }]), []);
  const second = { $filter: { input: "$lines", cond: { $in: ["$$this.i", [2]] } } };
  const cut = [{ $match: { _id: 1 } }, { $set: { lines: second, at: "$$REMOVE" } }, { $unset: ["who", "cents"] }];
  assert.deepEqual(await run(cut), [{ _id: 1, lines: [{ i: 2, n: 1 }] }]);
  assert.equal(await code(run([{ $frob: 1 }])), 40324);
  assert.equal(await code(run([{ $project: { a: { $frob: 1 } } }])), 168);
  assert.equal(await code(run([{ $group: { _id: 1, a: { $frob: 1 } } }])), 15952);
  assert.equal(await code(run([{ $project: { a: { $divide: [1, 0] } } }])), 2);
});

withServer("what is not supported is refused by name", async ({ db, client }) => {
  assert.equal(await code(db.command({ frob: 1 })), 59);
  assert.equal(await code(db.command({ find: "x", frob: 1 })), 40415);
  assert.equal(await code(db.collection("x").find({ a: { $near: 1 } }).toArray()), 2);
  assert.equal(await code(db.collection("x").find({ $where: "1" }).toArray()), 2);
  assert.equal(await code(db.collection("x").find({ a: { $all: [1] } }).toArray()), 2);
  assert.equal(await code(db.collection("x").find({}).hint("a_1").toArray()), 40415);
  assert.equal(await code(db.collection("x").updateOne({}, { $mul: { a: 2 } })), 9);
  assert.equal(await code(db.collection("x").updateOne({}, [{ $set: { a: 2 } }])), 9);
  assert.equal(await code(db.collection("x").aggregate([{ $facet: {} }]).toArray()), 40324);
  assert.equal(await code(db.collection("x").aggregate([{ $project: { a: { $concat: ["a"] } } }]).toArray()), 168);
  assert.equal(await code(db.stats()), 59);
  assert.equal(await code(db.collection("x").find({}, { collation: { locale: "en" } }).toArray()), 40415);
  assert.equal(await code(db.collection("x").createIndex({ a: "text" })), 67);
  assert.equal(await code(db.createCollection("x", { capped: true, size: 10 })), 40415);
  const session = client.startSession();
  try {
    await assert.rejects(
      session.withTransaction(() => db.collection("x").insertOne({}, { session })),
      /[Tt]ransaction/,
    );
  } finally {
    await session.endSession();
  }
});

withServer("collections: create, list, drop, validators, sizes", async ({ db }) => {
  await db.createCollection("v", { validator: { n: { $gte: 0 } } });
  assert.equal(await code(db.createCollection("v")), 48);
  assert.equal(await code(db.collection<Row>("v").insertOne({ n: -1 })), 121);
  await db.collection<Row>("v").insertOne({ n: 1 });
  assert.deepEqual((await db.listCollections({}, { nameOnly: true }).toArray()).map((c) => c.name), ["v"]);
  assert.equal(await code(db.collection("missing").indexes()), 26);
  assert.equal(await code(db.collection<Row>("v").insertOne({ n: 1, big: "x".repeat(16 * 1024 * 1024) })), 10334);
  assert.equal(await db.collection("v").drop(), true);
  assert.deepEqual(await db.listCollections().toArray(), []);
});

withServer("maxTimeMS ends a long command with code 50", async ({ db }) => {
  const c = db.collection<Row>("slow");
  await c.insertMany(Array.from({ length: 3000 }, (_, i) => ({ _id: i, l: [1, 2, 3, 4, 5, 6, 7, 8] })));
  const cross = [{ $unwind: "$l" }, {
    $lookup: { from: "slow", let: { x: "$l" }, pipeline: [{ $match: { $expr: { $eq: ["$_id", "$$x"] } } }], as: "y" },
  }];
  assert.equal(await code(c.aggregate(cross, { maxTimeMS: 30 }).toArray()), 50);
});

let clock = new Date("2026-01-01T00:00:00Z");
withServer("TTL indexes delete what is over, by the given clock", async ({ db, server }) => {
  const c = db.collection<Row>("ttl");
  await c.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
  await c.insertMany([{ _id: 1, at: clock }, { _id: 2, at: new Date(+clock + 3_600_000) }, { _id: 3, at: "text" }, {
    _id: 4,
  }]);
  server.sweep();
  assert.equal(await c.countDocuments(), 4);
  clock = new Date(+clock + 61_000);
  server.sweep();
  assert.deepEqual((await c.find().sort({ _id: 1 }).toArray()).map((d) => d._id), [2, 3, 4]);
}, () => clock);

withServer("a numbered write, which only a replica set could answer once, is refused", async ({ db }) => {
  const lsid = { id: new (await import("mongodb")).UUID() };
  const updates = [{ q: { _id: 1 }, u: { $inc: { n: 1 } }, upsert: true }];
  assert.equal(await code(db.command({ update: "retry", updates, lsid, txnNumber: Long.fromNumber(1) })), 20);
  assert.equal(await db.collection("retry").countDocuments(), 0);
});

withServer("unacknowledged writes (moreToCome) are done and not answered", async ({ db }) => {
  const c = db.collection<Row>("quiet");
  await c.insertMany([{ _id: 1 }, { _id: 2 }], { writeConcern: { w: 0 } });
  const end = Date.now() + 5000;
  while (await c.countDocuments() < 2) assert.ok(Date.now() < end, "the documents came");
});
