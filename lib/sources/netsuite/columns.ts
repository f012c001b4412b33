import { AppError } from "../../errors.ts";
import { day, flag, instant, text } from "../../streams/column.ts";
import { type CustomColumn, customColumn, type CustomType, ownersOf } from "../../streams/custom.ts";
import { stream } from "../../streams/define.ts";
import { keyAlias, type RawRow } from "../../streams/shape.ts";
import { MissingError } from "./answers.ts";
import { freshGaps } from "./gaps.ts";
import { askForAll, askForRow, askForRows, type Reader } from "./ask.ts";
import { readPage } from "./read.ts";
import type { Selectable } from "./selection.ts";
import { MOST_COLUMNS } from "./statement.ts";
import type { Key } from "./suiteql.ts";

/** A custom field as NetSuite's catalogue describes it. */
export interface CatalogField {
  /** Its script id, lower-case: the name of the column. */
  column: string;
  label: string | null;
  /** NetSuite's word for its type, e.g. `Free-Form Text`; null where the account does not tell. */
  sourceType: string | null;
  /** False for a field that is worked out when it is asked for: its value changes without a change time. */
  isStored: boolean;
  changedAt: Date | null;
}

/** The catalogue of custom fields; only an administrator changes it, so it is small and moves seldom. */
const CATALOG = stream({
  name: "custom fields",
  table: "customfield",
  key: ["internalid"],
  columns: {
    column: text("scriptid"),
    label: text("name"),
    sourceType: text("fieldvaluetype"),
    isStored: flag("isstored"),
    changedAt: instant("lastmodifieddate"),
  },
});

/** NetSuite's words for types, without case and punctuation. The same type is called one way or another by account. */
const TYPES: Record<string, CustomType> = {
  freeformtext: "text",
  text: "text",
  textarea: "text",
  longtext: "text",
  clobtext: "text",
  richtext: "text",
  inlinehtml: "text",
  emailaddress: "text",
  email: "text",
  phonenumber: "text",
  phone: "text",
  hyperlink: "text",
  url: "text",
  help: "text",
  integernumber: "integer",
  integer: "integer",
  decimalnumber: "decimal",
  float: "decimal",
  currency: "decimal",
  percent: "decimal",
  date: "day",
  datetime: "instant",
  datetimetz: "instant",
  timeofday: "time",
  checkbox: "flag",
  listrecord: "list",
  select: "list",
  image: "list",
  document: "list",
  file: "list",
  multipleselect: "lists",
  multiselect: "lists",
};

/** The type behind one of NetSuite's words for it, or null for a word that is not known. */
export function typeNamed(sourceType: string | null): CustomType | null {
  return TYPES[(sourceType ?? "").toLowerCase().replace(/[^a-z]/g, "")] ?? null;
}

/**
 * Every custom field of a table that is kept in step, in one request (and one more for each further thousand).
 *
 * @returns null where the account does not show its catalogue
 */
export async function readCatalog(reader: Reader): Promise<CatalogField[] | null> {
  const fields: CatalogField[] = [];
  let after: Key | null = null;
  try {
    do {
      const cut = { window: { from: null, to: null }, above: null, upTo: null };
      const page: Awaited<ReturnType<typeof readPage>> = await readPage(reader, CATALOG, { ...cut, after });
      fields.push(...page.rows.flatMap(({ raw }) => fieldOf(raw)));
      after = page.next;
    } while (after);
  } catch (error) {
    if (error instanceof MissingError) return null;
    throw error;
  }
  return fields;
}

function fieldOf(raw: RawRow): CatalogField[] {
  const column = raw.scriptid?.toLowerCase() ?? "";
  if (!/^[a-z][a-z0-9_]*$/.test(column) || ownersOf(column).length === 0) return [];
  const changed = Date.parse(raw.lastmodifieddate ?? "");
  return [{
    column,
    label: raw.name ?? null,
    sourceType: raw.fieldvaluetype ?? null,
    isStored: raw.isstored !== "F",
    changedAt: Number.isNaN(changed) ? null : new Date(changed),
  }];
}

/**
 * Which of these columns a table has, and our role may see: they are asked for in one row, and what the answer names as
 * unknown is left out until it goes well.
 *
 * @returns null where the table itself is missing
 */
export async function presentIn(
  reader: Reader,
  table: string,
  columns: readonly CustomColumn[],
): Promise<Set<string> | null> {
  const gaps = freshGaps();
  const custom = Object.fromEntries(columns.map((column) => [column.column, customColumn(column)]));
  const from: Selectable = { table, columns: {}, joins: {}, custom };
  try {
    await askForAll({ ...reader, gaps }, from, []);
  } catch (error) {
    if (error instanceof MissingError && error.kind === "table") return null;
    throw error;
  }
  return new Set(columns.map(({ column }) => column).filter((column) => !gaps.has(table, column)));
}

/** How many rows of a table have a value, by column. */
export async function valuesIn(
  reader: Reader,
  table: string,
  columns: readonly string[],
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let at = 0; at < columns.length; at += MOST_COLUMNS) {
    const some = columns.slice(at, at + MOST_COLUMNS);
    const list = some.map((column, n) => `COUNT(t.${column}) AS tm_n${n}`).join(", ");
    const row = await askForRow(reader, `SELECT ${list} FROM ${table} t`, `how many ${table} rows have custom values`);
    some.forEach((column, n) => counts.set(column, Number(row[`tm_n${n}`] ?? 0)));
  }
  return counts;
}

const SAMPLES = 100;

/** The type that values of a column have, for fields whose type nobody tells: the narrowest that fits all of them, else text. */
export async function typeSeen(reader: Reader, table: string, column: string): Promise<CustomType> {
  const query = `SELECT t.${column} AS ${
    keyAlias(0)
  } FROM ${table} t WHERE t.${column} IS NOT NULL AND ROWNUM <= ${SAMPLES}`;
  try {
    const rows = await askForRows(reader, query, `values of ${table}.${column}`);
    return typeOfValues(rows.flatMap((row) => row[keyAlias(0)] ?? []));
  } catch (error) {
    if (error instanceof AppError && error.recovery !== "retry") return "text";
    throw error;
  }
}

/** The narrowest type that all of these have. Whole numbers with a leading zero are text: codes, not counts. */
export function typeOfValues(values: readonly string[]): CustomType {
  const all = (test: (value: string) => boolean) => values.length > 0 && values.every(test);
  if (all((value) => value === "T" || value === "F")) return "flag";
  if (all((value) => /^-?(0|[1-9]\d{0,14})$/.test(value))) return "integer";
  if (all((value) => /^-?(0|[1-9]\d{0,14})?(\.\d+)?$/.test(value) && /\d/.test(value))) return "decimal";
  return all(isDay) ? "day" : "text";
}

function isDay(value: string): boolean {
  try {
    day("value").read(value, { precision: null });
    return true;
  } catch {
    return false;
  }
}
