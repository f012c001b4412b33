import assert from "node:assert/strict";
import { eachDay, monthOf } from "./days.ts";
import { listDirty } from "./dirty.ts";
import {
  markDirty,
  rebuildAll,
  rebuildDays,
  SALES_INDEXES,
  salesDays,
  salesDaysOf,
  salesPartsOf,
  settleDirty,
} from "./sales.ts";
import { blockId, eachPart, packParts } from "./sales_blocks.ts";
import { DIMENSIONS, SalesCounter } from "./sales_sums.ts";
import { openTestStore, type TestStore } from "../store/testing.ts";
import { countedOrders, makeOrder, randomFrom, type TestOrder } from "./testing.ts";
import { testSeed } from "../../tests/support/seed.ts";

const DAYS = eachDay("2026-09-20", "2026-11-10");
const seed = testSeed(4_711);

Deno.test(`settleDirty makes the mart what a plain recount says, after random edits (SEED=${seed})`, async () => {
  await using store = await openTestStore(SALES_INDEXES);
  const random = randomFrom(seed);
  const orders = new Map<number, TestOrder>();
  const transactions = store.collection<TestOrder>("transactions");
  for (let id = 1; id <= 300; id++) orders.set(id, makeOrder(id, DAYS, random));
  await transactions.insertMany([...orders.values()]);
  await rebuildAll(store);
  await assertMartEquals(store, orders.values());

  for (let round = 0; round < 12; round++) {
    const edits = Array.from({ length: 1 + random.whole(25) }, () => {
      const id = 1 + random.whole(340); // some are new
      return { before: orders.get(id), after: makeOrder(id, DAYS, random) };
    });
    const mark = await markDirty(
      store,
      edits.flatMap(({ before, after }) => [...salesDays(before), ...salesDays(after)]),
    );
    if (round % 3 === 0) await settleDirty(store); // another process recounts between mark and write
    for (const { after } of edits) {
      await transactions.replaceOne({ _id: after._id }, after, { upsert: true });
      orders.set(after._id, after);
    }
    if (round % 3 === 1) await settleDirty(store);
    await mark.written();
    const { left } = await settleDirty(store);
    assert.equal(left, 0);
    await assertMartEquals(store, orders.values());
  }
});

Deno.test("rebuildDays twice changes no figure", async () => {
  await using store = await openTestStore(SALES_INDEXES);
  const random = randomFrom(7);
  await store.collection<TestOrder>("transactions")
    .insertMany(Array.from({ length: 80 }, (_, id) => makeOrder(id + 1, DAYS, random)));
  await rebuildDays(store, DAYS);
  const once = await contentOf(store);
  await rebuildDays(store, [...DAYS].reverse());
  assert.deepEqual(await contentOf(store), once);
  await assert.rejects(rebuildDays(store, ["2026-02-30"]), RangeError);
});

Deno.test("a day that is marked again while it is recounted stays dirty", async () => {
  await using store = await openTestStore(SALES_INDEXES);
  const day = "2026-11-02";
  const order = (amountMinor: number): TestOrder => ({
    ...makeOrder(1, [day], randomFrom(1)),
    type: "SalesOrd",
    isVoided: false,
    currency: "USD",
    deletedAt: undefined,
    lines: [{ kind: "item", item: 101, quantity: 1, amountMinor, class: null }],
  });
  const { deletedAt: _, ...first } = order(100);
  const { deletedAt: __, ...second } = order(250);
  await store.collection<TestOrder>("transactions").insertOne(first);
  await rebuildAll(store);
  await (await markDirty(store, [day])).written();

  // the writer comes between the recount's reading of marks and its clearing of them
  const inBetween: TestStore = {
    ...store,
    collection: (name) => {
      const real = store.collection(name);
      if (name !== "mart_sales_parts" || done) return real as never;
      done = true;
      const bulkWrite = real.bulkWrite.bind(real);
      real.bulkWrite = (async (...args: Parameters<typeof bulkWrite>) => {
        const mark = await markDirty(store, [day]);
        await store.collection<TestOrder>("transactions").replaceOne({ _id: 1 }, second);
        await mark.written();
        return await bulkWrite(...args);
      }) as never;
      return real as never;
    },
  };
  let done = false;
  const interrupted = await settleDirty(inBetween);
  assert.ok(done);
  assert.equal(interrupted.left, 1);
  assert.deepEqual(await settleDirty(store), { recounted: 1, left: 0 });
  assert.equal((await salesDaysOf(store).findOne({ _id: day }))?.cells[0]?.revenueMinor, 250);
});

