/** The planner: which index answers a filter and a sort, and the scan that follows it. */
import { decode, type Doc, doc, isDoc, Mask, Regex, type Value } from "./bson.ts";
import { checkTime } from "./deadline.ts";
import { fail } from "./errors.ts";
import { type SortKey, sortKeys, sortValue } from "./expressions.ts";
import type { Index } from "./indexes.ts";
import type { Filter, Predicate } from "./match.ts";
import { isNum, toDouble } from "./numbers.ts";
import { compare, equals, keyOf, rankOf, textOf } from "./order.ts";
import type { Collection, Row } from "./store.ts";
import { maskOf } from "./project.ts";

/** Keys from `lo` up to but without `hi`. */
interface Range {
  lo: Uint8Array;
  hi: Uint8Array;
}
export interface Plan {
  index: Index | null;
  ranges: Range[];
  reverse: boolean;
  /** Rows come in the order that was asked for. */
  sorted: boolean;
  /** Instead of one index: a plan for each alternative of an `$or`. */
  union: Plan[] | null;
}

/** Picks a plan. A hint names an index or gives its key; `{ $natural: 1 }` asks for a whole scan. Throws code 2 for a bad hint. */
export function choose(collection: Collection, filter: Filter, sort: Doc | null, hint?: Value): Plan {
  const scan: Plan = { index: null, ranges: [], reverse: false, sorted: !sort?.size, union: null };
  const keys = sort ? sortKeys(sort) : [];
  if (hint !== undefined) {
    if (isDoc(hint) && hint.has("$natural")) {
      return { ...scan, reverse: isNum(hint.get("$natural")) && toDouble(hint.get("$natural") as number) < 0 };
    }
    const index = collection.indexes.find((i) => typeof hint === "string" ? i.name === hint : equals(i.key, hint));
    if (!index) {
      return fail(
        2,
        "error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index",
      );
    }
    return planFor(index, filter.all, keys) ?? { ...scan, index, ranges: [EVERYTHING] };
  }
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
  const exists = (path: string) =>
    all.some((p) =>
      p.path === path &&
      (p.op === "$exists" || (p.op === "$in" ? !(p.value as Value[]).includes(null) : p.value !== null))
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
  // inverted bytes sort the other way round: what was below `to` is now above its inverse
  return flip ? { lo: invert(to, from), hi: invert(from, to) } : { lo: from, hi: to };
}

/** For a descending field: all keys `k` with `from <= k < to` have inverses from `~to` (exclusive) to `~from` (inclusive). */
function invert(key: Uint8Array, _other: Uint8Array): Uint8Array {
  return after(key.map((b) => ~b & 255));
}

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

/** Reads the rows of a plan, unfiltered. Between batches the collection may change, so nothing is held open. */
export function* rowsOf(collection: Collection, plan: Plan): Generator<Row> {
  if (plan.union) {
    const seen = new Set<number>();
    for (const part of plan.union) {
      for (const row of rowsOf(collection, part)) if (!seen.has(row.rid)) seen.add(row.rid), yield row;
    }
    return;
  }
  const { index, reverse } = plan, c = `c${collection.id}`, way = reverse ? "DESC" : "ASC", than = reverse ? "<" : ">";
  let size = 16;
  const grow = (rows: Row[]) => {
    const bytes = rows.reduce((n, r) => n + r.bytes.length, 0) / Math.max(1, rows.length);
    size = Math.max(1, Math.min(size * 4, 512, Math.floor((4 << 20) / (bytes + 1))));
  };
  const batch = (sql: string, ...args: (Uint8Array | number)[]): [number, Uint8Array, Uint8Array?][] => {
    checkTime();
    if (collection.dropped) fail(175, `collection dropped: ${collection.ns}`);
    return collection.prepare(sql).all(...args, size) as unknown as [number, Uint8Array, Uint8Array?][];
  };
  if (!index) {
    for (let last = reverse ? Number.MAX_SAFE_INTEGER : 0;;) {
      const rows = batch(`SELECT rid, doc FROM ${c} WHERE rid ${than} ? ORDER BY rid ${way} LIMIT ?`, last).map((
        [rid, bytes],
      ) => ({ rid, bytes }));
      yield* rows;
      if (rows.length < size) return;
      last = rows.at(-1)!.rid;
      grow(rows);
    }
  }
  const seen = index.multikey ? new Set<number>() : null;
  const edge = reverse ? "x.k >= ?" : "x.k < ?";
  const sql =
    `SELECT c.rid, c.doc, x.k FROM x${index.id} x JOIN ${c} c ON c.rid = x.rid WHERE (x.k, x.rid) ${than} (?, ?) AND ${edge} ORDER BY x.k ${way}, x.rid ${way} LIMIT ?`;
  for (const { lo, hi } of reverse ? plan.ranges.toReversed() : plan.ranges) {
    let key = reverse ? hi : lo, rid = 0;
    for (;;) {
      const found = batch(sql, key, rid, reverse ? lo : hi), rows = found.map(([rid, bytes]) => ({ rid, bytes }));
      for (const row of rows) {
        if (seen?.has(row.rid)) continue;
        seen?.add(row.rid);
        yield row;
      }
      if (rows.length < size) break;
      [rid, , key] = found.at(-1)! as [number, Uint8Array, Uint8Array];
      grow(rows);
    }
  }
}

/** Rows that match, sorted, from `skip` on, at most `limit` (0: all). */
export function* query(
  collection: Collection,
  filter: Filter,
  options: { sort?: Doc | null; skip?: number; limit?: number; hint?: Value } = {},
): Generator<Row> {
  const { sort = null, skip = 0, limit = 0, hint } = options;
  const plan = choose(collection, filter, sort, hint);
  const matching = matches(collection, plan, filter);
  let skipped = 0, given = 0;
  for (
    const row of plan.sorted || !sort?.size ? matching : sorted(collection, matching, sort, limit ? skip + limit : 0)
  ) {
    if (skipped++ < skip) continue;
    yield row;
    if (++given === limit) return;
  }
}

/** The rows of a plan that pass the filter. */
export function* matches(collection: Collection, plan: Plan, filter: Filter): Generator<Row> {
  if (filter.paths?.size === 0) return yield* rowsOf(collection, plan);
  const mask = maskOf(filter.paths);
  for (const row of rowsOf(collection, plan)) if (filter.test(decode(row.bytes, mask))) yield row;
}

/** Sorts in memory: keys are held, documents are read again in the end. With `most`, only so many are kept. */
function* sorted(collection: Collection, rows: Iterable<Row>, sort: Doc, most: number): Generator<Row> {
  const keys = sortKeys(sort), mask = Mask.of(sort.keys());
  type Entry = { rid: number; keys: ReturnType<typeof sortValue>[] };
  const order = (a: Entry, b: Entry) => {
    for (let i = 0; i < keys.length; i++) {
      const c = compare(a.keys[i], b.keys[i]);
      if (c) return c * keys[i]!.sign;
    }
    return a.rid - b.rid;
  };
  let all: Entry[] = [];
  for (const row of rows) {
    const fields = decode(row.bytes, mask);
    all.push({ rid: row.rid, keys: keys.map((key) => sortValue(fields, key)) });
    if (most && all.length >= most * 4 + 1000) all = all.sort(order).slice(0, most);
  }
  all.sort(order);
  for (const { rid } of all) {
    const bytes = collection.get(rid);
    if (bytes) yield { rid, bytes };
  }
}

/** What `explain` says of a plan, in the words that tools look for. */
export function explainPlan(plan: Plan): Doc {
  if (plan.union) return doc({ stage: "OR", inputStages: plan.union.map(explainPlan) });
  if (!plan.index) return doc({ stage: "COLLSCAN", direction: plan.reverse ? "backward" : "forward" });
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
