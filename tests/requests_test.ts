/**
 * What a run may cost. The least possible is worked out here from the stand-in's tables, by the rules of NetSuite's paging
 * (1,000 rows a page at most; a page is the last one only when it has room left), and set beside what the stand-in counted.
 */
import assert from "node:assert/strict";
import { STREAMS } from "../lib/streams/registry.ts";
import type { Stream } from "../lib/streams/define.ts";
import { ledgerOf } from "../lib/sync/ledger.ts";
import { change } from "../standins/netsuite/life.ts";
import { nextSecond, startEngine, type TestEngine } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";
import { testSeed } from "./support/seed.ts";

Deno.test("A stream without a change time is read when a value of it moves, and only then", async () => {
  await using engine = await startEngine({ share: 0.01, env: { SYNC_OVERLAP_SECONDS: "0" } });
  const { db } = engine.netsuite;
  await engine.run("full");
  await nextSecond();
  const table = "inventoryitemlocations";
  const [one, two] = db.prepare(`SELECT item, location FROM ${table} ORDER BY item, location LIMIT 2`).all();
  const at = (row = one) => `WHERE item = ${row!.item} AND location = ${row!.location}`;
  db.exec(`UPDATE ${table} SET reorderpoint = 901 ${at(one)}; UPDATE ${table} SET reorderpoint = 902 ${at(two)}`);
  const steps: [string, string][] = [
    ["one quantity", `UPDATE ${table} SET quantityonhand = COALESCE(quantityonhand, 0) + 1 ${at()}`],
    [
      "two rows that change places",
      `UPDATE ${table} SET reorderpoint = 902 ${at(one)}; UPDATE ${table} SET reorderpoint = 901 ${at(two)}`,
    ],
    ["a row that goes", `DELETE FROM ${table} ${at()}`],
  ];
  await engine.run("incremental");
  for (const [what, sql] of steps) {
    db.exec(sql);
    const run = await engine.run("incremental", ["inventory"]);
    assert.ok(run.written + run.deleted > 0, what);
    await assertLevel(engine.store, engine.read);
    assert.equal((await engine.run("incremental", ["inventory"])).requests, 2, `after ${what}`);
  }
});

Deno.test("A fingerprint that NetSuite does not take costs a reading, never a change", async () => {
  await using engine = await startEngine({ share: 0.01, env: { SYNC_OVERLAP_SECONDS: "0" } });
  await engine.run("full");
  engine.netsuite.faults.set({ missing: ["aggregateitemlocation.leadtime"] }); // found by asking the stream by itself
  assert.equal((await engine.run("incremental")).status, "complete");
  engine.netsuite.db.exec("UPDATE inventoryitemlocations SET quantityonhand = 77");
  assert.ok((await engine.run("incremental")).written > 0);
  assert.equal((await engine.run("incremental", ["inventory"])).requests, 2);
});

Deno.test("An incremental run after k changes costs 1.05 times the least possible number of requests at most", async () => {
  const seed = testSeed(1);
  await using engine = await startEngine({ share: 0.03, seed, env: { SYNC_OVERLAP_SECONDS: "0" } });
  await engine.run("full");
  for (const k of [0, 1, 10, 500, 5000]) {
    const { watermark } = (await ledgerOf(engine.store).states.findOne({ _id: "transactions" }))!;
    await nextSecond();
    if (k > 0) change(engine.netsuite.db, { count: k, seed: seed + k, now: new Date() });
    await nextSecond();
    const least = await leastPossible(engine, watermark!), before = sent(engine);
    const run = await engine.run("incremental");
    const cost = sent(engine) - before;
    console.log(`seed ${seed}, ${k} changes: ${cost} requests, ${least} at least`);
    assert.equal(run.status, "complete");
    assert.equal(run.requests, cost);
    assert.ok(cost >= least, `${least} was not the least possible`);
    assert.ok(cost <= 1.05 * least, `${cost} requests after ${k} changes, where ${least} would do`);
  }
  await assertLevel(engine.store, engine.read);
});

/** An empty answer is asked for once more, as a count: NetSuite answers a search that ran out of time with nothing, too. */
const linkPages = (rows: number) => rows === 0 ? 2 : pagesOf(rows, 1000);

