import { strict as assert } from "node:assert";
import { exchangeRate, fromCents, perDollar, round, toCents } from "./money.ts";

Deno.test("toCents rounds half away from zero, on either side, in spite of binary fractions", () => {
  for (
    const [amount, cents] of [[1.005, 101], [-1.005, -101], [2.675, 268], [0.285, 29], [957.5775, 95_758], [
      0,
      0,
    ]] as const
  ) {
    assert.equal(toCents(amount), cents, String(amount));
  }
});

Deno.test("fromCents never gives minus zero", () => {
  assert.ok(Object.is(fromCents(-0), 0));
  assert.equal(fromCents(-12_345), -123.45);
});

Deno.test("exchangeRate is 1 in the base currency and the ratio of dollar rates otherwise", () => {
  assert.equal(exchangeRate(3, 3), 1);
  assert.equal(exchangeRate(4, 3), round(0.92 / 0.79, 5));
  assert.throws(() => perDollar(9), /No currency 9/);
});
