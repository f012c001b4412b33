import assert from "node:assert/strict";
import type { RowLimits } from "../access/limits.ts";
import type { Permission } from "../access/permissions.ts";
import { personWith } from "../access/testing.ts";
import { openTestStore } from "../store/testing.ts";
import { findRecords } from "./search.ts";

const CUSTOMERS = [
  { _id: 1, name: "Bike World", number: "C-100", salesRep: 7 },
  { _id: 2, name: "World of Bikes", number: "C-200", salesRep: 8 },
  { _id: 3, name: "Bikes & More", number: "C-300", salesRep: 8, deletedAt: new Date() },
  { _id: 4, name: "a.b*(c", number: "C-400" },
];
const hasRun = (id: number) => Promise.resolve(id === 12);

async function filled() {
  const store = await openTestStore();
  const source = { syncedAt: new Date() };
  await store.collection<{ _id: number }>("customers").insertMany(CUSTOMERS.map((one) => ({ ...one, source })));
  await store.collection<{ _id: number }>("items").insertMany([
    { _id: 1, name: "Bike lamp", sku: "LAMP-1", source },
    ...Array.from({ length: 20 }, (_, n) => ({ _id: 10 + n, name: `Part ${n}`, sku: `P-${n}`, source })),
  ] as never[]);
  return store;
}

Deno.test("findRecords: what begins with the words first, by number too, no tombstones, six of a kind, regex signs as signs", async () => {
  await using store = await filled();
  const find = async (words: string, person = personWith("admin")) =>
    (await findRecords({ store, hasRun }, person, words)).map(({ kind, name }) => `${kind} ${name}`);
  assert.deepEqual(await find("bike"), ["customer Bike World", "customer World of Bikes", "item Bike lamp"]);
  assert.deepEqual(await find(" c-200 "), ["customer World of Bikes"]);
  assert.deepEqual(await find("b*("), ["customer a.b*(c"]);
  assert.deepEqual(await find(".*"), []);
  assert.deepEqual(await find(""), []);
  assert.equal((await find("part 1")).length, 6);
  assert.deepEqual(await find("run 12"), ["run Run 12"]);
  assert.deepEqual(await find("#12"), ["run Run 12"]);
  assert.deepEqual(await find("99"), []);
  assert.deepEqual(await find("transaction li"), ["stream transaction_links"]);
  assert.deepEqual((await findRecords({ store, hasRun }, personWith("admin"), "c-100"))[0], {
    kind: "customer",
    name: "Bike World",
    detail: "C-100",
    href: "/sales?by=customer&q=C-100",
  });
});

Deno.test("findRecords shows nobody what their rights or their rows leave out", async () => {
  await using store = await filled();
  const find = async (permissions: Permission[], limits: RowLimits = {}) => {
    const person = personWith("viewer", { permissions, limits });
    return (await findRecords({ store, hasRun }, person, "bike")).map(({ name }) => name);
  };
  assert.deepEqual(await find(["sync:view"]), []);
  assert.deepEqual(await find(["sales:view"], { salesReps: [8] }), ["World of Bikes", "Bike lamp"]);
  assert.deepEqual(await find(["sales:view"], { salesReps: [] }), []);
});
