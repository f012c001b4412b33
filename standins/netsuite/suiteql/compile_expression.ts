/**
 * Compiles values and conditions to SQL for SQLite.
 */
import type { Cond, Expr, Query, Window } from "./ast.ts";
import { compositeOf, displayOf } from "./builtin.ts";
import type { Catalog } from "./catalog.ts";
import { compileCondition } from "./compile_condition.ts";
import { compileFunction, derived } from "./functions.ts";
import { unsupported } from "./refuse.ts";
import type { Scope } from "./scope.ts";
import {
  comparable,
  isTime,
  type Kind,
  NULL,
  number,
  text,
  toNumber,
  toText,
  toWall,
  unify,
  type Value,
} from "./values.ts";
import { FOREIGN_FUNCTIONS } from "./words.ts";

/** A compiled subquery: its SQL (with what order and limit it needs) and the kinds of its columns. */
export interface Compiled {
  sql: string;
  columns: { name: string; kind: Kind }[];
}

/** What an expression needs from the query compiler. */
export interface Surroundings {
  catalog: Catalog;
  scope: Scope;
  /** Compiles a subquery that sees the scope. */
  subquery(query: Query): Compiled;
}

export const AGGREGATES = new Set(["count", "sum", "avg", "min", "max", "median"]);
const RANKS = new Set(["row_number", "rank", "dense_rank"]);
const CLOCK: Record<string, Value> = {
  sysdate: { sql: "ns_now_local()", kind: "day", constant: true },
  current_date: { sql: "ns_now_local()", kind: "day", constant: true },
  current_timestamp: { sql: "ns_now_utc()", kind: "instant", constant: true },
};
const EXTRACTS: Record<string, [number, number]> = {
  year: [0, 4],
  month: [5, 7],
  day: [8, 10],
  hour: [11, 13],
  minute: [14, 16],
  second: [17, 19],
};

export function compileValue(expr: Expr, at: Surroundings): Value {
  switch (expr.k) {
    case "number":
      return number(Number(expr.text), /[.eE]/.test(expr.text) ? "num" : "int");
    case "string":
      return text(expr.value);
    case "null":
      return NULL;
    case "param":
      return { sql: `?${expr.index}`, kind: "str", constant: true };
    case "column":
      if (!expr.qualifier && CLOCK[expr.name]) return at.scope.find(null, expr.name) ?? CLOCK[expr.name]!;
      return at.scope.resolve(expr.qualifier, expr.name);
    case "rownum":
      return { sql: "row_number() OVER ()", kind: "int", constant: false };
    case "negate": {
      const of = toNumber(compileValue(expr.of, at));
      return typeof of.literal === "number"
        ? number(-of.literal, of.kind as "int")
        : derived(`(- ${of.sql})`, of.kind, [of]);
    }
    case "binary":
      return compileBinary(expr.op, compileValue(expr.left, at), compileValue(expr.right, at));
    case "case":
      return compileCase(expr, at);
    case "cast":
      return compileCast(compileValue(expr.of, at), expr.to);
    case "extract": {
      const place = EXTRACTS[expr.field];
      if (!place) throw unsupported(`EXTRACT(${expr.field.toUpperCase()} …)`);
      const wall = toWall(compileValue(expr.of, at));
      return derived(`ns_extract(${wall.sql},${place[0]},${place[1]})`, "int", [wall]);
    }
    case "query": {
      const { sql, columns } = at.subquery(expr.query);
      if (columns.length !== 1) throw unsupported(`a scalar subquery needs one column, not ${columns.length}`);
      return { sql: `(${sql})`, kind: columns[0]!.kind, constant: false };
    }
    case "call":
      return compileCall(expr, at);
  }
}

function compileBinary(op: string, left: Value, right: Value): Value {
  if (op === "||") return concatenate(left, right);
  if (isTime(left) || isTime(right)) return dateArithmetic(op, left, right);
  const [a, b] = [toNumber(left), toNumber(right)];
  if (op === "/") {
    const safe = typeof b.literal === "number" && b.literal !== 0;
    return derived(safe ? `(${a.sql}*1.0/${b.sql})` : `ns_divide(${a.sql},${b.sql})`, "num", [a, b]);
  }
  return derived(`(${a.sql} ${op} ${b.sql})`, a.kind === "int" && b.kind === "int" ? "int" : "num", [a, b]);
}

/** `||`: NULL counts as empty, and nothing at all is NULL. */
function concatenate(left: Value, right: Value): Value {
  const parts = [toText(left), toText(right)].map((v) => (v.literal !== undefined ? v.sql : `ifnull(${v.sql},'')`));
  const filled = typeof left.literal !== "undefined" || typeof right.literal !== "undefined";
  const joined = `(${parts.join("||")})`;
  return derived(filled ? joined : `nullif(${joined},'')`, "str", [left, right]);
}

function dateArithmetic(op: string, left: Value, right: Value): Value {
  if (isTime(left) && isTime(right)) {
    if (op !== "-") throw unsupported(`two dates cannot be joined by "${op}"`);
    if ([left, right].some((v) => v.kind === "stamp" || v.kind === "utc")) {
      throw unsupported("subtracting a TIMESTAMP gives an INTERVAL, which is not supported: CAST it AS DATE");
    }
    return derived(`ns_days_between(${toWall(left).sql},${toWall(right).sql})`, "num", [left, right]);
  }
  const [time, days] = isTime(left) ? [left, right] : [right, left];
  if (op !== "+" && !(op === "-" && time === left)) throw unsupported(`"${op}" does not work on dates`);
  const count = toNumber(days);
  return derived(`ns_add_days(${toWall(time).sql},${op === "-" ? "- " : ""}${count.sql})`, "day", [time, count]);
}