/** Requests that the stand-in answered, logins and the hourly look at its limits aside. */
function sent({ netsuite }: TestEngine): number {
  const { byKind } = netsuite.requests;
  return (byKind.suiteql ?? 0) + (byKind.serverTime ?? 0);
}

const pagesOf = (rows: number, most: number) => Math.floor(rows / most) + 1;

async function leastPossible(engine: TestEngine, since: Date): Promise<number> {
  const { db } = engine.netsuite, from = since.toISOString().slice(0, 19).replace("T", " ");
  const all = (sql: string, ...values: (string | number)[]) =>
    db.prepare(sql).all(...values) as Record<string, number | string>[];
  const count = (sql: string, ...values: (string | number)[]) => Number(all(sql, ...values)[0]!.n);
  let least = 2; // the clock, and what has moved
  const changedDocuments: number[] = [];
  for (const stream of STREAMS.filter((stream) => !stream.follows)) {
    if (!stream.cursor) {
      if (await differs(engine, stream)) {
        least += pagesOf(count(`SELECT COUNT(*) AS n FROM "${stream.table}"`), stream.pageRows);
      }
      continue;
    }
    const ids = all(`SELECT id FROM "${stream.table}" WHERE "${stream.cursor}" >= ? ORDER BY id`, from).map(({ id }) =>
      Number(id)
    );
    if (ids.length === 0) continue;
    least += pagesOf(ids.length, stream.pageRows);
    const { children } = stream;
    if (!children) continue;
    changedDocuments.push(...ids);
    for (let at = 0; at < ids.length; at += stream.pageRows) {
      const some = ids.slice(at, at + stream.pageRows).join();
      least += pagesOf(
        count(`SELECT COUNT(*) AS n FROM "${children.table}" WHERE "${children.parent}" IN (${some})`),
        1000,
      );
    }
  }
  const deleted = all("SELECT DISTINCT type, recordid FROM deletedrecord WHERE deleteddate >= ?", from);
  if (deleted.length > 0) least += pagesOf(deleted.length, 1000);
  for (const { name } of STREAMS.filter(({ deletedTypes }) => deletedTypes.length > 0)) {
    const suspects = await engine.store.collection<{ _id: number; deletedAt?: Date }>(name).find({
      _id: { $in: deleted.map(({ recordid }) => Number(recordid)) },
      deletedAt: { $exists: false },
    }).toArray();
    const gone = suspects.filter(({ _id }) =>
      count(
        `SELECT COUNT(*) AS n FROM "${STREAMS.find((stream) => stream.name === name)!.table}" WHERE id = ?`,
        _id,
      ) === 0
    );
    least += Math.ceil(gone.length / 500);
    if (name === "transactions") changedDocuments.push(...gone.map(({ _id }) => _id));
  }
  const followed = [...new Set(changedDocuments)].sort((a, b) => a - b);
  for (let at = 0; at < followed.length; at += 500) {
    const some = followed.slice(at, at + 500).join();
    for (const { table, follows } of STREAMS.filter(({ follows }) => follows)) {
      for (const column of follows!.columns) {
        least += linkPages(count(`SELECT COUNT(*) AS n FROM "${table}" WHERE "${column}" IN (${some})`));
      }
    }
  }
  return least;
}

/** Whether a table without change times is not as the mirror has it. */
async function differs(engine: TestEngine, stream: Stream): Promise<boolean> {
  const rows = engine.netsuite.db.prepare(`SELECT * FROM "${stream.table}"`).all();
  const mirrored = new Map(
    (await engine.store.collection<Record<string, unknown> & { _id: string }>(stream.name).find({
      deletedAt: { $exists: false },
    }).toArray())
      .map((document) => [String(document._id), document]),
  );
  if (rows.length !== mirrored.size) return true;
  return rows.some((row) => {
    const document = mirrored.get(stream.key.map((column) => row[column]).join("-"));
    return !document || Object.entries(stream.columns).some(([field, { source }]) => {
      const value = row[source] ?? null;
      return typeof value === "number" && value !== document[field];
    });
  });
}
