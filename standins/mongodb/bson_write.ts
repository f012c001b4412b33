/** BSON out. */
import { Binary, Decimal128, ObjectId } from "bson";
import { type Doc, Double, isInt32, Raw, type Value } from "./bson.ts";
import { fail } from "./errors.ts";

const encoder = new TextEncoder();
let W = new Uint8Array(1 << 16);
let X = new DataView(W.buffer);
let w = 0;

function room(n: number): void {
  if (w + n <= W.length) return;
  const bigger = new Uint8Array(Math.max(W.length * 2, w + n));
  bigger.set(W.subarray(0, w));
  W = bigger;
  X = new DataView(W.buffer);
}

/** Encodes one document. */
export function encode(value: Doc): Uint8Array {
  w = 0;
  writeDoc(value);
  const out = W.slice(0, w);
  if (W.length > 1 << 22) X = new DataView((W = new Uint8Array(1 << 16)).buffer); // a large answer must not stay in memory
  return out;
}

function writeDoc(value: Doc): void {
  const at = w;
  room(5);
  w += 4;
  for (const [name, v] of value) writeField(name, v);
  endDoc(at);
}

function endDoc(at: number): void {
  room(1);
  W[w++] = 0;
  X.setInt32(at, w - at, true);
}

function writeName(s: string): void {
  room(s.length * 3 + 1);
  const start = w;
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    if (c === 0) fail(2, "a field name may not contain a null byte");
    if (c > 127) {
      w = start + encoder.encodeInto(s, W.subarray(start)).written;
      break;
    }
    W[w++] = c;
  }
  W[w++] = 0;
}

function writeText(s: string): void {
  room(s.length * 3 + 5);
  const at = w, start = w += 4;
  let i = 0;
  if (s.length <= 64) { for (let c; i < s.length && (c = s.charCodeAt(i)) < 128; i++) W[start + i] = c; }
  w = i === s.length ? start + i : start + encoder.encodeInto(s, W.subarray(start)).written;
  W[w++] = 0;
  X.setInt32(at, w - start, true);
}

function writeBytes(bytes: Uint8Array): void {
  room(bytes.length);
  W.set(bytes, w);
  w += bytes.length;
}

function writeField(name: string, v: Value): void {
  room(32);
  const at = w++;
  writeName(name);
  room(32);
  const type = writeValue(v); // first, as it may replace W
  W[at] = type;
}

/** Writes the value and returns its type byte. */
function writeValue(v: Value): number {
  switch (typeof v) {
    case "string":
      writeText(v);
      return 0x02;
    case "number":
      if (isInt32(v)) {
        X.setInt32(w, v, true);
        w += 4;
        return 0x10;
      }
      X.setFloat64(w, v, true);
      w += 8;
      return 0x01;
    case "bigint":
      X.setBigInt64(w, v, true);
      w += 8;
      return 0x12;
    case "boolean":
      W[w++] = v ? 1 : 0;
      return 0x08;
  }
  if (v === null) return 0x0a;
  if (v instanceof Map) {
    writeDoc(v);
    return 0x03;
  }
  if (Array.isArray(v)) {
    const at = w;
    w += 4;
    for (let i = 0; i < v.length; i++) writeField(String(i), v[i]!);
    endDoc(at);
    return 0x04;
  }
  if (v instanceof Raw) {
    writeBytes(v.bytes);
    return v.type;
  }
  if (v instanceof Double) {
    X.setFloat64(w, v.value, true);
    w += 8;
    return 0x01;
  }
  if (v instanceof Date) {
    X.setBigInt64(w, BigInt(v.getTime()), true);
    w += 8;
    return 0x09;
  }
  if (v instanceof ObjectId) {
    writeBytes(v.id);
    return 0x07;
  }
  if (v instanceof Binary) {
    X.setInt32(w, v.position, true);
    W[w + 4] = v.sub_type;
    w += 5;
    writeBytes(v.buffer.subarray(0, v.position));
    return 0x05;
  }
  if (v instanceof Decimal128) {
    writeBytes(v.bytes);
    return 0x13;
  }
  writeName(v.pattern);
  writeName(v.flags);
  return 0x0b;
}
