/** Aggregation expressions: compiled once into closures, then run for each document. */
import { type Doc, isDoc, type Maybe, type Value } from "./bson.ts";
import { fail } from "./errors.ts";
import { compare } from "./order.ts";
import { isNum, wholeNumber } from "./numbers.ts";
import { partsOf, valueAt } from "./paths.ts";
import { comparator } from "./sort.ts";
import { OPERATORS } from "./operators.ts";
import { truthy } from "./match.ts";
import { typeName } from "./types.ts";

/** Variables at run time: `now`, those of `let`, and those of `$let`, `$map`, `$filter`, `$reduce` around the expression. */
export type Vars = Readonly<Record<string, Maybe>>;
export type Run = (doc: Doc, vars: Vars) => Maybe;
/** A compiled expression and the dotted paths of the document that it reads (null: perhaps all). */
export interface Expression {
  run: Run;
  paths: Set<string> | null;
}
/** What is known while compiling: the variables that exist, with their values where they are the same for all documents. */
export interface Scope {
  values: Vars;
  names: ReadonlySet<string>;
}

/** A scope with `$$NOW` and the variables of a command's `let`. */
export function newScope(now: Date, lets: Record<string, Maybe> = {}): Scope {
  return { values: { ...lets, NOW: now }, names: new Set(Object.keys(lets)) };
}

interface Context {
  names: ReadonlySet<string>;
  reads: { paths: Set<string> | null };
}

/** Compiles an expression. Throws code 168 for unknown operators, 17276 for unknown variables. */
export function compileExpression(value: Value, scope: Scope): Expression {
  const reads: Context["reads"] = { paths: new Set() };
  const run = compile(value, { names: scope.names, reads });
  return { run, paths: reads.paths };
}

function compile(value: Value, cx: Context): Run {
  if (typeof value === "string" && value[0] === "$") return compilePath(value, cx);
  if (Array.isArray(value)) {
    const list = value.map((v) => compile(v, cx));
    return (doc, vars) => list.map((run) => run(doc, vars) ?? null);
  }
  if (!isDoc(value)) return () => value;
  const first = value.keys().next().value;
  if (first?.[0] === "$") {
    if (value.size !== 1) fail(15983, "An object representing an expression must have exactly one field");
    return compileOperator(first, value.get(first)!, cx);
  }
  const fields = [...value].map(([name, v]) => [name, compile(v, cx)] as const);
  return (doc, vars) => {
    const out: Doc = new Map();
    for (const [name, run] of fields) {
      const v = run(doc, vars);
      if (v !== undefined) out.set(name, v);
    }
    return out;
  };
}

function compilePath(text: string, cx: Context): Run {
  if (text.startsWith("$$")) {
    const [name = "", ...rest] = partsOf(text.slice(2));
    if (name === "ROOT" || name === "CURRENT") {
      if (!rest.length) cx.reads.paths = null;
      else cx.reads.paths?.add(rest.join("."));
      return (doc) => valueAt(doc, rest);
    }
    if (name === "REMOVE") return () => undefined;
    if (name !== "NOW" && !cx.names.has(name)) fail(17276, `Use of undefined variable: ${name}`);
    return rest.length ? (_, vars) => valueAt(vars[name], rest) : (_, vars) => vars[name];
  }
  const path = text.slice(1), parts = partsOf(path);
  if (parts.includes("")) fail(15998, `FieldPath field names may not be empty strings: '${text}'`);
  cx.reads.paths?.add(path);
  const name = parts[0]!;
  return parts.length === 1 ? (doc) => doc.get(name) : (doc) => valueAt(doc, parts);
}

function compileOperator(name: string, arg: Value, cx: Context): Run {
  const special = SPECIAL[name];
  if (special) return special(arg, cx);
  const known = OPERATORS[name];
  if (!known) return fail(168, `Unrecognized expression '${name}'`);
  if ("fields" in known) return withFields(name, known, arg, cx);
  const args = (Array.isArray(arg) ? arg : [arg]).map((v) => compile(v, cx));
  const { min, max, apply } = known;
  if (args.length < min || args.length > max) {
    const wants = min === max ? `exactly ${min}` : `at least ${min} and at most ${max}`;
    fail(16020, `Expression ${name} takes ${wants} arguments. ${args.length} were passed in.`);
  }
  if (args.length === 1) {
    const only = args[0]!;
    return (doc, vars) => apply([only(doc, vars)]);
  }
  if (args.length === 2) {
    const [a, b] = args as [Run, Run];
    return (doc, vars) => apply([a(doc, vars), b(doc, vars)]);
  }
  return (doc, vars) => apply(args.map((run) => run(doc, vars)));
}