function compileCase(expr: Expr & { k: "case" }, at: Surroundings): Value {
  const operand = expr.operand && compileValue(expr.operand, at);
  const whens = expr.whens.map(({ when }) => {
    if (!operand) return compileCondition(when as Cond, at);
    const [l, r] = comparable(operand, compileValue(when as Expr, at));
    return `${l}=${r}`;
  });
  const results = expr.whens.map(({ then }) => compileValue(then, at));
  const otherwise = expr.otherwise ? compileValue(expr.otherwise, at) : NULL;
  const { kind, as } = unify([...results, otherwise], "CASE");
  const branches = whens.map((when, i) => `WHEN ${when} THEN ${as(results[i]!).sql}`);
  return { sql: `CASE ${branches.join(" ")} ELSE ${as(otherwise).sql} END`, kind, constant: false };
}

function compileCast(v: Value, to: string): Value {
  switch (to) {
    case "varchar":
    case "varchar2":
    case "char":
    case "nvarchar2":
      return toText(v);
    case "number":
    case "numeric":
    case "decimal":
    case "float":
      return toNumber(v);
    case "integer":
    case "int":
      return derived(`CAST(ns_round(${toNumber(v).sql},0) AS INTEGER)`, "int", [v]);
    case "date":
      return { ...toWall(v), kind: "day" };
    case "timestamp":
      return { ...toWall(v), kind: "stamp" };
    default:
      throw unsupported(`CAST AS ${to.toUpperCase()}`);
  }
}

function compileCall(call: Expr & { k: "call" }, at: Surroundings): Value {
  const { name } = call;
  if (AGGREGATES.has(name)) return compileAggregate(call, at);
  if (RANKS.has(name)) {
    if (!call.over || call.args.length) throw unsupported(`${name.toUpperCase()}() needs OVER (…)`);
    if (!call.over.order.length) throw unsupported(`${name.toUpperCase()}() needs ORDER BY in OVER (…)`);
    return { sql: `${name}()${compileWindow(call.over, at)}`, kind: "int", constant: false };
  }
  if (call.star || call.distinct || call.over) throw unsupported(`${name.toUpperCase()} takes no *, DISTINCT or OVER`);
  if (name === "builtin.df" || name === "builtin.cf") {
    if (call.args.length !== 1) throw unsupported(`${name.toUpperCase()} takes one column`);
    const value = compileValue(call.args[0]!, at);
    return name === "builtin.df" ? displayOf(value, at.catalog) : compositeOf(value);
  }
  const made = compileFunction(name, call.args.map((arg) => compileValue(arg, at)));
  if (made) return made;
  const known = FOREIGN_FUNCTIONS.has(name) ? "is not part of SuiteQL" : "is not known to this stand-in";
  throw unsupported(`the function ${name.toUpperCase()} ${known}`);
}

function compileAggregate(call: Expr & { k: "call" }, at: Surroundings): Value {
  const { name } = call;
  const over = call.over ? compileWindow(call.over, at) : "";
  if (call.star) {
    if (name !== "count") throw unsupported(`${name.toUpperCase()}(*)`);
    return { sql: `count(*)${over}`, kind: "int", constant: false };
  }
  if (call.args.length !== 1) throw unsupported(`${name.toUpperCase()} takes one value`);
  const arg = compileValue(call.args[0]!, at);
  const distinct = call.distinct ? "DISTINCT " : "";
  if (name === "count") return { sql: `count(${distinct}${arg.sql})${over}`, kind: "int", constant: false };
  if (name === "min" || name === "max") return { sql: `${name}(${arg.sql})${over}`, kind: arg.kind, constant: false };
  const of = toNumber(arg);
  if (name === "median" && (over || distinct)) throw unsupported("MEDIAN takes no DISTINCT or OVER");
  const sql = name === "median" ? "ns_median" : name;
  return { sql: `${sql}(${distinct}${of.sql})${over}`, kind: name === "sum" ? of.kind : "num", constant: false };
}

function compileWindow(window: Window, at: Surroundings): string {
  const parts: string[] = [];
  if (window.partition.length) {
    parts.push(`PARTITION BY ${window.partition.map((e) => compileValue(e, at).sql).join(",")}`);
  }
  if (window.order.length) {
    const terms = window.order.map((o) => `${compileValue(o.by, at).sql}${direction(o.descending, o.nulls)}`);
    parts.push(`ORDER BY ${terms.join(",")}`);
  }
  return ` OVER (${parts.join(" ")})`;
}

/** Oracle sorts NULL as the greatest value, SQLite as the smallest. */
export function direction(descending: boolean, nulls: "first" | "last" | null, neverNull = false): string {
  if (neverNull) return descending ? " DESC" : "";
  const place = nulls ?? (descending ? "first" : "last");
  return `${descending ? " DESC" : ""} NULLS ${place.toUpperCase()}`;
}
