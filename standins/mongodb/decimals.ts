import { Decimal128 } from "bson";

/** A Decimal128 taken apart: `coef * 10^exp`, or one of the three values that are no numbers. */
export type Decimal = { coef: bigint; exp: number } | "NaN" | "Infinity" | "-Infinity";

/** Takes a Decimal128 apart. */
export function split(d: Decimal128): Decimal {
  const s = d.toString();
  if (s === "NaN" || s === "Infinity" || s === "-Infinity") return s;
  const [, sign = "", whole = "", part = "", exp = "0"] = /^(-?)(\d*)\.?(\d*)(?:E([+-]?\d+))?$/i.exec(s)!;
  return { coef: BigInt(sign + (whole + part)), exp: Number(exp) - part.length };
}

/** Puts a Decimal128 together, rounded half to even at 34 digits as IEEE 754 asks. */
export function join(d: Decimal): Decimal128 {
  if (typeof d === "string") return Decimal128.fromString(d);
  let { coef, exp } = d;
  const digits = (coef < 0n ? -coef : coef).toString().length;
  if (digits > 34) {
    const cut = digits - 34;
    coef = divideHalfEven(coef, 10n ** BigInt(cut));
    exp += cut;
  }
  return Decimal128.fromString(`${coef}E${exp}`);
}

/** `a / b` rounded half to even, `b` positive. */
export function divideHalfEven(a: bigint, b: bigint): bigint {
  let q = a / b;
  const twice = 2n * (a % b < 0n ? -(a % b) : a % b);
  if (twice > b || (twice === b && q % 2n !== 0n)) q += a < 0n ? -1n : 1n;
  return q;
}

/** A double as Decimal: exactly, or as MongoDB converts it in arithmetic, rounded to 15 significant digits. */
export function fromDouble(n: number, exact: boolean): Decimal {
  if (!Number.isFinite(n)) return Number.isNaN(n) ? "NaN" : n > 0 ? "Infinity" : "-Infinity";
  if (!exact) return split(Decimal128.fromString(n.toPrecision(15)));
  let exp = 0; // n = m * 2^-exp
  while (!Number.isInteger(n)) n *= 2, exp++;
  return { coef: BigInt(n) * 5n ** BigInt(exp), exp: -exp };
}

const align = (a: { coef: bigint; exp: number }, b: { coef: bigint; exp: number }) => {
  const exp = Math.min(a.exp, b.exp);
  return { a: a.coef * 10n ** BigInt(a.exp - exp), b: b.coef * 10n ** BigInt(b.exp - exp), exp };
};

/** Negative, zero or positive; NaN is below everything, as in MongoDB. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  if (typeof a === "string" || typeof b === "string") {
    const rank = (d: Decimal) => d === "NaN" ? -2 : d === "-Infinity" ? -1 : d === "Infinity" ? 1 : 0;
    return rank(a) - rank(b);
  }
  const both = align(a, b);
  return both.a < both.b ? -1 : both.a > both.b ? 1 : 0;
}

/** Sum, difference, product or quotient; the operands that are no finite numbers go through doubles. */
export function calculate(op: "+" | "-" | "*" | "/", a: Decimal, b: Decimal): Decimal {
  if (typeof a === "string" || typeof b === "string" || (op === "/" && b.coef === 0n)) {
    const x = toNumber(a), y = toNumber(b);
    return fromDouble(op === "+" ? x + y : op === "-" ? x - y : op === "*" ? x * y : x / y, true);
  }
  if (op === "*") return { coef: a.coef * b.coef, exp: a.exp + b.exp };
  if (op === "/") {
    const sign = (a.coef < 0n) !== (b.coef < 0n) ? -1n : 1n, d = b.coef < 0n ? -b.coef : b.coef;
    let n = a.coef < 0n ? -a.coef : a.coef, exp = a.exp - b.exp;
    if (n % d !== 0n) { // 34 digits of quotient and some more to round on
      n *= 10n ** BigInt(40 + d.toString().length);
      exp -= 40 + d.toString().length;
      if (n % d !== 0n) n = (n / d) * d + d / 2n + 1n; // keep "not exact" in sight of the rounding
    }
    let q = n / d;
    while (exp < 0 && q !== 0n && q % 10n === 0n && exp < a.exp - b.exp) q /= 10n, exp++;
    return { coef: sign * q, exp };
  }
  const both = align(a, b);
  return { coef: op === "+" ? both.a + both.b : both.a - both.b, exp: both.exp };
}

export function toNumber(d: Decimal): number {
  return typeof d === "string" ? Number(d) : Number(`${d.coef}e${d.exp}`);
}
