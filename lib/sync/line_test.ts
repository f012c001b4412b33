import assert from "node:assert/strict";
import fc from "fast-check";
import { AppError } from "../errors.ts";
import { openTestStore } from "../store/testing.ts";
import { STREAMS } from "../streams/registry.ts";
import { syncIndexes } from "./indexes.ts";
import { ledgerOf } from "./ledger.ts";
import { busyStreams, holds, letIn, openRuns, streamsHeld, waitsFor } from "./line.ts";
import { createRun, failRun, settleRun } from "./runs.ts";

const now = new Date("2026-11-24T10:00:00Z");
const ask = (
  ledger: ReturnType<typeof ledgerOf>,
  streams: string[],
  requestedBy = "Ada",
  kind: "full" | "proof" = "full",
) => createRun(ledger, { kind, streams, requestedBy }, STREAMS, now);

Deno.test("A run also holds what follows its streams, and what they follow", () => {
  assert.deepEqual(streamsHeld(["items"], STREAMS), ["items"]);
  assert.deepEqual(streamsHeld(["transactions"], STREAMS), streamsHeld(["transaction_links"], STREAMS));
  assert.ok(streamsHeld(["transactions"], STREAMS).includes("transaction_links"));
});

Deno.test("Runs of different streams go side by side; of one stream a person's waits, and a schedule's is refused", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const ledger = ledgerOf(store);
  const first = await ask(ledger, ["transactions"]);
  const beside = await ask(ledger, ["items"], "schedule");
  const waiting = await ask(ledger, ["transaction_links", "customers"]);
  assert.deepEqual([holds(first), holds(beside), holds(waiting)], [true, true, false]);
  await assert.rejects(ask(ledger, ["customers"], "schedule"), (error: AppError) => {
    assert.equal(error.code, "run_in_progress", "the schedule does not overtake a person who waits for the stream");
    assert.match(error.message, new RegExp(`Run ${waiting._id} of customers`));
    return true;
  });
  const open = await openRuns(ledger);
  assert.deepEqual(waitsFor(waiting, open, STREAMS), [first._id]);
  assert.deepEqual(waitsFor(first, open, STREAMS), []);
  assert.equal(busyStreams(open, STREAMS).get("customers"), waiting._id);
  assert.equal(busyStreams(open, STREAMS).has("vendors"), false);

  assert.equal((await letIn(ledger, open, STREAMS)).filter(holds).length, 2, "its stream is not free yet");
  await failRun(ledger, first._id, { code: "x", message: "x" }, now);
  const after = await letIn(ledger, await openRuns(ledger), STREAMS);
  assert.deepEqual(after.filter(holds).map(({ _id }) => _id), [waiting._id, beside._id], "people's runs stand first");
});

Deno.test("The same request, not begun yet, is refused as a second click", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const ledger = ledgerOf(store);
  const { _id } = await ask(ledger, ["items"]);
  await assert.rejects(ask(ledger, ["items"]), new RegExp(`Run ${_id} asks for the same`));
  await ask(ledger, ["items"], "Ada", "proof");
  await ledger.runs.updateOne({ _id }, { $set: { startedAt: now, status: "running" } });
  await ask(ledger, ["items"]);
});

Deno.test("A run of an earlier version, which held everything by a mere mark, holds its streams by name from now on", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const ledger = ledgerOf(store);
  const { _id } = await ask(ledger, ["items"]);
  await ledger.runs.updateOne({ _id }, { $set: { active: true as never } });
  const [run] = await letIn(ledger, await openRuns(ledger), STREAMS);
  assert.deepEqual(run!.active, ["items"]);
});

Deno.test("Whatever is asked for by whomever, no two runs ever hold one stream, and each run has its turn", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const ledger = ledgerOf(store), names = STREAMS.map(({ name }) => name);
  const step = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ ask: fc.subarray(names, { minLength: 1, maxLength: 3 }), person: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.record({ end: fc.nat(5) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
      await ledger.runs.deleteMany({});
      await ledger.chunks.deleteMany({});
      const check = async () => {
        // three processes look at once
        await Promise.all([1, 2, 3].map(async () => await letIn(ledger, await openRuns(ledger), STREAMS)));
        const held = (await openRuns(ledger)).flatMap((run) => run.active ?? []);
        assert.equal(new Set(held).size, held.length, `${held}`);
        return (await openRuns(ledger)).filter(holds);
      };
      for (const one of steps) {
        if ("ask" in one) {
          await ask(ledger, one.ask, one.person ? `${crypto.randomUUID()}` : "schedule").catch((error) => {
            if (!["run_in_progress", "same_run_waits"].includes(error.code)) throw error;
          });
        } else {
          const running = await check();
          const run = running[one.end % Math.max(1, running.length)];
          if (run) await failRun(ledger, run._id, { code: "x", message: "x" }, now);
        }
        await check();
      }
      for (let left = await check(); left.length > 0; left = await check()) {
        for (const run of left) {
          await failRun(ledger, run._id, { code: "x", message: "x" }, now);
          assert.equal(await settleRun(ledger, run._id, now), true);
        }
      }
      assert.deepEqual(await openRuns(ledger), [], "a run has never had its turn");
    }),
    { numRuns: 15, seed: 20_261_124 },
  );
});

Deno.test("A run that waits for several streams is not overtaken by smaller ones that come after it", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const ledger = ledgerOf(store);
  const first = await ask(ledger, ["items"]);
  const large = await ask(ledger, ["items", "customers", "vendors"]);
  const small = [await ask(ledger, ["customers"]), await ask(ledger, ["vendors"])];
  const held = async () => (await letIn(ledger, await openRuns(ledger), STREAMS)).filter(holds).map(({ _id }) => _id);
  assert.deepEqual(await held(), [first._id], "customers and vendors are kept for the one that has waited longer");
  await failRun(ledger, first._id, { code: "x", message: "x" }, now);
  assert.deepEqual(await held(), [large._id]);
  await failRun(ledger, large._id, { code: "x", message: "x" }, now);
  assert.deepEqual(await held(), small.map(({ _id }) => _id));
});
