/** What one insert, update or delete does to a collection. */
import { ObjectId } from "bson";
import { decode, type Doc, isDoc, Mask, MAX_DOCUMENT_BYTES, type Maybe, Raw, thaw, type Value } from "./bson.ts";
import { encode } from "./bson_write.ts";
import { display } from "./display.ts";
import { fail } from "./errors.ts";
import type { Scope } from "./expressions.ts";
import type { Filter } from "./match.ts";
import { equals, rankOf } from "./order.ts";
import { setAt } from "./paths.ts";
import { choose } from "./plan.ts";
import { matches, query } from "./scan.ts";
import type { Collection, Row } from "./collection.ts";
import { compileUpdate, type Update } from "./update.ts";

const ID = Mask.of(["_id"]);
export const idOf = (bytes: Uint8Array): Maybe => decode(bytes, ID).get("_id");

/** Inserts a document as it came; `_id` is added or moved to the front. */
export function insertOne(collection: Collection, bytes: Uint8Array): void {
  if (bytes.length > MAX_DOCUMENT_BYTES) tooLarge(bytes.length);
  const id = idOf(bytes);
  const first = bytes.length > 8 && bytes[5] === 0x5f && bytes[6] === 0x69 && bytes[7] === 0x64 && bytes[8] === 0;
  collection.insert(first && id !== undefined ? checkId(id, bytes) : withId(decode(bytes, null, 0, true), id));
}

function withId(fields: Doc, id: Maybe): Uint8Array {
  const value = id ?? (id === undefined ? new ObjectId() : null);
  fields.delete("_id");
  return checkId(value, encode(new Map([["_id", value], ...fields])));
}

function checkId(id: Value, bytes: Uint8Array): Uint8Array {
  const rank = rankOf(id);
  if (rank === 0x38 || rank === 0x68) {
    fail(53, `The '_id' value cannot be of type ${rank === 0x38 ? "array" : "regex"}`);
  }
  if (isDoc(id)) {
    for (const name of id.keys()) {
      if (name[0] === "$") {
        fail(52, `_id fields may not contain '$'-prefixed fields: ${name} is not valid for storage.`);
      }
    }
  }
  return bytes.length > MAX_DOCUMENT_BYTES ? tooLarge(bytes.length) : bytes;
}
const tooLarge = (n: number): never =>
  fail(10334, `BSONObj size: ${n} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES}`);

/** The change that an update statement asks for: operators or a replacement. */
export interface Change {
  apply(old: Row | null, base: Doc | null): Uint8Array;
  replaces: boolean;
}

/** Reads the `u` of an update statement. Nested values may be `Raw`. */
export function readChange(u: Value | undefined, scope: Scope): Change {
  if (u === undefined) fail(40414, "BSON field 'update.updates.u' is missing but a required field");
  const spec = u instanceof Raw ? thaw(u, true) : u;
  if (Array.isArray(spec)) fail(9, "an update by a pipeline is not supported by this server");
  if (!isDoc(spec)) return fail(9, "Update argument must be either an object or an array");
  const first = spec.keys().next().value;
  if (first?.[0] === "$") return operatorChange(compileUpdate(spec, scope));
  for (const name of spec.keys()) {
    if (name[0] === "$") {
      fail(
        52,
        `The dollar ($) prefixed field '${name}' in '${name}' is not allowed in the context of an update's replacement document.`,
      );
    }
  }
  return {
    replaces: true,
    apply: (old, base) => {
      const wanted = old ? idOf(old.bytes) : base?.get("_id"), given = spec.get("_id");
      if (given !== undefined && wanted !== undefined && !equals(thaw(given), wanted)) immutable(wanted, given);
      return withId(new Map(spec), old ? wanted : given !== undefined ? thaw(given) : wanted);
    },
  };
}
const immutable = (old: Maybe, given: Maybe): never =>
  fail(
    66,
    `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${
      display(given)
    } from _id: ${display(old)}`,
  );

function operatorChange(update: Update): Change {
  return {
    replaces: false,
    apply: (old, base) => {
      const fields = old ? decode(old.bytes, null, 0, true) : base!;
      const before = fields.get("_id"), id = before instanceof Raw ? thaw(before) : before;
      update(fields, old === null);
      const after = fields.get("_id"), now = after instanceof Raw ? thaw(after) : after;
      if (old && !(now !== undefined && equals(now, id))) {
        fail(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
      }
      if (!old && id !== undefined && !(now !== undefined && equals(now, id))) {
        fail(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
      }
      return old ? sized(encode(fields)) : withId(fields, now);
    },
  };
}
const sized = (bytes: Uint8Array) => bytes.length > MAX_DOCUMENT_BYTES ? tooLarge(bytes.length) : bytes;

/** The document that an upsert starts from: the equalities of the filter. */
function baseOf(filter: Filter, replaces: boolean): Doc {
  const base: Doc = new Map();
  const equal = new Map<string, Value>();
  const branches = filter.anyOf.filter((list) => list.length === 1).flatMap((list) => list[0]!.all);
  for (const { path, op, value } of [...filter.all, ...branches]) {
    if (op !== "$eq" || (replaces && path !== "_id")) continue;
    const other = [...equal.keys()].find((p) => p === path || p.startsWith(path + ".") || path.startsWith(p + "."));
    if (other !== undefined) {
      if (other === path && equals(equal.get(other), value)) continue;
      fail(54, `cannot infer query fields to set, path '${path}' is matched twice`);
    }
    equal.set(path, value);
    setAt(base, path.split("."), value);
  }
  return base;
}

export interface Updated {
  matched: number;
  modified: number;
  upserted?: Value;
  before?: Uint8Array;
  after?: Uint8Array;
}

/** Updates one document or all that match; inserts one when none does and `upsert` is set. */
export function update(
  collection: Collection,
  filter: Filter,
  change: Change,
  options: { multi?: boolean; upsert?: boolean; sort?: Doc | null },
): Updated {
  if (options.multi && change.replaces) fail(9, "multi update is not supported for replacement-style update");
  const rows = options.multi
    ? [...ridsOf(collection, filter)]
    : [...query(collection, filter, { limit: 1, sort: options.sort ?? null })];
  if (!rows.length && options.upsert) {
    const bytes = change.apply(null, baseOf(filter, change.replaces));
    collection.insert(bytes);
    return { matched: 0, modified: 0, upserted: idOf(bytes)!, after: bytes };
  }
  const out: Updated = { matched: 0, modified: 0 };
  for (const row of rows) {
    const bytes = change.apply(row, null);
    out.matched++;
    out.before = row.bytes;
    out.after = bytes;
    if (same(row.bytes, bytes)) continue;
    collection.replace(row, bytes);
    out.modified++;
  }
  return out;
}

/** Rows that match, found before the first is changed: a change must not make the scan meet a document again. */
function* ridsOf(collection: Collection, filter: Filter): Generator<Row> {
  const rids: number[] = [];
  for (const row of matches(collection, choose(collection, filter, null), filter)) rids.push(row.rid);
  for (const rid of rids) yield { rid, bytes: collection.get(rid)! };
}

/** Deletes the first match (in the order of `sort`) or all of them; returns how many. */
export function remove(
  collection: Collection,
  filter: Filter,
  options: { multi: boolean; sort?: Doc | null },
): { n: number; last?: Uint8Array } {
  const rows = options.multi
    ? ridsOf(collection, filter)
    : [...query(collection, filter, { limit: 1, sort: options.sort ?? null })];
  let n = 0, last: Uint8Array | undefined;
  for (const row of rows) {
    collection.remove(row);
    last = row.bytes;
    n++;
  }
  return { n, last };
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
