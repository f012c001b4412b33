/**
 * The scalar functions of SuiteQL: what they take and give, and how SQLite computes them. Whatever is not here is refused.
 */
import { compileFormat } from "../formats.ts";
import { unsupported } from "./refuse.ts";
import { isNumber, isTime, type Kind, NULL, number, toNumber, toText, toWall, unify, type Value } from "./values.ts";

type Compile = (args: Value[]) => Value;

/** `takes`: one letter an argument: s text, n number, w wall clock, a anything; `?` makes it and the rest optional. */
interface Plain {
  takes: string;
  gives: Kind;
  sql: string | ((args: string[]) => string);
}

const CONVERT: Record<string, (v: Value) => Value> = { s: toText, n: toNumber, w: toWall, a: (v) => v };

const PLAIN: Record<string, Plain> = {
  lower: { takes: "s", gives: "str", sql: "ns_lower" },
  upper: { takes: "s", gives: "str", sql: "ns_upper" },
  initcap: { takes: "s", gives: "str", sql: "ns_initcap" },
  length: { takes: "s", gives: "int", sql: "ns_length" },
  substr: { takes: "sn?n", gives: "str", sql: "ns_substr" },
  instr: { takes: "ss?nn", gives: "int", sql: "ns_instr" },
  lpad: { takes: "sn?s", gives: "str", sql: "ns_lpad" },
  rpad: { takes: "sn?s", gives: "str", sql: "ns_rpad" },
  ltrim: { takes: "s?s", gives: "str", sql: "ns_ltrim" },
  rtrim: { takes: "s?s", gives: "str", sql: "ns_rtrim" },
  trim: { takes: "s", gives: "str", sql: "ns_trim" },
  replace: { takes: "ss?s", gives: "str", sql: "ns_replace" },
  translate: { takes: "sss", gives: "str", sql: "ns_translate" },
  concat: { takes: "ss", gives: "str", sql: ([a, b]) => `nullif(ifnull(${a},'')||ifnull(${b},''),'')` },
  regexp_substr: { takes: "ss?nns", gives: "str", sql: "ns_regexp_substr" },
  regexp_instr: { takes: "ss", gives: "int", sql: "ns_regexp_instr" },
  regexp_replace: {
    takes: "ss?snns",
    gives: "str",
    sql: ([v, p, by, , , flags]) => `ns_regexp_replace(${v},${p},${by ?? "NULL"}${flags ? `,${flags}` : ""})`,
  },
  ora_hash: { takes: "a?nn", gives: "int", sql: ([v, buckets]) => `ns_hash(${v}${buckets ? `,${buckets}` : ""})` },
  to_clob: { takes: "s", gives: "str", sql: ([v]) => v! },
  abs: { takes: "n", gives: "num", sql: "abs" },
  sign: { takes: "n", gives: "int", sql: "sign" },
  power: { takes: "nn", gives: "num", sql: "ns_power" },
  sqrt: { takes: "n", gives: "num", sql: "ns_sqrt" },
  exp: { takes: "n", gives: "num", sql: "ns_exp" },
  ln: { takes: "n", gives: "num", sql: "ns_ln" },
  floor: { takes: "n", gives: "num", sql: ([v]) => `(CAST(${v} AS INTEGER)-(${v}<CAST(${v} AS INTEGER)))` },
  ceil: { takes: "n", gives: "num", sql: ([v]) => `(CAST(${v} AS INTEGER)+(${v}>CAST(${v} AS INTEGER)))` },
  last_day: { takes: "w", gives: "day", sql: "ns_last_day" },
  months_between: { takes: "ww", gives: "num", sql: "ns_months_between" },
  add_months: { takes: "wn", gives: "day", sql: "ns_add_months" },
  next_day: { takes: "ws", gives: "day", sql: "ns_next_day" },
  tz_offset: { takes: "s", gives: "str", sql: "ns_tz_offset" },
};

