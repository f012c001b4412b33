import { AppError } from "../errors.ts";
import type { Column } from "./column.ts";

/** A document's content as a stream shapes it: typed fields only, without `source`. */
export type Content = Record<string, unknown>;

/** Rows of another table that belong to a record and change with it, e.g. the lines of a transaction. */
export interface Children {
  /** Field of the document that holds them. */
  field: string;
  table: string;
  /** Column that names the record they belong to. */
  parent: string;
  /** Column that is unique in the whole table, and orders them. */
  key: string;
  columns: Record<string, Column>;
  /** Joined tables by alias, as those of {@link Stream}; a join must bring one row at most, or the proof's counts are wrong. */
  joins: Record<string, string>;
  /** Custom fields, by script id: found while the program runs. */
  custom: Record<string, Column>;
  /** The column (by field name) whose value is the number of decimals of the books' currency; it is not stored. */
  basePrecision: string | null;
  /** The field whose amounts a proof adds up, if any. */
  proof?: string;
  /** How many records' children are asked for in one query (at most 1,000: the limit of an IN list). */
  perQuery: number;
}

/** One kind of record that is kept in step. See {@link stream}. */
export interface Stream {
  /** Also the name of its collection. */
  name: string;
  table: string;
  /** Columns that identify a row; the first one is what chunks and pages are cut by. All whole numbers, but the last may be text. */
  key: string[];
  /** Column with the time of the last change; null where the table has none and is read whole. */
  cursor: string | null;
  /** Joined tables by alias: the text after FROM, e.g. `LEFT JOIN currency c ON c.id = t.currency`. */
  joins: Record<string, string>;
  columns: Record<string, Column>;
  /** Column with the business date by which a backfill picks rows; null: it goes by their change time. */
  range: string | null;
  /** Custom fields, by script id: found while the program runs, see `withCustom`. */
  custom: Record<string, Column>;
  children: Children | null;
  /** The column (by field name) whose value is the number of decimals of the row's currency; it is not stored. */
  precision: string | null;
  /** Rows in one page: 1,000 is NetSuite's most; less where each row brings many children. */
  pageRows: number;
  /** Names under which `deletedrecord.type` speaks of this stream, lower-case letters only (`salesorder`). */
  deletedTypes: string[];
  /** A stream without a usable cursor that changes with another one: re-read for its changed records, by these columns. */
  follows: { stream: string; columns: string[] } | null;
  /** Fields of numbers that a proof adds up, where there is no change time to tell versions apart. */
  proof: string[];
  /** Last touch of the content: names derived from several columns, sums, signs. Pure. */
  shape: (content: Content) => Content;
  /** Indexes its reports need, besides `_id`. */
  indexes: { key: Record<string, 1 | -1>; name?: string }[];
}

type Added = "joins" | "custom" | "basePrecision";
type GivenChildren = Omit<Children, Added> & Partial<Pick<Children, Added>>;
type Given =
  & Pick<Stream, "name" | "table" | "columns">
  & Partial<Omit<Stream, "name" | "table" | "columns" | "children" | "custom">>
  & { children?: GivenChildren };

/**
 * Declares a stream. Everything but name, table and columns has the usual default: key `id`, cursor `lastmodifieddate`,
 * pages of 1,000.
 *
 * There may be any number of columns: what is more than SuiteQL answers at once is asked in parts and joined by key.
 *
 * @throws {AppError} `bad_stream` when the declaration breaks a rule of SuiteQL: a name that is no plain identifier, or a
 *   join that is not declared
 */
export function stream(given: Given): Stream {
  const made: Stream = {
    key: ["id"],
    cursor: "lastmodifieddate",
    joins: {},
    range: null,
    custom: {},
    precision: null,
    pageRows: 1000,
    deletedTypes: [],
    follows: null,
    proof: [],
    shape: (content) => content,
    indexes: [],
    ...given,
    children: given.children ? { joins: {}, custom: {}, basePrecision: null, ...given.children } : null,
  };
  check(made.name, made.columns, new Set(["t", ...Object.keys(made.joins)]));
  const { children } = made;
  if (children) {
    check(`${made.name}.${children.field}`, children.columns, new Set(["t", ...Object.keys(children.joins)]));
  }
  return made;
}

/** The alias under which a column is selected: its NetSuite name, or the one a join gives it. */
export function aliasOf(column: Column): string {
  return (column as { alias?: string }).alias ?? column.source;
}

/**
 * The table behind an alias of a join: the stream's own is `t`.
 *
 * @throws {TypeError} when the join names no table
 */
export function tableOf(from: Pick<Stream, "table" | "joins">, alias: string): string {
  if (alias === "t") return from.table;
  const table = /\bJOIN\s+(\w+)/i.exec(from.joins[alias] ?? "")?.[1];
  if (!table) throw new TypeError(`The join "${alias}" of ${from.table} names no table`);
  return table.toLowerCase();
}

function check(name: string, columns: Record<string, Column>, tables: Set<string>): void {
  const fault = (what: string): never => {
    throw new AppError(`Cannot use stream ${name}: ${what}`, "bad_stream", "fix_config");
  };
  const seen = new Set<string>();
  for (const column of Object.values(columns)) {
    const alias = aliasOf(column);
    if (!/^[a-z][a-z0-9_]{0,29}$/.test(alias)) fault(`"${alias}" must be lower-case letters, digits and _, 30 at most`);
    if (seen.has(alias)) fault(`two columns are both called "${alias}"`);
    if (!tables.has(column.from)) fault(`column "${alias}" is taken from "${column.from}", which no join brings`);
    seen.add(alias);
  }
}
