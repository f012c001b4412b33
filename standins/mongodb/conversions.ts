/** Conversions between types, as `$convert` and its short forms make them. All failures are code 241. */
import { Decimal128, ObjectId } from "bson";
import { double, type Value } from "./bson.ts";
import { fail } from "./errors.ts";
import { isNum, kindOf, type Num, toDecimal, toDouble, toLong } from "./numbers.ts";
import { join } from "./decimals.ts";
import { typeName } from "./types.ts";

const no = (v: Value, to: string): never =>
  fail(241, `Unsupported conversion from ${typeName(v)} to ${to} in $convert with no onError value`);
const bad = (text: string, to: string): never =>
  fail(241, `Failed to parse ${to === "date" ? "date" : "number"} '${text}' in $convert with no onError value`);

/** A double as text with 16 significant digits, like C's `%.16g`. */
export function doubleText(n: number): string {
  if (Number.isNaN(n)) return "NaN";
  if (!Number.isFinite(n)) return n > 0 ? "Infinity" : "-Infinity";
  if (n === 0) return Object.is(n, -0) ? "-0" : "0";
  const [digits = "", exp = "0"] = n.toExponential(15).split("e"), e = Number(exp);
  if (e < -4 || e >= 16) {
    return `${digits.replace(/\.?0+$/, "")}e${e < 0 ? "-" : "+"}${String(Math.abs(e)).padStart(2, "0")}`;
  }
  const fixed = n.toFixed(Math.max(0, 15 - e));
  return fixed.includes(".") ? fixed.replace(/\.?0+$/, "") : fixed;
}

/** Converts a value that is neither null nor missing to the named type. */
export function convert(v: Value, to: string): Value {
  switch (to) {
    case "string":
      return toText(v);
    case "bool":
      return typeof v === "boolean" ? v : isNum(v) ? toDouble(v) !== 0 : true;
    case "int":
    case "long":
      return toWhole(v, to);
    case "double":
    case "decimal":
      return toReal(v, to);
    case "date":
      return toDate(v);
    case "objectId":
      if (v instanceof ObjectId) return v;
      if (typeof v !== "string") return no(v, to);
      return /^[0-9a-f]{24}$/i.test(v)
        ? new ObjectId(v)
        : fail(241, `Failed to parse objectId '${v}' in $convert with no onError value`);
    default:
      return fail(9, `Unknown type name: ${to}`);
  }
}

function toText(v: Value): string {
  if (typeof v === "string") return v;
  if (typeof v === "boolean") return String(v);
  if (isNum(v)) return kindOf(v) === "double" ? doubleText(toDouble(v)) : v.toString();
  if (v instanceof Date) return v.toISOString();
  if (v instanceof ObjectId) return v.toHexString();
  return no(v, "string");
}

function toWhole(v: Value, to: "int" | "long"): Value {
  let n: bigint;
  if (typeof v === "boolean") n = v ? 1n : 0n;
  else if (typeof v === "string") n = /^[+-]?\d+$/.test(v) ? BigInt(v.replace("+", "")) : bad(v, to);
  else if (isNum(v)) n = toLong(v);
  else if (v instanceof Date && to === "long") return BigInt(v.getTime());
  else return no(v, to);
  if (to === "int") {
    return n >= -2147483648n && n <= 2147483647n
      ? Number(n)
      : fail(241, `Conversion would overflow target type in $convert with no onError value: ${n}`);
  }
  return n >= -(2n ** 63n) && n < 2n ** 63n
    ? n
    : fail(241, `Conversion would overflow target type in $convert with no onError value: ${n}`);
}

function toReal(v: Value, to: "double" | "decimal"): Value {
  let n: Num;
  if (typeof v === "boolean") n = v ? 1 : 0;
  else if (typeof v === "string") {
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^[+-]?(Infinity|NaN)$/i.test(v)) return bad(v, to);
    if (to === "decimal") return Decimal128.fromString(v);
    n = Number(v);
  } else if (isNum(v)) n = v;
  else if (v instanceof Date) n = v.getTime();
  else return no(v, to);
  if (to === "double") return double(toDouble(n));
  return n instanceof Decimal128 ? n : join(toDecimal(n, false));
}

function toDate(v: Value): Date {
  if (v instanceof Date) return v;
  if (v instanceof ObjectId) return v.getTimestamp();
  if (typeof v === "string") return parseDate(v);
  if (!isNum(v) || kindOf(v) === "int") return no(v, "date");
  const date = new Date(Number(toLong(v)));
  return Number.isNaN(date.getTime()) ? fail(241, "Date out of range in $convert") : date;
}

/** ISO 8601 dates and times; no zone means UTC. */
export function parseDate(text: string): Date {
  const m =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i
      .exec(text);
  if (!m) return bad(text, "date");
  const [, y, mo, d, h = "00", mi = "00", s = "00", f = "0", zone = "Z"] = m;
  const offset = /^[+-]/.test(zone) ? (zone.includes(":") ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`) : "Z";
  const date = new Date(`${y}-${mo}-${d}T${h}:${mi}:${s}.${f.padEnd(3, "0").slice(0, 3)}${offset}`);
  return Number.isNaN(date.getTime()) || Number(d) > new Date(Date.UTC(Number(y), Number(mo), 0)).getUTCDate()
    ? bad(text, "date")
    : date;
}