const SPECIAL: Record<string, { least: number; most: number; compile: Compile }> = {
  nvl: { least: 2, most: 2, compile: ([a, b]) => alternatives("coalesce", [a!, like(a!, b!)], "NVL") },
  coalesce: { least: 2, most: 50, compile: (args) => alternatives("coalesce", args, "COALESCE") },
  greatest: { least: 2, most: 50, compile: (args) => alternatives("max", args, "GREATEST") },
  least: { least: 2, most: 50, compile: (args) => alternatives("min", args, "LEAST") },
  nvl2: {
    least: 3,
    most: 3,
    compile: ([test, yes, no]) => choose(`${test!.sql} IS NOT NULL`, yes!, like(yes!, no!), test!),
  },
  nullif: {
    least: 2,
    most: 2,
    compile: ([a, b]) => {
      const { as } = unify([a!, b!], "NULLIF");
      return derived(`nullif(${as(a!).sql},${as(b!).sql})`, as(a!).kind, [a!, b!]);
    },
  },
  decode: { least: 3, most: 255, compile: decode },
  mod: { least: 2, most: 2, compile: modulo },
  round: { least: 1, most: 2, compile: (args) => rounding("round", args) },
  trunc: { least: 1, most: 2, compile: (args) => rounding("trunc", args) },
  to_number: { least: 1, most: 1, compile: ([v]) => toNumber(v!) },
  to_char: { least: 1, most: 2, compile: ([v, model]) => toChar(v!, model) },
  to_date: { least: 2, most: 2, compile: ([v, model]) => fromText("ns_to_date", "day", v!, model!) },
  to_timestamp: { least: 2, most: 2, compile: ([v, model]) => fromText("ns_to_date", "stamp", v!, model!) },
  to_timestamp_tz: { least: 2, most: 2, compile: ([v, model]) => fromText("ns_to_date_tz", "instant", v!, model!) },
  from_tz: {
    least: 2,
    most: 2,
    compile: ([v, zone]) => {
      if (v!.kind !== "stamp") throw unsupported("FROM_TZ needs a TIMESTAMP");
      return derived(`ns_from_tz(${v!.sql},${toText(zone!).sql})`, "instant", [v!, zone!]);
    },
  },
  sys_extract_utc: {
    least: 1,
    most: 1,
    compile: ([v]) => {
      if (v!.kind === "null") return NULL;
      if (v!.kind !== "instant") throw unsupported("SYS_EXTRACT_UTC needs a date and time with a zone");
      return { ...v!, kind: "utc" };
    },
  },
};

/**
 * Compiles a call.
 *
 * @returns null when SuiteQL has no such scalar function
 * @throws {SuiteQLError} for a wrong number or kind of arguments
 */
export function compileFunction(name: string, args: Value[]): Value | null {
  const special = SPECIAL[name];
  if (special) {
    if (args.length < special.least || args.length > special.most) throw wrongCount(name, args.length);
    return special.compile(args);
  }
  const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
  if (!plain) return null;
  const letters = plain.takes.replace("?", "");
  const least = plain.takes.includes("?") ? plain.takes.indexOf("?") : letters.length;
  if (args.length < least || args.length > letters.length) throw wrongCount(name, args.length);
  const converted = args.map((arg, i) => CONVERT[letters[i]!]!(arg));
  const sqls = converted.map((v) => v.sql);
  const sql = typeof plain.sql === "string" ? `${plain.sql}(${sqls.join(",")})` : plain.sql(sqls);
  return derived(sql, name === "abs" ? converted[0]!.kind : plain.gives, args);
}

const wrongCount = (name: string, count: number) =>
  unsupported(`${name.toUpperCase()} does not take ${count} arguments`);

/** A value computed from others: constant when all of them are. */
export function derived(sql: string, kind: Kind, from: Value[]): Value {
  return { sql, kind, constant: from.every((v) => v.constant) };
}

/** Brings `other` to the kind of `first`, as NVL and DECODE convert to the kind of their first result. */
function like(first: Value, other: Value): Value {
  if (isNumber(first)) return toNumber(other);
  if (first.kind === "str" && !isTime(other)) return toText(other);
  return other;
}

function alternatives(sql: string, args: Value[], name: string): Value {
  const { kind, as } = unify(args, name);
  return derived(`${sql}(${args.map((v) => as(v).sql).join(",")})`, kind, args);
}

function choose(condition: string, yes: Value, no: Value, test: Value): Value {
  const { kind, as } = unify([yes, no], "NVL2");
  return derived(`CASE WHEN ${condition} THEN ${as(yes).sql} ELSE ${as(no).sql} END`, kind, [yes, no, test]);
}

/** DECODE(value, search, result, … [, otherwise]); NULL equals NULL here. */
function decode(args: Value[]): Value {
  const [subject, ...rest] = args;
  const otherwise = rest.length % 2 ? rest.at(-1)! : NULL;
  const pairs: [Value, Value][] = [];
  for (let i = 0; i + 1 < rest.length; i += 2) pairs.push([rest[i]!, rest[i + 1]!]);
  const first = pairs[0]![1];
  const results = [...pairs.map(([, result]) => like(first, result)), like(first, otherwise)];
  const { kind, as } = unify(results, "DECODE");
  const compared = isNumber(pairs[0]![0]) ? toNumber(subject!) : subject!;
  const whens = pairs.map(([search], i) =>
    `WHEN ${compared.sql} IS ${like(compared, search).sql} THEN ${as(results[i]!).sql}`
  );
  return derived(`CASE ${whens.join(" ")} ELSE ${as(results.at(-1)!).sql} END`, kind, args);
}

