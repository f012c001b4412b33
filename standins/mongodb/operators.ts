/** Expression operators that evaluate all of their arguments first. */
import { Decimal128 } from "bson";
import { type Doc, double, isDoc, type Maybe, Regex, type Value } from "./bson.ts";
import { convert, parseDate } from "./conversions.ts";
import { addUnits, asInstant, asZone, difference, formatDate, partsAt, toInstant, truncate } from "./dates.ts";
import { divideHalfEven, join, split } from "./decimals.ts";
import { fail } from "./errors.ts";
import { arithmetic, isNum, kindOf, type Num, Sum, toDouble, toLong, whole, wholeNumber } from "./numbers.ts";
import { compare, identity } from "./order.ts";
import { toRegExp } from "./regex.ts";
import { truthy } from "./match.ts";
import { typeName } from "./types.ts";

export interface Positional {
  min: number;
  max: number;
  apply(args: Maybe[]): Maybe;
}
export interface Named {
  fields: string[];
  apply(args: Record<string, Maybe>): Maybe;
}

const named = (definition: Named): Named => definition;
const isNone = (v: Maybe): v is null | undefined => v === undefined || v === null;
const many = (apply: (args: Maybe[]) => Maybe, min = 0, max = Infinity): Positional => ({ min, max, apply });
const one = (apply: (v: Maybe) => Maybe): Positional => ({ min: 1, max: 1, apply: ([v]) => apply(v) });
const two = (apply: (a: Maybe, b: Maybe) => Maybe): Positional => ({ min: 2, max: 2, apply: ([a, b]) => apply(a, b) });
const number = (op: string, v: Maybe): Num =>
  isNum(v) ? v : fail(14, `${op} only supports numeric types, not ${typeName(v)}`);
const text = (op: string, v: Maybe): string =>
  isNone(v)
    ? ""
    : typeof v === "string"
    ? v
    : isNum(v) || v instanceof Date
    ? convert(v, "string") as string
    : fail(16007, `${op}: can't convert from BSON type ${typeName(v)} to String`);
const strict = (op: string, v: Maybe): string =>
  typeof v === "string" ? v : fail(34471, `${op} requires a string argument, found: ${typeName(v)}`);
const array = (op: string, v: Maybe): Value[] =>
  Array.isArray(v) ? v : fail(17124, `The argument to ${op} must be an array, but was of type: ${typeName(v)}`);
const index = (op: string, v: Maybe): number =>
  wholeNumber(v) ?? fail(28690, `${op}: an index must be a whole number, found ${typeName(v)}`);

const real = (op: string, f: (n: number) => number, guard?: (n: number) => boolean): Positional =>
  one((v) => {
    if (isNone(v)) return null;
    const n = toDouble(number(op, v));
    if (v instanceof Decimal128) return fail(2, `${op} of a decimal is not supported by this server`);
    if (guard && !guard(n)) fail(28714, `${op}'s argument is out of range: ${n}`);
    return double(f(n));
  });
const compares = (test: (c: number) => boolean): Positional => two((a, b) => test(compare(a, b)));

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

function substring(op: string, source: string, from: number, count: number): string {
  if (op === "$substrCP") return [...source].slice(from, count < 0 ? undefined : from + count).join("");
  const bytes = new TextEncoder().encode(source), to = count < 0 ? bytes.length : Math.min(bytes.length, from + count);
  const cuts = (i: number) => i < bytes.length && (bytes[i]! & 0xc0) === 0x80;
  if (cuts(from)) fail(28656, `${op}: Invalid range, starting index is a UTF-8 continuation byte.`);
  if (to > from && cuts(to)) fail(28657, `${op}: Invalid range, ending index is in the middle of a UTF-8 character.`);
  return new TextDecoder().decode(bytes.subarray(from, to));
}
const substr = (op: string): Positional =>
  many(
    ([s, from, count]) => {
      const start = index(op, from), n = index(op, count);
      if (start < 0) {
        if (op === "$substrCP") fail(34455, `${op}: the starting index must be nonnegative integer.`);
        return "";
      }
      return substring(op, text(op, s), start, n);
    },
    3,
    3,
  );

const trim = (op: string, left: boolean, right: boolean): Named => ({
  fields: ["input", "chars"],
  apply: ({ input, chars }) => {
    if (isNone(input) || chars === null) return null;
    const set = new Set(
      chars === undefined
        ? [..."\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"]
        : [...strict(op, chars)],
    );
    const all = [...strict(op, input)];
    let a = 0, b = all.length;
    while (left && a < b && set.has(all[a]!)) a++;
    while (right && b > a && set.has(all[b - 1]!)) b--;
    return all.slice(a, b).join("");
  },
});

