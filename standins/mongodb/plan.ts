/** The planner: which index answers a filter and a sort. `scan.ts` follows the plan. */
import { type Doc, doc, isDoc, Regex, type Value } from "./bson.ts";
import { type SortKey, sortKeys } from "./sort.ts";
import type { Index } from "./indexes.ts";
import type { Filter, Predicate } from "./match.ts";
import { isNum, toDouble } from "./numbers.ts";
import { compare, equals, keyOf, rankOf, textOf } from "./order.ts";
import type { Collection } from "./collection.ts";

/** Keys from `lo` up to but without `hi`. */
interface Range {
  lo: Uint8Array;
  hi: Uint8Array;
}
/** How to find the rows: by ranges of one index, by several plans, or by reading everything. */
export interface Plan {
  index: Index | null;
  ranges: Range[];
  reverse: boolean;
  /** Rows come in the order that was asked for. */
  sorted: boolean;
  /** Instead of one index: a plan for each alternative of an `$or`. */
  union: Plan[] | null;
}

/** Picks a plan. */
export function choose(collection: Collection, filter: Filter, sort: Doc | null): Plan {
  const scan: Plan = { index: null, ranges: [], reverse: false, sorted: !sort?.size, union: null };
  const keys = sort ? sortKeys(sort) : [];
  const id = filter.all.find((p) => p.path === "_id" && p.op === "$eq" && usable(p.value));
  if (id) {
    return {
      ...scan,
      index: collection.indexes[0]!,
      ranges: [{ lo: keyOf([id.value]), hi: after(keyOf([id.value])) }],
      sorted: true,
    };
  }
  const plans: { plan: Plan; score: number }[] = [];
  for (const index of collection.indexes) {
    const plan = covers(index, filter.all) ? planFor(index, filter.all, keys) : null;
    if (plan) plans.push({ plan, score: 0 });
  }
  const filtered = plans.filter(({ plan }) => plan.ranges[0] !== EVERYTHING);
  if (filtered.length > 1) {
    for (const p of filtered) p.score = estimate(collection, p.plan) * (p.plan.sorted ? 1 : 1.5);
    filtered.sort((a, b) => a.score - b.score);
  }
  if (filtered.length) return filtered[0]!.plan;
  for (const list of filter.anyOf) {
    const union = list.map((branch) => choose(collection, { ...branch, all: [...branch.all, ...filter.all] }, null));
    if (union.every((p) => p.index || p.union)) return { ...scan, union };
  }
  return plans.find(({ plan }) => plan.sorted && keys.length)?.plan ?? scan;
}

const EVERYTHING: Range = { lo: new Uint8Array(0), hi: new Uint8Array([0xff, 0xff]) };

/** Whether every document that can match is in the index (partial and sparse ones miss some). */
function covers(index: Index, all: Predicate[]): boolean {
  const present = (v: Value) => rankOf(v) >= 0x20 && rankOf(v) <= 0x68;
  const exists = (path: string) =>
    all.some((p) =>
      p.path === path &&
      (p.op === "$exists" || (p.op === "$in" ? (p.value as Value[]).every(present) : present(p.value)))
    );
  if (index.sparse && !index.fields.some((f) => exists(f.path))) return false;
  if (!index.partial || !index.partialSpec) return true;
  if (index.partial.all.length !== conditions(index.partialSpec)) return false; // holds something that cannot be compared
  return index.partial.all.every((need) =>
    need.op === "$exists" ? exists(need.path) : all.some((p) => p.path === need.path && implies(p, need))
  );
}
const conditions = (spec: Doc): number =>
  [...spec].reduce(
    (n, [key, v]) =>
      n + (key === "$and"
        ? (v as Doc[]).reduce((m, d) => m + conditions(d), 0)
        : key[0] !== "$" && isDoc(v) && [...v.keys()][0]?.[0] === "$"
        ? v.size
        : 1),
    0,
  );

function implies(have: Predicate, need: Predicate): boolean {
  if (have.op === need.op && equals(have.value, need.value)) return true;
  if (have.op === "$in" && Array.isArray(have.value)) {
    return have.value.every((value) => implies({ ...have, op: "$eq", value }, need));
  }
  if (rankOf(have.value) !== rankOf(need.value)) return false;
  const c = compare(have.value, need.value);
  switch (need.op) {
    case "$gt":
      return (have.op === "$gt" && c >= 0) || ((have.op === "$gte" || have.op === "$eq") && c > 0);
    case "$gte":
      return (have.op === "$gt" || have.op === "$gte" || have.op === "$eq") && c >= 0;
    case "$lt":
      return (have.op === "$lt" && c <= 0) || ((have.op === "$lte" || have.op === "$eq") && c < 0);
    case "$lte":
      return (have.op === "$lt" || have.op === "$lte" || have.op === "$eq") && c <= 0;
    case "$in":
      return have.op === "$eq" && (need.value as Value[]).some((v) => equals(v, have.value));
    default:
      return false;
  }
}

