/** Projections: of `find`, `findAndModify` and `$project`. */
import { type Doc, isDoc, Mask, type Maybe, Regex, type Value } from "./bson.ts";
import { fail } from "./errors.ts";
import { compileExpression, type Run, type Scope } from "./expressions.ts";
import { compileFilter } from "./match.ts";
import { isNum, toDouble, wholeNumber } from "./numbers.ts";
import { setAt } from "./paths.ts";

/** A compiled projection and the dotted paths that it reads (null: all). */
export interface Projection {
  apply(doc: Doc): Doc;
  paths: Set<string> | null;
}
/** A tree of what is kept (or left out): `true` at a leaf, a function where a value is computed. */
type Tree = Map<string, Tree | Run | true>;

const asFlag = (v: Value): boolean | null => typeof v === "boolean" ? v : isNum(v) ? toDouble(v) !== 0 : null;

/**
 * Compiles a projection.
 * @param find whether it belongs to `find`, where `$slice` and `$elemMatch` have meanings of their own
 */
export function compileProjection(spec: Doc, scope: Scope, find: boolean): Projection {
  const tree: Tree = new Map(), computed: Tree = new Map(), paths = new Set<string>();
  const after: ((out: Doc, source: Doc) => void)[] = [];
  let mode: boolean | null = null, id: boolean | null = null, whole = false;
  const set = (kind: boolean, path: string) => {
    if (mode !== null && mode !== kind) {
      fail(
        31253,
        `Cannot do ${kind ? "inclusion" : "exclusion"} on field ${path} in ${
          mode ? "inclusion" : "exclusion"
        } projection`,
      );
    }
    mode = kind;
  };
  const place = (into: Tree, path: string, leaf: Run | true) => {
    const parts = path.split(".");
    if (parts.includes("")) fail(40353, `FieldPath field names may not be empty strings: '${path}'`);
    let at = into;
    for (const part of parts.slice(0, -1)) {
      let next = at.get(part);
      if (next === undefined) at.set(part, next = new Map());
      if (!(next instanceof Map)) return fail(31250, `Path collision at ${path}`);
      at = next;
    }
    const last = parts.at(-1)!;
    if (at.has(last)) fail(31250, `Path collision at ${path}`);
    at.set(last, leaf);
  };
  const compute = (path: string, v: Value) => {
    const e = compileExpression(v, scope);
    if (e.paths === null) whole = true;
    else for (const p of e.paths) paths.add(p);
    set(true, path);
    place(computed, path, (doc) => e.run(doc, scope.values));
  };
  const visit = (path: string, v: Value): void => {
    const flag = asFlag(v);
    if (path.endsWith(".$") || path === "$") fail(2, "the positional projection '$' is not supported by this server");
    if (path[0] === "$") fail(16410, `FieldPath field names may not start with '$': '${path}'`);
    if (flag !== null) {
      if (path === "_id") return void (id = flag);
      set(flag, path);
      place(tree, path, true);
      if (flag) paths.add(path);
      return;
    }
    if (!isDoc(v) || v instanceof Regex) return compute(path, v);
    const first = v.keys().next().value;
    if (first === undefined) {
      fail(51270, `An empty sub-projection is not a valid value. Found empty object at path ${path}`);
    }
    if (find && (first === "$slice" || first === "$elemMatch")) {
      paths.add(path);
      if (first === "$elemMatch") set(true, path), after.push(elemMatch(path, v.get(first)!, scope));
      else place(tree, path, true), after.push(slice(path, v.get(first)!));
      if (first === "$slice" && mode === true) return;
      if (first === "$slice") return void (tree.delete(path), slices = true);
      return;
    }
    if (first![0] === "$") return compute(path, v);
    for (const [name, below] of v) visit(`${path}.${name}`, below);
  };
  let slices = false;
  for (const [path, v] of spec) visit(path, v);
  if (mode === null && id === true && !slices) mode = true;
  if (mode === true) {
    if (id !== false) tree.set("_id", true), paths.add("_id");
    for (const path of pathsOf(computed, "")) paths.add(path);
  } else if (id === false) tree.set("_id", true);
  const including = mode === true;
  return {
    paths: including && !whole ? paths : null,
    apply: (source) => {
      const out = including ? include(source, tree) : exclude(source, tree);
      if (computed.size) addComputed(out, computed, source, source);
      for (const step of after) step(out, source);
      return out;
    },
  };
}

function* pathsOf(tree: Tree, prefix: string): Generator<string> {
  for (const [name, below] of tree) {
    if (below instanceof Map) yield* pathsOf(below, `${prefix}${name}.`);
    else if (prefix) yield prefix.slice(0, -1);
  }
}

