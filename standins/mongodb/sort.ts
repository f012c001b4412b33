/** Sort specifications: of `$sort`, `find`, `$push` and `$sortArray`. */
import { type Doc, isDoc, type Maybe } from "./bson.ts";
import { fail } from "./errors.ts";
import { wholeNumber } from "./numbers.ts";
import { compare } from "./order.ts";
import { partsOf } from "./paths.ts";

/** Compares documents by a sort specification; of an array its lowest (ascending) or highest element counts. */
export function comparator(spec: Doc): (a: Maybe, b: Maybe) => number {
  const keys = sortKeys(spec);
  return (a, b) => {
    for (const key of keys) {
      const c = compare(sortValue(a, key), sortValue(b, key));
      if (c) return c * key.sign;
    }
    return 0;
  };
}

export interface SortKey {
  parts: string[];
  sign: 1 | -1;
}
/** The keys of a sort specification. Throws code 15975 for directions that are neither 1 nor -1. */
export function sortKeys(spec: Doc): SortKey[] {
  return [...spec].map(([path, direction]) => {
    const sign = wholeNumber(direction);
    if (isDoc(direction)) return fail(2, `sort by { ${path}: {...} } ($meta) is not supported by this server`);
    if (sign !== 1 && sign !== -1) {
      return fail(15975, `$sort key ordering must be 1 (for ascending) or -1 (for descending), at ${path}`);
    }
    return { parts: partsOf(path), sign };
  });
}

/** What a document sorts by under a key; missing counts as null. */
export function sortValue(v: Maybe, { parts, sign }: SortKey): Maybe {
  let found: Maybe = v;
  for (let i = 0; i < parts.length; i++) {
    if (Array.isArray(found)) {
      const below = { parts: parts.slice(i), sign };
      return extreme(found.map((e) => isDoc(e) ? sortValue(e, below) : null), sign);
    }
    found = isDoc(found) ? found.get(parts[i]!) : undefined;
  }
  return Array.isArray(found) ? extreme(found, sign) : found ?? null;
}

const extreme = (all: Maybe[], sign: 1 | -1): Maybe =>
  all.length ? all.reduce((best, v) => sign * compare(v, best) < 0 ? v : best) : undefined;
