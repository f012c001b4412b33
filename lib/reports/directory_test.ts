import assert from "node:assert/strict";
import { systemClock } from "../clock.ts";
import { openTestStore } from "../store/testing.ts";
import { keyAlias, MODIFIED } from "../streams/shape.ts";
import { streamNamed } from "../streams/registry.ts";
import { applyPage } from "../sync/apply.ts";
import { syncIndexes } from "../sync/indexes.ts";
import { ledgerOf } from "../sync/ledger.ts";
import { replay } from "../sync/quarantine_replay.ts";
import { MOST_ENTRIES, readDirectory } from "./directory.ts";
import { findByName } from "./sales_names.ts";

const CUSTOMERS = {
  collection: "customers",
  fields: ["name", "number"],
  entry: (record: Record<string, unknown>) => ({ name: String(record.name), code: String(record.number) }),
};

Deno.test("readDirectory reads all once, then only what was written since, also by a slower page", async () => {
  await using store = await openTestStore();
  const customers = store.collection<{ _id: number }>("customers");
  const clock = (seconds: number) => new Date(Date.UTC(2026, 10, 24, 9, 0, seconds));
  const at = (seconds: number) => ({ source: { syncedAt: clock(seconds) } });
  const write = (_id: number, name: string, seconds: number) =>
    customers.replaceOne({ _id }, { name, number: `C-${_id}`, ...at(seconds) } as never, { upsert: true });
  await write(1, "Brakes", 0);
  await write(2, "Gears", 30);
  const first = await readDirectory(store, CUSTOMERS, clock(31));
  assert.deepEqual([...first ?? []].map(([id, { name, words }]) => [id, name, words]).sort(), [
    [1, "Brakes", "brakes\nc-1"],
    [2, "Gears", "gears\nc-2"],
  ]);
  await write(1, "Brakes and Gears", 60);
  await write(3, "José", 29); // asked for before the newest that was seen, written after it
  const again = await readDirectory(store, CUSTOMERS, clock(61));
  assert.equal(again?.get(1)?.name, "Brakes and Gears");
  assert.equal(again?.get(3)?.words, "josé\nc-3");
  await readDirectory(store, CUSTOMERS, clock(600));
  await write(2, "never stamped so late", 100);
  assert.equal((await readDirectory(store, CUSTOMERS, clock(601)))?.get(2)?.name, "Gears"); // only the new is read
});

Deno.test("readDirectory answers many callers at once, and after a failure", async () => {
  await using store = await openTestStore();
  await store.collection<{ _id: number }>("customers").insertOne({ _id: 1, name: "Brakes", number: "C-1" } as never);
  let broken = true;
  const shaky = {
    collection: ((name: string) => {
      const real = store.collection(name);
      if (broken) {
        real.find = () => {
          throw new Error("away");
        };
      }
      return real;
    }) as typeof store.collection,
  };
  await assert.rejects(readDirectory(shaky, CUSTOMERS), /away/);
  broken = false;
  const answers = await Promise.all([1, 2, 3].map(() => readDirectory(shaky, CUSTOMERS)));
  for (const answer of answers) assert.equal(answer?.size, 1);
});

Deno.test("readDirectory has what a replay has written, however long ago its rows were read", async () => {
  const customers = streamNamed("customers");
  await using store = await openTestStore(syncIndexes([customers]));
  const row = {
    [keyAlias(0)]: "1",
    [MODIFIED]: "2026-11-01T00:00:00Z",
    companyname: "Gears",
    currencyprecision: "two",
  };
  const page = { rows: [{ raw: row, children: [] }], next: null, askedAt: new Date("2026-11-01T00:00:00Z") };
  await applyPage(store, customers, page, 1);
  assert.equal((await readDirectory(store, CUSTOMERS))?.size, 0);
  const { columns: { precision: _, ...columns } } = customers;
  const mended = { ...customers, columns, precision: null };
  const done = await replay(
    { store, ledger: ledgerOf(store), streams: [mended], clock: systemClock },
    { all: true },
    "Ada",
  );
  assert.equal(done.replayed, 1);
  assert.equal((await readDirectory(store, CUSTOMERS))?.get(1)?.name, "Gears");
});

Deno.test("findByName takes words for words, also where the database looks for them", async () => {
  await using store = await openTestStore();
  const names = ["a.c (Ltd)", "abc Ltd", "50% [x]*", "^start$", "back\\slash", "plus+", "why?", "{1}|{2}"];
  await store.collection("customers").insertMany(
    names.map((name, n) => ({ _id: n + 1, name, number: `C${n}` })) as never,
  );
  const large = {
    collection: ((name: string) => {
      const real = store.collection(name);
      real.estimatedDocumentCount = () => Promise.resolve(MOST_ENTRIES + 1);
      return real;
    }) as typeof store.collection,
  };
  for (const [n, name] of names.entries()) {
    for (const words of [name, name.toUpperCase(), name.slice(1, -1)]) {
      for (const some of [large, store]) {
        assert.deepEqual([...await findByName(some, "customer", words)], [n + 1], words);
      }
    }
  }
  assert.deepEqual([...await findByName(large, "customer", ".*")], []);
});
