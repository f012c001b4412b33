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

Deno.test("The employees of opdemo, of whom some share an id: each row of these is in quarantine, all others are in the mirror", async () => {
  await using engine = await startEngine({ company: { folder: folderOf("opdemo") } });
  const ids = engine.netsuite.db.prepare(`SELECT id, count(*) AS n FROM "employee" GROUP BY id`).all() as {
    id: number;
    n: number;
  }[];
  const shared = ids.filter(({ n }) => n > 1);
  assert.deepEqual([ids.reduce((all, { n }) => all + n, 0), ids.length], [1000, 947], "the source repeats ids");
  for (const kind of ["full", "proof"] as const) {
    const run = await engine.run(kind, ["employees"]);
    assert.deepEqual([run.status, run.error], ["complete", null]);
    const mirrored = await engine.store.collection("employees").countDocuments({ deletedAt: { $exists: false } });
    assert.equal(mirrored, ids.length - shared.length);
    const refused = await engine.store.collection<QuarantineDocument>("quarantine").find({ isMirrored: false })
      .toArray();
    assert.equal(mirrored + refused.length, 1000);
    assert.deepEqual(
      [...new Set(refused.map(({ key }) => Number(key)))].sort((a, b) => a - b),
      shared.map(({ id }) => id).sort((a, b) => a - b),
    );
    for (const { reasons } of refused) assert.match(reasons.join(), /^key "\d+" is given to \d rows/);
  }
});