/** The keys to read for the conditions, or null when they do not touch the index and it does not give the order either. */
function planFor(index: Index, all: Predicate[], sort: SortKey[]): Plan | null {
  let prefixes: Uint8Array[] = [new Uint8Array(0)], ranges: Range[] | null = null, used = 0, arrays = 0;
  const single: boolean[] = [];
  for (const [i, field] of index.fields.entries()) {
    const isArray = (index.multikey >> i & 1) === 1;
    if (isArray && arrays++) break; // two fields below one array: their keys need not come from the same element
    const here = all.filter((p) => p.path === field.path), flip = field.descending;
    const points = pointsOf(here, flip);
    if (points && prefixes.length * points.length <= Math.max(5000, points.length)) {
      prefixes = prefixes.flatMap((p) => points.map((point) => join(p, point)));
      single[i] = points.length === 1;
      used++;
      continue;
    }
    const bounds = boundsOf(here, flip, isArray);
    if (bounds) {
      ranges = prefixes.map((p) => ({ lo: join(p, bounds.lo), hi: join(p, bounds.hi) }));
      used++;
    }
    break;
  }
  ranges ??= used ? prefixes.map((p) => ({ lo: p, hi: after(p) })) : [EVERYTHING];
  const order = sort.length && !index.multikey ? orderOf(index, sort, single) : null;
  if (!used && !order) return null;
  ranges.sort((a, b) => compareKeys(a.lo, b.lo));
  return { index, ranges, reverse: order === -1, sorted: !sort.length || order !== null, union: null };
}

/** 1 or -1 when reading the index forward or backward gives the sort; fields that are held at one value may be left out. */
function orderOf(index: Index, sort: SortKey[], single: boolean[]): 1 | -1 | null {
  let at = 0, direction = 0;
  for (const key of sort) {
    const path = key.parts.join(".");
    while (at < index.fields.length && index.fields[at]!.path !== path && single[at]) at++;
    const field = index.fields[at];
    if (!field || field.path !== path) {
      if (index.fields.some((f, i) => f.path === path && single[i])) continue;
      return null;
    }
    const way = key.sign * (field.descending ? -1 : 1);
    if (!single[at]) {
      if (direction && direction !== way) return null;
      direction = way;
    }
    at++;
  }
  return direction === -1 ? -1 : 1;
}

const usable = (v: Value) => !Array.isArray(v) && !(v instanceof Regex);

function pointsOf(here: Predicate[], flip: boolean): Uint8Array[] | null {
  for (const p of here) {
    if (p.op === "$eq" && usable(p.value)) return [keyOf([p.value], [flip])];
    if (p.op === "$in" && (p.value as Value[]).every(usable)) {
      const keys = new Map((p.value as Value[]).map((v) => keyOf([v], [flip])).map((k) => [textOf(k), k]));
      return [...keys.values()];
    }
    if ((p.op === "$gte" || p.op === "$lte") && p.value === null) return [keyOf([null], [flip])];
  }
  return null;
}

/** One stretch of keys for the range conditions of a field. With arrays only one side counts: elements may differ. */
function boundsOf(here: Predicate[], flip: boolean, isArray: boolean): Range | null {
  let lo: Uint8Array | null = null, hi: Uint8Array | null = null, rank = -1;
  for (const p of here) {
    const r = rankOf(p.value);
    if (!/^\$[gl]te?$/.test(p.op) || !usable(p.value) || r < 0x20 || r > 0x68) continue;
    if (isNum(p.value) && Number.isNaN(toDouble(p.value))) continue;
    if (rank !== -1 && (r !== rank || isArray)) continue;
    rank = r;
    const key = keyOf([p.value]), up = p.op[1] === "g", edge = p.op === "$gt" || p.op === "$lte" ? after(key) : key;
    if (up) lo = !lo || compareKeys(edge, lo) > 0 ? edge : lo;
    else hi = !hi || compareKeys(edge, hi) < 0 ? edge : hi;
  }
  if (rank === -1) return null;
  const from = lo ?? new Uint8Array([rank]), to = hi ?? new Uint8Array([rank + 1]);
  // keys from <= k < to of a descending field lie above all that begin with ~to, up to the last that begins with ~from
  return flip ? { lo: after(inverse(to)), hi: after(inverse(from)) } : { lo: from, hi: to };
}

const inverse = (key: Uint8Array) => key.map((b) => ~b & 255);

const join = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
};

/** The first key that does not begin with this one. */
function after(key: Uint8Array): Uint8Array {
  let n = key.length;
  while (n > 0 && key[n - 1] === 255) n--;
  if (n === 0) return EVERYTHING.hi;
  const out = key.slice(0, n);
  out[n - 1]!++;
  return out;
}

function compareKeys(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** About how many keys a plan reads, counted up to a limit. */
function estimate(collection: Collection, plan: Plan): number {
  let n = 0;
  const count = collection.prepare(
    `SELECT count(*) FROM (SELECT 1 FROM x${plan.index!.id} WHERE k >= ? AND k < ? LIMIT 2000)`,
  );
  for (const { lo, hi } of plan.ranges.slice(0, 50)) n += (count.get(lo, hi) as unknown as [number])[0];
  return n * Math.max(1, plan.ranges.length / 50);
}

/** What `explain` says of a plan, in the words that tools look for. */
export function explainPlan(plan: Plan): Doc {
  if (plan.union) return doc({ stage: "OR", inputStages: plan.union.map(explainPlan) });
  if (!plan.index) return doc({ stage: "COLLSCAN", direction: "forward" });
  return doc({
    stage: "FETCH",
    inputStage: doc({
      stage: "IXSCAN",
      keyPattern: plan.index.key,
      indexName: plan.index.name,
      isMultiKey: plan.index.multikey !== 0,
      direction: plan.reverse ? "backward" : "forward",
      ranges: plan.ranges.length,
    }),
  });
}