Deno.test("markDirty holds a day until written() is called, or its writer is silent for too long", async () => {
  await using store = await openTestStore(SALES_INDEXES);
  await rebuildAll(store);
  const mark = await markDirty(store, ["2026-11-02", "2026-11-02", "2026-11-03"]);
  assert.deepEqual(await settleDirty(store), { recounted: 2, left: 2 });
  const [held] = await listDirty(store, "sales");
  assert.ok(held);
  assert.deepEqual(await settleDirty(store, new Date(held.heldUntil.getTime() + 1)), { recounted: 2, left: 0 });
  await mark.written(); // late after all: what it wrote must be looked at
  assert.deepEqual(await settleDirty(store), { recounted: 2, left: 0 });
});

Deno.test("markDirty for all days leaves them alone while a page is written, then recounts everything", async () => {
  await using store = await openTestStore(SALES_INDEXES);
  const random = randomFrom(11);
  const orders = Array.from({ length: 60 }, (_, id) => makeOrder(id + 1, DAYS, random));
  await rebuildAll(store);
  const mark = await markDirty(store, "all");
  await store.collection<TestOrder>("transactions").insertMany(orders);
  assert.deepEqual(await settleDirty(store), { recounted: 0, left: 1 });
  await mark.written();
  assert.equal((await settleDirty(store)).left, 0);
  await assertMartEquals(store, orders);
});

Deno.test("a recount that began earlier cannot replace a later one", async () => {
  await using store = await openTestStore(SALES_INDEXES);
  const day = "2026-11-05";
  const { deletedAt: _, ...order } = { ...makeOrder(1, [day], randomFrom(3)), type: "SalesOrd", isVoided: false };
  await store.collection<TestOrder>("transactions").insertOne(order);
  let overtaken = false;
  const slow: TestStore = {
    ...store,
    collection: (name) => {
      const real = store.collection(name);
      if (name !== "mart_sales_days" || overtaken) return real as never;
      const bulkWrite = real.bulkWrite.bind(real);
      real.bulkWrite = (async (...args: Parameters<typeof bulkWrite>) => {
        overtaken = true;
        await store.collection("transactions").deleteOne({ _id: 1 as never });
        await rebuildDays(store, [day]);
        return await bulkWrite(...args);
      }) as never;
      return real as never;
    },
  };
  await rebuildDays(slow, [day]);
  assert.ok(overtaken);
  assert.equal((await salesDaysOf(store).findOne({ _id: day }))?.orders, 0);
});

Deno.test("settleDirty recounts a mart of another form whole, also without marks", async () => {
  await using store = await openTestStore(SALES_INDEXES);
  const random = randomFrom(13);
  const orders = Array.from({ length: 60 }, (_, id) => makeOrder(id + 1, DAYS, random));
  await store.collection<TestOrder>("transactions").insertMany(orders);
  await store.collection<{ _id: string }>("mart_sequence").insertOne({ _id: "sales", value: 7, form: 1 } as never);
  assert.ok((await settleDirty(store)).recounted > 0);
  await assertMartEquals(store, orders);
  assert.deepEqual(await settleDirty(store), { recounted: 0, left: 0 });
});

Deno.test("salesDays names the day of a sales order only", () => {
  assert.deepEqual(salesDays({ type: "SalesOrd", date: "2026-11-02" }), ["2026-11-02"]);
  assert.deepEqual(salesDays({ type: "CustInvc", date: "2026-11-02" }), []);
  assert.deepEqual(salesDays({ type: "SalesOrd", date: null }), []);
  assert.deepEqual(salesDays(null), []);
});

Deno.test("eachPart refuses columns that do not fit the cells", () => {
  const counter = new SalesCounter();
  counter.add(makeOrder(1, DAYS, randomFrom(5)));
  const block = {
    _id: "day|customer|2026-11-02",
    sequence: 1,
    builtAt: new Date(),
    ...packParts(counter.sums().parts.customer),
  };
  assert.throws(() => eachPart({ ...block, cells: [] }, null, () => {}), /2026-11-02.*0 rows/);
});

