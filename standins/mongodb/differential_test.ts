/**
 * Runs the same random commands on this stand-in and on a real engine, and compares answers, error codes and contents.
 *
 *     MONGODB_TEST_URI=mongodb://127.0.0.1:27018 deno test -A standins/mongodb/differential_test.ts
 *
 * `SEED` and `DIFFERENTIAL_COUNT` choose what is run.
 */
import assert from "node:assert/strict";
import { BSON, type Db, MongoClient, MongoServerError } from "mongodb";
import { command, document, type Fields, Random } from "./testing/random_commands.ts";
import { startMongo } from "./server.ts";
import { testSeed } from "../../tests/support/seed.ts";

const uri = Deno.env.get("DIFFERENTIAL_URI") || Deno.env.get("MONGODB_TEST_URI");
if (!uri) {
  console.log("The differential test is skipped: DIFFERENTIAL_URI=mongodb://… names a real engine to compare with.");
}
const seed = uri ? testSeed(4_711) : 0;
const total = Number(Deno.env.get("DIFFERENTIAL_COUNT") ?? 2000);
const IDS = 40;

const exact = { promoteValues: false, promoteLongs: false } as const;
/** Canonical JSON with sorted names: new fields of an update come in another order from the engine that is compared with. */
const show = (v: unknown) => JSON.stringify(sorted(BSON.EJSON.serialize(v as Fields, { relaxed: false })));
function sorted(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(sorted);
  if (typeof v !== "object" || v === null) return v;
  if ("$numberDouble" in v) return { $numberDouble: Number(v.$numberDouble).toPrecision(14) }; // sums differ in the last digit
  if ("$numberDecimal" in v) { // 12.10 and 12.1 are one number
    const text = String(v.$numberDecimal);
    if (/^-?[0.]+(E[+-]?\d+)?$/i.test(text)) return { $numberDecimal: "0" }; // zeros of any sign and scale
    return { $numberDecimal: text.includes(".") && !/e/i.test(text) ? text.replace(/\.?0+$/, "") : text };
  }
  return Object.fromEntries(Object.entries(v).sort(([a], [b]) => a < b ? -1 : 1).map(([name, e]) => [name, sorted(e)]));
}
/** The first place where two answers differ. */
function firstDifference(a: unknown, b: unknown): string {
  if (!Array.isArray(a) || !Array.isArray(b)) return `\n   ours   ${show({ a })}\n   theirs ${show({ a: b })}`;
  const at = a.findIndex((v, i) => v !== b[i]), i = at < 0 ? a.length : at;
  return ` [${i}] of ${a.length} and ${b.length}\n   ours   ${a[i]}\n   theirs ${b[i]}`;
}

/** The compared engine pushes values of a group in any order. */
const inOrder = (v: unknown) => Array.isArray(v) ? v.map((e) => show({ e })).sort() : v;

/** Of keys that are equal as numbers, `[0]` and `[0.0]`, either may stand for the group. */
const byValue = (v: unknown) =>
  show({ v }).replace(/\{"\$number(?:Int|Long|Double)":"?([^"}]+)"?\}/g, (_, n) => `${Number(n)}`);

/** An answer without what may differ between any two servers: cursor ids, wording of messages, order of groups and sets. */
function comparable(cmd: Fields, answer: Fields): unknown {
  const cursor = answer.cursor as { firstBatch: Fields[] } | undefined;
  if (cursor) {
    const grouped = JSON.stringify(cmd.pipeline ?? "").includes("$group");
    const list = cursor.firstBatch.map((d) =>
      show(grouped ? { ...d, _id: byValue(d._id), s: inOrder(d.s), t: inOrder(d.t) } : d)
    );
    return grouped ? list.sort() : list;
  }
  if (cmd.distinct) { // of equal numbers either may be the one that is given
    const number = (_: string, text: string) => `"n":${Number(text)}`;
    return (answer.values as unknown[]).map((v) => show({ v }).replace(/"\$number\w+":"([^"]+)"/g, number)).sort();
  }
  const errors = (answer.writeErrors as Fields[] | undefined)?.map((e) => ({
    failed: Number(e.index),
    duplicate: Number(e.code) === 11000,
  }));
  const sliced = JSON.stringify(cmd).includes("$slice"); // is a $push whose values are cut off again a change?
  return show({
    n: answer.n,
    nModified: sliced ? null : answer.nModified,
    upserted: answer.upserted,
    value: answer.value,
    errors,
  });
}

