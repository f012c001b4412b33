import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import type { ChunkView, SyncStatus } from "../../lib/sync/views.ts";
import { ChunksTable } from "./ChunksTable.tsx";
import { SyncView } from "./SyncView.tsx";
import { aRun, aStatus, aStream } from "./testing.ts";

const draw = (status: SyncStatus, mayRun = true) => renderToString(<SyncView status={status} mayRun={mayRun} />);
const failed = aRun({
  id: 1281,
  status: "failed",
  error: { code: "upstream_timeout", message: "NetSuite did not answer <in> time.", advice: "Nothing was lost." },
});

Deno.test("SyncView before the first run says so and offers the full run", () => {
  const html = draw(aStatus({ streams: [aStream({ watermark: null, lagMs: null, lastRunId: null, documents: 0 })] }));
  assert.match(html, /Nothing has been read from NetSuite yet/);
  assert.match(
    html,
    /<button type="submit" class="btn btn-primary[^>]*>.*?Full <span class="max-sm:sr-only">run<\/span>.*?<\/button>/s,
  );
  assert.match(html, /Not read yet/);
});

Deno.test("SyncView shows a run in progress with share, rows and slots, and what can be done to it", () => {
  const html = draw(aStatus({ current: aRun(), runs: [aRun()], slots: { inUse: 3, total: 5, kept: 1 } }));
  assert.match(html, />63%</);
  assert.match(html, /role="progressbar"[^>]*aria-valuenow="63"/);
  assert.match(html, /3 of 5 slots in use, 1 free, 1 kept for others/);
  assert.match(html, /action="\/sync\/runs\/1284".*?value="pause"/s);
  assert.match(html, /<button class="btn small" type="button" popovertarget="cancel-1284">/);
  assert.match(html, /Cancel full run 1284\?/);
  assert.doesNotMatch(draw(aStatus({ current: aRun(), runs: [aRun()] }), false), /cancel-1284/);
});

Deno.test("SyncView says 100% of a run only when it is complete", () => {
  const running = aRun({ share: 1, rowsRead: 10_000 });
  assert.doesNotMatch(draw(aStatus({ current: running, runs: [running] })), />100%</);
  const complete = aRun({ status: "complete", share: 1 });
  assert.match(draw(aStatus({ runs: [complete] })), />100%</);
});

Deno.test("SyncView explains a failed run once, in a sentence with advice, escaped", () => {
  const html = draw(aStatus({ runs: [failed, aRun({ id: 1280, status: "complete", share: 1 })] }));
  assert.match(html, /NetSuite did not answer &lt;in> time\./);
  assert.match(html, /Nothing was lost\./);
  const older = draw(aStatus({ runs: [aRun({ id: 1282, status: "complete", share: 1 }), failed] }));
  assert.match(older, /<tr class="detail"/);
});

Deno.test("SyncView marks a long lag and quarantine, and what is missing is –", () => {
  const html = draw(
    aStatus({ streams: [aStream({ lagMs: 21 * 60_000, quarantined: 3 }), aStream({ watermark: null, lagMs: null })] }),
  );
  assert.match(html, /text-warning">21 min/);
  assert.match(html, /text-warning"><a class="hover:underline" href="\/sync\/quarantine\?stream=customers">3</);
  assert.match(html, /zero">–/);
});

Deno.test("SyncView without the permission to run has no forms", () => {
  assert.doesNotMatch(draw(aStatus(), false), /<form/);
  assert.equal((draw(aStatus()).match(/<form method="post" action="\/sync\/runs"/g) ?? []).length, 2);
  assert.match(draw(aStatus()), /href="\/sync\/start"/);
});

Deno.test("SyncView shows every run under way, a paused one with a way on, a waiting one with what it waits for", () => {
  const paused = aRun({ status: "paused", haltedBy: "Laura Meier" });
  const waiting = aRun({ id: 1285, status: "queued", startedAt: null, waitsFor: [1284], isDryRun: true });
  const html = draw(aStatus({ current: paused, running: [paused, waiting], runs: [waiting, paused] }));
  assert.match(html, /Paused by Laura Meier/);
  assert.match(html, /value="resume"/);
  assert.match(html, /Waits for run 1284, which reads the same streams/);
  assert.match(html, /Dry run/);
});

Deno.test("SyncView keeps to the security policy: no style attributes", () => {
  assert.doesNotMatch(draw(aStatus({ current: aRun(), runs: [aRun(), failed] })), / style=/);
});

Deno.test("ChunksTable says what each chunk covers, failed ones first", () => {
  const chunk = { stream: "items", kind: "read", rowsRead: 0, attempts: 1, error: null, from: null, to: null };
  const chunks: ChunkView[] = [
    { ...chunk, id: "a", status: "done", from: "1", to: "900" },
    {
      ...chunk,
      id: "b",
      status: "working",
      attempts: 2,
      from: "2026-11-19T13:29:58.000Z",
      to: "2026-11-19T13:44:00.000Z",
    },
    { ...chunk, id: "c", status: "failed", error: "NetSuite <did> not answer", stream: "*" },
    { ...chunk, id: "d", status: "waiting", kind: "check" },
  ];
  const html = renderToString(<ChunksTable chunks={chunks} />);
  assert.match(html, /1 to 900/);
  assert.match(html, /13:29:58 to 13:44:00/);
  assert.match(html, /Retrying/);
  assert.match(html, /all streams/);
  assert.match(html, /NetSuite &lt;did> not answer/);
  assert.doesNotMatch(html, /Show the exchange/);
  const note = { question: "POST /suiteql\nSELECT <id>", status: 400, answer: "<html>" };
  const told = renderToString(<ChunksTable chunks={chunks} exchanges={{ c: note }} />);
  assert.match(told, /SELECT &lt;id>.*status 400.*&lt;html>/s);
});