/** Every figure of the mart, recounted by loops over documents. Also: months hold exactly what their days hold. */
async function assertMartEquals(store: TestStore, orders: Iterable<TestOrder>): Promise<void> {
  const counted = countedOrders(orders);
  const days = await salesDaysOf(store).find({}).toArray();
  const found = days.flatMap((day) =>
    day.cells.map((c) =>
      `${day._id} ${c.currency} ${c.subsidiary} ${c.channel} ${c.revenueMinor} ${c.orders} ${c.units}`
    )
  );
  const expected = new Map<string, [number, number, number]>();
  const parts = new Map<string, { revenue: number; orders: Set<number>; units: number }>();
  for (const o of counted) {
    const cell = `${o.currency} ${o.subsidiary} ${o.department}`;
    const totals = expected.get(`${o.date} ${cell}`) ?? [0, 0, 0];
    totals[1] += 1;
    for (const line of o.lines) {
      if (line.kind !== "item" && line.kind !== "discount") continue;
      const pieces = line.kind === "item" ? Math.round((line.quantity ?? 0) * 1e5) : 0;
      totals[0] += line.amountMinor;
      totals[2] += pieces;
      const ids = { customer: o.entity, rep: o.employee, item: line.item, class: line.class ?? o.class };
      for (const dimension of DIMENSIONS) {
        for (const period of [`day|${dimension}|${o.date}`, `month|${dimension}|${monthOf(o.date)}`]) {
          const key = `${period} ${cell} ${ids[dimension]}`;
          const part = parts.get(key) ?? { revenue: 0, orders: new Set(), units: 0 };
          part.revenue += line.amountMinor;
          part.orders.add(o._id);
          part.units += pieces;
          parts.set(key, part);
        }
      }
    }
    if (!o.lines.some((line) => line.kind === "item" || line.kind === "discount")) {
      for (const [dimension, id] of [["customer", o.entity], ["rep", o.employee]] as const) {
        for (const period of [`day|${dimension}|${o.date}`, `month|${dimension}|${monthOf(o.date)}`]) {
          const key = `${period} ${cell} ${id}`;
          const part = parts.get(key) ?? { revenue: 0, orders: new Set(), units: 0 };
          part.orders.add(o._id);
          parts.set(key, part);
        }
      }
    }
    expected.set(`${o.date} ${cell}`, totals);
  }
  assert.deepEqual(found.sort(), [...expected].map(([key, [r, n, u]]) => `${key} ${r} ${n} ${u / 1e5}`).sort());

  const foundParts: string[] = [];
  const byDay: string[] = [];
  for (const block of await salesPartsOf(store).find({}).toArray()) {
    if (block._id.startsWith(blockId("month", "day", ""))) {
      eachPart(block, null, (day, revenue, n, units, c) => {
        const date = `${block._id.slice(-7)}-${String(day).padStart(2, "0")}`;
        byDay.push(`${date} ${c.currency} ${c.subsidiary} ${c.channel} ${revenue} ${n} ${units}`);
      });
      continue;
    }
    eachPart(block, null, (id, revenue, n, units, c) => {
      foundParts.push(`${block._id} ${c.currency} ${c.subsidiary} ${c.channel} ${id} ${revenue} ${n} ${units}`);
    });
  }
  assert.deepEqual(byDay.sort(), found);
  assert.deepEqual(
    foundParts.sort(),
    [...parts].map(([key, p]) => `${key} ${p.revenue} ${p.orders.size} ${p.units / 1e5}`).sort(),
  );
  assert.ok(foundParts.some((part) => part.startsWith(blockId("month", "item", ""))));
}

async function contentOf(store: TestStore): Promise<unknown> {
  const days = await salesDaysOf(store).find({}, { projection: { sequence: 0, builtAt: 0 }, sort: { _id: 1 } })
    .toArray();
  const parts = await salesPartsOf(store).find({}, { projection: { sequence: 0, builtAt: 0 }, sort: { _id: 1 } })
    .toArray();
  return JSON.parse(JSON.stringify([days, parts]));
}
