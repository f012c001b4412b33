import { Binary, Decimal128, ObjectId } from "bson";
import { Double, isDoc, type Maybe, Regex } from "./bson.ts";

/** A value as MongoDB writes it into error messages: `{ a: 1, b: "x" }`. */
export function display(v: Maybe): string {
  if (v === undefined || v === null) return "null";
  if (typeof v === "string") return `"${v}"`;
  if (typeof v === "number") return Number.isInteger(v) && Math.abs(v) < 2 ** 31 ? String(v) : doubleText(v);
  if (v instanceof Double) return v.value.toFixed(1);
  if (v instanceof Decimal128) return `${v}`;
  if (v instanceof Date) return `new Date(${v.getTime()})`;
  if (v instanceof ObjectId) return `ObjectId('${v.toHexString()}')`;
  if (v instanceof Binary) return `BinData(${v.sub_type}, ${v.toString("hex").toUpperCase()})`;
  if (v instanceof Regex) return `/${v.pattern}/${v.flags}`;
  if (Array.isArray(v)) return `[ ${v.map(display).join(", ")} ]`;
  if (isDoc(v)) return v.size ? `{ ${[...v].map(([name, e]) => `${name}: ${display(e)}`).join(", ")} }` : "{}";
  return String(v);
}

/** A double as text with 16 significant digits, like C's `%.16g`. */
function doubleText(n: number): string {
  if (!Number.isFinite(n) || n === 0) return Object.is(n, -0) ? "-0" : String(n);
  const [digits = "", exp = "0"] = n.toExponential(15).split("e"), e = Number(exp);
  if (e < -4 || e >= 16) {
    return `${digits.replace(/\.?0+$/, "")}e${e < 0 ? "-" : "+"}${String(Math.abs(e)).padStart(2, "0")}`;
  }
  const fixed = n.toFixed(Math.max(0, 15 - e));
  return fixed.includes(".") ? fixed.replace(/\.?0+$/, "") : fixed;
}
