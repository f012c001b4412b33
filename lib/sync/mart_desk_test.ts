import assert from "node:assert/strict";
import { beginRebuild } from "../marts/rebuild.ts";
import { SALES_INDEXES, salesDaysOf } from "../marts/sales.ts";
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
