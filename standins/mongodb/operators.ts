/** Expression operators that evaluate all of their arguments first. */
import { type Doc, isDoc, type Maybe, type Value } from "./bson.ts";
import { convert } from "./conversions.ts";
import { fail } from "./errors.ts";
import { isNum } from "./numbers.ts";
import { array, index, isNone, many, type Named, named, one, type Positional, strict, two } from "./operator_kinds.ts";
import { DATE_OPERATORS } from "./operators_dates.ts";
import { NUMBER_OPERATORS } from "./operators_numbers.ts";
import { TEXT_OPERATORS } from "./operators_text.ts";
import { compare, identity } from "./order.ts";
import { truthy } from "./match.ts";
import { typeName } from "./types.ts";

const compares = (test: (c: number) => boolean): Positional => two((a, b) => test(compare(a, b)));

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

const conversion = (to: string): Positional => one((v) => isNone(v) ? null : convert(v, to));

function elementAt(v: Maybe, i: number): Maybe {
  if (isNone(v)) return null;
  return array("$arrayElemAt", v).at(i);
}

/** All of them by name. */
export const OPERATORS: Record<string, Positional | Named> = {
  ...NUMBER_OPERATORS,
  ...TEXT_OPERATORS,
  ...DATE_OPERATORS,

  $eq: compares((c) => c === 0),
  $ne: compares((c) => c !== 0),
  $gt: compares((c) => c > 0),
  $gte: compares((c) => c >= 0),
  $lt: compares((c) => c < 0),
  $lte: compares((c) => c <= 0),
  $cmp: two((a, b) => Math.sign(compare(a, b))),
  $not: one((v) => !truthy(v)),

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
};
