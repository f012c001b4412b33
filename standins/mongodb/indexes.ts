/** What an index is, and the keys that a document has in it. */
import { type Doc, doc, isDoc, type Maybe, type Value } from "./bson.ts";
import { fail } from "./errors.ts";
import { newScope } from "./expressions.ts";
import { compileFilter, type Filter, truthy } from "./match.ts";
import { toDouble, wholeNumber } from "./numbers.ts";
import { isNum } from "./numbers.ts";
import { keyOf, textOf } from "./order.ts";
import { partsOf } from "./paths.ts";

export interface Index {
  /** Number of its SQLite table: `x<id>`. */
  id: number;
  name: string;
  /** As `listIndexes` shows it. */
  spec: Doc;
  key: Doc;
  fields: { path: string; parts: string[]; descending: boolean }[];
  descending: boolean[];
  unique: boolean;
  sparse: boolean;
  partial: Filter | null;
  partialSpec: Doc | null;
  expireAfterSeconds: number | null;
  /** Bit i: some document had an array at field i. */
  multikey: number;
}

const OPTIONS = ["v", "key", "name", "unique", "sparse", "partialFilterExpression", "expireAfterSeconds"];

/** The name that an index gets when none is given: `a_1_b_-1`. */
export const defaultName = (key: Doc): string =>
  [...key].map(([path, d]) => `${path}_${isNum(d) ? toDouble(d) : d}`).join("_");

/** Reads an index specification. Throws 67, 197 or 72 for what is wrong or unsupported (text, hashed, wildcard, collation). */
export function readIndex(id: number, spec: Doc, multikey = 0): Index {
  for (const name of spec.keys()) {
    if (!OPTIONS.includes(name)) {
      fail(197, `The field '${name}' is not valid for an index specification of this server`);
    }
  }
  const key = spec.get("key");
  if (!isDoc(key) || !key.size) return fail(67, "Index keys cannot be empty.");
  const fields = [...key].map(([path, direction]) => {
    if (typeof direction === "string") {
      return fail(67, `Index type '${direction}' of '${path}' is not supported by this server`);
    }
    if (!isNum(direction) || toDouble(direction) === 0) {
      return fail(67, `Values in v:2 index key pattern must be numbers > 0 or < 0, at '${path}'`);
    }
    if (path.includes("$**")) return fail(67, `wildcard indexes ('${path}') are not supported by this server`);
    if (path.split(".").some((p) => p === "" || p[0] === "$")) {
      return fail(67, `Index key contains an illegal field name: '${path}'`);
    }
    if (/(^|\.)\d+(\.|$)/.test(path)) {
      fail(67, `indexes of array positions ('${path}') are not supported by this server`);
    }
    return { path, parts: partsOf(path), descending: toDouble(direction) < 0 };
  });
  const partialSpec = spec.get("partialFilterExpression") ?? null;
  if (partialSpec !== null && !isDoc(partialSpec)) {
    return fail(14, "The field 'partialFilterExpression' must be an object");
  }
  const sparse = truthy(spec.get("sparse"));
  if (partialSpec && sparse) fail(67, 'cannot mix "partialFilterExpression" and "sparse" options');
  const seconds = spec.get("expireAfterSeconds");
  const expireAfterSeconds = seconds === undefined
    ? null
    : wholeNumber(seconds) ?? fail(67, "expireAfterSeconds must be a whole number");
  if (expireAfterSeconds !== null) {
    if (expireAfterSeconds < 0 || expireAfterSeconds > 2147483647) {
      fail(67, `TTL index 'expireAfterSeconds' option must be within an acceptable range, found ${expireAfterSeconds}`);
    }
    if (fields.length > 1) fail(67, "TTL indexes are single-field indexes, compound indexes do not support TTL");
  }
  const name = String(spec.get("name") ?? defaultName(key)), unique = truthy(spec.get("unique"));
  const shown = doc({ v: 2, key, name });
  for (const [option, v] of spec) {
    if (!["v", "key", "name"].includes(option)) shown.set(option, v);
  }
  if (spec.has("unique") && !unique) shown.delete("unique");
  // deno-fmt-ignore
  return { id, name, spec: shown, key, fields, descending: fields.map((f) => f.descending), unique, sparse, expireAfterSeconds, multikey,
    partial: partialSpec && compileFilter(partialSpec, newScope(new Date(0))), partialSpec };
}

/** The keys of a document in an index (several when arrays are in the way), and which fields met an array. */
export function keysOf(index: Index, document: Doc): { keys: Uint8Array[]; multikey: number } {
  if (index.partial && !index.partial.test(document)) return { keys: [], multikey: 0 };
  const found = { multikey: 0, present: false };
  const tuples = expand(index.fields.map((f) => ({ v: document, rest: f.parts, done: false })), found);
  if (index.sparse && !found.present) return { keys: [], multikey: 0 };
  if (tuples.length === 1) return { keys: [keyOf(tuples[0]!, index.descending)], multikey: found.multikey };
  const keys = new Map<string, Uint8Array>();
  for (const tuple of tuples) {
    const key = keyOf(tuple, index.descending);
    keys.set(textOf(key), key);
  }
  return { keys: [...keys.values()], multikey: found.multikey };
}

interface Branch {
  v: Maybe;
  rest: string[];
  done: boolean;
}

/** Splits at arrays, all fields below one array together; a document may meet only one array at a time (code 171). */
function expand(branches: Branch[], found: { multikey: number; present: boolean }): Maybe[][] {
  let array: Value[] | null = null;
  const open = branches.map((b, i) => {
    let { v, rest } = b;
    if (b.done) return b;
    while (rest.length && isDoc(v)) {
      v = v.get(rest[0]!);
      rest = rest.slice(1);
    }
    if (Array.isArray(v)) {
      if (array && array !== v) fail(171, "cannot index parallel arrays");
      array = v;
      found.multikey |= 1 << i;
      return { v, rest, done: false };
    }
    const value = rest.length ? undefined : v;
    if (value !== undefined) found.present = true;
    return { v: value ?? null, rest: [], done: true };
  });
  if (!array) return [open.map((b) => b.v)];
  const split = array as Value[];
  if (!split.length) {
    found.present = true;
    return expand(
      open.map((b) => b.v === split && !b.done ? { v: b.rest.length ? null : undefined, rest: [], done: true } : b),
      found,
    );
  }
  return split.flatMap((e) =>
    expand(
      open.map((b) => {
        if (b.done || b.v !== split) return b;
        if (b.rest.length) return { v: isDoc(e) ? e : null, rest: isDoc(e) ? b.rest : [], done: !isDoc(e) };
        found.present = true;
        return { v: e, rest: [], done: true };
      }),
      found,
    )
  );
}
