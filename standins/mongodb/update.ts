/** Update operators: compiled once per statement, then applied to each document. */
import { type Doc, isDoc, type Maybe, Raw, thaw, type Value } from "./bson.ts";
import { fail } from "./errors.ts";
import { type Scope } from "./expressions.ts";
import { compileFilter, isOperators } from "./match.ts";
import { arithmetic, isNum, kindOf, type Num, wholeNumber } from "./numbers.ts";
import { compare, compareText, equals } from "./order.ts";
import { typeName } from "./types.ts";

/** Changes a document in place. Values that it does not look into may be `Raw`. */
export type Update = (doc: Doc, inserting: boolean) => void;
type Change = (old: Maybe) => Maybe | typeof KEEP;
const KEEP = Symbol("keep");

/** Compiles an update document of operators. */
export function compileUpdate(spec: Doc, scope: Scope): Update {
  const steps: { parts: string[]; change: Change; create: boolean; onInsert: boolean }[] = [];
  const taken: string[] = [];
  for (const [op, fields] of spec) {
    if (!Object.hasOwn(CHANGES, op)) {
      fail(9, `Unknown modifier: ${op}. Expected a valid update modifier supported by this server`);
    }
    const all = thaw(fields, true);
    if (!isDoc(all)) {
      return fail(
        9,
        `Modifiers operate on fields but we found type ${
          typeName(fields)
        } instead. For example: {$mod: {<field>: ...}} not {${op}: ...}`,
      );
    }
    for (const [path, arg] of all) {
      claim(taken, path);
      steps.push({
        parts: path.split("."),
        onInsert: op === "$setOnInsert",
        change: CHANGES[op]!(arg, path, scope),
        create: op !== "$unset" && op !== "$pull",
      });
    }
  }
  steps.sort((a, b) => comparePaths(a.parts, b.parts)); // MongoDB adds new fields in the order of their names
  return (doc, inserting) => {
    for (const step of steps) if (!step.onInsert || inserting) applyAt(doc, step.parts, step.change, step.create);
  };
}

function comparePaths(a: string[], b: string[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [x, y] = [a[i]!, b[i]!], numbers = /^\d+$/.test(x) && /^\d+$/.test(y);
    const c = numbers ? Number(x) - Number(y) : compareText(x, y);
    if (c) return c;
  }
  return a.length - b.length;
}

function claim(taken: string[], path: string): void {
  const parts = path.split(".");
  if (parts.includes("")) fail(56, `The update path '${path}' contains an empty field name, which is not allowed.`);
  if (parts.some((p) => p.startsWith("$["))) fail(2, `array filters ('${path}') are not supported by this server`);
  if (parts.includes("$")) fail(2, `the positional operator ('${path}') is not supported by this server`);
  if (parts.some((p) => p[0] === "$")) {
    fail(
      52,
      `The dollar ($) prefixed field '${path}' is not allowed in the context of an update's replacement document.`,
    );
  }
  const other = taken.find((t) => t === path || t.startsWith(path + ".") || path.startsWith(t + "."));
  if (other !== undefined) {
    fail(40, `Updating the path '${path}' would create a conflict at '${path.length < other.length ? path : other}'`);
  }
  taken.push(path);
}

/** Applies a change to the value at a path, making documents on the way when `create`. */
function applyAt(doc: Doc, parts: string[], change: Change, create: boolean): void {
  let at: Doc | Value[] = doc;
  const missing: string[] = [];
  for (let i = 0; i < parts.length - 1 && !missing.length; i++) {
    const part = parts[i]!, next = get(at, part);
    if (next === undefined) missing.push(...parts.slice(i, -1));
    else if (isDoc(next) || Array.isArray(next)) at = next;
    else if (create) fail(28, `Cannot create field '${parts[i + 1]}' in element {${part}: ${show(next)}}`);
    else return;
  }
  const last = parts.at(-1)!;
  if (Array.isArray(at) && !/^\d+$/.test(missing[0] ?? last)) {
    if (create) fail(28, `Cannot create field '${missing[0] ?? last}' in element {${parts.at(-2)}: ${show(at)}}`);
    return;
  }
  const old = missing.length ? undefined : get(at, last);
  if (old === undefined && !create) return;
  const changed = change(old);
  if (changed === KEEP) return;
  if (changed === undefined) {
    if (Array.isArray(at)) at[Number(last)] = null; // $unset of an array element leaves null
    else at.delete(last);
    return;
  }
  for (const part of missing) {
    const made: Doc = new Map();
    put(at, part, made);
    at = made;
  }
  put(at, last, changed as Value);
}