function include(source: Doc, tree: Tree): Doc {
  const out: Doc = new Map();
  for (const [name, v] of source) {
    const below = tree.get(name);
    if (below === true) out.set(name, v);
    else if (below instanceof Map) {
      const kept = includeIn(v, below);
      if (kept !== undefined) out.set(name, kept);
    }
  }
  return out;
}
function includeIn(v: Value, tree: Tree): Maybe {
  if (isDoc(v)) return include(v, tree);
  return Array.isArray(v) ? v.map((e) => includeIn(e, tree)).filter((e) => e !== undefined) : undefined;
}

function exclude(source: Doc, tree: Tree): Doc {
  const out: Doc = new Map();
  for (const [name, v] of source) {
    const below = tree.get(name);
    if (below === undefined) out.set(name, v);
    else if (below instanceof Map) out.set(name, excludeIn(v, below));
  }
  return out;
}
function excludeIn(v: Value, tree: Tree): Value {
  if (isDoc(v)) return exclude(v, tree);
  return Array.isArray(v) ? v.map((e) => excludeIn(e, tree)) : v;
}

/**
 * Puts computed fields into a document; arrays on the way get the field in each of their documents.
 * `source` is what the expressions see.
 */
function addComputed(out: Doc, tree: Tree, source: Doc, before: Maybe): void {
  for (const [name, below] of tree) {
    if (typeof below === "function") {
      const v = below(source, {});
      if (v !== undefined) out.set(name, v);
      else out.delete(name);
    } else if (below instanceof Map) {
      out.set(name, computedIn(out.get(name), below, source, isDoc(before) ? before.get(name) : undefined));
    }
  }
}
function computedIn(v: Maybe, tree: Tree, source: Doc, before: Maybe): Value {
  if (Array.isArray(v)) return v.map((e) => computedIn(e, tree, source, undefined));
  const copy: Doc = isDoc(v) ? new Map(v) : new Map();
  addComputed(copy, tree, source, before);
  return copy;
}

/** `$addFields` / `$set`: the document with computed fields added. */
export function compileAddFields(spec: Doc, scope: Scope): Projection {
  const tree: Tree = new Map(), paths = new Set<string>();
  let whole = false;
  const visit = (path: string, v: Value): void => {
    if (isDoc(v) && v.size && v.keys().next().value![0] !== "$") {
      for (const [name, below] of v) visit(`${path}.${name}`, below);
      return;
    }
    const e = compileExpression(v, scope), parts = path.split(".");
    if (parts.some((p) => p === "" || p[0] === "$")) {
      fail(16410, `FieldPath field names may not start with '$' or be empty: '${path}'`);
    }
    if (e.paths) e.paths.forEach((p) => paths.add(p));
    else whole = true;
    let at = tree;
    for (const part of parts.slice(0, -1)) {
      let next = at.get(part);
      if (next === undefined) at.set(part, next = new Map());
      if (!(next instanceof Map)) return fail(31250, `Path collision at ${path}`);
      at = next;
    }
    at.set(parts.at(-1)!, (doc) => e.run(doc, scope.values));
  };
  for (const [path, v] of spec) visit(path, v);
  return {
    paths: whole ? null : paths,
    apply: (doc) => {
      const out = new Map(doc);
      addComputed(out, tree, doc, doc);
      return out;
    },
  };
}

/** The mask that decodes what some paths need; null when they are not known. */
export const maskOf = (...paths: (Set<string> | null)[]): Mask | null =>
  paths.some((p) => p === null) ? null : Mask.of(paths.flatMap((p) => [...p!]));

function elemMatch(path: string, arg: Value, scope: Scope) {
  if (path.includes(".")) fail(31275, "Cannot use $elemMatch projection on a nested field");
  if (!isDoc(arg)) return fail(31274, "elemMatch: Invalid argument, object required");
  const filter = compileFilter(new Map([["v", new Map([["$elemMatch", arg]])]]), scope);
  return (out: Doc, source: Doc) => {
    const all = source.get(path);
    const found = Array.isArray(all) ? all.find((v) => filter.test(new Map([["v", [v]]]))) : undefined;
    if (found === undefined) out.delete(path);
    else out.set(path, [found]);
  };
}

function slice(path: string, arg: Value) {
  const [a, b] = Array.isArray(arg) ? arg.map(wholeNumber) : [wholeNumber(arg)];
  if (a === undefined || (Array.isArray(arg) && (b === undefined || b <= 0))) {
    return fail(28724, "$slice takes a number, or [skip, positive limit]");
  }
  return (out: Doc) => {
    const parts = path.split(".");
    let at: Maybe = out;
    for (const part of parts.slice(0, -1)) at = isDoc(at) ? at.get(part) : undefined;
    const all = isDoc(at) ? at.get(parts.at(-1)!) : undefined;
    if (!Array.isArray(all)) return;
    const from = a < 0 ? Math.max(0, all.length + a) : a;
    setAt(out, parts, b === undefined ? (a < 0 ? all.slice(a) : all.slice(0, a)) : all.slice(from, from + b));
  };
}
