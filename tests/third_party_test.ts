import assert from "node:assert/strict";
import { STREAMS } from "../lib/streams/registry.ts";
import type { QuarantineDocument } from "../lib/sync/quarantine.ts";
import { startEngine } from "./support/engine.ts";

const folderOf = (source: string) => new URL(`./data/netsuite/${source}`, import.meta.url).pathname;

/** What each account's tables bring: rows in all, and what is invalid in them. Nobody of this project wrote them. */
const ACCOUNTS: { source: string; streams: Record<string, number>; refused: [id: string, reason: RegExp][] }[] = [
  {
    source: "fivetran",
    streams: {
      subsidiaries: 2,
      currencies: 3,
      departments: 3,
      classifications: 5,
      locations: 3,
      accounts: 6,
      accounting_books: 1,
      accounting_periods: 5,
      employees: 3,
      vendors: 4,
      customers: 5,
      items: 3,
      transactions: 3,
    },
    refused: [],
  },
  {
    source: "opdemo",
    streams: { departments: 27, accounts: 12, items: 781, transactions: 185 },
    refused: [
      ["transactions/1256638", /^entity "id" must be a whole number/],
      ["transactions/1256731", /^entity "id" must be a whole number/],
    ],
  },
];

for (const { source, streams, refused } of ACCOUNTS) {
  Deno.test(`The tables of ${source} sync whole: each row is in the mirror or in quarantine with a reason`, async () => {
    await using engine = await startEngine({ company: { folder: folderOf(source) } });
    const names = STREAMS.map(({ name }) => name).filter((name) => source !== "opdemo" || name !== "employees");
    const run = await engine.run("full", names);
    assert.deepEqual([run.status, run.error], ["complete", null]);
    let rows = 0;
    for (const { name, table } of STREAMS.filter((stream) => names.includes(stream.name))) {
      const there = engine.netsuite.db.prepare(`SELECT count(*) AS n FROM "${table}"`).get()!.n as number;
      const mirrored = await engine.store.collection(name).countDocuments({ deletedAt: { $exists: false } });
      const waiting = await engine.store.collection<QuarantineDocument>("quarantine")
        .countDocuments({ stream: name, isMirrored: false });
      assert.equal(mirrored + waiting, there, `${name}: ${mirrored} mirrored, ${waiting} refused`);
      assert.equal(there, streams[name] ?? there, name);
      rows += there;
    }
    assert.equal(run.rowsRead, rows);
    const found = await engine.store.collection<QuarantineDocument>("quarantine").find().sort({ _id: 1 }).toArray();
    assert.deepEqual(found.map(({ _id }) => _id), refused.map(([id]) => id));
    for (const [n, { reasons }] of found.entries()) assert.match(reasons.join(), refused[n]![1]);
  });
}

Deno.test("The employees of opdemo sync whole, once those that share an id have one of their own", async () => {
  await using engine = await startEngine({ company: { folder: folderOf("opdemo") } });
  const { db } = engine.netsuite;
  const [all, different] = [
    db.prepare(`SELECT count(*) AS n FROM "employee"`).get()!.n as number,
    db.prepare(`SELECT count(DISTINCT id) AS n FROM "employee"`).get()!.n as number,
  ];
  assert.deepEqual([all, different], [1000, 947], "the source repeats ids of employees");
  // a row of its own for each: what an account has, where an id is never given twice
  db.exec(
    `UPDATE "employee" SET id = 100000 + rowid WHERE rowid NOT IN (SELECT MIN(rowid) FROM "employee" GROUP BY id)`,
  );
  const run = await engine.run("full", ["employees"]);
  assert.deepEqual([run.status, run.error, run.rowsRead], ["complete", null, 1000]);
  const mirrored = await engine.store.collection("employees").countDocuments();
  assert.equal(mirrored + await engine.store.collection("quarantine").countDocuments(), 1000);
});
