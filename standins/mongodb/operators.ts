/** Expression operators that evaluate all of their arguments first. */
import { Decimal128 } from "bson";
import { double, type Maybe, type Value } from "./bson.ts";
import { addUnits, asInstant, asZone, truncate } from "./dates.ts";
import { join, split } from "./decimals.ts";
import { fail } from "./errors.ts";
import { truthy } from "./match.ts";
import { arithmetic, fitsLong, isNum, kindOf, type Num, Sum, toDouble, toLong, wholeNumber } from "./numbers.ts";
import { compare } from "./order.ts";
import { typeName } from "./types.ts";

/** An operator whose arguments come in an array. */
export interface Positional {
  min: number;
  max: number;
  apply(args: Maybe[]): Maybe;
}
/** An operator whose arguments have names. */
export interface Named {
  fields: string[];
  apply(args: Record<string, Maybe>): Maybe;
}

const isNone = (v: Maybe): v is null | undefined => v === undefined || v === null;
const many = (apply: (args: Maybe[]) => Maybe, min = 0): Positional => ({ min, max: Infinity, apply });
const one = (apply: (v: Maybe) => Maybe): Positional => ({ min: 1, max: 1, apply: ([v]) => apply(v) });
const two = (apply: (a: Maybe, b: Maybe) => Maybe): Positional => ({ min: 2, max: 2, apply: ([a, b]) => apply(a, b) });
const compares = (test: (c: number) => boolean): Positional => two((a, b) => test(compare(a, b)));
const named = (fields: string[], apply: Named["apply"]): Named => ({ fields, apply });
const number = (op: string, v: Maybe): Num =>
  isNum(v) ? v : fail(14, `${op} only supports numeric types, not ${typeName(v)}`);

/** All of them by name. */
export const OPERATORS: Record<string, Positional | Named> = {
  $eq: compares((c) => c === 0),
  $ne: compares((c) => c !== 0),
  $gt: compares((c) => c > 0),
  $gte: compares((c) => c >= 0),
  $lt: compares((c) => c < 0),
  $lte: compares((c) => c <= 0),
  $not: one((v) => !truthy(v)),
  $type: one(typeName),
  $isArray: one((v) => Array.isArray(v)),
  $size: one((v) =>
    Array.isArray(v) ? v.length : fail(17124, `The argument to $size must be an array, but was of type: ${typeName(v)}`)
  ),
  $in: two((v, list) =>
    Array.isArray(list)
      ? list.some((e) => compare(e, v) === 0)
      : fail(40081, `$in requires an array as a second argument, found: ${typeName(list)}`)
  ),
  $add: many(add),
  $subtract: two(subtract),
  $multiply: many((args) =>
    args.some(isNone) ? null : args.reduce<Value>((a, b) => arithmetic("*", a as Num, number("$multiply", b)), 1)
  ),
  $divide: two(divide),
  $abs: one((v) => {
    if (isNone(v)) return null;
    const n = number("$abs", v);
    if (toDouble(n) < 0) return arithmetic("*", n, -1);
    return kindOf(n) === "double" ? double(Math.abs(toDouble(n))) : n; // -0 is no number below zero
  }),
  $trunc: one((v) => isNone(v) ? null : truncateNumber(number("$trunc", v))),
  $sum: many((args) => {
    const sum = new Sum();
    for (const v of args.length === 1 && Array.isArray(args[0]) ? args[0] : args) sum.add(v);
    return sum.value();
  }),
  $toLong: one((v) => isNone(v) ? null : convertToLong(v)),
  $dateTrunc: named(
    ["date", "unit", "binSize", "timezone", "startOfWeek"],
    ({ date, unit, binSize, timezone, startOfWeek }) => {
      if (isNone(date) || isNone(unit) || binSize === null || timezone === null) return null;
      if (unit === "week" && startOfWeek === null) return null;
      const bin = binSize === undefined ? 1 : wholeNumber(binSize) ?? 0;
      if (!(bin > 0)) fail(5439017, "$dateTrunc requires 'binSize' to be a positive whole number");
      return truncate(asInstant(date, "$dateTrunc"), unit, bin, asZone(timezone), startOfWeek);
    },
  ),
  $dateAdd: named(["startDate", "unit", "amount", "timezone"], ({ startDate, unit, amount, timezone }) => {
    if (isNone(startDate) || isNone(unit) || isNone(amount) || timezone === null) return null;
    const n = wholeNumber(amount) ?? fail(5166405, "$dateAdd expects integer amount of time units");
    return addUnits(asInstant(startDate, "$dateAdd"), unit, n, asZone(timezone));
  }),
};

function add(args: Maybe[]): Maybe {
  let date: Date | null = null;
  const sum = new Sum();
  for (const v of args) {
    if (isNone(v)) return null;
    if (v instanceof Date) {
      if (date) fail(16612, "only one date allowed in an $add expression");
      date = v;
    } else sum.add(isNum(v) ? v : fail(14, `$add only supports numeric or date types, not ${typeName(v)}`));
  }
  return date ? new Date(date.getTime() + Math.round(toDouble(sum.value() as Num))) : sum.value();
}

function subtract(a: Maybe, b: Maybe): Maybe {
  if (isNone(a) || isNone(b)) return null;
  if (a instanceof Date) {
    if (b instanceof Date) return BigInt(a.getTime() - b.getTime());
    if (isNum(b)) return new Date(a.getTime() - Math.round(toDouble(b)));
  }
  if (!isNum(a) || !isNum(b)) return fail(14, `can't $subtract ${typeName(b)} from ${typeName(a)}`);
  return arithmetic("-", a, b);
}

function divide(a: Maybe, b: Maybe): Maybe {
  if (isNone(a) || isNone(b)) return null;
  if (!isNum(a) || !isNum(b)) {
    return fail(14, `$divide only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
  }
  return toDouble(b) === 0 ? fail(2, "can't $divide by zero") : arithmetic("/", a, b);
}

function truncateNumber(n: Num): Value {
  if (kindOf(n) === "double") return double(Math.trunc(toDouble(n)));
  if (!(n instanceof Decimal128)) return n;
  const d = split(n);
  return typeof d === "string" || d.exp >= 0 ? n : join({ coef: d.coef / 10n ** BigInt(-d.exp), exp: 0 });
}

function convertToLong(v: Value): bigint {
  if (typeof v === "boolean") return v ? 1n : 0n;
  if (v instanceof Date) return BigInt(v.getTime());
  if (isNum(v)) return toLong(v);
  if (typeof v !== "string") {
    return fail(241, `Unsupported conversion from ${typeName(v)} to long in $convert with no onError value`);
  }
  const n = /^[+-]?\d+$/.test(v) ? BigInt(v.replace("+", "")) : null;
  return n !== null && fitsLong(n) ? n : fail(241, `Failed to parse number '${v}' in $convert with no onError value`);
}
