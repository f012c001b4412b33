import assert from "node:assert/strict";
import { testSeed } from "../../tests/support/seed.ts";
import { openTestStore, type TestStore } from "../store/testing.ts";
import { eachDay } from "./days.ts";
import { openRebuild, rebuildMarts, type RebuildProgress } from "./rebuild.ts";
import { markDirty, rebuildAll, SALES_INDEXES, salesDays, salesDaysOf, salesPartsOf, settleDirty } from "./sales.ts";
import { makeOrder, randomFrom, type TestOrder } from "./testing.ts";

const DAYS = eachDay("2026-07-20", "2026-11-10");
const seed = testSeed(4_711);

/** Everything the mart says, without when and in which turn it was counted. */
async function contentOf(store: TestStore): Promise<unknown[]> {
  const options = { projection: { sequence: 0, builtAt: 0 }, sort: { _id: 1 } } as const;
  const all = await Promise.all(
    [salesDaysOf(store), salesPartsOf(store)].map((one) => one.find({}, options as never).toArray()),
  );
  // a day without orders may stand with nothing in it or not at all: reports see no difference
  return JSON.parse(JSON.stringify(all.map((list) => list.filter((one) => (one.cells as unknown[]).length > 0))));
}

async function filled(random = randomFrom(seed), count = 300): Promise<{ store: TestStore; orders: TestOrder[] }> {
  const store = await openTestStore(SALES_INDEXES);
  const orders = Array.from({ length: count }, (_, id) => makeOrder(id + 1, DAYS, random));
  await store.collection<TestOrder>("transactions").insertMany(orders);
  await rebuildAll(store);
  return { store, orders };
}

async function spoil(store: TestStore): Promise<void> {
  const days = salesDaysOf(store), parts = salesPartsOf(store);
  await days.updateOne({ _id: "2026-08-03" }, { $set: { orders: 999, "cells.0.revenueMinor": 1 } });
  await days.updateOne({ _id: "2026-08-04" }, { $set: { cells: [], sequence: 2_000_000_000 } }); // out of another database
  await days.updateOne({ _id: "2026-08-05" }, { $unset: { sequence: "" }, $set: { cells: [] } });
  await days.deleteMany({ _id: { $gte: "2026-09-01", $lte: "2026-09-15" } });
  await days.insertOne({ _id: "2019-02-30", sequence: 1, builtAt: new Date(), orders: 5, cells: [] });
  await parts.deleteMany({ _id: { $regex: /^month\|/ } });
  const [part] = await parts.find({ _id: { $regex: /^day\|customer/ } }, { limit: 1 }).toArray();
  await parts.insertMany([{ ...part!, _id: "day|customer|2019-01-01" }, { ...part!, _id: "month|day|2019-01" }]);
}

Deno.test(`rebuildMarts makes a spoilt mart what the documents say, and tells how far it is (SEED=${seed})`, async () => {
  const { store } = await filled();
  await using _store = store;
  const right = await contentOf(store);
  await spoil(store);
  assert.notDeepEqual(await contentOf(store), right);
  const progress: RebuildProgress[] = [];
  const { isDone, days } = await rebuildMarts(store, { onProgress: (one) => progress.push(one) });
  assert.ok(isDone && days > 0);
  assert.deepEqual(await contentOf(store), right);
  assert.deepEqual(progress[0], { done: 0, total: 5, month: null });
  assert.deepEqual(progress.at(-1), { done: 5, total: 5, month: "2026-11" });
  assert.equal(await openRebuild(store), null);
  await rebuildMarts(store);
  assert.deepEqual(await contentOf(store), right, "twice changes nothing");
});

Deno.test("A rebuild that was ended goes on from its last month, also where another process takes it up", async () => {
  const { store } = await filled();
  await using _store = store;
  const right = await contentOf(store);
  await spoil(store);
  const stop = new AbortController();
  const first = await rebuildMarts(store, {
    signal: stop.signal,
    onProgress: ({ done }) => done === 2 && stop.abort(),
  });
  assert.equal(first.isDone, false);
  assert.equal((await openRebuild(store))!.month, "2026-08");
  const months: (string | null)[] = [];
  const [second] = await Promise.all([
    rebuildMarts(store, { onProgress: ({ month }) => months.push(month) }),
    rebuildMarts(store),
  ]);
  assert.ok(second.isDone);
  assert.deepEqual(months, ["2026-08", "2026-09", "2026-10", "2026-11"]);
  assert.deepEqual(await contentOf(store), right);
});

Deno.test("A rebuild that was left for more than a day begins anew", async () => {
  const { store } = await filled(randomFrom(seed), 80);
  await using _store = store;
  const right = await contentOf(store);
  const stop = new AbortController(), now = Date.now();
  const onProgress = ({ done }: RebuildProgress) => done === 3 && stop.abort();
  await rebuildMarts(store, { signal: stop.signal, onProgress, now: () => new Date(now) });
  await spoil(store); // in months that were done
  await rebuildMarts(store, { now: () => new Date(now + 25 * 3_600_000) });
  assert.deepEqual(await contentOf(store), right);
});

Deno.test(`Syncs go on during a rebuild, and days that were right stay right at every moment (SEED=${seed})`, async () => {
  const random = randomFrom(seed + 1);
  const { store, orders } = await filled(random, 150);
  await using _store = store;
  const untouched = "2026-07-20", transactions = store.collection<TestOrder>("transactions");
  const dayOf = async () => JSON.stringify((await salesDaysOf(store).findOne({ _id: untouched }))?.cells ?? []);
  const before = await dayOf();
  let isOver = false;
  const rebuilding = rebuildMarts(store).finally(() => isOver = true);
  let edits = 0;
  while (!isOver || edits < 20) {
    const old = random.pick(orders), next = makeOrder(old._id, DAYS.slice(1), random);
    if (old.date === untouched) continue;
    const mark = await markDirty(store, [...salesDays(old), ...salesDays(next)]);
    await transactions.replaceOne({ _id: old._id }, next);
    orders[old._id - 1] = next;
    await mark.written();
    if (edits++ % 3 === 0) await settleDirty(store);
    assert.equal(await dayOf(), before);
  }
  await rebuilding;
  assert.equal((await settleDirty(store)).left, 0);
  const found = await contentOf(store);
  await Promise.all([salesDaysOf(store).deleteMany({}), salesPartsOf(store).deleteMany({})]);
  await rebuildAll(store);
  assert.deepEqual(found, await contentOf(store));
});
