/**
 * Compiled values: SQL for SQLite plus what kind of value it is, and the rules between kinds.
 *
 * Kinds of time, all kept as text: `day` (Oracle DATE) and `stamp` (TIMESTAMP) are wall clock, with a midnight dropped;
 * `instant` is a stored time, in UTC, which reads as the account's wall clock; `utc` is an instant through SYS_EXTRACT_UTC.
 * Keeping instants as stored text is what lets comparisons use SQLite's indexes.
 */
import { unsupported } from "./refuse.ts";

export type Kind = "int" | "num" | "str" | "day" | "stamp" | "instant" | "utc" | "null";

/** Where a plain column comes from: the alias in FROM, the table behind it (null: a subquery) and the column. */
export interface ColumnRef {
  alias: string;
  table: string | null;
  column: string;
}

export interface Value {
  sql: string;
  kind: Kind;
  /** Depends on literals, parameters and the clock only. */
  constant: boolean;
  /** Set when the value is known before the statement runs. */
  literal?: string | number;
  ref?: ColumnRef;
}

export const NULL: Value = { sql: "NULL", kind: "null", constant: true };

export const isNumber = (v: Value) => v.kind === "int" || v.kind === "num";
export const isTime = (v: Value) => v.kind === "day" || v.kind === "stamp" || v.kind === "instant" || v.kind === "utc";

/** A text as an SQL literal; '' is NULL, as in Oracle. */
export function text(value: string): Value {
  if (value === "") return NULL;
  return { sql: `'${value.replaceAll("'", "''")}'`, kind: "str", constant: true, literal: value };
}

/** A number as an SQL literal. */
export function number(value: number, kind: "int" | "num" = Number.isInteger(value) ? "int" : "num"): Value {
  return { sql: String(value), kind, constant: true, literal: value };
}

/** A name in SQL. */
export const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** As Oracle's implicit TO_NUMBER. */
export function toNumber(v: Value): Value {
  if (isNumber(v) || v.kind === "null") return v;
  if (v.kind !== "str") throw unsupported(`a time cannot be used as a number: ${v.sql}`);
  if (typeof v.literal === "string") {
    const value = v.literal.trim() === "" ? NaN : Number(v.literal);
    if (!Number.isFinite(value)) throw unsupported(`'${v.literal}' is no number`);
    return number(value);
  }
  return { sql: `ns_number(${v.sql})`, kind: "num", constant: v.constant };
}

/** As Oracle's implicit TO_CHAR of numbers. Times need a format and are refused. */
export function toText(v: Value): Value {
  if (v.kind === "str" || v.kind === "null") return v;
  if (isTime(v)) throw unsupported(`a time needs TO_CHAR with a format to become text: ${v.sql}`);
  if (v.literal !== undefined) return text(String(v.literal));
  if (v.kind === "int") return { sql: `CAST(${v.sql} AS TEXT)`, kind: "str", constant: v.constant };
  return { sql: `ns_text(${v.sql})`, kind: "str", constant: v.constant };
}

/** The wall-clock form of any time. */
export function toWall(v: Value): Value {
  switch (v.kind) {
    case "day":
    case "stamp":
    case "null":
      return v;
    case "instant":
      return { sql: `ns_local(${v.sql})`, kind: "stamp", constant: v.constant };
    case "utc":
      return { sql: `ns_short(${v.sql})`, kind: "stamp", constant: v.constant };
    default:
      throw unsupported(`a date or a time is needed, not ${v.sql}: use TO_DATE or TO_TIMESTAMP`);
  }
}

/**
 * Brings two values to a form in which SQLite compares them as Oracle would. A bare stored time stays bare whenever the other
 * side is constant, so that its index can be used.
 */
export function comparable(left: Value, right: Value): [string, string] {
  if (left.kind === "null" || right.kind === "null") return [left.sql, right.sql];
  if (isTime(left) || isTime(right)) {
    if (left.kind === right.kind) return [left.sql, right.sql];
    const bare = alignStored(left, right) ?? alignStored(right, left)?.reverse() as [string, string] | undefined;
    return bare ?? [toWall(left).sql, toWall(right).sql];
  }
  if (isNumber(left) || isNumber(right)) return [toNumber(left).sql, toNumber(right).sql];
  return [left.sql, right.sql];
}

function alignStored(stored: Value, other: Value): [string, string] | null {
  if (!other.constant || (other.kind !== "day" && other.kind !== "stamp")) return null;
  if (stored.kind === "instant") return [stored.sql, `ns_utc(${other.sql})`];
  if (stored.kind === "utc") return [stored.sql, `ns_full(${other.sql})`];
  return null;
}

/**
 * The common kind of alternatives (CASE, COALESCE, UNION …).
 *
 * @returns the kind, and how to bring a value to it
 * @throws {SuiteQLError} when text, numbers and times are mixed
 */
export function unify(values: Value[], where: string): { kind: Kind; as: (v: Value) => Value } {
  const kinds = new Set(values.filter((v) => v.kind !== "null").map((v) => v.kind));
  if (kinds.size === 0) return { kind: "null", as: (v) => v };
  if (kinds.size === 1) return { kind: [...kinds][0]!, as: (v) => v };
  const all = [...kinds];
  if (all.every((k) => k === "int" || k === "num")) return { kind: "num", as: (v) => v };
  if (all.every((k) => k !== "int" && k !== "num" && k !== "str")) return { kind: "stamp", as: toWall };
  throw unsupported(`${where}: kinds of values are mixed (${all.join(", ")})`);
}
