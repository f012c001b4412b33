import type { Unfit } from "../errors.ts";
import { type Column, day, decimal, flag, instant, integer, text } from "./column.ts";
import type { Children, Content, Stream } from "./define.ts";

/**
 * What a custom field holds. `list` is the id of one entry of a list or of a record, `lists` are several of them, `time` is
 * a time of day without a date.
 */
export type CustomType = "text" | "integer" | "decimal" | "day" | "instant" | "time" | "flag" | "list" | "lists";

/** What people who make fields call each type in NetSuite. */
const TERMS: Record<CustomType, string> = {
  text: "Free-Form Text",
  integer: "Integer Number",
  decimal: "Decimal Number",
  day: "Date",
  instant: "Date/Time",
  time: "Time of Day",
  flag: "Check Box",
  list: "List/Record",
  lists: "Multiple Select",
};

/** The type of a custom field in NetSuite's own words; a word that is no type is given back as it is. */
export function typeTerm(type: string): string {
  return Object.hasOwn(TERMS, type) ? TERMS[type as CustomType] : type;
}

/** A custom field of a table, as it is read: `custbody_channel_ref` of `transaction`. */
export interface CustomColumn {
  table: string;
  /** Its script id, lower-case; also its name under `custom`. */
  column: string;
  type: CustomType;
}

/** A value that does not fit the type of its custom field: the row is kept with the value's text, and this says so. */
export interface Misfit extends Unfit {
  value: string;
}

/** Which tables have custom fields, by the beginning of their script ids (docs/netsuite.md, tables). */
const OWNERS: [prefix: string, tables: string[]][] = [
  ["custbody", ["transaction"]],
  ["custcol", ["transactionline"]],
  ["custentity", ["customer", "vendor", "employee", "contact"]],
  ["custitemnumber", []], // of lots and serial numbers, which are no stream
  ["custitem", ["item"]],
];

/**
 * The tables that may have a custom field: NetSuite's catalogue names the field, and its script id tells the kind of record.
 * An entity's field need not apply to every kind of entity.
 */
export function ownersOf(column: string): string[] {
  return OWNERS.find(([prefix]) => column.startsWith(prefix))?.[1] ?? [];
}

/** Every table that may have custom fields. */
export const CUSTOM_TABLES: readonly string[] = [...new Set(OWNERS.flatMap(([, tables]) => tables))];

/** Columns of each type. Their aliases are their own names, shortened where SuiteQL's 30 characters are too few. */
const MAKERS: Record<CustomType, (source: string) => Column> = {
  text,
  integer,
  decimal,
  day,
  instant,
  time: timeOfDay,
  flag,
  list: integer,
  lists: idList,
};

/** A custom field as a column. */
export function customColumn({ column, type }: Pick<CustomColumn, "column" | "type">): Column & { alias: string } {
  return { ...MAKERS[type](column), alias: shortAlias(column) };
}

/**
 * A stream that also reads these custom fields, its own and its children's; fields of other tables are left aside.
 * Custom fields are found while the program runs, so a stream is declared without them.
 */
export function withCustom(stream: Stream, known: readonly CustomColumn[]): Stream {
  const own = columnsOf(stream.table, known);
  const children: Children | null = stream.children &&
    { ...stream.children, custom: columnsOf(stream.children.table, known) };
  return { ...stream, custom: own, children };
}

/**
 * Values of custom fields by their script ids. What is empty is left out, so that a field that appears changes no document
 * but those that have a value. A value that does not fit is kept as its text.
 */
export function readCustom(
  table: string,
  columns: Record<string, Column>,
  raw: Record<string, string | undefined>,
  misfits: Misfit[],
): Content {
  const content: Content = {};
  for (const [field, column] of Object.entries(columns)) {
    const value = raw[(column as { alias?: string }).alias ?? column.source];
    if (value === undefined) continue;
    try {
      content[field] = column.read(value, { precision: null });
      if (column.keepsText?.(value, { precision: null })) content[`${field}Text`] = value;
    } catch (error) {
      content[field] = value;
      misfits.push({ table, column: field, value, right: (error as Error).message });
    }
  }
  return content;
}

function columnsOf(table: string, known: readonly CustomColumn[]): Record<string, Column> {
  const own = known.filter((column) => column.table === table).sort((a, b) => a.column < b.column ? -1 : 1);
  return Object.fromEntries(own.map((column) => [column.column, customColumn(column)]));
}

/** A time of day, `HH:MM:SS`. */
function timeOfDay(source: string): Column<string> {
  return {
    source,
    select: (name) => `TO_CHAR(${name},'HH24:MI:SS')`,
    from: "t",
    read: (value) => {
      if (/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(value)) return value;
      throw new Error("a time of day as HH:MM:SS");
    },
  };
}

/** Ids of several entries: SuiteQL answers a multiple select as one text, `1, 3, 4`. */
export function idList(source: string): Column<number[]> {
  return {
    source,
    select: (name) => name,
    from: "t",
    read: (value) => {
      const ids = value.split(",").map((id) => id.trim());
      if (ids.every((id) => /^-?\d{1,15}$/.test(id))) return ids.map((id) => Number(id) || 0);
      throw new Error("ids with commas between them");
    },
  };
}

/** At most 30 characters: a longer name keeps its beginning and gets a digest of the whole (FNV-1a, 32 bits). */
function shortAlias(column: string): string {
  if (column.length <= 30) return column;
  let hash = 0x811c9dc5;
  for (const char of column) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return `${column.slice(0, 21)}_${hash.toString(16).padStart(8, "0")}`;
}
