import assert from "node:assert/strict";
import {
  advance,
  advanceRun,
  announcement,
  isMoving,
  isOpen,
  outcome,
  remaining,
  runNews,
  runShare,
} from "./progress.ts";
import { aRun, aStatus, aStream, NOW } from "./testing.ts";

const words = (given: Parameters<typeof aRun>[0]) => {
  const { before, strong, after } = remaining(aRun(given), NOW, "UTC");
  return before + strong + after;
};

Deno.test("runShare is 1 only for a complete run, whatever the rows say", () => {
  assert.equal(runShare(aRun({ share: 1 })), .99);
  assert.equal(runShare(aRun({ share: 1, status: "incomplete" })), .99);
  assert.equal(runShare(aRun({ share: .5, status: "complete" })), 1);
});

Deno.test("remaining estimates after 30 s and 2 %, and never shows a figure that stands still", () => {
  assert.equal(words({}), "About 7 min left, done near 14:43");
  assert.equal(words({ secondsLeft: 20 }), "Less than a minute left");
  assert.equal(words({ startedAt: "2026-11-19T14:36:00.000Z" }), "Started 18 s ago");
  assert.equal(words({ share: .01 }), "Estimating the time left");
  assert.equal(words({ secondsLeft: null }), "Estimating the time left");
  assert.equal(words({ ratePerSecond: 0 }), "Waiting for NetSuite");
  assert.equal(words({ status: "queued", startedAt: null }), "Waiting for a worker");
  assert.equal(words({ rowsRead: 10_000, chunksDone: 9 }), "Finishing, 1 chunk left");
  assert.equal(words({ rowsRead: 10_000, chunksDone: 10 }), "Finishing: deletes and totals");
});

Deno.test("remaining says why a run does not move", () => {
  assert.equal(words({ status: "paused", haltedBy: "Laura Meier" }), "Paused by Laura Meier");
  assert.equal(words({ status: "cancelled" }), "Ends after the pages in flight");
  assert.equal(words({ status: "queued", waitsFor: [7, 8] }), "Waits for run 7 and 8, which reads the same streams");
});

Deno.test("isOpen holds for whatever may still change, and isMoving for what does", () => {
  const open = { queued: true, running: true, paused: true, cancelled: true, complete: false, failed: false } as const;
  for (const [status, is] of Object.entries(open)) {
    assert.equal(isOpen(aRun({ status: status as keyof typeof open })), is, status);
  }
  assert.equal(isOpen(aRun({ status: "cancelled", endedAt: NOW })), false);
  assert.equal(isMoving(aStatus({ running: [aRun({ status: "paused" })] })), false);
  assert.equal(isMoving(aStatus({ running: [aRun({ status: "paused" }), aRun({ id: 2 })] })), true);
});

Deno.test("advance lets no bar of several runs go backwards", () => {
  const before = aStatus({ running: [aRun({ id: 1, share: .6 }), aRun({ id: 2, share: .2 })] });
  const after = aStatus({ running: [aRun({ id: 2, share: .1 }), aRun({ id: 3, share: .1 })] });
  assert.deepEqual(advance(before, after).running.map(({ id, share }) => [id, share]), [[2, .2], [3, .1]]);
});

Deno.test("advance lets no bar go backwards within a run, and forgets between runs", () => {
  const before = aStatus({ current: aRun({ share: .6 }), streams: [aStream({ state: "reading", share: .5 })] });
  const after = aStatus({ current: aRun({ share: .4 }), streams: [aStream({ state: "reading", share: .3 })] });
  assert.equal(advance(before, after).current?.share, .6);
  assert.equal(advance(before, after).streams[0]?.share, .5);
  assert.equal(advance(before, aStatus({ current: aRun({ id: 1285, share: .1 }) })).current?.share, .1);
});

Deno.test("announcement speaks once per tenth, then of the end", () => {
  const at = (share: number) => aStatus({ current: aRun({ share }) });
  assert.equal(announcement(aStatus(), at(.01), null), "Full run 1284 has started");
  assert.equal(announcement(at(.58), at(.59), null), null);
  assert.equal(announcement(at(.59), at(.61), null), "Full run 1284: 60%");
  assert.equal(announcement(at(.59), at(.61), "Full run 1284: 60%"), null);
  const done = aRun({ status: "complete", share: 1, rowsRead: 10_000, written: 312 });
  assert.equal(
    announcement(at(.98), aStatus({ runs: [done] }), null),
    "Run 1284 is complete: 10,000 rows read, 312 written.",
  );
  assert.equal(announcement(aStatus({ runs: [done] }), aStatus({ runs: [done] }), null), null);
});

Deno.test("outcome names what happened, with the fault's sentence", () => {
  const error = { code: "x", message: "NetSuite did not answer within 60 s.", advice: "" };
  assert.equal(outcome(aRun({ status: "failed", error })), "Run 1284 failed: NetSuite did not answer within 60 s.");
  assert.match(outcome(aRun({ status: "incomplete" })), /is incomplete: 6,300 rows read/);
});

Deno.test("one run: its bar does not go back, and its end is said whether or not it is the run that counts most", () => {
  assert.equal(advanceRun(aRun({ share: .6 }), aRun({ share: .4 })).share, .6);
  assert.equal(runNews(aRun({ share: .59 }), aRun({ share: .61 }), null), "Full run 1284: 60%");
  assert.equal(runNews(aRun({ share: .6 }), aRun({ share: .61 }), null), null);
  assert.match(runNews(aRun(), aRun({ status: "complete", endedAt: NOW }), null)!, /^Run 1284 is complete/);
  assert.equal(runNews(aRun({ status: "failed" }), aRun({ status: "failed" }), null), null, "said before");
});
