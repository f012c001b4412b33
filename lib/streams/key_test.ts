import assert from "node:assert/strict";
import fc from "fast-check";
import { keyParts } from "./key.ts";

Deno.test("keyParts finds the columns of every key again: negative numbers, and a last text with dashes in it", () => {
  assert.deepEqual(keyParts({ key: ["id"] }, -5), ["-5"]);
  assert.deepEqual(keyParts({ key: ["item", "location"] }, "-2--7"), ["-2", "-7"]);
  fc.assert(
    fc.property(
      fc.array(fc.integer(), { minLength: 1, maxLength: 4 }),
      fc.oneof(fc.string(), fc.integer().map(String)),
      (numbers, last) => {
        const parts = [...numbers.map(String), last];
        assert.deepEqual(keyParts({ key: parts.map((_, n) => `k${n}`) }, parts.join("-")), parts);
      },
    ),
  );
});