/** An operator whose arguments have names, such as `$dateTrunc`. */
function withFields(
  name: string,
  { fields, apply }: { fields: string[]; apply: (a: Record<string, Maybe>) => Maybe },
  arg: Value,
  cx: Context,
): Run {
  if (!isDoc(arg)) {
    if (!fields.includes("date") || fields.includes("unit")) {
      return fail(40515, `${name} only supports an object as its argument`);
    }
    const run = compile(Array.isArray(arg) && arg.length === 1 ? arg[0]! : arg, cx); // { $year: "$when" }
    return (doc, vars) => apply({ date: run(doc, vars) });
  }
  if (arg.keys().next().value?.[0] === "$") {
    const run = compile(arg, cx);
    return (doc, vars) => apply({ date: run(doc, vars) });
  }
  const runs = fieldsOf(name, arg, fields).map(([key, v]) => [key, compile(v, cx)] as const);
  return (doc, vars) => {
    const given: Record<string, Maybe> = {};
    for (const [key, run] of runs) given[key] = run(doc, vars) ?? null;
    return apply(given);
  };
}

function fieldsOf(name: string, arg: Value, allowed: string[], required: string[] = []): [string, Value][] {
  if (!isDoc(arg)) return fail(28646, `${name} only supports an object as its argument`);
  for (const key of arg.keys()) if (!allowed.includes(key)) fail(9, `Unrecognized parameter to ${name}: ${key}`);
  for (const key of required) if (!arg.has(key)) fail(28648, `Missing '${key}' parameter to ${name}`);
  return [...arg];
}

const inner = (cx: Context, ...names: string[]): Context => ({
  names: new Set([...cx.names, ...names]),
  reads: cx.reads,
});

function list(op: string, v: Maybe): Value[] | null {
  if (v === undefined || v === null) return null;
  return Array.isArray(v) ? v : fail(28651, `input to ${op} must be an array not ${typeName(v)}`);
}

