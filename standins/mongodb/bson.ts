/**
 * BSON in (`bson_write.ts`: out). Types are kept exact, and only what is asked for is decoded.
 *
 * A number needs no wrapper: a JavaScript number that is a whole number within 32 bits is an int32, any other is a double, and
 * a bigint is an int64. Only a double that would be mistaken for an int32 (2.0) travels as `Double`.
 * @see https://bsonspec.org/spec.html
 */
import { Binary, Decimal128, ObjectId } from "bson";
import { fail } from "./errors.ts";

/** A double whose value is a whole number within 32 bits. */
export class Double {
  constructor(readonly value: number) {}
}
/** A regular expression value, as stored. */
export class Regex {
  constructor(readonly pattern: string, readonly flags: string) {}
}
/** A document (3) or array (4) that nobody needed to look into; `bytes` is its BSON. */
export class Raw {
  constructor(readonly type: 3 | 4, readonly bytes: Uint8Array) {}
}
/** A document: a Map, as the order of fields counts and objects would sort "1" before "a". */
export type Doc = Map<string, Value>;
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Double
  | Date
  | Doc
  | Value[]
  | ObjectId
  | Binary
  | Decimal128
  | Regex
  | Raw;
/** A value, or `undefined` where a field is missing. */
export type Maybe = Value | undefined;

/** The largest document that may be stored, in bytes. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 180;

/** Whether a JavaScript number stands for an int32 (see the top of this file). */
export const isInt32 = (n: number): boolean => (n | 0) === n && (n !== 0 || 1 / n > 0);
/** A double, wrapped only where it must be. */
export const double = (n: number): Value => isInt32(n) ? new Double(n) : n;
/** A document from a plain object (whose keys must not look like numbers). */
export const doc = (fields: Record<string, Maybe>): Doc => {
  const out: Doc = new Map();
  for (const key in fields) if (fields[key] !== undefined) out.set(key, fields[key]!);
  return out;
};
export const isDoc = (v: unknown): v is Doc => v instanceof Map;

// ---------- names and short strings ----------
const text = new TextDecoder();
const encoder = new TextEncoder();
const hashOf = (s: string) => {
  let h = 0;
  for (const b of encoder.encode(s)) h = (h * 31 + b) | 0;
  return h;
};
const interned: (string | undefined)[] = new Array(8192);

/** Decodes UTF-8; short ASCII strings come from a table, so that equal ones are one object and make no garbage. */
function readText(from: number, to: number): string {
  const n = to - from;
  if (n === 0) return "";
  if (n > 32) return text.decode(B.subarray(from, to));
  let h = n;
  for (let i = from; i < to; i++) {
    const b = B[i]!;
    if (b > 127) return text.decode(B.subarray(from, to));
    h = (h * 31 + b) | 0;
  }
  const slot = h & 8191, known = interned[slot];
  if (known !== undefined && known.length === n) {
    let i = 0;
    while (i < n && known.charCodeAt(i) === B[from + i]) i++;
    if (i === n) return known;
  }
  let s = "";
  for (let i = from; i < to; i++) s += String.fromCharCode(B[i]!);
  return interned[slot] = s;
}

/** Which fields to decode: a tree of names. `null` in its place means everything. */
export class Mask {
  #byHash = new Map<number, { name: string; below: Mask | null }[]>();
  readonly fields = new Map<string, Mask | null>();

  /** @param paths dotted; a path whose part is a number keeps everything from there on, as it may be an array index */
  static of(paths: Iterable<string>): Mask {
    const top = new Mask();
    for (const path of paths) top.add(path.split("."));
    top.#seal();
    return top;
  }

  private add(parts: string[]): void {
    const [first = "", ...rest] = parts;
    if (this.fields.get(first) === null) return;
    if (!rest.length || /^\d+$/.test(rest[0]!)) return void this.fields.set(first, null);
    const below = this.fields.get(first) ?? new Mask();
    this.fields.set(first, below);
    below.add(rest);
  }

  #seal(): void {
    for (const [name, below] of this.fields) {
      const hash = hashOf(name);
      this.#byHash.set(hash, [...this.#byHash.get(hash) ?? [], { name, below }]);
      if (below) below.#seal();
    }
  }

  /** The entry for the name at these bytes, or undefined when the field is not wanted. */
  find(hash: number, from: number, to: number): { name: string; below: Mask | null } | undefined {
    const found = this.#byHash.get(hash);
    if (found === undefined) return undefined;
    return found.find((entry) => entry.name === readText(from, to));
  }
}

// ---------- reading ----------
let B: Uint8Array = new Uint8Array(0); // the bytes being read: module state, as passing it through every call costs a quarter
let V = new DataView(B.buffer);
let lazy = false;

/**
 * Decodes one document.
 * @param mask fields wanted, null for all
 * @param shallow leaves nested documents and arrays as `Raw`
 */
export function decode(bytes: Uint8Array, mask: Mask | null = null, at = 0, shallow = false): Doc {
  B = bytes;
  V = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  lazy = shallow;
  return readDoc(at, mask, 0);
}

/** What a `Raw` holds; other values as they are. One level only when `shallow`. */
export function thaw(v: Value, shallow = false): Value {
  if (!(v instanceof Raw)) return v;
  const fields = decode(v.bytes, null, 0, shallow);
  return v.type === 3 ? fields : [...fields.values()];
}

