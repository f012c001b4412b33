import assert from "node:assert/strict";
import fc from "fast-check";
import { readRunsAddress, RUN_KINDS, RUN_OUTCOMES, type RunsAddress, runsHref } from "./runs_address.ts";

Deno.test("runsHref and readRunsAddress keep every filter", () => {
  const kinds = Object.keys(RUN_KINDS) as (keyof typeof RUN_KINDS)[];
  const outcomes = Object.keys(RUN_OUTCOMES) as (keyof typeof RUN_OUTCOMES)[];
  const address = fc.record({
    kind: fc.constantFrom(...kinds),
    status: fc.constantFrom(...outcomes),
    by: fc.string({ minLength: 1, unit: "grapheme" }).filter((by) => by.trim() === by && by.length <= 200),
    before: fc.integer({ min: 1 }),
  }, { requiredKeys: [] }) as fc.Arbitrary<RunsAddress>;
  fc.assert(fc.property(address, (asked) => {
    const url = new URL(runsHref(asked), "http://localhost");
    assert.deepEqual(readRunsAddress(url.searchParams), { ...asked });
  }));
});

Deno.test("readRunsAddress asks for nothing that it does not know", () => {
  assert.deepEqual(readRunsAddress(new URLSearchParams("kind=constructor&outcome=%3Cb%3E&by=%20&before=-1")), {});
  assert.deepEqual(readRunsAddress(new URLSearchParams("before=1e99")), {});
});
