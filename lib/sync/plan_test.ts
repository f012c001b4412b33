import assert from "node:assert/strict";
import fc from "fast-check";
import { freshGaps } from "../sources/netsuite/gaps.ts";
import { DELETED } from "../sources/netsuite/suiteql.ts";
import { openTestStore } from "../store/testing.ts";
import { streamNamed, STREAMS } from "../streams/registry.ts";
import { syncIndexes } from "./indexes.ts";
import { claim } from "./lease.ts";
import { ledgerOf } from "./ledger.ts";
import { mergeBuckets, planRun } from "./plan.ts";
import { chunksOf, createRun, settleRun } from "./runs.ts";
import type { Work } from "./work.ts";

Deno.test("mergeBuckets covers every key exactly once, whatever the spread", () => {
  const buckets = fc.uniqueArray(fc.integer({ min: 0, max: 499 }), { minLength: 1, maxLength: 60 })
    .chain((numbers) =>
      fc.tuple(
        ...numbers.sort((a, b) => a - b).map((bucket) =>
          fc.record({ bucket: fc.constant(bucket), rows: fc.integer({ min: 1, max: 5000 }) })
        ),
      )
    );
  fc.assert(
    fc.property(
      buckets,
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 100, max: 20_000 }),
      fc.integer({ min: 0, max: 200_000 }),
      (list, width, size, key) => {
        const ranges = mergeBuckets(list, width, size);
        assert.equal(ranges[0]!.above, null);
        assert.equal(ranges.at(-1)!.upTo, null);
        for (let n = 1; n < ranges.length; n++) assert.equal(ranges[n]!.above, ranges[n - 1]!.upTo);
        const holders = ranges.filter(({ above, upTo }) =>
          (above === null || key > above) && (upTo === null || key <= upTo)
        );
        assert.equal(holders.length, 1);
        assert.equal(ranges.reduce((sum, range) => sum + range.rows, 0), list.reduce((sum, { rows }) => sum + rows, 0));
        const largest = Math.max(...list.map(({ rows }) => rows));
        for (const range of ranges) {
          assert.ok(
            range.rows <= Math.max(size, largest),
            `${range.rows} rows in a range of ${size}`,
          );
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

Deno.test("Of two planners whose writes interleave, the one whose plan counts has its chunks, and no others are left", async () => {
  for (const first of ["late", "taker"] as const) {
    await using store = await openTestStore(syncIndexes(STREAMS));
    let now = +new Date("2026-11-24T10:00:00Z");
    const ledger = ledgerOf(store), clock = { now: () => new Date(now) };
    const asked = { kind: "full", streams: ["currencies"], requestedBy: "test", isDryRun: true } as const;
    const run = await createRun(ledger, { ...asked, streams: [...asked.streams] }, STREAMS, clock.now());
    const planner = async (owner: string) => {
      const held = (await claim(ledger, run, { owner, leaseMs: 10_000, clock }))!;
      const drafted = Promise.withResolvers<void>(), mayGoOn = Promise.withResolvers<void>();
      const chunks = new Proxy(ledger.chunks, {
        get(of, name) {
          if (name !== "insertMany") return Reflect.get(of, name).bind?.(of) ?? Reflect.get(of, name);
          return async (...given: Parameters<typeof of.insertMany>) => {
            const made = await of.insertMany(...given);
            drafted.resolve();
            await mayGoOn.promise;
            return made;
          };
        },
      });
      const netsuite = {
        governor: { most: 5 },
        serverTime: () => Promise.resolve(clock.now()),
        suiteql: (query: string) => {
          const row = { tm_stream: DELETED, tm_rows: "3", tm_print: "0", tm_min: "1", tm_max: "3" };
          return Promise.resolve({ rows: [row], hasMore: false, totalResults: 1, query });
        },
      };
      const reader = { netsuite, gaps: freshGaps(), meter: { requests: 0, throttled: 0 }, now: clock.now };
      const parts = { store, ledger: { ...ledger, chunks }, run, held, reader, streams: [streamNamed("currencies")] };
      const work = { ...parts, config: { lagMs: 0, overlapMs: 0, zone: "UTC" }, touched: null };
      const over = planRun(work as unknown as Work).then(() => "done", (error) => error.constructor.name);
      return { drafted: drafted.promise, goOn: () => (mayGoOn.resolve(), over) };
    };
    const late = await planner("late");
    await late.drafted;
    now += 10_001;
    const taker = await planner("taker");
    await taker.drafted;
    if (first === "taker") assert.equal(await taker.goOn(), "done");
    assert.equal(await late.goOn(), "LeaseLostError");
    if (first === "late") assert.equal(await taker.goOn(), "done");
    const planned = (await ledger.runs.findOne({ _id: run._id }))!;
    const chunks = await chunksOf(ledger, planned);
    assert.deepEqual(chunks.map(({ kind }) => kind), ["plan", "read", "close", "deletes"], `${first} first`);
    assert.equal(await settleRun(ledger, run._id, clock.now()), false, "nothing of it has been read yet");
    assert.equal(await ledger.chunks.countDocuments({}), chunks.length, "chunks of the other plan are gone");
  }
});
