/** Query filters: compiled once, then asked for each document. */
import { type Doc, isDoc, type Maybe, Regex, type Value } from "./bson.ts";
import { display } from "./display.ts";
import { fail } from "./errors.ts";
import { compare, equals, rankOf } from "./order.ts";
import { isNum, toDouble, wholeNumber } from "./numbers.ts";
import { partsOf, type Reads, readsOfAll, some } from "./paths.ts";
import { toRegExp } from "./regex.ts";
import { compileExpression, type Scope } from "./expressions.ts";
import { typeName } from "./types.ts";

/** One condition that every match fulfils, for the planner. */
export interface Predicate {
  path: string;
  op: "$eq" | "$gt" | "$gte" | "$lt" | "$lte" | "$in" | "$exists";
  value: Value;
}
/** A compiled filter. */
export interface Filter {
  test(doc: Doc): boolean;
  /** Dotted paths that the test reads; null when it may read anything. */
  paths: Reads;
  /** Conditions that all hold for a match (those a planner can use). */
  all: Predicate[];
  /** Alternatives of a top-level `$or`; a match fulfils one of each list. */
  anyOf: Filter[][];
}
type Test = (doc: Doc) => boolean;
type LeafTest = (v: Maybe) => boolean;

/** Compiles a filter. Throws code 2 for what is unknown or wrong. */
export function compileFilter(filter: Doc, scope: Scope): Filter {
  const out: Filter = { test: () => true, paths: new Set(), all: [], anyOf: [] };
  const tests = [...filter].map(([key, value]) =>
    key[0] === "$" ? logical(key, value, scope, out) : field(key, value, scope, out)
  );
  out.test = both(tests);
  return out;
}

function both(tests: Test[]): Test {
  if (tests.length === 1) return tests[0]!;
  return (doc) => {
    for (const t of tests) if (!t(doc)) return false;
    return true;
  };
}

