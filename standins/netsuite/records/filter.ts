/**
 * The `q` of record collections: `companyName CONTAIN "Bike" AND (balance GREATER 10 OR isInactive IS false)`.
 *
 * Dates are written in the user's date preference, with or without a time of day, as NetSuite takes them there.
 */
import { readByFormat } from "../formats.ts";
import type { ColumnType, Table } from "../schema.ts";
import type { Session } from "../suiteql/sql_functions.ts";
import { lengthen } from "../zone.ts";
import { columnsOf } from "./fields.ts";
import { invalidParameter } from "./errors.ts";
import { conditionOf, type RecordType } from "./types.ts";

type Bound = string | number;

const OPERATORS: Record<ColumnType, RegExp> = {
  s: /^(IS|IS_NOT|CONTAIN|CONTAIN_NOT|START_WITH|START_WITH_NOT|END_WITH|END_WITH_NOT|EMPTY|EMPTY_NOT|ANY_OF)$/,
  n: /^(EQUAL|EQUAL_NOT|GREATER|GREATER_NOT|GREATER_OR_EQUAL|LESS|LESS_NOT|LESS_OR_EQUAL|BETWEEN|BETWEEN_NOT|EMPTY|EMPTY_NOT|ANY_OF|ANY_OF_NOT)$/,
  i: /^(EQUAL|EQUAL_NOT|GREATER|GREATER_NOT|GREATER_OR_EQUAL|LESS|LESS_NOT|LESS_OR_EQUAL|BETWEEN|BETWEEN_NOT|EMPTY|EMPTY_NOT|ANY_OF|ANY_OF_NOT)$/,
  b: /^(IS|IS_NOT)$/,
  d: /^(ON|ON_NOT|BEFORE|BEFORE_NOT|AFTER|AFTER_NOT|ON_OR_BEFORE|ON_OR_AFTER|EMPTY|EMPTY_NOT)$/,
  t: /^(ON|ON_NOT|BEFORE|BEFORE_NOT|AFTER|AFTER_NOT|ON_OR_BEFORE|ON_OR_AFTER|EMPTY|EMPTY_NOT)$/,
};

/**
 * @returns an SQL condition on the type's table with its values in order
 * @throws {RecordError} 400 NONEXISTENT_FIELD or INVALID_PARAMETER
 */
