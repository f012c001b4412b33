import assert from "node:assert/strict";
import { openTestStore } from "../store/testing.ts";
import { syncIndexes } from "./indexes.ts";
import { ledgerOf, type RunDocument } from "./ledger.ts";
import { runTotals } from "./run_totals.ts";

const HOUR = 3_600_000, BEGAN = Date.UTC(2026, 0, 1);

Deno.test("Sums of runs only grow: also while they are brought forward by many at once, and after old runs are gone", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const ledger = ledgerOf(store);
  let id = 0;
  const end = (at: number, status = "complete") =>
    ledger.runs.insertOne({
      _id: ++id,
      kind: "incremental",
      status,
      startedAt: new Date(at - 2000),
      endedAt: new Date(at),
      totals: { read: 10, written: 4, unchanged: 6, stale: 0, deleted: 0, quarantined: 0, requests: 3, throttled: 1 },
    } as unknown as RunDocument);
  let now = BEGAN, last = 0;
  for (let hour = 0; hour < 30; hour++) {
    for (let n = 0; n < 4; n++) await end(now += HOUR / 4, n === 3 ? "failed" : "complete");
    const all = await Promise.all(Array.from({ length: 3 }, () => runTotals(store, ledger, new Date(now))));
    for (const totals of all) {
      assert.deepEqual(totals.map(({ status, runs, seconds, read }) => [status, runs, seconds, read]).sort(), [
        ["complete", id * 3 / 4, id * 3 / 2, id * 30 / 4],
        ["failed", id / 4, id / 2, id * 10 / 4],
      ]);
    }
    assert.ok(id > last);
    last = id;
    // as MongoDB does to runs that are too old
    await ledger.runs.deleteMany({ endedAt: { $lt: new Date(now - 5 * HOUR) } });
  }
  assert.ok(await ledger.runs.countDocuments() < 25);
  assert.deepEqual(
    await runTotals(store, ledger, new Date(now + 100 * HOUR)),
    await runTotals(store, ledger, new Date(now + 200 * HOUR)),
  );
});