function logical(key: string, value: Value, scope: Scope, out: Filter): Test {
  if (key === "$and" || key === "$or" || key === "$nor") {
    if (!Array.isArray(value) || !value.length) fail(2, `${key} must be a nonempty array`);
    const list = value.map((v) =>
      compileFilter(isDoc(v) ? v : fail(2, `${key} entries need to be full objects`), scope)
    );
    out.paths = readsOfAll([out.paths, ...list.map((f) => f.paths)]);
    if (key === "$and") {
      for (const f of list) out.all.push(...f.all), out.anyOf.push(...f.anyOf);
      return both(list.map((f) => f.test));
    }
    if (key === "$or") out.anyOf.push(list);
    const any: Test = (doc) => list.some((f) => f.test(doc));
    return key === "$or" ? any : (doc) => !any(doc);
  }
  if (key === "$expr") {
    const expr = compileExpression(value, scope);
    out.paths = readsOfAll([out.paths, expr.paths]);
    return (doc) => truthy(expr.run(doc, scope.values));
  }
  return fail(
    2,
    `unknown top level operator: ${key}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
  );
}

/** Whether an expression's result counts as true: all but false, null, missing and zero. */
export function truthy(v: Maybe): boolean {
  return !(v === undefined || v === null || v === false || (isNum(v) && toDouble(v) === 0));
}

function field(path: string, value: Value, scope: Scope, out: Filter): Test {
  const parts = partsOf(path);
  out.paths = readsOfAll([out.paths, new Set([path])]);
  if (value instanceof Regex) return leafAt(parts)(regexTest(value));
  if (!isOperators(value)) {
    out.all.push({ path, op: "$eq", value });
    return leafAt(parts)(equalTest(value));
  }
  const tests: Test[] = [];
  for (const [op, arg] of value) {
    if (op === "$options" && value.has("$regex")) continue;
    if (
      op in USABLE && !(op === "$exists" && !truthy(arg)) &&
      !(op === "$in" && Array.isArray(arg) && arg.some((v) => v instanceof Regex))
    ) {
      out.all.push({ path, op: op as Predicate["op"], value: arg });
    }
    tests.push(operator(path, parts, op, arg, value, scope));
  }
  return both(tests);
}

const USABLE = { $eq: 1, $gt: 1, $gte: 1, $lt: 1, $lte: 1, $in: 1, $exists: 1 };

/** Whether a filter value is a document of operators (its first name starts with `$`). */
export function isOperators(v: Value): v is Doc {
  if (!isDoc(v) || !v.size) return false;
  const first = v.keys().next().value!;
  return first[0] === "$" && first !== "$ref" && first !== "$id" && first !== "$db";
}

const leafAt = (parts: string[]) => (test: LeafTest): Test => {
  if (parts.length > 1) return (doc) => some(doc, parts, test);
  const name = parts[0]!;
  return (doc) => {
    const v = doc.get(name);
    return Array.isArray(v) ? some(doc, parts, test) : test(v);
  };
};

/** @param leaf makes the test of a document from that of a value; within `$elemMatch` it does not look into arrays */
function operator(
  path: string,
  parts: string[],
  op: string,
  arg: Value,
  all: Doc,
  scope: Scope,
  leaf = leafAt(parts),
): Test {
  switch (op) {
    case "$eq":
      return leaf(arg instanceof Regex ? (v) => equals(v, arg) : equalTest(arg));
    case "$ne":
      if (arg instanceof Regex) fail(2, "Can't have regex as arg to $ne.");
      return not(leaf(equalTest(arg)));
    case "$gt":
    case "$gte":
    case "$lt":
    case "$lte":
      return leaf(rangeTest(op, arg));
    case "$in":
    case "$nin": {
      const test = leaf(inTest(op, arg));
      return op === "$in" ? test : not(test);
    }
    case "$exists": {
      const test = leaf((v) => v !== undefined);
      return truthy(arg) ? test : not(test);
    }
    case "$type":
      return leaf(typeTest(arg));
    case "$regex": {
      const options = all.get("$options");
      if (options !== undefined && typeof options !== "string") fail(2, "$options has to be a string");
      if (typeof arg !== "string" && !(arg instanceof Regex)) fail(2, "$regex has to be a string");
      const given = arg instanceof Regex ? arg : new Regex(arg as string, "");
      return leaf(regexTest(new Regex(given.pattern, (options as string | undefined) ?? given.flags)));
    }
    case "$options":
      return fail(2, "$options needs a $regex");
    case "$not": {
      if (arg instanceof Regex) return not(leaf(regexTest(arg)));
      if (!isDoc(arg) || !arg.size) return fail(2, "$not needs a regex or a document");
      if (!isOperators(arg)) return fail(2, `unknown operator: ${[...(arg as Doc).keys()][0]}`);
      return not(
        both([...arg].filter(([o]) => o !== "$options").map(([o, a]) => operator(path, parts, o, a, arg, scope, leaf))),
      );
    }
    case "$elemMatch": {
      const test = elemMatch(asDocFor(op, arg), scope);
      return (doc) => some(doc, parts, (v) => Array.isArray(v) && v.some(test), false);
    }
    case "$size": {
      const n = wholeNumber(arg) ?? fail(2, `Failed to parse $size. Expected an integer: ${path}`);
      if (n < 0) fail(2, "Failed to parse $size. Expected a non-negative number");
      return (doc) => some(doc, parts, (v) => Array.isArray(v) && v.length === n, false);
    }
    default:
      return fail(2, `unknown operator: ${op}`);
  }
}

const not = (test: Test): Test => (doc) => !test(doc);
const asDocFor = (op: string, v: Value): Doc => isDoc(v) ? v : fail(2, `${op} needs an Object`);

/** `$elemMatch` on one element: a filter for documents, or operators for plain values. */
function elemMatch(arg: Doc, scope: Scope): LeafTest {
  const first = arg.keys().next().value;
  if (first !== undefined && isOperators(arg) && !["$and", "$or", "$nor", "$expr"].includes(first)) {
    const whole = (test: LeafTest): Test => (doc) => test(doc.get("v"));
    const test = both(
      [...arg].filter(([op]) => op !== "$options").map(([op, v]) => operator("v", ["v"], op, v, arg, scope, whole)),
    );
    return (v) => v !== undefined && test(new Map([["v", v]]));
  }
  const filter = compileFilter(arg, scope);
  return (v) => {
    if (isDoc(v)) return filter.test(v);
    return Array.isArray(v) && filter.test(new Map(v.map((e, i) => [String(i), e])));
  };
}

function equalTest(arg: Value): LeafTest {
  if (arg === null) return (v) => v === null || v === undefined;
  if (typeof arg === "string") return (v) => v === arg;
  return (v) => v !== undefined && equals(v, arg);
}

function rangeTest(op: string, arg: Value): LeafTest {
  if (arg instanceof Regex) fail(2, `Can't have RegEx as arg to predicate over field with ${op}.`);
  const orEqual = op.endsWith("e"), up = op.startsWith("$g"), rank = rankOf(arg);
  const ok = (c: number) => orEqual && c === 0 || (up ? c > 0 : c < 0);
  if (arg === null) return (v) => orEqual && (v === null || v === undefined);
  const nan = isNum(arg) && Number.isNaN(toDouble(arg));
  return (v) => {
    if (v === undefined || rankOf(v) !== rank) return false;
    if (rank === 0x20 && (nan || Number.isNaN(toDouble(v as number)))) return orEqual && compare(v, arg) === 0;
    return ok(compare(v, arg));
  };
}

function inTest(op: string, arg: Value): LeafTest {
  if (!Array.isArray(arg)) fail(2, `${op} needs an array`);
  for (const v of arg) if (isOperators(v)) fail(2, `cannot nest $ under ${op}`);
  const strings = new Set(arg.filter((v) => typeof v === "string"));
  const tests = arg.filter((v) => typeof v !== "string").map((v) => v instanceof Regex ? regexTest(v) : equalTest(v));
  return (v) => typeof v === "string" && strings.has(v) || tests.some((t) => t(v));
}

function regexTest(regex: Regex): LeafTest {
  const compiled = toRegExp(regex);
  return (v) => typeof v === "string" ? compiled.test(v) : v instanceof Regex && equals(v, regex);
}

const TYPES = new Set(
  "double string object array binData objectId bool date null regex int long decimal number".split(" "),
);

function typeTest(arg: Value): LeafTest {
  const list = Array.isArray(arg) ? arg : [arg];
  if (!list.length) fail(9, "$type must match at least one type");
  for (const t of list) if (typeof t !== "string" || !TYPES.has(t)) fail(2, `Unknown type name alias: ${display(t)}`);
  return (v) => v !== undefined && (list.includes(typeName(v)) || list.includes("number") && isNum(v));
}
