import assert from "node:assert/strict";
import fc from "fast-check";
import { day, decimal, flag, instant, integer, money, toMinor } from "./column.ts";

const row = { precision: 2 };

/** Minor units by big integers: another way to the same number. */
function reference(text: string, precision: number): bigint {
  const [, sign, whole = "", fraction = "", exponent = "0"] = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text)!;
  const shift = precision + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction || "0");
  const scale = 10n ** BigInt(Math.abs(shift));
  const minor = shift >= 0 ? digits * scale : (digits * 2n + scale) / (2n * scale); // half away from zero
  return sign === "-" ? -minor : minor;
}

Deno.test("toMinor equals exact arithmetic for any decimal text", () => {
  const text = fc.tuple(
    fc.constantFrom("", "-", "+"),
    fc.bigInt({ min: 0n, max: 99_999_999n }).map(String),
    fc.option(fc.stringMatching(/^\d{0,9}$/), { nil: undefined }),
    fc.option(fc.integer({ min: -12, max: 4 }), { nil: undefined }),
  ).map(([sign, whole, fraction, exponent]) =>
    `${sign}${whole}${fraction === undefined ? "" : `.${fraction}`}${exponent === undefined ? "" : `E${exponent}`}`
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 4 }), (value, precision) => {
      const exact = reference(value, precision);
      if (exact > BigInt(Number.MAX_SAFE_INTEGER) || -exact > BigInt(Number.MAX_SAFE_INTEGER)) {
        assert.throws(() => toMinor(value, precision), /below 9 x 10\^15/); // never a wrong number
        return;
      }
      const { minor } = toMinor(value, precision);
      assert.equal(BigInt(minor), exact, `${value} at ${precision}`);
      assert.ok(!Object.is(minor, -0));
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("toMinor takes the forms NetSuite writes, and says when digits were lost", () => {
  assert.deepEqual(toMinor("1280.5", 2), { minor: 128050, exact: true });
  assert.deepEqual(toMinor("-.5", 2), { minor: -50, exact: true });
  assert.deepEqual(toMinor("1E-7", 2), { minor: 0, exact: false });
  assert.deepEqual(toMinor("2024.994", 2), { minor: 202499, exact: false });
  assert.deepEqual(toMinor("0.995", 2), { minor: 100, exact: false });
  assert.deepEqual(toMinor("1000", 0), { minor: 1000, exact: true });
  for (const bad of ["", ".", "-", "1,280.50", "12.3.4", "n/a", "1e", "0x10", "99999999999999999"]) {
    assert.throws(() => toMinor(bad, 2), Error, bad);
  }
});

Deno.test("columns say what would be right", () => {
  assert.throws(() => integer("id").read("9007199254740993", row), /whole number/);
  assert.throws(() => integer("id").read("12a", row), /whole number/);
  assert.throws(() => flag("isinactive").read("true", row), /T or F/);
  assert.throws(() => day("trandate").read("3/2/2026", row), /YYYY-MM-DD/);
  assert.throws(() => day("trandate").read("2026-02-30", row), /YYYY-MM-DD/);
  assert.throws(() => instant("lastmodifieddate").read("2026-11-03 09:15:27", row), /YYYY-MM-DDTHH:MM:SSZ/);
  assert.throws(() => decimal("rate").read("ten", row), /decimal/);
  assert.throws(() => money("foreigntotal").read("12", { precision: null }), /currency/);
});

Deno.test("columns read what NetSuite answers", () => {
  assert.equal(integer("id").read("4294967299", row), 4294967299);
  assert.equal(flag("isinactive").read("F", row), false);
  assert.equal(decimal("rate").read("-.25", row), -0.25);
  assert.ok(Object.is(decimal("rate").read("-0", row), 0));
  assert.equal(decimal("rate").keepsText!("0.12345678901234567", row), true);
  assert.equal(+instant("x").read("2026-11-03T09:15:27Z", row), Date.UTC(2026, 10, 3, 9, 15, 27));
  assert.equal(money("foreigntotal").read("1280.5", { precision: 0 }), 1281);
  assert.equal(money("foreigntotal").keepsText!("1280.5", { precision: 0 }), true);
});
