import assert from "node:assert/strict";
import { aDay } from "../testing.ts";
import { figure, finding, historyHref, MEASURES, readHistoryAddress } from "./measures.ts";

Deno.test("readHistoryAddress takes what it knows, and the usual for the rest", () => {
  assert.deepEqual(readHistoryAddress(new URL(historyHref("lag", 90), "http://x").searchParams), {
    show: "lag",
    days: 90,
  });
  assert.deepEqual(readHistoryAddress(new URLSearchParams("show=constructor&days=7")), { show: "runs", days: 30 });
});

Deno.test("figure writes counts, shares and seconds, and what is unknown as –", () => {
  assert.deepEqual(
    [figure(5214, "count"), figure(.384, "share"), figure(728, "seconds"), figure(null, "count")],
    ["5,214", "38.4%", "12 min 08 s", "–"],
  );
});

Deno.test("finding adds up what can be added, and names the highest of what cannot", () => {
  const days = [
    aDay({ date: "2026-11-18", requests: 5 }),
    aDay({ date: "2026-11-19", requests: 7, worstLagSeconds: 120 }),
  ];
  assert.match(finding(MEASURES.requests, days), /2 days\. Requests: 12 in all; Refused as too many: 0 in all\.$/);
  assert.match(finding(MEASURES.lag, days), /Worst lag: 2 min at most, on 2026-11-19\.$/);
  assert.match(finding(MEASURES.slots, days.map((day) => ({ ...day, slotShare: null }))), /In use: nothing known\.$/);
});

Deno.test("every measure has a figure for each day in each of its series", () => {
  for (const measure of Object.values(MEASURES)) {
    for (const { values } of measure.series([aDay(), aDay()])) assert.equal(values.length, 2, measure.label);
  }
});
