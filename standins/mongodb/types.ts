import { Binary, Decimal128, ObjectId } from "bson";
import { isDoc, type Maybe, Raw } from "./bson.ts";
import { isNum, kindOf } from "./numbers.ts";

/** The name of a value's type as `$type` gives it; "missing" for undefined. */
export function typeName(v: Maybe): string {
  if (v === undefined) return "missing";
  if (v === null) return "null";
  if (typeof v === "string") return "string";
  if (typeof v === "boolean") return "bool";
  if (isNum(v)) return v instanceof Decimal128 ? "decimal" : kindOf(v);
  if (isDoc(v) || (v instanceof Raw && v.type === 3)) return "object";
  if (Array.isArray(v) || v instanceof Raw) return "array";
  if (v instanceof Date) return "date";
  if (v instanceof ObjectId) return "objectId";
  return v instanceof Binary ? "binData" : "regex";
}
