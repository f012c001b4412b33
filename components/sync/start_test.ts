import assert from "node:assert/strict";
import { readStart, requestOf, startedWords } from "./start.ts";
import { aRun } from "./testing.ts";

const TODAY = "2026-11-19";

Deno.test("readStart begins with an incremental run of all streams, and the last thirty days", () => {
  const draft = readStart(new URLSearchParams(), TODAY);
  assert.deepEqual(draft, { kind: "incremental", streams: [], from: "2026-10-21", to: TODAY, isDryRun: false });
  const asked = readStart(
    new URLSearchParams("kind=backfill&stream=items&stream=prices&from=&to=2026-11-01&dry=on"),
    TODAY,
  );
  assert.deepEqual(asked, {
    kind: "backfill",
    streams: ["items", "prices"],
    from: "",
    to: "2026-11-01",
    isDryRun: true,
  });
});

Deno.test("requestOf takes dates for a backfill only, and no kind that there is not", () => {
  const draft = readStart(new URLSearchParams("kind=full&stream=items&dry=on"), TODAY);
  assert.deepEqual(requestOf(draft, "Dana"), { kind: "full", streams: ["items"], requestedBy: "Dana", isDryRun: true });
  const range = { from: draft.from, to: draft.to };
  assert.deepEqual(requestOf({ ...draft, kind: "backfill" }, "Dana")?.range, range);
  assert.equal(requestOf({ ...draft, kind: "constructor" }, "Dana"), null);
});

Deno.test("startedWords says when a run must wait, and for which", () => {
  assert.equal(startedWords(aRun()).text, "Full run 1284 has been asked for.");
  assert.equal(
    startedWords(aRun({ waitsFor: [1282, 1283], isDryRun: true })).text,
    "Dry run: Full run 1284 waits for the end of run 1282 and run 1283, which reads the same streams.",
  );
});
