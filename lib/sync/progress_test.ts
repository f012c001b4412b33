import assert from "node:assert/strict";
import { paceOf } from "./progress.ts";

const start = new Date("2026-11-24T10:00:00Z");
const at = (seconds: number) => new Date(+start + seconds * 1000);
const steady = (seconds: number, rate: number) =>
  Array.from(
    { length: Math.floor(seconds / 2) },
    (_, n) => ({ runId: 1, at: at(2 * n + 2), rows: (2 * n + 2) * rate }),
  );

Deno.test("paceOf tells the rate of the last minute", () => {
  const samples = [...steady(60, 100), { runId: 1, at: at(120), rows: 6_000 }]; // a minute of work, then a standstill
  assert.equal(paceOf(steady(60, 100), start, 1000, 0.5, at(60)).ratePerSecond, 100);
  assert.equal(paceOf(samples, start, 1000, 0.5, at(120)).ratePerSecond, 0);
});

Deno.test("paceOf says how long it takes only when it can know", () => {
  assert.equal(paceOf(steady(20, 100), start, 1000, 0.5, at(20)).secondsLeft, null, "before 30 s");
  assert.equal(paceOf(steady(40, 100), start, 1000, 0.01, at(40)).secondsLeft, null, "below 2 %");
  assert.equal(paceOf(steady(40, 100), start, 1000, 0.5, at(40)).secondsLeft, 10);
  assert.equal(paceOf([], start, 1000, 0, at(40)).secondsLeft, null, "nothing read");
});

Deno.test("paceOf draws ten-second steps of the last ten minutes", () => {
  const rates = paceOf(steady(40, 100), start, 0, 0.5, at(40)).recentRates;
  assert.deepEqual(rates, [100, 100, 100, 100]);
  assert.equal(paceOf(steady(1200, 5), start, 0, 0.5, at(1200)).recentRates.length, 60);
});
