import assert from "node:assert/strict";
import fc from "fast-check";
import { rangesOf } from "./proof_buckets.ts";

Deno.test("rangesOf: every suspect once, ascending, begun and ended by a suspect, a page at most where it holds several", () => {
  const bucket = fc.record({ rows: fc.integer({ min: 0, max: 700 }), isSuspect: fc.boolean() });
  fc.assert(
    fc.property(fc.array(bucket, { maxLength: 60 }), fc.integer({ min: -30, max: 5 }), (drawn, from) => {
      const buckets = drawn.map((_, n) => from + n * 2), at = (one: number) => drawn[(one - from) / 2]!;
      const suspects = new Set(buckets.filter((one) => at(one).isSuspect));
      const ranges = rangesOf(buckets, suspects, (one) => at(one).rows);
      const within = ([first, last]: [number, number]) => buckets.filter((one) => one >= first && one <= last);
      const sum = (some: number[]) => some.reduce((all, one) => all + at(one).rows, 0);
      assert.deepEqual(ranges.flatMap(within).filter((one) => suspects.has(one)), [...suspects]);
      for (const [n, range] of ranges.entries()) {
        assert.ok(suspects.has(range[0]) && suspects.has(range[1]));
        assert.ok(range[0] === range[1] || sum(within(range)) <= 1000);
        const next = ranges[n + 1];
        if (!next) continue;
        assert.ok(range[1] < next[0]);
        assert.ok(sum(within([range[0], next[0]])) > 1000, "two neighbours would not fit a page");
      }
    }),
    { numRuns: 2000 },
  );
});