function get(at: Doc | Value[], part: string): Maybe {
  const v = Array.isArray(at) ? (/^\d+$/.test(part) ? at[Number(part)] : undefined) : at.get(part);
  if (!(v instanceof Raw)) return v;
  const open = thaw(v);
  put(at, part, open);
  return open;
}

function put(at: Doc | Value[], part: string, v: Value): void {
  if (!Array.isArray(at)) return void at.set(part, v);
  const i = Number(part);
  if (i > at.length + 1_500_000) fail(2, `index ${i} is too far beyond the end of the array`);
  while (at.length < i) at.push(null);
  at[i] = v;
}

const show = (v: Value): string =>
  typeof v === "string" ? JSON.stringify(v) : isDoc(v) ? "{...}" : Array.isArray(v) ? "[...]" : String(v);

/** The operators: from an argument to what becomes of the old value (undefined removes it). */
const CHANGES: Record<string, (arg: Value, path: string, scope: Scope) => Change> = {
  $set: (arg) => () => arg,
  $setOnInsert: (arg) => () => arg,
  $unset: () => () => undefined,
  $inc: (arg, path) => increment(arg, path),
  $min: (arg) => (old) => old === undefined || compare(thaw(arg), old) < 0 ? arg : KEEP,
  $max: (arg) => (old) => old === undefined || compare(thaw(arg), old) > 0 ? arg : KEEP,
  $push: (arg, path) => {
    const spec = modifiers(arg, ["$each", "$slice"]), slice = spec?.get("$slice");
    const each = spec ? list("$push", spec.get("$each")) : [thaw(arg)];
    return (old) => {
      const all = [...arrayOf("$push", old, path), ...each];
      if (slice === undefined) return all;
      const n = wholeNumber(slice) ?? fail(2, "The value for $slice must be an integer value");
      return n < 0 ? all.slice(n) : all.slice(0, n);
    };
  },
  $addToSet: (arg, path) => {
    const spec = modifiers(arg, ["$each"]), each = spec ? list("$addToSet", spec.get("$each")) : [thaw(arg)];
    return (old) => {
      const all = [...arrayOf("$addToSet", old, path)];
      for (const v of each) if (!all.some((e) => equals(e, v))) all.push(v);
      return all;
    };
  },
  $pull: (arg, path, scope) => {
    const wanted = thaw(arg);
    const operators = isOperators(wanted); // those look into an element that is an array itself, unlike `$elemMatch`
    const filter = isDoc(wanted) ? compileFilter(operators ? new Map([["v", wanted]]) : wanted, scope) : null;
    const hit = (v: Value) => {
      if (!filter) return equals(v, wanted);
      return operators ? filter.test(new Map([["v", v]])) : isDoc(v) && filter.test(v);
    };
    return (old) => arrayOf("$pull", old, path).filter((v) => !hit(v));
  },
};

function increment(arg: Value, path: string): Change {
  if (!isNum(arg)) fail(14, `Cannot increment with non-numeric argument: {${path}: ${show(arg)}}`);
  return (old) => {
    if (old === undefined) return arg;
    if (!isNum(old)) {
      return fail(
        14,
        `Cannot apply $inc to a value of non-numeric type. The field '${path}' has non-numeric type ${typeName(old)}`,
      );
    }
    const out = arithmetic("+", old, arg as Num);
    if (isReal(out) && !isReal(old) && !isReal(arg)) {
      fail(2, `Failed to apply $inc operations to current value (${old}) at '${path}': int64 overflow`);
    }
    return out;
  };
}

const isReal = (v: Value) => isNum(v) && (kindOf(v) === "double" || kindOf(v) === "decimal");

function modifiers(arg: Value, allowed: string[]): Doc | null {
  const spec = thaw(arg);
  if (!isDoc(spec) || !spec.has("$each")) return null;
  for (const name of spec.keys()) if (!allowed.includes(name)) fail(2, `Unrecognized clause: ${name}`);
  return spec;
}
const list = (op: string, v: Maybe): Value[] =>
  Array.isArray(v) ? v : fail(2, `The argument to ${op} must be an array but it was of type ${typeName(v)}`);
const arrayOf = (op: string, v: Maybe, path: string): Value[] =>
  v === undefined
    ? []
    : Array.isArray(v)
    ? v
    : fail(2, `The field '${path}' must be an array but is of type ${typeName(v)} (${op})`);
