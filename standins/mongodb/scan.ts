/** Following a plan: rows in batches, filtered, sorted. */
import { decode, type Doc, Mask } from "./bson.ts";
import type { Collection, Row } from "./collection.ts";
import { checkTime } from "./deadline.ts";
import { fail } from "./errors.ts";
import { sortKeys, sortValue } from "./sort.ts";
import type { Filter } from "./match.ts";
import { compare } from "./order.ts";
import { choose, type Plan } from "./plan.ts";
import { maskOf } from "./project.ts";

/**
 * Reads the rows of a plan, unfiltered.
 * Between batches the collection may change, so nothing is held open.
 * @param bytesOnly the row numbers are not needed (and may be 0)
 */
export function* rowsOf(collection: Collection, plan: Plan, bytesOnly = false): Generator<Row> {
  if (bytesOnly && !plan.union && !plan.index) return yield* wholeScan(collection);
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
    for (let last = 0;;) {
      const found = batch(`SELECT rid, doc FROM ${c} WHERE rid > ? ORDER BY rid LIMIT ?`, last);
      const rows = found.map(([rid, bytes]) => ({ rid, bytes }));
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

/**
 * All documents, without their row numbers: SQLite joins those of a batch into one value, since a value of its own for each
 * costs more than reading it. BSON says where each ends. (A blob goes through `group_concat` byte by byte, zeros included.)
 */
function* wholeScan(collection: Collection): Generator<Row> {
  const sql = "SELECT CAST(group_concat(doc, '') AS BLOB), max(rid), count(*) FROM " +
    `(SELECT rid, doc FROM c${collection.id} WHERE rid > ? ORDER BY rid LIMIT ?)`;
  for (let last = 0, size = 16;;) {
    checkTime();
    if (collection.dropped) fail(175, `collection dropped: ${collection.ns}`);
    const found = collection.prepare(sql).get(last, size) as unknown as [Uint8Array | null, number, number];
    const [bytes, max, count] = found;
    if (!bytes) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length;) yield { rid: 0, bytes: bytes.subarray(at, at += view.getInt32(at, true)) };
    if (count < size) return;
    last = max;
    size = Math.max(1, Math.min(size * 4, 1024, Math.floor(SCAN_BYTES / (bytes.length / count))));
  }
}
const SCAN_BYTES = 256 << 10;

/** Rows that match, sorted, from `skip` on, at most `limit` (0: all). */
export function* query(
  collection: Collection,
  filter: Filter,
  options: { sort?: Doc | null; skip?: number; limit?: number; bytesOnly?: boolean } = {},
): Generator<Row> {
  const { sort = null, skip = 0, limit = 0, bytesOnly = false } = options;
  const plan = choose(collection, filter, sort);
  const matching = matches(collection, plan, filter, bytesOnly && plan.sorted);
  let skipped = 0, given = 0;
  for (const row of plan.sorted ? matching : sorted(collection, matching, sort!, limit ? skip + limit : 0)) {
    if (skipped++ < skip) continue;
    yield row;
    if (++given === limit) return;
  }
}

/** The rows of a plan that pass the filter. */
export function* matches(collection: Collection, plan: Plan, filter: Filter, bytesOnly = false): Generator<Row> {
  if (filter.paths?.size === 0) return yield* rowsOf(collection, plan, bytesOnly);
  const mask = maskOf(filter.paths);
  for (const row of rowsOf(collection, plan, bytesOnly)) if (filter.test(decode(row.bytes, mask))) yield row;
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
