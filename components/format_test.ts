import assert from "node:assert/strict";
import * as format from "./format.ts";

const NOW = "2026-11-19T09:43:00.000Z";

function table(name: string, call: (...args: never[]) => unknown, rows: [unknown[], unknown][]) {
  Deno.test(name, () => {
    for (const [args, want] of rows) {
      assert.deepEqual(call(...args as never[]), want, `${name}(${JSON.stringify(args)})`);
    }
  });
}

table("count separates thousands, and unknown is not 0", format.count, [
  [[5214], "5,214"],
  [[0], "0"],
  [[-0], "0"],
  [[-1204], "−1,204"],
  [[null], "–"],
  [[NaN], "–"],
]);

table("counted agrees with its noun", format.counted, [
  [[1, "row"], "1 row"],
  [[0, "row"], "0 rows"],
  [[5214, "row"], "5,214 rows"],
  [[2, "currency", "currencies"], "2 currencies"],
]);

table("money turns minor units into the currency's own", format.money, [
  [[4984000, "USD"], "$49,840"],
  [[92345, "USD"], "$923.45"],
  [[92345, "USD", false], "$923"],
  [[0, "USD"], "$0"],
  [[0, "USD", true], "$0.00"],
  [[124000, "CAD"], "CA$1,240"],
  [[-123456, "EUR", true], "−€1,234.56"],
  [[5000, "JPY"], "¥5,000"],
  [[null, "USD"], "–"],
  [[9007199254740991, "USD", true], "$90,071,992,547,409.91"],
]);

table("moneyShort is for axes", format.moneyShort, [
  [[4980000, "USD"], "$49.8k"],
  [[121000000, "USD"], "$1.21M"],
  [[99999900, "USD"], "$1M"],
  [[0, "USD"], "$0"],
  [[-4980000, "USD"], "−$49.8k"],
]);

table("percent has one decimal", format.percent, [
  [[0.382], "38.2%"],
  [[0], "0.0%"],
  [[0.0004], "<0.1%"],
  [[-0.084], "−8.4%"],
  [[null], "–"],
]);

table("progress rounds down, so that only done is 100%", format.progress, [
  [[0], "0%"],
  [[0.63], "63%"],
  [[0.29], "29%"],
  [[0.9999], "99%"],
  [[1], "100%"],
  [[1.2], "100%"],
]);

table("change knows new, manyfold and unknown", format.change, [
  [[108.4, 100], { direction: "up", text: "8.4%" }],
  [[90, 100], { direction: "down", text: "10.0%" }],
  [[5, 5], { direction: "flat", text: "0.0%" }],
  [[5, 0], { direction: "up", text: "new" }],
  [[1200, 100], { direction: "up", text: "12x" }],
  [[null, 100], { direction: "flat", text: "–" }],
]);

table("points compares rates", format.points, [
  [[0.382, 0.391], { direction: "down", text: "0.9 pt" }],
  [[0.4, 0.4], { direction: "flat", text: "0.0 pt" }],
]);

table("day leaves out this year", format.day, [
  [["2026-11-19", NOW], "19 Nov"],
  [["2025-12-03", NOW], "3 Dec 2025"],
  [["2026-09-01", NOW], "1 Sep"],
  [["2026-11-19T23:30:00Z", NOW, "Asia/Tokyo"], "20 Nov"],
  [["2026-11-19", NOW, "America/Los_Angeles"], "19 Nov"], // a business date has no zone
  [[null, NOW], "–"],
]);

table("dayRange says what both ends share once", format.dayRange, [
  [["2026-11-01", "2026-11-19"], "1–19 Nov 2026"],
  [["2026-10-28", "2026-11-03"], "28 Oct – 3 Nov 2026"],
  [["2025-12-30", "2026-01-05"], "30 Dec 2025 – 5 Jan 2026"],
  [["2026-11-19", "2026-11-19"], "19 Nov 2026"],
]);

table("moment carries the day when it is not today", format.moment, [
  [["2026-11-19T09:41:18Z", NOW], "09:41"],
  [["2026-11-19T09:41:18Z", NOW, true], "09:41:18"],
  [["2026-11-18T00:05:00Z", NOW], "18 Nov 00:05"],
  [[null, NOW], "–"],
]);

table("startOfDay finds midnight, also when clocks change", format.startOfDay, [
  [["2026-11-19T09:43:12.345Z", "UTC"], "2026-11-19T00:00:00.000Z"],
  [["2026-11-19T05:00:00Z", "America/Los_Angeles"], "2026-11-18T08:00:00.000Z"],
  [["2026-03-08T20:00:00Z", "America/Los_Angeles"], "2026-03-08T08:00:00.000Z"], // put forward at 2:00
  [["2026-11-01T20:00:00Z", "America/Los_Angeles"], "2026-11-01T07:00:00.000Z"], // put back at 2:00
]);

table("zones are named as people name them", format.zoneTitle, [
  [["UTC"], "UTC"],
  [["America/Los_Angeles"], "Pacific Time"],
]);

table("duration has at most two units", format.duration, [
  [[400], "<1 s"],
  [[0], "0 s"],
  [[38_000], "38 s"],
  [[59_700], "1 min"],
  [[728_000], "12 min 08 s"],
  [[7_800_000], "2 h 10 min"],
  [[90_000_000], "1 day 1 h"],
  [[3 * 86_400_000], "3 days"],
  [[null], "–"],
]);

table("age is rounded down to one unit", format.age, [
  [[42_900], "42 s"],
  [[21.9 * 60_000], "21 min"],
  [[2.5 * 3_600_000], "2 h"],
  [[75 * 3_600_000], "3 days"],
]);

table("ago counts against the given clock", format.ago, [
  [["2026-11-19T09:41:00Z", NOW], "2 min ago"],
  [["2026-11-19T09:42:58Z", NOW], "just now"],
  [["2026-11-19T12:50:00Z", NOW], "in 3 h"],
]);

table("timeLeft is rounded", format.timeLeft, [
  [[12], "less than a minute"],
  [[424], "about 7 min"],
  [[7300], "about 2 h"],
  [[9100], "about 2.5 h"],
]);

table("listed joins words", format.listed, [
  [[[]], ""],
  [[["a"]], "a"],
  [[["a", "b", "c"]], "a, b and c"],
]);

Deno.test("rates, sizes and titles", () => {
  assert.equal(format.rate(5870.4), "5,870 rows/s");
  assert.equal(format.rate(3.25), "3.3 rows/s");
  assert.equal(format.rate(null), "–");
  assert.equal(format.bytes(4_200_000), "4.2 MB");
  assert.equal(format.longDay(NOW), "Thursday 19 November");
  assert.equal(format.fullMoment("2026-11-18T16:02:11Z"), "18 Nov 2026, 16:02:11 UTC");
  assert.equal(format.fullMoment("2026-11-18T16:02:11Z", "America/Los_Angeles"), "18 Nov 2026, 08:02:11 PST");
});
