import assert from "node:assert/strict";
import { addDays } from "../../marts/days.ts";
import { openTestStore, type TestStore } from "../../store/testing.ts";
import { syncIndexes } from "../indexes.ts";
import { ledgerOf, NO_COUNTS, type RunDocument } from "../ledger.ts";
import { daysOf, readHistory, settleDays } from "./days.ts";
import { minutesOf, noteMinute } from "./minutes.ts";

const zone = "Europe/Berlin";

function runEnded(id: number, endedAt: string, seconds: number, change: Partial<RunDocument> = {}): RunDocument {
  const at = new Date(endedAt);
  return {
    ...{ _id: id, kind: "incremental", status: "complete", requestedBy: "schedule", priority: "schedule" },
    ...{ isDryRun: false, range: null, streams: [], to: at, plan: 1, plans: {}, error: null },
    createdAt: at,
    startedAt: new Date(+at - seconds * 1000),
    endedAt: at,
    totals: { ...NO_COUNTS, read: 10, written: 4, requests: 3, throttled: 1, restarts: 0, chunks: 1, chunksDone: 1 },
    ...change,
  };
}

const partsOf = (store: TestStore) => ({ store, ledger: ledgerOf(store), zone });

Deno.test("readHistory adds up each day by the company's clock, also the one that has 25 hours", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const parts = partsOf(store);
  await parts.ledger.runs.insertMany([
    runEnded(1, "2026-10-24T21:59:59Z", 5), // the last second of the 24th in Berlin
    runEnded(2, "2026-10-24T22:00:00Z", 1),
    runEnded(3, "2026-10-25T12:00:00Z", 2),
    runEnded(4, "2026-10-25T12:01:00Z", 30),
    runEnded(5, "2026-10-25T12:02:00Z", 900, { kind: "full", status: "failed" }),
    runEnded(6, "2026-10-25T22:59:59Z", 3, { status: "incomplete", totals: null }), // 25 hours after its beginning
    runEnded(7, "2026-10-27T12:00:00Z", 7, { status: "cancelled" }),
  ]);
  const found = await readHistory(parts, 30, new Date("2026-10-27T13:00:00Z"));
  assert.deepEqual(found.map(({ date, runs }) => [date, ...Object.values(runs)]), [
    ["2026-10-24", 1, 0, 0, 0],
    ["2026-10-25", 3, 1, 1, 0],
    ["2026-10-26", 0, 0, 0, 0],
    ["2026-10-27", 0, 0, 0, 1],
  ]);
  const { rowsRead, written, requests, throttled, medianSeconds, longestSeconds, worstLagSeconds } = found[1]!;
  assert.deepEqual([rowsRead, written, requests, throttled], [40, 16, 12, 4]);
  assert.deepEqual([medianSeconds, longestSeconds, worstLagSeconds], [2, 30, null]);
  assert.deepEqual((await readHistory(parts, 2, new Date("2026-10-27T13:00:10Z"))).map(({ date }) => date), [
    "2026-10-26",
    "2026-10-27",
  ]);
  await assert.rejects(readHistory(parts, 401, new Date()), /401 days.*1 to 400/);
});

Deno.test("The worst lag of any stream and process counts, and the mean of the slots while runs were under way", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const parts = partsOf(store);
  const at = (time: string) => new Date(`2026-11-24T${time}Z`);
  const look = (now: string, lagSeconds: number, slots: { inUse: number; most: number } | null) =>
    noteMinute(store, {
      now: at(now),
      watermarks: [["items", new Date(+at(now) - lagSeconds * 1000)], ["customers", at(now)]],
      slots,
    });
  await Promise.all([look("10:00:10", 70, null), look("10:00:20", 65, { inUse: 4, most: 4 })]);
  await look("10:01:00", 300, { inUse: 1, most: 4 });
  await look("10:02:00", 20, null);
  assert.equal(await minutesOf(store).countDocuments(), 3);
  assert.deepEqual((await minutesOf(store).findOne({ _id: at("10:00:00") }))!.lags, { items: 70, customers: 0 });
  const [today] = await readHistory(parts, 1, at("11:00:00"));
  assert.deepEqual([today!.worstLagSeconds, today!.slotShare], [300, 0.625]);
});

Deno.test("A run that has just ended is in the day, though the day was added up a moment before", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const parts = partsOf(store);
  const complete = async (now: string) => (await readHistory(parts, 1, new Date(now)))[0]!.runs.complete;
  assert.equal(await complete("2026-11-24T10:00:00Z"), 0);
  await parts.ledger.runs.insertOne(runEnded(1, "2026-11-24T10:00:03Z", 5));
  assert.equal(await complete("2026-11-24T10:00:04Z"), 1);
});

Deno.test("A day that is over is final: it stays when its runs go, and a slow process cannot put a half day over it", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const parts = partsOf(store);
  await parts.ledger.runs.insertMany([runEnded(1, "2026-11-22T10:00:00Z", 5), runEnded(2, "2026-11-23T10:00:00Z", 5)]);
  await settleDays(parts, new Date("2026-11-23T23:30:00Z")); // half past midnight in Berlin: the 23rd may still grow
  assert.deepEqual((await daysOf(store).find({}, { sort: { _id: 1 } }).toArray()).map(({ isFinal }) => isFinal), [
    true,
    false,
    false,
  ]);
  await parts.ledger.runs.insertOne(runEnded(3, "2026-11-23T22:59:00Z", 5));
  const later = new Date("2026-11-24T10:00:00Z");
  await Promise.all([settleDays(parts, later), settleDays(parts, later), settleDays(parts, later)]);
  await parts.ledger.runs.deleteMany({});
  await settleDays(parts, new Date("2026-11-23T23:30:00Z"));
  await settleDays(parts, new Date("2026-11-24T12:00:00Z"));
  const found = await readHistory(parts, 3, new Date("2026-11-24T12:00:00Z"));
  assert.deepEqual(found.map(({ date, runs }) => [date, runs.complete]), [
    ["2026-11-22", 1],
    ["2026-11-23", 2],
    ["2026-11-24", 0],
  ]);
});

Deno.test("400 days are read without looking at their runs", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const parts = partsOf(store), now = new Date("2026-11-24T22:00:00Z");
  await parts.ledger.runs.insertMany(
    Array.from({ length: 1380 }, (_, n) => runEnded(n, new Date(+now - n * 60_000).toISOString(), 1 + n % 7)),
  );
  await settleDays(parts, now);
  const [today] = await daysOf(store).find({ _id: "2026-11-24" }).toArray();
  const before = Array.from({ length: 399 }, (_, n) => addDays("2026-11-24", -1 - n));
  await daysOf(store).insertMany(before.map((_id) => ({ ...today!, _id, at: new Date(_id), isFinal: true })));
  const read = () => readHistory(parts, 400, new Date(+now + 30_000));
  const found = await read();
  let readMs = Infinity;
  for (let n = 0; n < 5; n++) {
    const began = performance.now();
    await read();
    readMs = Math.min(readMs, performance.now() - began);
  }
  const again = performance.now();
  await settleDays(parts, now);
  console.log(
    `400 days read in ${readMs.toFixed(0)} ms, a day of 1,380 runs added up in ${
      (performance.now() - again).toFixed(0)
    } ms`,
  );
  assert.equal(found.length, 400);
  assert.equal(found[0]!.runs.complete, 1380);
  assert.ok(readMs < 2000, `${readMs} ms`); // 10 ms where nothing else runs
});