const folded = (op: string, up: boolean): Positional =>
  one((v) => text(op, v).replace(up ? /[a-z]+/g : /[A-Z]+/g, (s) => up ? s.toUpperCase() : s.toLowerCase()));

const regexOf = (op: string, regex: Maybe, options: Maybe): RegExp => {
  const flags = typeof options === "string" ? options : "";
  if (regex instanceof Regex) return toRegExp(new Regex(regex.pattern, flags || regex.flags));
  return toRegExp(
    new Regex(
      typeof regex === "string" ? regex : fail(51105, `${op} needs 'regex' to be of type string or regex`),
      flags,
    ),
  );
};

/** Each distinct value once, in the order of values. */
function distinct(values: Value[]): Value[] {
  const seen = new Map<unknown, Value>();
  for (const v of values) if (!seen.has(identity(v))) seen.set(identity(v), v);
  return [...seen.values()];
}
const sets = (op: string, combine: (all: Value[][]) => Maybe): Positional =>
  many((args) => args.some(isNone) ? null : combine(args.map((a) => array(op, a))));
const holds = (values: Value[]) => {
  const ids = new Set(values.map(identity));
  return (v: Value) => ids.has(identity(v));
};

const datePart = (name: string, get: (p: ReturnType<typeof partsAt>) => number, long = false): Named => ({
  fields: ["date", "timezone"],
  apply: ({ date, timezone }) => {
    if (isNone(date) || timezone === null) return null;
    const n = get(partsAt(asInstant(date, name), asZone(timezone)));
    return long ? BigInt(n) : n;
  },
});
const shift = (name: string, sign: 1 | -1): Named => ({
  fields: ["startDate", "unit", "amount", "timezone"],
  apply: ({ startDate, unit, amount, timezone }) => {
    if (isNone(startDate) || isNone(unit) || isNone(amount) || timezone === null) return null;
    const n = wholeNumber(amount) ?? fail(5166405, `${name} expects integer amount of time units`);
    return addUnits(asInstant(startDate, name), unit, sign * n, asZone(timezone));
  },
});
const conversion = (to: string): Positional => one((v) => isNone(v) ? null : convert(v, to));

const numbersOf = (args: Maybe[]): Maybe[] => args.length === 1 && Array.isArray(args[0]) ? args[0] : args;
function pick(args: Maybe[], sign: number): Maybe {
  let best: Maybe = null;
  for (const v of numbersOf(args)) if (!isNone(v) && (best === null || compare(v, best) * sign > 0)) best = v;
  return best;
}
function elementAt(v: Maybe, i: number): Maybe {
  if (isNone(v)) return null;
  return array("$arrayElemAt", v).at(i);
}