export function readFilter(
  q: string,
  type: RecordType,
  schema: Table,
  session: Session,
): { sql: string; bound: Bound[] } {
  const bound: Bound[] = [];
  if (q.trim() === "") return { sql: conditionOf(type), bound };
  const words = [...q.matchAll(/"((?:[^"\\]|\\.)*)"|([()[\],])|([^\s()[\],"]+)/g)].map((m) => ({
    text: m[1] ?? m[2] ?? m[3]!,
    quoted: m[1] !== undefined,
  }));
  const covered = words.reduce((sum, word) => sum + word.text.length, 0);
  const wrong = (why: string) =>
    invalidParameter("q", `Invalid search query. Detailed unprocessed description follows. ${why}`);
  if (covered === 0) throw wrong("The query is empty.");
  const columns = new Map([...columnsOf(type.table, schema)].map(([name, column]) => [name.toLowerCase(), column]));
  let at = 0;
  const peek = () => words[at]?.quoted ? undefined : words[at]?.text.toUpperCase();
  const take = () => {
    const word = words[at++];
    if (!word) throw wrong("The query ends too early.");
    return word;
  };
  const values = (): string[] => {
    if (peek() !== "[") return [take().text];
    take();
    const list: string[] = [];
    while (peek() !== "]") {
      if (peek() === ",") take();
      else list.push(take().text);
    }
    take();
    return list;
  };

  function either(): string {
    let sql = both();
    while (peek() === "OR") {
      take();
      sql = `(${sql} OR ${both()})`;
    }
    return sql;
  }
  function both(): string {
    let sql = single();
    while (peek() === "AND") {
      take();
      sql = `(${sql} AND ${single()})`;
    }
    return sql;
  }
  function single(): string {
    if (peek() === "(") {
      take();
      const sql = either();
      if (peek() !== ")") throw wrong("A parenthesis is not closed.");
      take();
      return sql;
    }
    const name = take().text;
    const column = columns.get(name.toLowerCase());
    if (!column) {
      throw invalidParameter(
        "q",
        `Invalid search query. Detailed unprocessed description follows. Unknown field name '${name}' in the search query.`,
        "NONEXISTENT_FIELD",
      );
    }
    const letter = schema.columns[column]!;
    const operator = take().text.toUpperCase();
    if (!OPERATORS[letter].test(operator)) throw wrong(`The operator ${operator} is not valid for the field ${name}.`);
    return compare(column, letter, operator);
  }
  function compare(column: string, letter: ColumnType, operator: string): string {
    const side = `"${column}"`;
    const isNot = operator.endsWith("_NOT");
    const base = isNot ? operator.slice(0, -4) : operator;
    const negate = (sql: string) => (isNot ? `NOT coalesce(${sql}, 0)` : sql);
    const bind = (value: Bound) => (bound.push(value), "?");
    if (base === "EMPTY") return negate(`${side} IS NULL`);
    if (letter === "s") {
      const text = (value: string) => value.replace(/\\(.)/g, "$1");
      if (base === "ANY_OF") return negate(`${side} IN (${values().map((v) => bind(text(v))).join(", ")})`);
      const value = text(take().text);
      if (base === "IS") return negate(`lower(${side}) = lower(${bind(value)})`);
      if (base === "CONTAIN") return negate(`instr(lower(${side}), lower(${bind(value)})) > 0`);
      if (base === "START_WITH") return negate(`instr(lower(${side}), lower(${bind(value)})) = 1`);
      return negate(`lower(substr(${side}, -length(${bind(value)}))) = lower(${bind(value)})`);
    }
    if (letter === "b") {
      const word = take().text.toLowerCase();
      if (!/^(true|false|t|f)$/.test(word)) throw wrong(`'${word}' is no boolean.`);
      return negate(`${side} = ${bind(word.startsWith("t") ? "T" : "F")}`);
    }
    if (letter === "i" || letter === "n") {
      const number = (text: string) => {
        if (text.trim() === "" || !Number.isFinite(Number(text))) throw wrong(`'${text}' is no number.`);
        return bind(Number(text));
      };
      if (base === "ANY_OF") return negate(`${side} IN (${values().map(number).join(", ")})`);
      if (base === "BETWEEN") {
        const list = values();
        if (list.length === 1) {
          if (peek() === "AND") take();
          list.push(take().text);
        }
        return negate(`${side} BETWEEN ${number(list[0]!)} AND ${number(list[1]!)}`);
      }
      const sign = { EQUAL: "=", GREATER: ">", LESS: "<", GREATER_OR_EQUAL: ">=", LESS_OR_EQUAL: "<=" }[base];
      return negate(`${side} ${sign} ${number(take().text)}`);
    }
    const { from, to } = readSpan(take().text, letter, session, wrong);
    if (base === "ON") return negate(`(${side} >= ${bind(from)} AND ${side} < ${bind(to)})`);
    const [sign, value] = {
      BEFORE: ["<", from],
      ON_OR_BEFORE: ["<", to],
      AFTER: [">=", to],
      ON_OR_AFTER: [">=", from],
    }[
      base as "BEFORE"
    ]!;
    return negate(`${side} ${sign} ${bind(value!)}`);
  }

  const sql = either();
  if (at < words.length) throw wrong(`'${words[at]!.text}' is not expected here.`);
  return { sql: `${conditionOf(type)} AND (${sql})`, bound };
}

const DAY_MS = 86_400_000;

/** The stored values from and to (not included) that a written day or minute covers. */
function readSpan(
  text: string,
  letter: "d" | "t",
  session: Session,
  wrong: (why: string) => Error,
): { from: string; to: string } {
  const preference = session.datePreference.replace(/^FM/, "");
  const tries = [preference, `${preference} HH:MI AM`, `${preference} HH24:MI`, `${preference} HH24:MI:SS`];
  for (const [index, model] of tries.entries()) {
    let wall: string;
    try {
      wall = readByFormat(text, model, session.now()).wall;
    } catch {
      continue;
    }
    const full = lengthen(wall);
    const step = index === 0 || letter === "d" ? DAY_MS : index === 3 ? 1000 : 60_000;
    const next = new Date(Date.parse(full.replace(" ", "T") + "Z") + step).toISOString().slice(0, 19).replace("T", " ");
    if (letter === "d") return { from: full.slice(0, 10), to: next.slice(0, 10) };
    return { from: session.zone.utc(full), to: session.zone.utc(next) };
  }
  throw wrong(`'${text}' is no date in the format ${preference}.`);
}