function readDoc(at: number, mask: Mask | null, depth: number): Doc {
  if (depth > MAX_DEPTH) fail(15, `BSONObj exceeded maximum nested object depth: ${MAX_DEPTH}`);
  const out: Doc = new Map();
  const end = at + V.getInt32(at, true) - 1;
  let left = mask === null ? -1 : mask.fields.size;
  for (let p = at + 4; p < end;) {
    const type = B[p++]!, from = p;
    if (mask === null) {
      while (B[p] !== 0) p++;
      const name = readText(from, p++);
      out.set(name, readValue(type, p, null, depth));
    } else {
      let h = 0, b: number;
      while ((b = B[p]!) !== 0) h = (h * 31 + b) | 0, p++;
      const wanted = mask.find(h, from, p++);
      if (wanted !== undefined) {
        out.set(wanted.name, readValue(type, p, wanted.below, depth));
        if (--left === 0) break;
      }
    }
    p += sizeOf(type, p);
  }
  return out;
}

function readArray(at: number, mask: Mask | null, depth: number): Value[] {
  if (depth > MAX_DEPTH) fail(15, `BSONObj exceeded maximum nested object depth: ${MAX_DEPTH}`);
  const out: Value[] = [];
  const end = at + V.getInt32(at, true) - 1;
  for (let p = at + 4; p < end;) {
    const type = B[p++]!;
    while (B[p] !== 0) p++;
    out.push(readValue(type, ++p, mask, depth));
    p += sizeOf(type, p);
  }
  return out;
}

function readValue(type: number, at: number, mask: Mask | null, depth: number): Value {
  switch (type) {
    case 0x01: {
      const n = V.getFloat64(at, true);
      return isInt32(n) ? new Double(n) : n;
    }
    case 0x02:
      return readText(at + 4, at + 3 + V.getInt32(at, true));
    case 0x03:
      return lazy ? new Raw(3, B.subarray(at, at + V.getInt32(at, true))) : readDoc(at, mask, depth + 1);
    case 0x04:
      return lazy ? new Raw(4, B.subarray(at, at + V.getInt32(at, true))) : readArray(at, mask, depth + 1);
    case 0x05:
      return new Binary(B.slice(at + 5, at + 5 + V.getInt32(at, true)), B[at + 4]);
    case 0x07:
      return new ObjectId(B.slice(at, at + 12));
    case 0x08:
      return B[at] !== 0;
    case 0x09:
      return readDate(V.getBigInt64(at, true));
    case 0x0a:
      return null;
    case 0x0b: {
      const mid = B.indexOf(0, at);
      return new Regex(readText(at, mid), readText(mid + 1, B.indexOf(0, mid + 1)));
    }
    case 0x10:
      return V.getInt32(at, true);
    case 0x12:
      return V.getBigInt64(at, true);
    case 0x13:
      return new Decimal128(B.slice(at, at + 16));
    default:
      return fail(2, `BSON type ${type} is not supported by this server`);
  }
}

function readDate(ms: bigint): Date {
  if (ms > 8_640_000_000_000_000n || ms < -8_640_000_000_000_000n) {
    fail(2, `the date ${ms} ms is outside the years that this server supports`);
  }
  return new Date(Number(ms));
}

/** Bytes of a value by its type, and for those with a length in front what it does not count. */
const FIXED: Record<number, number> = { 0x01: 8, 0x07: 12, 0x08: 1, 0x09: 8, 0x0a: 0, 0x10: 4, 0x12: 8, 0x13: 16 };
const BEYOND_LENGTH: Record<number, number> = { 0x02: 4, 0x03: 0, 0x04: 0, 0x05: 5 };

function sizeOf(type: number, at: number): number {
  const fixed = FIXED[type];
  if (fixed !== undefined) return fixed;
  const beyond = BEYOND_LENGTH[type];
  if (beyond !== undefined) return beyond + V.getInt32(at, true);
  if (type === 0x0b) return B.indexOf(0, B.indexOf(0, at) + 1) + 1 - at;
  return fail(2, `BSON type ${type} is not supported by this server`);
}

/** Throws unless the bytes are one whole well-formed document of types that this server knows. Run on all that comes in. */
export function validate(bytes: Uint8Array): void {
  B = bytes;
  V = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 5 || V.getInt32(0, true) !== bytes.length) fail(22, "incorrect BSON length");
  check(0, bytes.length, 0);
}

function check(at: number, limit: number, depth: number): void {
  if (depth > MAX_DEPTH) fail(15, `BSONObj exceeded maximum nested object depth: ${MAX_DEPTH}`);
  const size = at + 5 <= limit ? V.getInt32(at, true) : 0, end = at + size - 1;
  if (size < 5 || end >= limit || B[end] !== 0) fail(22, "incorrect BSON length");
  let p = at + 4;
  while (p < end) {
    const type = B[p++]!;
    while (B[p] !== 0) p++;
    p++;
    if (p + (type in BEYOND_LENGTH ? 4 : 0) > end) fail(22, "incorrect BSON length");
    const n = sizeOf(type, p);
    if (n < 0 || p + n > end || (type === 2 && (n < 5 || B[p + n - 1] !== 0))) fail(22, "incorrect BSON length");
    if (type === 3 || type === 4) check(p, p + n, depth + 1);
    p += n;
  }
  if (p !== end) fail(22, "incorrect BSON length");
}
