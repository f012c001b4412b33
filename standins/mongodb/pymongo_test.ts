/** A second official driver, so that the protocol is not fitted to one: PyMongo (Debian package python3-pymongo). */
import assert from "node:assert/strict";
import { startMongo } from "./server.ts";

const SCRIPT = `
import sys, datetime
from pymongo import MongoClient, UpdateOne, InsertOne, ASCENDING
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure
from bson import ObjectId, Int64, Decimal128, Regex
c = MongoClient(sys.argv[1], serverSelectionTimeoutMS=5000)
db = c.py
db.c.insert_many([{"_id": i, "n": Int64(i), "s": "x" * (i % 50), "l": [i, {"k": i}]} for i in range(3000)])
assert db.c.count_documents({"n": {"$gte": 2990}}) == 10
assert len(list(db.c.find({}, batch_size=100))) == 3000
assert [d["_id"] for d in db.c.find({"l.k": {"$in": [5, 7]}}).sort("_id", -1)] == [7, 5]
db.c.create_index([("n", ASCENDING)], unique=True)
try:
    db.c.insert_one({"n": 5}); raise SystemExit("no duplicate error")
except DuplicateKeyError as e:
    assert e.details["keyPattern"] == {"n": 1} and e.details["keyValue"] == {"n": 5}, e.details
try:
    db.c.bulk_write([InsertOne({"_id": 1}), UpdateOne({"_id": 9999}, {"$set": {"n": Int64(-1)}}, upsert=True)], ordered=False)
    raise SystemExit("no bulk error")
except BulkWriteError as e:
    assert [w["code"] for w in e.details["writeErrors"]] == [11000] and e.details["nUpserted"] == 1
r = list(db.c.aggregate([{"$group": {"_id": {"$trunc": {"$divide": ["$n", 1000]}}, "t": {"$sum": "$n"}}}, {"$sort": {"_id": 1}}]))
assert sum(d["t"] for d in r) == 3000 * 2999 // 2 - 1, r
d = db.c.find_one_and_update({"_id": 3}, {"$set": {"at": datetime.datetime(2026, 1, 2), "d": Decimal128("1.10")}}, return_document=True)
assert d["at"] == datetime.datetime(2026, 1, 2) and str(d["d"]) == "1.10"
with c.start_session() as s:
    db.c.update_one({"_id": 4}, {"$inc": {"n": 100000}}, session=s)
try:
    db.command("frob"); raise SystemExit("no error")
except OperationFailure as e:
    assert e.code == 59
assert set(db.list_collection_names()) == {"c"} and "n_1" in db.c.index_information()
c.drop_database("py")
print("ok")
`;

async function python(command: string, ...args: string[]): Promise<{ success: boolean; text: string }> {
  try {
    const out = await new Deno.Command(command, { args }).output(), decoder = new TextDecoder();
    return { success: out.success, text: decoder.decode(out.stdout) + decoder.decode(out.stderr) };
  } catch {
    return { success: false, text: `${command} is not installed` };
  }
}
/** The system's Python comes first, as that is the one with Debian's packages. */
let command: string | undefined;
for (const name of ["/usr/bin/python3", "python3"]) {
  if (!command && (await python(name, "-c", "import pymongo")).success) command = name;
}
const available = command !== undefined;
if (!available) console.log("The PyMongo test is skipped: on Debian, apt-get install python3-pymongo.");

Deno.test({
  name: "PyMongo: cursors, bulk writes, errors, aggregation, sessions",
  ignore: !available,
  fn: async () => {
    const server = await startMongo();
    try {
      assert.deepEqual(await python(command!, "-c", SCRIPT, server.uri), { success: true, text: "ok\n" });
    } finally {
      await server.close();
    }
  },
});
