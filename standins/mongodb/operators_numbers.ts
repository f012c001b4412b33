/** Expression operators on numbers. */
import { Decimal128 } from "bson";
import { double, type Maybe, type Value } from "./bson.ts";
import { divideHalfEven, join, split } from "./decimals.ts";
import { fail } from "./errors.ts";
import { arithmetic, isNum, kindOf, type Num, Sum, toDouble, toLong, whole } from "./numbers.ts";
import { index, isNone, many, number, one, type Positional, two } from "./operator_kinds.ts";
import { compare } from "./order.ts";
import { typeName } from "./types.ts";

const real = (op: string, f: (n: number) => number, guard?: (n: number) => boolean): Positional =>
  one((v) => {
    if (isNone(v)) return null;
    const n = toDouble(number(op, v));
    if (v instanceof Decimal128) return fail(2, `${op} of a decimal is not supported by this server`);
    if (guard && !guard(n)) fail(28714, `${op}'s argument is out of range: ${n}`);
    return double(f(n));
  });

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

function divide(op: "/" | "%", a: Maybe, b: Maybe): Maybe {
  const name = op === "/" ? "$divide" : "$mod";
  if (isNone(a) || isNone(b)) return null;
  if (!isNum(a) || !isNum(b)) {
    return fail(14, `${name} only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
  }
  if (toDouble(b) === 0) fail(op === "/" ? 2 : 16610, `can't ${name} by zero`);
  return arithmetic(op, a, b);
}

/** `$round` (half to even) and `$trunc` at a decimal place; whole numbers stay whole. */
function atPlace(op: "$round" | "$trunc", v: Maybe, placeValue: Maybe): Maybe {
  if (isNone(v) || placeValue === null) return null;
  const n = number(op, v), place = placeValue === undefined ? 0 : index(op, placeValue);
  if (place < -20 || place > 100) {
    fail(51083, `cannot apply ${op} with precision value ${place} value must be in [-20, 100]`);
  }
  const kind = kindOf(n);
  if (kind === "int" || kind === "long") {
    if (place >= 0) return n;
    const unit = 10n ** BigInt(-place), b = BigInt(n as number);
    return whole(op === "$round" ? divideHalfEven(b, unit) * unit : (b / unit) * unit, kind === "long");
  }
  if (kind === "double" && !Number.isFinite(toDouble(n))) return n;
  const exact = kind === "double" ? shortest(toDouble(n)) : split(n as Decimal128);
  if (typeof exact === "string") return n;
  const drop = -place - exact.exp;
  if (drop <= 0) return n;
  const unit = 10n ** BigInt(drop);
  const coef = op === "$round" ? divideHalfEven(exact.coef, unit) : exact.coef / unit;
  return kind === "double" ? double(Number(`${coef}e${-place}`)) : join({ coef, exp: -place });
}
/** The digits that a double prints with, so that 2.675 rounds as people read it. */
const shortest = (n: number) => split(Decimal128.fromString(String(n)));

const numbersOf = (args: Maybe[]): Maybe[] => args.length === 1 && Array.isArray(args[0]) ? args[0] : args;
function pick(args: Maybe[], sign: number): Maybe {
  let best: Maybe = null;
  for (const v of numbersOf(args)) if (!isNone(v) && (best === null || compare(v, best) * sign > 0)) best = v;
  return best;
}

/** The operators by name. */
export const NUMBER_OPERATORS: Record<string, Positional> = {
  $add: many(add),
  $subtract: two(subtract),
  $multiply: many((args) =>
    args.some(isNone) ? null : args.reduce<Value>((a, b) => arithmetic("*", a as Num, number("$multiply", b)), 1)
  ),
  $divide: two((a, b) => divide("/", a, b)),
  $mod: two((a, b) => divide("%", a, b)),
  $abs: one((v) =>
    isNone(v)
      ? null
      : toDouble(number("$abs", v)) < 0
      ? arithmetic("*", v as Num, -1)
      : kindOf(v as Num) === "double"
      ? double(Math.abs(toDouble(v as Num)))
      : v
  ),
  $ceil: one((v) => isNone(v) ? null : rounded("$ceil", v)),
  $floor: one((v) => isNone(v) ? null : rounded("$floor", v)),
  $round: many(([v, place]) => atPlace("$round", v, place), 1, 2),
  $trunc: many(([v, place]) => atPlace("$trunc", v, place), 1, 2),
  $sqrt: real("$sqrt", Math.sqrt, (n) => !(n < 0)),
  $exp: real("$exp", Math.exp),
  $ln: real("$ln", Math.log, (n) => !(n <= 0)),
  $log10: real("$log10", Math.log10, (n) => !(n <= 0)),
  $pow: two((a, b) => {
    if (isNone(a) || isNone(b)) return null;
    const x = number("$pow", a), y = number("$pow", b), kinds = [kindOf(x), kindOf(y)];
    if (kinds.includes("decimal")) return fail(2, "$pow of a decimal is not supported by this server");
    if (kinds.includes("double") || toDouble(y) < 0) return double(toDouble(x) ** toDouble(y));
    return whole(BigInt(x as number) ** BigInt(y as number), kinds.includes("long"));
  }),
  $sum: many((args) => {
    const sum = new Sum();
    for (const v of numbersOf(args)) sum.add(v);
    return sum.value();
  }),
  $avg: many((args) => {
    const sum = new Sum(), all = numbersOf(args).filter(isNum);
    for (const v of all) sum.add(v);
    return all.length ? sum.mean(all.length) : null;
  }),
  $min: many((args) => pick(args, -1)),
  $max: many((args) => pick(args, 1)),
};

function rounded(op: "$ceil" | "$floor", v: Value): Value {
  const n = number(op, v), f = op === "$ceil" ? Math.ceil : Math.floor;
  if (kindOf(n) === "double") return double(f(toDouble(n)));
  if (!(n instanceof Decimal128)) return n;
  const d = split(n);
  if (typeof d === "string" || d.exp >= 0) return n;
  const cut = toLong(n), exact = compare(cut, n) === 0;
  return join({
    coef: exact ? cut : op === "$ceil" ? cut + (d.coef > 0n ? 1n : 0n) : cut - (d.coef < 0n ? 1n : 0n),
    exp: 0,
  });
}