async function run(db: Db, cmd: Fields): Promise<unknown> {
  try {
    return comparable(cmd, await db.command(cmd, exact));
  } catch (error) {
    if (error instanceof MongoServerError) return { error: cmd.findAndModify ? 0 : Number(error.code) }; // which of two wrong operators is told may differ
    throw error;
  }
}

async function contents(db: Db): Promise<string[]> {
  return (await db.collection("main").find({}, { ...exact, sort: { _id: 1 } }).toArray()).map(show);
}

/** Tries until it works, for at most 30 seconds. */
async function eventually<T>(action: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 30_000;;) {
    try {
      return await action();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((done) => setTimeout(done, 200));
    }
  }
}

/** Makes both databases anew: documents, and indexes in ours. Gives the documents of `main`. */
async function fill(dbs: readonly Db[], r: Random): Promise<Fields[]> {
  const [seeded, others] = [0, 1].map(() => Array.from({ length: 15 }, (_, i) => document(r, i)));
  for (const db of dbs) await db.dropDatabase();
  const main = dbs[0]!.collection("main"); // the other engine has none: some values made it spin while it wrote an index
  await main.createIndex({ a: 1 });
  await main.createIndex({ b: -1, _id: 1 });
  await main.createIndex({ "c.x": 1 });
  await main.createIndex({ d: 1 }, { partialFilterExpression: { d: { $exists: true } } });
  for (const db of dbs) {
    await db.collection("main").insertMany(seeded as never);
    await db.collection("other").insertMany(others as never);
  }
  return seeded!;
}

Deno.test({
  name: `random commands give the same answers as a real engine (seed ${seed})`,
  ignore: !uri,
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    console.log(`${total} commands`);
    const server = await startMongo(), ours = new MongoClient(server.uri), theirs = new MongoClient(uri!);
    const name = `differential_${seed}`, r = new Random(seed), differences: string[] = [];
    const dbs = [ours.db(name), theirs.db(name)] as const;
    try {
      let seeded: Fields[] = [];
      for (let tries = 0;; tries++) {
        try {
          seeded = await fill(dbs, r);
          break;
        } catch (error) { // some documents are too much for the other engine ("compressed pglz data is corrupt")
          if (tries === 5) throw error;
        }
      }
      let broken = 0;
      const reset = async () => { // start again from the same contents
        for (const db of dbs) {
          await eventually(async () => {
            await db.collection("main").deleteMany({});
            await db.collection("main").insertMany(seeded as never);
          });
        }
      };
      for (let i = 0; i < total; i++) {
        const cmd = command(r, IDS), [a, b] = await Promise.all(dbs.map((db) => run(db, cmd)));
        const failure = (b as { error?: number }).error;
        if (failure === 1 || failure === 115) { // it fell over, or does not know that: nothing to compare with
          broken++;
          await reset();
          continue;
        }
        const multi = /"multi":true/.test(JSON.stringify(cmd));
        if (multi && (failure !== undefined || show({ b }).includes("failed"))) {
          await reset(); // the compared engine undoes a multi-update that fails half-way; MongoDB does not
          continue;
        }
        if (show({ a }) !== show({ a: b })) {
          differences.push(`#${i} ${BSON.EJSON.stringify(cmd)}${firstDifference(a, b)}`);
        }
        if (cmd.insert || cmd.update || cmd.delete || cmd.findAndModify) {
          const [x, y] = await Promise.all(dbs.map(contents));
          if (x!.join("\n") !== y!.join("\n")) {
            differences.push(`#${i} contents after ${BSON.EJSON.stringify(cmd)}${firstDifference(x, y)}`);
            await reset();
          } else if (x!.join().includes(":[]")) await reset(); // MongoDB sorts an empty array below null, the other does not
        }
        if (differences.length > 20) break;
      }
      if (broken) console.log(`the other engine failed on ${broken} commands, which were left out`);
      assert.equal(differences.length, 0, `seed ${seed}:\n${differences.join("\n")}`);
    } finally {
      await eventually(() => theirs.db(name).dropDatabase());
      await Promise.all([ours.close(), theirs.close()]);
      await server.close();
    }
  },
});
