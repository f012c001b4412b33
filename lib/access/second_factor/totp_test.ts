import assert from "node:assert/strict";
import fc from "fast-check";
import { testSeed } from "../../../tests/support/seed.ts";
import { codeOf, keyUri, newKey, stepAt, stepOf } from "./totp.ts";

const SEED = { seed: testSeed(11) };
/** The key of RFC 6238, appendix B: the bytes of `12345678901234567890`. */
const RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
/** Its times in seconds, with the last six of its eight digits. */
const RFC_CODES: [seconds: number, code: string][] = [
  [59, "287082"],
  [1111111109, "081804"],
  [1111111111, "050471"],
  [1234567890, "005924"],
  [2000000000, "279037"],
  [20000000000, "353130"],
];

Deno.test("TOTP: the vectors of RFC 6238, made and read", () => {
  for (const [seconds, code] of RFC_CODES) {
    const at = new Date(seconds * 1000);
    assert.equal(codeOf(RFC_KEY, stepAt(at)), code);
    assert.equal(stepOf(RFC_KEY, code, at), Math.floor(seconds / 30));
    assert.equal(stepOf(RFC_KEY, ` ${code.slice(0, 3)} ${code.slice(3)}\t`, at), Math.floor(seconds / 30));
  }
});

Deno.test("TOTP: a code counts in its step and one before and after, to the millisecond, and in no other", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 200_000_000 }),
      fc.integer({ min: -4, max: 4 }),
      fc.constantFrom(0, 1, 14_999, 15_000, 29_998, 29_999),
      (step, off, into) => {
        const key = newKey();
        const at = new Date((step + off) * 30_000 + into);
        fc.pre(at.getTime() >= 60_000);
        const codes = [-1, 0, 1].map((near) => codeOf(key, step + off + near));
        fc.pre(new Set([...codes, codeOf(key, step)]).size === (Math.abs(off) <= 1 ? 3 : 4)); // two alike by chance
        assert.equal(stepOf(key, codeOf(key, step), at), Math.abs(off) <= 1 ? step : null);
      },
    ),
    SEED,
  );
});

Deno.test("TOTP: what is not six digits is no code, and a key is 160 random bits", () => {
  const at = new Date(59_000);
  for (const wrong of ["", "28708", "2870820", "28708a", "２８７０８２", "-87082", "287082;", "1".repeat(10_000)]) {
    assert.equal(stepOf(RFC_KEY, wrong, at), null, wrong.slice(0, 20));
  }
  const keys = new Set(Array.from({ length: 200 }, newKey));
  assert.equal(keys.size, 200);
  for (const key of keys) assert.match(key, /^[A-Z2-7]{32}$/);
  const uri = new URL(keyUri(RFC_KEY, "ada@example.com"));
  assert.equal(uri.protocol, "otpauth:");
  assert.deepEqual(Object.fromEntries(uri.searchParams), {
    issuer: "Tidemark",
    secret: RFC_KEY,
    algorithm: "SHA1",
    digits: "6",
    period: "30",
  });
});
