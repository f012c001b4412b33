/** Dotted paths: how queries and aggregation each see arrays on the way. */
import { type Doc, isDoc, type Maybe, type Value } from "./bson.ts";

const INDEX = /^(0|[1-9]\d*)$/;

/** The dotted paths that something reads of a document; null when it may read anything. */
export type Reads = ReadonlySet<string> | null;

/** What all of them read together. */
export const readsOfAll = (all: Reads[]): Reads => all.includes(null) ? null : new Set(all.flatMap((s) => [...s!]));

/** The parts of a dotted path. */
export const partsOf = (path: string): string[] => path.split(".");

/**
 * Whether some value at the path passes the test, as a query sees it: arrays on the way are searched element by element, a
 * number also means an index, and an array at the end is tried element by element and then whole.
 * @param leafArrays false: an array at the end is tried whole only (`$size`, `$elemMatch`)
 */
export function some(v: Maybe, parts: string[], test: (v: Maybe) => boolean, leafArrays = true, from = 0): boolean {
  for (let i = from; i < parts.length; i++) {
    if (isDoc(v)) v = v.get(parts[i]!);
    else if (Array.isArray(v)) return someInArray(v, parts, test, leafArrays, i);
    else return test(undefined);
  }
  if (leafArrays && Array.isArray(v)) { for (const e of v) if (test(e)) return true; }
  return test(v);
}

function someInArray(
  v: Value[],
  parts: string[],
  test: (v: Maybe) => boolean,
  leafArrays: boolean,
  i: number,
): boolean {
  const part = parts[i]!, index = INDEX.test(part) ? Number(part) : -1;
  for (let j = 0; j < v.length; j++) {
    const e = v[j]!;
    if (isDoc(e) && some(e, parts, test, leafArrays, i)) return true;
    if (j !== index) continue;
    if (i + 1 === parts.length ? test(e) : (isDoc(e) || Array.isArray(e)) && some(e, parts, test, leafArrays, i + 1)) {
      return true;
    }
  }
  return false;
}

/** The value at the path as an expression (`"$a.b"`) sees it: arrays on the way are mapped over, missing elements left out. */
export function valueAt(v: Maybe, parts: readonly string[], from = 0): Maybe {
  for (let i = from; i < parts.length; i++) {
    if (isDoc(v)) v = v.get(parts[i]!);
    else if (Array.isArray(v)) {
      const out: Value[] = [];
      for (const e of v) {
        const found = isDoc(e) ? valueAt(e, parts, i) : undefined;
        if (found !== undefined) out.push(found);
      }
      return out;
    } else return undefined;
  }
  return v;
}

/**
 * All values that an index or `distinct` keeps for a path. Sees arrays as a query does.
 * @returns none for an empty array at the end; `array` tells whether an array was met on the way or at the end
 */
export function keysAt(v: Maybe, parts: readonly string[], i = 0): { values: Maybe[]; array: boolean } {
  if (Array.isArray(v)) {
    const values: Maybe[] = [];
    if (i === parts.length) return { values: v, array: true };
    const part = parts[i]!;
    if (INDEX.test(part) && Number(part) < v.length) values.push(...keysAt(v[Number(part)], parts, i + 1).values);
    for (const e of v) if (isDoc(e)) values.push(...keysAt(e, parts, i).values);
    return { values: values.length ? values : [undefined], array: true };
  }
  if (i === parts.length) return { values: [v], array: false };
  return isDoc(v) ? keysAt(v.get(parts[i]!), parts, i + 1) : { values: [undefined], array: false };
}

/** Sets a value at a path of documents, making those that are missing. Values that are in the way are replaced. */
export function setAt(target: Doc, parts: readonly string[], value: Value): void {
  let at = target;
  for (const part of parts.slice(0, -1)) {
    let next = at.get(part);
    if (!isDoc(next)) at.set(part, next = new Map());
    at = next as Doc;
  }
  at.set(parts.at(-1)!, value);
}
