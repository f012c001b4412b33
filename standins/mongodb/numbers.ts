/** Arithmetic on the four number types, with MongoDB's rules for the type of the result. */
import { Decimal128 } from "bson";
import { Double, double, isInt32, type Maybe, type Value } from "./bson.ts";
import { calculate, type Decimal, fromDouble, join, split, toNumber } from "./decimals.ts";
import { fail } from "./errors.ts";

export type Num = number | bigint | Double | Decimal128;
export const isNum = (v: Maybe): v is Num =>
  typeof v === "number" || typeof v === "bigint" || v instanceof Double || v instanceof Decimal128;

/** A number as a double; an int64 or decimal may lose digits. */
export const toDouble = (v: Num): number =>
  typeof v === "number" ? v : v instanceof Double ? v.value : typeof v === "bigint" ? Number(v) : toNumber(split(v));

/** A number as Decimal; doubles exactly, or rounded to 15 digits as arithmetic does. */
export const toDecimal = (v: Num, exact = true): Decimal =>
  typeof v === "bigint" || (typeof v === "number" && isInt32(v))
    ? { coef: BigInt(v), exp: 0 }
    : v instanceof Decimal128
    ? split(v)
    : fromDouble(toDouble(v), exact);

/** "int", "long", "double" or "decimal". */
export const kindOf = (v: Num): "int" | "long" | "double" | "decimal" =>
  typeof v === "number"
    ? (isInt32(v) ? "int" : "double")
    : typeof v === "bigint"
    ? "long"
    : v instanceof Double
    ? "double"
    : "decimal";

/** A whole number or nothing: what `$skip`, `$limit`, `$size` and the like accept (2.0 counts as 2). */
export function wholeNumber(v: Maybe): number | undefined {
  if (!isNum(v)) return undefined;
  const n = toDouble(v);
  return Number.isSafeInteger(n) ? n : undefined;
}

const MAX = 2n ** 63n - 1n, MIN = -(2n ** 63n);
export const fitsLong = (n: bigint): boolean => n <= MAX && n >= MIN;

/** An exact whole result as int32 when it fits and no operand was an int64, else int64, else double. */
export function whole(n: bigint, wide: boolean): Value {
  if (!wide && n >= -2147483648n && n <= 2147483647n) return Number(n);
  return fitsLong(n) ? n : double(Number(n));
}

const big = (v: Num): bigint => BigInt(v as number | bigint);

/** `a op b`. Division gives a double (or decimal). */
export function arithmetic(op: "+" | "-" | "*" | "/", a: Num, b: Num): Value {
  if (a instanceof Decimal128 || b instanceof Decimal128) {
    return join(calculate(op, toDecimal(a, false), toDecimal(b, false)));
  }
  const ka = kindOf(a), kb = kindOf(b);
  if (op === "/" || ka === "double" || kb === "double") {
    const x = toDouble(a), y = toDouble(b);
    return double(op === "+" ? x + y : op === "-" ? x - y : op === "*" ? x * y : x / y);
  }
  const wide = ka === "long" || kb === "long";
  if (!wide) { // both int32: a double holds sum and product of small ones exactly
    const x = a as number, y = b as number, n = op === "+" ? x + y : op === "-" ? x - y : x * y;
    if ((n | 0) === n) return n + 0 === 0 ? 0 : n;
  }
  const x = big(a), y = big(b);
  return whole(op === "+" ? x + y : op === "-" ? x - y : x * y, wide);
}

/**
 * A running sum that is exact for whole numbers and compensated for doubles (two-sum), so that neither order nor length of a
 * group changes cents. The type of the result is the widest type met: int32 grows to int64, int64 to double on overflow.
 */
export class Sum {
  #int = 0; // whole part, while it is safe
  #wide = 0n; // whole part that was moved out of #int
  #hi = 0;
  #lo = 0;
  #decimal: Decimal | null = null;
  #long = false;
  #double = false;

  add(v: Maybe): void {
    if (typeof v === "number" && isInt32(v)) {
      this.#int += v;
      if (this.#int > 4e15 || this.#int < -4e15) this.#carry();
    } else if (typeof v === "number") this.#real(v);
    else if (typeof v === "bigint") {
      this.#long = true;
      this.#wide += v;
    } else if (v instanceof Double) this.#real(v.value);
    else if (v instanceof Decimal128) this.#decimal = calculate("+", this.#decimal ?? { coef: 0n, exp: 0 }, split(v));
  }

  #carry(): void {
    this.#wide += BigInt(this.#int);
    this.#int = 0;
  }

  #real(n: number): void {
    this.#double = true;
    const sum = this.#hi + n, part = sum - this.#hi;
    this.#lo += Number.isFinite(sum) ? (this.#hi - (sum - part)) + (n - part) : 0;
    this.#hi = sum;
  }

  #whole(): bigint {
    this.#carry();
    return this.#wide;
  }

  value(): Value {
    if (this.#decimal) {
      const rest = calculate("+", fromDouble(this.#hi, true), fromDouble(this.#lo, true));
      return join(calculate("+", this.#decimal, calculate("+", { coef: this.#whole(), exp: 0 }, rest)));
    }
    if (this.#double) return double(this.#asDouble());
    return whole(this.#whole(), this.#long);
  }

  #asDouble(): number {
    if (this.#int === 0 && this.#wide === 0n) return this.#hi + this.#lo;
    const n = Number(this.#whole()), sum = this.#hi + n, part = sum - this.#hi;
    return Number.isFinite(sum) ? sum + (this.#lo + ((this.#hi - (sum - part)) + (n - part))) : sum;
  }

  /** The mean of `count` values: a double, or a decimal when one was among them. */
  mean(count: number): Value {
    if (this.#decimal) return join(calculate("/", toDecimal(this.value() as Num), { coef: BigInt(count), exp: 0 }));
    return double((this.#double ? this.#asDouble() : Number(this.#whole())) / count);
  }
}

/** The number as int64, cut toward zero. Throws code 241 when it does not fit. */
export function toLong(v: Num): bigint {
  if (typeof v === "bigint") return v;
  if (v instanceof Decimal128) {
    const d = split(v);
    if (typeof d === "string") fail(241, `Attempt to convert ${d} value to integer type`);
    const n = d.exp >= 0 ? d.coef * 10n ** BigInt(d.exp) : d.coef / 10n ** BigInt(-d.exp);
    return fitsLong(n) ? n : fail(241, `Conversion would overflow target type: ${v.toString()}`);
  }
  const n = toDouble(v);
  if (!Number.isFinite(n)) fail(241, `Attempt to convert ${n} value to integer type`);
  const b = BigInt(Math.trunc(n));
  return fitsLong(b) ? b : fail(241, `Conversion would overflow target type: ${n}`);
}
