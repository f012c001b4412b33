/** Projections: of `find`, `findAndModify` and `$project`; and the computed fields of `$set`. */
import { type Doc, isDoc, Mask, type Maybe, Regex, type Value } from "./bson.ts";
import { fail } from "./errors.ts";
import { compileExpression, type Run, type Scope } from "./expressions.ts";
import { isNum, toDouble } from "./numbers.ts";
import { type Reads, readsOfAll } from "./paths.ts";

/** A compiled projection and what it reads. */
export interface Projection {
  apply(doc: Doc): Doc;
  paths: Reads;
}
/** A tree of what is kept (or left out): `true` at a leaf, a function where a value is computed. */
type Tree = Map<string, Tree | Run | true>;

const asFlag = (v: Value): boolean | null => typeof v === "boolean" ? v : isNum(v) ? toDouble(v) !== 0 : null;

/** Compiles a projection. Throws 31253 for a mixture of kept and left out fields, 31250 for one path in another. */
export function compileProjection(spec: Doc, scope: Scope): Projection {
  const tree: Tree = new Map(), reads: Reads[] = [];
  let mode: boolean | null = null, id: boolean | null = null;
  const set = (kind: boolean, path: string, leaf: Run | true) => {
    if (mode !== null && mode !== kind) {
      const [wanted, given] = kind ? ["inclusion", "exclusion"] : ["exclusion", "inclusion"];
      fail(31253, `Cannot do ${wanted} on field ${path} in ${given} projection`);
    }
    mode = kind;
    place(tree, path, leaf);
    reads.push(new Set([path]));
  };
  const compute = (path: string, v: Value) => {
    const e = compileExpression(v, scope);
    reads.push(e.paths);
    set(true, path, (doc) => e.run(doc, scope.values));
  };
  const visit = (path: string, v: Value): void => {
    const flag = asFlag(v);
    if (path.endsWith(".$") || path === "$") fail(2, "the positional projection '$' is not supported by this server");
    if (path[0] === "$") fail(16410, `FieldPath field names may not start with '$': '${path}'`);
    if (flag !== null && path === "_id") return void (id = flag);
    if (flag !== null) return set(flag, path, true);
    if (!isDoc(v) || v instanceof Regex) return compute(path, v);
    const first = v.keys().next().value;
    if (first === undefined) {
      return fail(51270, `An empty sub-projection is not a valid value. Found empty object at path ${path}`);
    }
    if (first[0] === "$") return compute(path, v);
    for (const [name, below] of v) visit(`${path}.${name}`, below);
  };
  for (const [path, v] of spec) visit(path, v);
  const including = mode ?? id === true;
  if (including ? id !== false : id === false) tree.set("_id", true), reads.push(new Set(["_id"]));
  return {
    paths: including ? readsOfAll(reads) : null,
    apply: (source) => including ? addComputed(include(source, tree), tree, source) : exclude(source, tree),
  };
}

/** `$set`: the document with computed fields added. */
export function compileSet(spec: Doc, scope: Scope): Projection {
  const tree: Tree = new Map(), reads: Reads[] = [];
  const visit = (path: string, v: Value): void => {
    if (path[0] === "$") fail(16410, `FieldPath field names may not start with '$': '${path}'`);
    if (isDoc(v) && v.size && v.keys().next().value![0] !== "$") {
      for (const [name, below] of v) visit(`${path}.${name}`, below);
      return;
    }
    const e = compileExpression(v, scope);
    reads.push(e.paths);
    place(tree, path, (doc) => e.run(doc, scope.values));
  };
  for (const [path, v] of spec) visit(path, v);
  return { paths: readsOfAll(reads), apply: (doc) => addComputed(new Map(doc), tree, doc) };
}

function place(into: Tree, path: string, leaf: Run | true): void {
  const parts = path.split("."), last = parts.pop()!;
  if (last === "" || parts.includes("")) fail(40353, `FieldPath field names may not be empty strings: '${path}'`);
  let at = into;
  for (const part of parts) {
    let next = at.get(part);
    if (next === undefined) at.set(part, next = new Map());
    if (!(next instanceof Map)) return fail(31250, `Path collision at ${path}`);
    at = next;
  }
  if (at.has(last)) fail(31250, `Path collision at ${path}`);
  at.set(last, leaf);
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
  if (Array.isArray(v)) return v.map((e) => includeIn(e, tree)).filter((e) => e !== undefined);
  return computes(tree) ? new Map() : undefined; // a plain value gives way to a document of what is computed
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
 * Puts computed fields into a document of the output, in place; arrays on the way get them in each of their documents.
 * @param source what the expressions see
 */
function addComputed(out: Doc, tree: Tree, source: Doc): Doc {
  for (const [name, below] of tree) {
    const v = typeof below === "function"
      ? below(source, {})
      : below instanceof Map && computes(below)
      ? computedIn(out.get(name), below, source)
      : undefined;
    if (v !== undefined) out.set(name, v);
    else if (typeof below === "function") out.delete(name);
  }
  return out;
}
const computedIn = (v: Maybe, tree: Tree, source: Doc): Value =>
  Array.isArray(v)
    ? v.map((e) => computedIn(e, tree, source))
    : addComputed(isDoc(v) ? new Map(v) : new Map(), tree, source);
const computes = (tree: Tree): boolean =>
  [...tree.values()].some((below) => typeof below === "function" || below instanceof Map && computes(below));

/** The mask that decodes what is read; null when that is not known. */
export const maskOf = (reads: Reads): Mask | null => reads && Mask.of(reads);
