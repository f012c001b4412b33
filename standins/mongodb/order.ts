/** MongoDB's order across types, equality, and keys for SQLite that sort in that order byte by byte. */
import { Binary, Decimal128, ObjectId } from "bson";
import { type Doc, Double, isDoc, type Maybe, Regex, type Value } from "./bson.ts";
import { compareDecimals, type Decimal, fromDouble } from "./decimals.ts";
import { toDecimal, toDouble } from "./numbers.ts";

/** The place of a value's type in the order of types; types that compare with each other share one. */
export function rankOf(v: Maybe): number {
  switch (typeof v) {
    case "number":
    case "bigint":
      return 0x20;
    case "string":
      return 0x28;
    case "boolean":
      return 0x50;
    case "undefined":
      return 0x10;
  }
  if (v === null) return 0x18;
  if (isDoc(v)) return 0x30;
  if (Array.isArray(v)) return 0x38;
  if (v instanceof Date) return 0x58;
  if (v instanceof Double || v instanceof Decimal128) return 0x20;
  if (v instanceof ObjectId) return 0x48;
  if (v instanceof Binary) return 0x40;
  return 0x68;
}

/** Compares two values in MongoDB's order. Missing (undefined) comes before null: callers that hold them equal map first. */
export function compare(a: Maybe, b: Maybe): number {
  if (typeof a === "number" && typeof b === "number") return compareDoubles(a, b);
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  const ra = rankOf(a), rb = rankOf(b);
  if (ra !== rb) return ra - rb;
  switch (ra) {
    case 0x20:
      return compareNumbers(a as number, b as number);
    case 0x30:
      return compareDocs(a as Doc, b as Doc);
    case 0x38:
      return compareArrays(a as Value[], b as Value[]);
    case 0x40:
      return compareBinary(a as Binary, b as Binary);
    case 0x48:
      return compareBytes((a as ObjectId).id, (b as ObjectId).id);
    case 0x50:
      return Number(a) - Number(b);
    case 0x58:
      return (a as Date).getTime() - (b as Date).getTime();
    case 0x68: {
      const x = a as Regex, y = b as Regex;
      return compareText(x.pattern, y.pattern) || compareText(x.flags, y.flags);
    }
  }
  return 0;
}

/** Equal as a query's `$eq` sees it: 1, 1.0 and NumberLong(1) are, and NaN equals NaN. */
export const equals = (a: Maybe, b: Maybe): boolean => a === b || compare(a, b) === 0;

function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return a === a ? 1 : b === b ? -1 : 0; // NaN is the lowest number
}

function compareNumbers(a: number | bigint | Double | Decimal128, b: number | bigint | Double | Decimal128): number {
  if (a instanceof Decimal128 || b instanceof Decimal128) return compareDecimals(toDecimal(a), toDecimal(b));
  const x = a instanceof Double ? a.value : a, y = b instanceof Double ? b.value : b;
  if (typeof x === "number" && typeof y === "number") return compareDoubles(x, y);
  if (x !== x) return -1;
  if (y !== y) return 1;
  return x < y ? -1 : x > y ? 1 : 0; // JavaScript compares bigint with number exactly
}

/** By code point, which is the order of UTF-8 bytes; `<` compares UTF-16 units and puts U+FFxx above emoji. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    let x = a.charCodeAt(i), y = b.charCodeAt(i);
    if (x === y) continue;
    if (x >= 0xd800 && y >= 0xd800) { // surrogates stand for code points above all other units
      x = x >= 0xe000 ? x - 0x800 : x + 0x2000;
      y = y >= 0xe000 ? y - 0x800 : y + 0x2000;
    }
    return x - y;
  }
  return a.length - b.length;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

const compareBinary = (a: Binary, b: Binary) =>
  a.position - b.position || a.sub_type - b.sub_type || compareBytes(a.value(), b.value());

function compareArrays(a: Value[], b: Value[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const c = compare(a[i], b[i]);
    if (c) return c;
  }
  return a.length - b.length;
}

function compareDocs(a: Doc, b: Doc): number {
  const y = b[Symbol.iterator]();
  for (const [name, value] of a) {
    const next = y.next();
    if (next.done) return 1;
    const [otherName, other] = next.value;
    const c = rankOf(value) - rankOf(other) || compareText(name, otherName) || compare(value, other);
    if (c) return c;
  }
  return y.next().done ? 0 : -1;
}

// ---------- keys ----------
let K = new Uint8Array(1024);
let k = 0;
const scratch = new DataView(new ArrayBuffer(8));
const utf8 = new TextEncoder();

function put(byte: number): void {
  if (k === K.length) {
    const bigger = new Uint8Array(K.length * 2);
    bigger.set(K);
    K = bigger;
  }
  K[k++] = byte;
}
const putScratch = () => {
  for (let i = 0; i < 8; i++) put(scratch.getUint8(i));
};

/**
 * The index key of some values: a shorter key that is its prefix holds the same leading values.
 * @param descending per value, whether its bytes are inverted
 */