/** Operators that bind variables, or do not evaluate all of their arguments. */
const SPECIAL: Record<string, (arg: Value, cx: Context) => Run> = {
  $literal: (arg) => () => arg,
  $const: (arg) => () => arg,
  $and: (arg, cx) => {
    const args = (Array.isArray(arg) ? arg : [arg]).map((v) => compile(v, cx));
    return (doc, vars) => args.every((run) => truthy(run(doc, vars)));
  },
  $or: (arg, cx) => {
    const args = (Array.isArray(arg) ? arg : [arg]).map((v) => compile(v, cx));
    return (doc, vars) => args.some((run) => truthy(run(doc, vars)));
  },
  $cond: (arg, cx) => {
    if (isDoc(arg)) fieldsOf("$cond", arg, ["if", "then", "else"], ["if", "then", "else"]);
    const parts = isDoc(arg) ? [arg.get("if")!, arg.get("then")!, arg.get("else")!] : arg;
    if (!Array.isArray(parts) || parts.length !== 3) return fail(16020, "Expression $cond takes exactly 3 arguments.");
    const [test, yes, no] = parts.map((v) => compile(v, cx)) as [Run, Run, Run];
    return (doc, vars) => truthy(test(doc, vars)) ? yes(doc, vars) : no(doc, vars);
  },
  $ifNull: (arg, cx) => {
    if (!Array.isArray(arg) || arg.length < 2) return fail(1257300, "$ifNull needs at least two arguments");
    const args = arg.map((v) => compile(v, cx)), last = args.pop()!;
    return (doc, vars) => {
      for (const run of args) {
        const v = run(doc, vars);
        if (v !== undefined && v !== null) return v;
      }
      return last(doc, vars);
    };
  },
  $switch: (arg, cx) => {
    fieldsOf("$switch", arg, ["branches", "default"], ["branches"]);
    const spec = arg as Doc, given = spec.get("branches")!;
    if (!Array.isArray(given) || !given.length) return fail(40068, "$switch requires at least one branch.");
    const branches = given.map((b) => {
      fieldsOf("$switch", b, ["case", "then"], ["case", "then"]);
      return [compile((b as Doc).get("case")!, cx), compile((b as Doc).get("then")!, cx)] as const;
    });
    const other = spec.has("default") ? compile(spec.get("default")!, cx) : null;
    return (doc, vars) => {
      for (const [test, then] of branches) if (truthy(test(doc, vars))) return then(doc, vars);
      return other
        ? other(doc, vars)
        : fail(40066, "$switch could not find a matching branch for an input, and no default was specified.");
    };
  },
  $let: (arg, cx) => {
    fieldsOf("$let", arg, ["vars", "in"], ["vars", "in"]);
    const given = (arg as Doc).get("vars")!;
    if (!isDoc(given)) return fail(16876, "invalid parameter: expected an object (vars)");
    const vars = [...given].map(([name, v]) => [name, compile(v, cx)] as const);
    const run = compile((arg as Doc).get("in")!, inner(cx, ...given.keys()));
    return (doc, outer) =>
      run(doc, { ...outer, ...Object.fromEntries(vars.map(([name, v]) => [name, v(doc, outer)])) });
  },
  $map: (arg, cx) => {
    fieldsOf("$map", arg, ["input", "as", "in"], ["input", "in"]);
    const spec = arg as Doc, as = String(spec.get("as") ?? "this");
    const input = compile(spec.get("input")!, cx), run = compile(spec.get("in")!, inner(cx, as));
    return (doc, vars) => list("$map", input(doc, vars))?.map((v) => run(doc, { ...vars, [as]: v }) ?? null) ?? null;
  },
  $filter: (arg, cx) => {
    fieldsOf("$filter", arg, ["input", "as", "cond", "limit"], ["input", "cond"]);
    const spec = arg as Doc, as = String(spec.get("as") ?? "this");
    const input = compile(spec.get("input")!, cx), test = compile(spec.get("cond")!, inner(cx, as));
    const limit = spec.has("limit") ? compile(spec.get("limit")!, cx) : null;
    return (doc, vars) => {
      const all = list("$filter", input(doc, vars));
      const most = limit?.(doc, vars) ?? null;
      if (most !== null && !((wholeNumber(most) ?? 0) > 0)) fail(327392, "$filter: limit must be a positive integer");
      return all?.filter((v) => truthy(test(doc, { ...vars, [as]: v }))).slice(
        0,
        most === null ? undefined : wholeNumber(most),
      ) ?? null;
    };
  },
  $reduce: (arg, cx) => {
    fieldsOf("$reduce", arg, ["input", "initialValue", "in"], ["input", "initialValue", "in"]);
    const spec = arg as Doc, input = compile(spec.get("input")!, cx), start = compile(spec.get("initialValue")!, cx);
    const run = compile(spec.get("in")!, inner(cx, "this", "value"));
    return (doc, vars) => {
      const all = list("$reduce", input(doc, vars));
      return all && all.reduce<Maybe>((value, v) => run(doc, { ...vars, value, this: v }), start(doc, vars));
    };
  },
  $sortArray: (arg, cx) => {
    fieldsOf("$sortArray", arg, ["input", "sortBy"], ["input", "sortBy"]);
    const input = compile((arg as Doc).get("input")!, cx), by = (arg as Doc).get("sortBy")!;
    const order = isNum(by) ? null : comparator(by as Doc), sign = order ? 1 : wholeNumber(by)!;
    return (doc, vars) => {
      const all = list("$sortArray", input(doc, vars));
      return all && [...all].sort(order ?? ((a, b) => sign * compare(a, b)));
    };
  },
  $getField: (arg, cx) => {
    const spec: Doc = isDoc(arg) && arg.has("field") ? arg : new Map<string, Value>([["field", arg]]);
    const name = compile(spec.get("field")!, cx), from = compile(spec.get("input") ?? "$$CURRENT", cx);
    return (doc, vars) => {
      const source = from(doc, vars), field = name(doc, vars);
      if (typeof field !== "string") {
        return fail(5654602, `$getField requires 'field' to evaluate to type String, but got ${typeName(field)}`);
      }
      return isDoc(source) ? source.get(field) : source === null ? null : undefined;
    };
  },
};
