import assert from "node:assert/strict";
import fc from "fast-check";
import { AppError } from "../errors.ts";
import { openTestStore } from "../store/testing.ts";
import { takeDue, tick } from "./schedule.ts";

const MINUTE = 60_000;
const start = +new Date("2026-11-24T10:00:30Z");

Deno.test("takeDue says yes to one of many processes, once per due time", async () => {
  await using store = await openTestStore();
  const told = await Promise.all(Array.from({ length: 10 }, () => takeDue(store, 5 * MINUTE, new Date(start))));
  assert.equal(told.filter(Boolean).length, 1);
  assert.equal(await takeDue(store, 5 * MINUTE, new Date(start + 4 * MINUTE)), false, "10:04:30 is before 10:05");
  assert.equal(await takeDue(store, 5 * MINUTE, new Date(start + 5 * MINUTE)), true);
});

Deno.test("takeDue catches up what was missed once, however long nobody asked", async () => {
  await using store = await openTestStore();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 20 }), async (pauses) => {
      await store.collection("sync_schedules").deleteMany({});
      let now = start, runs = 0, due = 0;
      await takeDue(store, 5 * MINUTE, new Date(now));
      let slot = Math.floor(now / (5 * MINUTE));
      for (const minutes of pauses) {
        now += minutes * MINUTE;
        if (await takeDue(store, 5 * MINUTE, new Date(now))) runs++;
        if (Math.floor(now / (5 * MINUTE)) > slot) due++;
        slot = Math.floor(now / (5 * MINUTE));
      }
      assert.equal(runs, due);
    }),
    { numRuns: 25 },
  );
});

Deno.test("tick makes the first run full, later ones incremental, and takes a run under way for no fault", async () => {
  await using store = await openTestStore();
  const asked: string[] = [];
  let hasRuns = false;
  const request = (kind: "full" | "incremental") => {
    asked.push(kind);
    if (hasRuns) throw new AppError("busy", "run_in_progress", "reject_request");
    hasRuns = true;
    return Promise.resolve();
  };
  const at = (minutes: number) =>
    tick(store, MINUTE, new Date(start + minutes * MINUTE), () => Promise.resolve(hasRuns), request);
  await at(0);
  await at(0);
  await at(1);
  assert.deepEqual(asked, ["full", "incremental"]);
  await assert.rejects(
    tick(
      store,
      MINUTE,
      new Date(start + 2 * MINUTE),
      () => Promise.resolve(true),
      () => Promise.reject(new Error("away")),
    ),
    /away/,
  );
});
