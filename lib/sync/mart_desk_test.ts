import assert from "node:assert/strict";
import { beginRebuild } from "../marts/rebuild.ts";
import { markDirty, rebuildAll, SALES_INDEXES, salesDaysOf, settleDirty } from "../marts/sales.ts";
import { makeOrder, randomFrom, type TestOrder } from "../marts/testing.ts";
import { openTestStore } from "../store/testing.ts";
import { martDesk } from "./mart_desk.ts";

const DAYS = ["2026-10-30", "2026-11-02"];

Deno.test("martDesk rebuilds in the background, says how far it is, and goes on where a process was lost", async () => {
  await using store = await openTestStore(SALES_INDEXES);
  const random = randomFrom(5), clock = { at: Date.parse("2026-11-24T10:00:00Z"), now: () => new Date(clock.at) };
  await store.collection<TestOrder>("transactions")
    .insertMany(Array.from({ length: 40 }, (_, id) => ({ ...makeOrder(id + 1, DAYS, random), type: "SalesOrd" })));
  const desk = martDesk({ store, clock });
  assert.equal(await desk.rebuilding(), null);
  assert.deepEqual(await desk.rebuild(), { startedAt: "2026-11-24T10:00:00.000Z", done: null, total: null });
  await desk.rebuild(); // a second wish is the same rebuild
  for (let tries = 0; await desk.rebuilding() !== null; tries++) assert.ok(tries < 10_000, "it does not end");
  assert.equal(await salesDaysOf(store).countDocuments({}), 2);
  await desk.stop();

  await salesDaysOf(store).deleteMany({});
  await beginRebuild(store, clock.now()); // by a process that is gone
  const other = martDesk({ store, clock });
  await other.tick();
  assert.equal(await salesDaysOf(store).countDocuments({}), 0, "it may be at work yet");
  clock.at += 3 * 60_000;
  await other.tick();
  for (let tries = 0; await other.rebuilding() !== null; tries++) assert.ok(tries < 10_000, "it does not end");
  assert.equal(await salesDaysOf(store).countDocuments({}), 2);
  await other.stop();
});

Deno.test("martDesk says how level the totals are, and counts a range of days anew", async () => {
  await using store = await openTestStore(SALES_INDEXES);
  const random = randomFrom(9), clock = { now: () => new Date() };
  const desk = martDesk({ store, clock });
  const state = async () => (await desk.list())[0]!;
  const none = { days: 0, first: null, last: null, dirty: 0, isAllDirty: false, oldestDirty: null, dirtySince: null };
  assert.deepEqual(await state(), {
    name: "sales",
    streams: ["transactions"],
    ...none,
    settledAt: null,
    rebuild: null,
  });

  const days = ["2026-10-30", "2026-10-31", "2026-11-02"];
  await store.collection<TestOrder>("transactions")
    .insertMany(Array.from({ length: 60 }, (_, id) => ({ ...makeOrder(id + 1, days, random), type: "SalesOrd" })));
  await rebuildAll(store);
  const right = await salesDaysOf(store).find({}, { projection: { cells: 1 }, sort: { _id: 1 } }).toArray();
  const counted = await state();
  assert.deepEqual([counted.days, counted.first, counted.last], [3, days[0], days[2]]);
  assert.ok(counted.settledAt !== null && Date.now() - Date.parse(counted.settledAt) < 600_000);

  const mark = await markDirty(store, ["2026-11-02", "2026-10-31"]);
  const dirty = await state();
  assert.deepEqual([dirty.dirty, dirty.oldestDirty, dirty.isAllDirty], [2, "2026-10-31", false]);
  assert.ok(dirty.dirtySince !== null);
  await mark.written();
  await (await markDirty(store, "all")).written();
  assert.equal((await state()).isAllDirty, true);
  await settleDirty(store);

  await salesDaysOf(store).updateMany({}, { $set: { cells: [] } });
  assert.deepEqual(await desk.recount({ from: "2026-10-31", to: "2026-11-01" }), { days: 1 });
  await desk.stop(); // waits for the days in hand
  const cells = await salesDaysOf(store).find({}, { projection: { cells: 1 }, sort: { _id: 1 } }).toArray();
  assert.deepEqual(cells.map((day) => day.cells), [[], right[1]!.cells, []], "the days of the range and no other");
  assert.equal((await state()).dirty, 0);
  assert.deepEqual(await desk.recount({ from: "2020-01-01", to: "2020-12-31" }), { days: 0 });
  await assert.rejects(desk.recount({ from: "2026-02-30", to: "2026-03-01" }), /"2026-02-30" is no day/);
  await assert.rejects(desk.recount({ from: "2026-03-02", to: "2026-03-01" }), { code: "bad_range" });
  await desk.stop();
});