export const OPERATORS: Record<string, Positional | Named> = {
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
  $eq: compares((c) => c === 0),
  $ne: compares((c) => c !== 0),
  $gt: compares((c) => c > 0),
  $gte: compares((c) => c >= 0),
  $lt: compares((c) => c < 0),
  $lte: compares((c) => c <= 0),
  $cmp: two((a, b) => Math.sign(compare(a, b))),
  $not: one((v) => !truthy(v)),

  $concat: many((args) =>
    args.some(isNone)
      ? null
      : args.map((v) => typeof v === "string" ? v : fail(16702, `$concat only supports strings, not ${typeName(v)}`))
        .join("")
  ),
  $substr: substr("$substrBytes"),
  $substrBytes: substr("$substrBytes"),
  $substrCP: substr("$substrCP"),
  $toLower: folded("$toLower", false),
  $toUpper: folded("$toUpper", true),
  $strLenCP: one((v) => [...strict("$strLenCP", v)].length),
  $strLenBytes: one((v) => new TextEncoder().encode(strict("$strLenBytes", v)).length),
  $trim: trim("$trim", true, true),
  $ltrim: trim("$ltrim", true, false),
  $rtrim: trim("$rtrim", false, true),
  $split: two((s, by) =>
    isNone(s) || isNone(by)
      ? null
      : strict("$split", s).split(strict("$split", by) || fail(40087, "$split requires a non-empty separator"))
  ),
  $indexOfCP: many(
    ([s, part, from, to]) => {
      if (isNone(s)) return null;
      const all = [...strict("$indexOfCP", s)], want = [...strict("$indexOfCP", part)];
      const end = isNone(to) ? all.length : Math.min(all.length, index("$indexOfCP", to));
      for (
        let i = isNone(from) ? 0 : index("$indexOfCP", from);
        i + want.length <= end;
        i++
      ) if (want.every((c, j) => all[i + j] === c)) return i;
      return -1;
    },
    2,
    4,
  ),
  $strcasecmp: two((a, b) =>
    Math.sign(compare(text("$strcasecmp", a).toUpperCase(), text("$strcasecmp", b).toUpperCase()))
  ),
  $replaceOne: replaces("$replaceOne", (s, find, by) => s.replace(find, () => by)),
  $replaceAll: replaces("$replaceAll", (s, find, by) => s.replaceAll(find, () => by)),
  $regexMatch: named({
    fields: ["input", "regex", "options"],
    apply: ({ input, regex, options }) =>
      !isNone(input) && !isNone(regex) && regexOf("$regexMatch", regex, options).test(strict("$regexMatch", input)),
  }),

  $type: one((v) => typeName(v)),
  $isNumber: one((v) => isNum(v)),
  $isArray: one((v) => Array.isArray(v)),
  $toString: conversion("string"),
  $toBool: conversion("bool"),
  $toInt: conversion("int"),
  $toLong: conversion("long"),
  $toDouble: conversion("double"),
  $toDecimal: conversion("decimal"),
  $toDate: conversion("date"),
  $toObjectId: conversion("objectId"),
  $convert: named({
    fields: ["input", "to", "onError", "onNull"],
    apply: (a) => {
      if (isNone(a.input)) return a.onNull ?? null;
      try {
        return convert(a.input, strict("$convert", a.to));
      } catch (error) {
        if ("onError" in a) return a.onError;
        throw error;
      }
    },
  }),

  $arrayElemAt: two((v, i) => isNone(i) ? null : elementAt(v, index("$arrayElemAt", i))),
  $first: one((v) => elementAt(v, 0)),
  $last: one((v) => elementAt(v, -1)),
  $size: one((v) => array("$size", v).length),
  $in: two((v, list) =>
    (Array.isArray(list) ? list : fail(40081, `$in requires an array as a second argument, found: ${typeName(list)}`))
      .some((e) => compare(e, v) === 0)
  ),
  $concatArrays: many((args) => args.some(isNone) ? null : args.flatMap((a) => array("$concatArrays", a))),
  $slice: many(
    ([v, a, b]) => {
      if (isNone(v) || isNone(a) || b === null) return null;
      const all = array("$slice", v), n = index("$slice", a);
      if (b === undefined) return n < 0 ? all.slice(n) : all.slice(0, n);
      const count = index("$slice", b), from = n < 0 ? Math.max(0, all.length + n) : n;
      if (count <= 0) fail(28729, "Third argument to $slice must be positive");
      return all.slice(from, from + count);
    },
    2,
    3,
  ),
  $reverseArray: one((v) => isNone(v) ? null : array("$reverseArray", v).toReversed()),
  $range: many(
    ([from, to, step]) => {
      const a = index("$range", from),
        b = index("$range", to),
        by = step === undefined ? 1 : index("$range", step),
        out: Value[] = [];
      if (by === 0) fail(34449, "$range requires a non-zero step value");
      for (let i = a; by > 0 ? i < b : i > b; i += by) out.push(i);
      return out;
    },
    2,
    3,
  ),
  $indexOfArray: two((v, want) =>
    isNone(v) ? null : array("$indexOfArray", v).findIndex((e) => compare(e, want) === 0)
  ),
  $setUnion: sets("$setUnion", (all) => distinct(all.flat()).sort(compare)),
  $setIntersection: sets(
    "$setIntersection",
    (all) => distinct(all[0] ?? []).filter((v) => all.every((list) => holds(list)(v))).sort(compare),
  ),
  $setDifference: sets("$setDifference", ([a = [], b = []]) => distinct(a).filter((v) => !holds(b)(v))),
  $setEquals: sets(
    "$setEquals",
    (all) => all.every((list) => list.every(holds(all[0]!)) && all[0]!.every(holds(list))),
  ),
  $setIsSubset: sets("$setIsSubset", ([a = [], b = []]) => a.every(holds(b))),
  $anyElementTrue: one((v) => array("$anyElementTrue", v).some(truthy)),
  $allElementsTrue: one((v) => array("$allElementsTrue", v).every(truthy)),

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

  $mergeObjects: many((args) => {
    const out: Doc = new Map();
    for (const v of args.length === 1 && Array.isArray(args[0]) ? args[0] : args) {
      if (isNone(v)) continue;
      if (!isDoc(v)) return fail(40400, `$mergeObjects requires object inputs, but input is of type ${typeName(v)}`);
      for (const [name, value] of v) out.set(name, value);
    }
    return out;
  }),
  $objectToArray: one((v) =>
    isNone(v)
      ? null
      : [...isDoc(v) ? v : fail(40390, `$objectToArray requires a document input, found: ${typeName(v)}`)].map((
        [k, value],
      ) => new Map<string, Value>([["k", k], ["v", value]]))
  ),
  $arrayToObject: one((v) => {
    if (isNone(v)) return null;
    return new Map(
      array("$arrayToObject", v).map((e): [string, Value] => {
        const pair = isDoc(e) && e.size === 2 ? [e.get("k"), e.get("v")] : Array.isArray(e) && e.length === 2 ? e : [];
        if (typeof pair[0] !== "string" || pair[1] === undefined) {
          return fail(40386, "$arrayToObject requires an array of { k, v } documents or [k, v] pairs");
        }
        return [pair[0], pair[1]];
      }),
    );
  }),

  $dateToString: named({
    fields: ["date", "format", "timezone", "onNull"],
    apply: ({ date, format, timezone, onNull }) => {
      if (isNone(date)) return onNull ?? null;
      if (format === null || timezone === null) return null;
      const zone = asZone(timezone),
        standard = "%Y-%m-%dT%H:%M:%S.%L" + (timezone === undefined || zone === "UTC" ? "Z" : "");
      return formatDate(
        asInstant(date, "$dateToString"),
        format === undefined ? standard : strict("$dateToString", format),
        zone,
      );
    },
  }),
  $dateFromString: named({
    fields: ["dateString", "timezone", "onNull", "onError"],
    apply: (a) => {
      if (isNone(a.dateString)) return a.onNull ?? null;
      try {
        const s = strict("$dateFromString", a.dateString), at = parseDate(s).getTime();
        return new Date(
          /(Z|UTC|GMT|[+-]\d\d:?\d\d)$/i.test(s) && s.length > 10 ? at : toInstant(at, asZone(a.timezone)),
        );
      } catch (error) {
        if ("onError" in a) return a.onError;
        throw error;
      }
    },
  }),
  $dateTrunc: named({
    fields: ["date", "unit", "binSize", "timezone", "startOfWeek"],
    apply: ({ date, unit, binSize, timezone, startOfWeek }) => {
      if (
        isNone(date) || isNone(unit) || binSize === null || timezone === null ||
        (unit === "week" && startOfWeek === null)
      ) return null;
      const bin = binSize === undefined ? 1 : wholeNumber(binSize) ?? 0;
      if (!(bin > 0)) fail(5439017, "$dateTrunc requires 'binSize' to be a positive whole number");
      return truncate(asInstant(date, "$dateTrunc"), unit, bin, asZone(timezone), startOfWeek);
    },
  }),
  $dateAdd: shift("$dateAdd", 1),
  $dateSubtract: shift("$dateSubtract", -1),
  $dateDiff: named({
    fields: ["startDate", "endDate", "unit", "timezone", "startOfWeek"],
    apply: ({ startDate, endDate, unit, timezone, startOfWeek }) => {
      if (
        isNone(startDate) || isNone(endDate) || isNone(unit) || timezone === null ||
        (unit === "week" && startOfWeek === null)
      ) return null;
      return BigInt(
        difference(
          asInstant(startDate, "$dateDiff"),
          asInstant(endDate, "$dateDiff"),
          unit,
          asZone(timezone),
          startOfWeek,
        ),
      );
    },
  }),
  $year: datePart("$year", (p) => p.year),
  $month: datePart("$month", (p) => p.month),
  $dayOfMonth: datePart("$dayOfMonth", (p) => p.day),
  $hour: datePart("$hour", (p) => p.hour),
  $minute: datePart("$minute", (p) => p.minute),
  $second: datePart("$second", (p) => p.second),
  $millisecond: datePart("$millisecond", (p) => p.millisecond),
  $dayOfWeek: datePart("$dayOfWeek", (p) => p.dayOfWeek),
  $dayOfYear: datePart("$dayOfYear", (p) => p.dayOfYear),
  $week: datePart("$week", (p) => p.week),
  $isoDayOfWeek: datePart("$isoDayOfWeek", (p) => p.isoDayOfWeek),
  $isoWeek: datePart("$isoWeek", (p) => p.isoWeek),
  $isoWeekYear: datePart("$isoWeekYear", (p) => p.isoYear, true),
};

function replaces(op: string, change: (s: string, find: string, by: string) => string): Named {
  return {
    fields: ["input", "find", "replacement"],
    apply: ({ input, find, replacement }) =>
      isNone(input) || isNone(find) || isNone(replacement)
        ? null
        : change(strict(op, input), strict(op, find), strict(op, replacement)),
  };
}

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