export function keyOf(values: readonly Maybe[], descending: readonly boolean[] = []): Uint8Array {
  k = 0;
  values.forEach((v, i) => {
    const from = k;
    putKey(v);
    if (descending[i]) { for (let j = from; j < k; j++) K[j] = ~K[j]!; }
  });
  return K.slice(0, k);
}

function putKey(v: Maybe): void {
  put(rankOf(v));
  switch (typeof v) {
    case "number":
    case "bigint":
      return putNumber(v);
    case "string":
      return putText(v);
    case "boolean":
      return put(v ? 1 : 0);
  }
  if (isDoc(v)) {
    for (const [name, value] of v) {
      put(rankOf(value));
      putText(name);
      putKey(value);
    }
    put(0);
  } else if (Array.isArray(v)) {
    v.forEach(putKey);
    put(0);
  } else if (v instanceof Double || v instanceof Decimal128) putNumber(v);
  else if (v instanceof Date) {
    scratch.setBigInt64(0, BigInt(v.getTime()) ^ (-(2n ** 63n)));
    putScratch();
  } else if (v instanceof ObjectId) v.id.forEach(put);
  else if (v instanceof Binary) {
    scratch.setUint32(0, v.position);
    for (let i = 0; i < 4; i++) put(scratch.getUint8(i));
    put(v.sub_type);
    v.value().forEach(put);
  } else if (v instanceof Regex) {
    putText(v.pattern);
    putText(v.flags);
  }
}

function putText(s: string): void {
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    if (c > 127) {
      for (const b of utf8.encode(s.slice(i))) {
        put(b);
        if (b === 0) put(0xff);
      }
      break;
    }
    put(c);
    if (c === 0) put(0xff);
  }
  put(0);
  put(0);
}

/** The largest double that is not above the number, then what is left of it: equal numbers of any type share one key. */
function putNumber(v: number | bigint | Double | Decimal128): void {
  let n = toDouble(v), rest: Decimal | null = null;
  if (typeof v === "bigint" ? BigInt(n) !== v : v instanceof Decimal128 && Number.isFinite(n)) {
    const exact = toDecimal(v);
    if (compareDecimals(fromDouble(n, true), exact) > 0) n = below(n);
    if (compareDecimals(fromDouble(n, true), exact) !== 0) rest = exact;
  } else if (v instanceof Decimal128 && typeof toDecimal(v) !== "string") { // beyond every double
    rest = toDecimal(v);
    if (n > 0) n = Number.MAX_VALUE;
  }
  if (n !== n) {
    scratch.setBigUint64(0, 0n);
  } else {
    scratch.setFloat64(0, n === 0 ? 0 : n);
    const bits = scratch.getBigUint64(0);
    scratch.setBigUint64(0, bits >> 63n ? ~bits & 0xffffffffffffffffn : bits | (1n << 63n));
  }
  putScratch();
  if (rest === null || typeof rest === "string") return put(0);
  put(1);
  putDigits(rest);
}

function below(n: number): number {
  scratch.setFloat64(0, n);
  if (n === 0) return -Number.MIN_VALUE;
  const bits = scratch.getBigInt64(0);
  scratch.setBigInt64(0, n > 0 ? bits - 1n : bits + 1n);
  return scratch.getFloat64(0);
}

/** Decimal digits that sort as the number does: sign, magnitude, digits, and all inverted below zero. */
function putDigits({ coef, exp }: { coef: bigint; exp: number }): void {
  const negative = coef < 0n, from = k;
  let digits = (negative ? -coef : coef).toString();
  const magnitude = digits.length + exp + 0x8000;
  digits = digits.replace(/0+$/, "");
  put(magnitude >> 8);
  put(magnitude & 255);
  for (const c of digits) put(c.charCodeAt(0));
  put(0);
  if (negative) { for (let i = from; i < k; i++) K[i] = ~K[i]!; }
}

/** Bytes as a string of as many signs: a key for maps and sets. */
export function textOf(key: Uint8Array): string {
  let s = "";
  for (let i = 0; i < key.length; i++) s += String.fromCharCode(key[i]!);
  return s;
}

/** A Map key that is equal for equal values, for `$group`, `distinct` and sets. */
export function identity(v: Maybe): unknown {
  switch (typeof v) {
    case "string":
      if (v.charCodeAt(0) !== 0) return v;
      break;
    case "number":
      return v;
  }
  if (v instanceof Double) return v.value;
  return numeric(v) ?? "\u0000" + textOf(keyOf([v])); // no string that a document holds looks like that
}
/** An int64 or decimal that a double holds exactly has the double's identity. */
function numeric(v: Maybe): number | undefined {
  if (typeof v === "bigint") return BigInt(Number(v)) === v ? Number(v) : undefined;
  if (!(v instanceof Decimal128)) return undefined;
  const n = toDouble(v);
  return compareDecimals(fromDouble(n, true), toDecimal(v)) === 0 ? n === 0 ? 0 : n : undefined;
}