function modulo([a, b]: Value[]): Value {
  const [left, right] = [toNumber(a!), toNumber(b!)];
  const native = left.kind === "int" && right.kind === "int" && typeof right.literal === "number" &&
    right.literal !== 0;
  return derived(native ? `(${left.sql}%${right.sql})` : `ns_mod(${left.sql},${right.sql})`, native ? "int" : "num", [
    a!,
    b!,
  ]);
}

function rounding(name: "round" | "trunc", [v, second]: Value[]): Value {
  if (isTime(v!)) {
    if (name === "round") throw unsupported("ROUND of a date is not supported");
    const wall = toWall(v!);
    if (!second) return derived(`substr(${wall.sql},1,10)`, "day", [v!]);
    return derived(`ns_trunc_date(${wall.sql},${toText(second).sql})`, "day", [v!, second]);
  }
  const value = toNumber(v!);
  const digits = second ? toNumber(second) : number(0);
  if (name === "trunc" && digits.literal === 0) return derived(`CAST(${value.sql} AS INTEGER)`, "int", [v!]);
  return derived(`ns_${name}(${value.sql},${digits.sql})`, "num", [v!, digits]);
}

function fromText(sql: string, kind: Kind, v: Value, model: Value): Value {
  if (isTime(v)) throw unsupported("TO_DATE and TO_TIMESTAMP read text, a time stands here");
  checkModel(model);
  return derived(`${sql}(${toText(v).sql},${toText(model).sql})`, kind, [v, model]);
}

function checkModel(model: Value): void {
  if (typeof model.literal !== "string") return;
  try {
    compileFormat(model.literal);
  } catch (error) {
    throw unsupported((error as Error).message);
  }
}

function toChar(v: Value, model: Value | undefined): Value {
  if (isNumber(v)) {
    return model ? derived(`ns_number_char(${v.sql},${toText(model).sql})`, "str", [v, model]) : toText(v);
  }
  if (!isTime(v)) {
    if (model && v.kind === "str") {
      throw unsupported("TO_CHAR with a format needs a date or a number, text stands here");
    }
    return v;
  }
  if (!model) return derived(`ns_show(${toWall(v).sql})`, "str", [v]);
  checkModel(model);
  const stored = typeof model.literal === "string" ? cutStored(v, model.literal) : null;
  if (stored) return derived(stored, "str", [v, model]);
  const name = v.kind === "instant" ? "ns_to_char_local" : "ns_to_char";
  return derived(`${name}(${v.sql},${toText(model).sql})`, "str", [v, model]);
}

const STORED_TEXT = "YYYY-MM-DD HH:MI:SS";
const PLACES: Record<string, [number, number]> = {
  YYYY: [0, 4],
  MM: [5, 7],
  DD: [8, 10],
  HH24: [11, 13],
  MI: [14, 16],
  SS: [17, 19],
};

/**
 * TO_CHAR by cutting the stored text, for formats that only rearrange its fields: several times faster than a call into
 * JavaScript for each row. Null when the value or the format asks for more.
 */
function cutStored(v: Value, model: string): string | null {
  if (v.kind !== "utc" && v.kind !== "day") return null;
  if (!/^"[a-z0-9_$#]+"\."[a-z0-9_$#]+"$/.test(v.sql)) return null;
  const { pieces, trim } = compileFormat(model);
  if (trim) return null;
  const cuts: ({ from: number; to: number } | { text: string })[] = [];
  for (const piece of pieces) {
    const last = cuts.at(-1);
    if ("text" in piece) {
      if (last && "text" in last) last.text += piece.text;
      else cuts.push({ text: piece.text });
      continue;
    }
    const place = PLACES[piece.element];
    if (!place || (v.kind === "day" && place[0] > 10)) return null;
    const before = cuts.at(-2);
    if (last && before && "text" in last && "to" in before && STORED_TEXT.slice(before.to, place[0]) === last.text) {
      cuts.pop();
      before.to = place[1];
    } else cuts.push({ from: place[0], to: place[1] });
  }
  return cuts.map((cut) =>
    "text" in cut ? `'${cut.text.replaceAll("'", "''")}'` : `substr(${v.sql},${cut.from + 1},${cut.to - cut.from})`
  ).join("||");
}
