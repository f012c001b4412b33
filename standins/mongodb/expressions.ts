/** Aggregation expressions: compiled once into closures, then run for each document. */
import { type Doc, isDoc, type Maybe, type Value } from "./bson.ts";
import { fail } from "./errors.ts";
import { partsOf, valueAt } from "./paths.ts";
import { type Named, OPERATORS } from "./operators.ts";
import { truthy } from "./match.ts";
import { typeName } from "./types.ts";

/** Variables at run time: `NOW`, those of a `$lookup`'s `let`, and that of a `$map` or `$filter` around the expression. */
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

/** A scope with `$$NOW` alone. */
export const newScope = (now: Date): Scope => ({ values: { NOW: now }, names: new Set() });

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
function withFields(name: string, { fields, apply }: Named, arg: Value, cx: Context): Run {
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

/** Operators that bind variables, or do not evaluate all of their arguments. */
const SPECIAL: Record<string, (arg: Value, cx: Context) => Run> = {
  $literal: (arg) => () => arg,
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
  $map: (arg, cx) => {
    const { input, as, each } = perElement("$map", "in", arg, cx);
    return (doc, vars) => input(doc, vars)?.map((v) => each(doc, { ...vars, [as]: v }) ?? null) ?? null;
  },
  $filter: (arg, cx) => {
    const { input, as, each } = perElement("$filter", "cond", arg, cx);
    return (doc, vars) => input(doc, vars)?.filter((v) => truthy(each(doc, { ...vars, [as]: v }))) ?? null;
  },
};

/** Reads an operator that evaluates one of its arguments for each element of another. */
function perElement(name: string, what: "in" | "cond", arg: Value, cx: Context) {
  fieldsOf(name, arg, ["input", "as", what], ["input", what]);
  const spec = arg as Doc, as = String(spec.get("as") ?? "this"), list = compile(spec.get("input")!, cx);
  const each = compile(spec.get(what)!, { names: new Set([...cx.names, as]), reads: cx.reads });
  const input = (doc: Doc, vars: Vars): Value[] | null => {
    const all = list(doc, vars) ?? null;
    return all === null || Array.isArray(all)
      ? all
      : fail(28651, `input to ${name} must be an array not ${typeName(all)}`);
  };
  return { input, as, each };
}
