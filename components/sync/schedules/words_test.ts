import assert from "node:assert/strict";
import { scheduleWords, whatWords, whenWords } from "./words.ts";

Deno.test("whenWords says what a person would say, and never more than the rule says", () => {
  const said: Record<string, string> = {
    "* * * * *": "Every minute",
    "*/15 * * * *": "Every 15 min",
    "0 * * * *": "Every hour",
    "20 * * * *": "Every hour, 20 min past",
    "0 */6 * * *": "Every 6 hours",
    "30 2 * * *": "02:30 each night",
    "30 9 * * *": "09:30 each day",
    "0 8,17 * * *": "08:00 and 17:00 each day",
    "0 4 * * 0": "Sundays 04:00",
    "0 4 * * 7": "Sundays 04:00",
    "5 6 * * 1-5": "Weekdays 06:05",
    "5 6 * * 1,3": "Mondays and Wednesdays 06:05",
    "0 3 1 * *": "03:00 on day 1 of each month",
    "0 3 1 2 *": "By cron: 0 3 1 2 *",
    "0 3 1 * 5": "By cron: 0 3 1 * 5",
    "1-5 3 * * *": "By cron: 1-5 3 * * *",
    "*/5 8-18 * * *": "By cron: */5 8-18 * * *",
    "0 3 L * *": "By cron: 0 3 L * *",
  };
  for (const [cron, words] of Object.entries(said)) assert.equal(whenWords(cron), words, cron);
});

Deno.test("scheduleWords names the zone where a clock matters", () => {
  assert.equal(scheduleWords({ cron: "30 2 * * *", zone: "Europe/Berlin" }), "02:30 each night, Europe/Berlin");
  assert.equal(scheduleWords({ cron: "* * * * *", zone: "UTC" }), "Every minute");
});

Deno.test("whatWords names few streams and counts many", () => {
  assert.equal(whatWords({ kind: "incremental", streams: [] }), "Incremental, all streams");
  assert.equal(whatWords({ kind: "full", streams: ["items", "customers"] }), "Full, items and customers");
  assert.equal(whatWords({ kind: "proof", streams: ["a", "b", "c", "d"] }), "Proof, 4 streams");
});
