import assert from "node:assert/strict";
import type { RunView } from "../../lib/sync/views.ts";
import { aRun, aStatus, aStream, NOW } from "../sync/testing.ts";
import { matters } from "./matters.ts";
import { runsSince } from "./runs_since.ts";
import { addRuns, salesTiles, syncTiles } from "./tiles.ts";

const MIDNIGHT = "2026-11-19T00:00:00.000Z";
const titles = (status: Parameters<typeof matters>[0]) => matters(status).map((matter) => matter.title);

Deno.test("matters is empty when all is well", () => {
  assert.deepEqual(titles(aStatus({ runs: [aRun({ status: "complete" })] })), []);
});

Deno.test("matters names what is wrong, most urgent first", () => {
  const status = aStatus({
    connection: { state: "failing", answeredMs: null, checkedAt: NOW, message: null },
    runs: [aRun({ id: 7, status: "failed", kind: "incremental" })],
    streams: [aStream({ quarantined: 3 }), aStream({ name: "items", lagMs: 3 * 3_600_000 })],
  });
  assert.deepEqual(titles(status), [
    "NetSuite is not connected",
    "Incremental run 7 failed",
    "3 rows are in quarantine",
    "1 stream lags behind NetSuite",
  ]);
});

Deno.test("matters tells of one cause once, and leads to the quarantine who may open it", () => {
  const message = "NetSuite refused our sign-in.";
  const status = aStatus({
    connection: { state: "failing", answeredMs: null, checkedAt: NOW, message },
    runs: [aRun({ id: 7, status: "failed", error: { code: "login", message, advice: "" } })],
    streams: [aStream({ quarantined: 1 })],
  });
  assert.deepEqual(titles(status), ["NetSuite is not connected", "1 row is in quarantine"]);
  assert.deepEqual([true, false].map((mayMend) => matters(status, mayMend)[1]!.href), ["/sync/quarantine", "/sync"]);
});

Deno.test("matters leaves lag aside while a run catches up, and an old failure after a good run", () => {
  const late = aStream({ lagMs: 3_600_000 });
  assert.deepEqual(titles(aStatus({ current: aRun(), streams: [late] })), []);
  assert.deepEqual(titles(aStatus({ runs: [aRun({ status: "complete" }), aRun({ id: 1, status: "failed" })] })), []);
});

Deno.test("matters asks for the first full run", () => {
  const unread = aStream({ watermark: null, lagMs: null, lastRunId: null });
  assert.deepEqual(titles(aStatus({ streams: [unread] })), ["Nothing has been read from NetSuite yet"]);
});

Deno.test("addRuns adds the day's runs by the hour and leaves out yesterday's", () => {
  const day = addRuns(
    [
      aRun({ startedAt: "2026-11-19T02:10:00.000Z", written: 5, deleted: 1 }),
      aRun({ startedAt: "2026-11-19T02:50:00.000Z", written: 7 }),
      aRun({ startedAt: "2026-11-18T23:59:59.000Z", written: 100 }),
    ],
    MIDNIGHT,
    "2026-11-19T03:30:00.000Z",
  );
  assert.deepEqual(day, { runs: 2, written: 12, deleted: 1, byHour: [0, 0, 12, 0] });
});

Deno.test("runsSince reads on until the time, and no further", async () => {
  const all: RunView[] = Array.from({ length: 500 }, (_, i) => {
    const id = 500 - i;
    return aRun({ id, createdAt: id > 120 ? "2026-11-19T01:00:00.000Z" : "2026-11-18T01:00:00.000Z" });
  });
  let asked = 0;
  const found = await runsSince({
    runs({ limit, before }) {
      asked++;
      return Promise.resolve(all.filter((run) => before === undefined || run.id < before).slice(0, limit));
    },
  }, MIDNIGHT);
  assert.equal(found.length, 380);
  assert.equal(asked, 2);
});

Deno.test("syncTiles and salesTiles say why a figure is missing", () => {
  const tiles = syncTiles(aStatus(), { runs: 0, written: 0, deleted: 0, byHour: [] }, "UTC");
  assert.deepEqual(tiles.map((tile) => tile.value), ["10,000", "0", null]);
  assert.equal(tiles[2]?.note, "No run has ended yet");
  assert.ok(salesTiles(null, "/sales").every((tile) => tile.state === "failed"));
});
