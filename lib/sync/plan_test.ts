import assert from "node:assert/strict";
import fc from "fast-check";
import { mergeBuckets } from "./plan.ts";

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
