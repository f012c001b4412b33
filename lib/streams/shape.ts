import { RowError, type Unfit } from "../errors.ts";
import type { Column, RowContext } from "./column.ts";
import { type Misfit, readCustom } from "./custom.ts";
import { aliasOf, type Children, type Content, type Stream, tableOf } from "./define.ts";

/** A row as NetSuite answers it: text by lower-case alias; a missing value is an absent name. */
export type RawRow = Record<string, string | undefined>;

/** A row in its final form. `key` is the document's `_id`. */
export interface Shaped {
  key: number | string;
  /** The source's time of the last change, null where the table has none. */
  modifiedAt: Date | null;
  content: Content;
  /** Values of custom fields that do not fit their type: they are in `content.custom` as text. */
  misfits: Misfit[];
}

/** Alias of the change time in every page query; a stream may also show the same column under a field of its own. */
export const MODIFIED = "tm_modified";

/** Alias of the n-th key column in every page query. */
export const keyAlias = (n: number) => `tm_key${n}`;

/**
 * Cleans one row: text becomes typed values, absent becomes null, children are embedded.
 *
 * @param raw the row under the aliases of the page query
 * @param children the rows that belong to it, in the order of their key
 * @throws {RowError} with one reason per wrong column: it names the column, the value, and what would be right
 */
export function shapeRow(stream: Stream, raw: RawRow, children: RawRow[] = []): Shaped {
  const faults: Fault[] = [], misfits: Misfit[] = [];
  const row: RowContext = { precision: decimalsIn(stream, stream.precision, raw, faults) };
  const content = readColumns(stream, raw, row, "", faults);
  if (stream.precision) delete content[stream.precision];
  if (stream.children) content[stream.children.field] = readChildren(stream.children, children, row, faults, misfits);
  const key = keyOf(stream, raw);
  const modified = raw[MODIFIED];
  const modifiedAt = modified === undefined ? null : new Date(modified);
  if (modifiedAt && Number.isNaN(+modifiedAt)) {
    const column = stream.cursor ?? MODIFIED;
    const unfit = { table: stream.table, column, right: "a time" };
    faults.push({ reason: `${column} "${modified}" must be a time`, unfit });
  }
  if (faults.length > 0) throw new RowError(faults.map(({ reason }) => reason), faults.map(({ unfit }) => unfit));
  const custom = readCustom(stream.table, stream.custom, raw, misfits);
  return { key, modifiedAt, content: { ...stream.shape(content), custom }, misfits };
}

/**
 * The `_id` of a row: the internal id as a number, or the key columns joined by `-`.
 *
 * @throws {RowError} when a key column is missing or no whole number: such a row has no place at all
 */
export function keyOf(stream: Stream, raw: RawRow): number | string {
  const parts = stream.key.map((column, n) => {
    const value = raw[keyAlias(n)];
    if (value === undefined) throw new RowError([`${column} is missing, and identifies the row`]);
    return value;
  });
  if (parts.length > 1) return parts.join("-");
  const number = Number(parts[0]);
  if (!Number.isSafeInteger(number)) throw new RowError([`${stream.key[0]} "${parts[0]}" must be a whole number`]);
  return number || 0;
}

/** Why a row is refused: the reason with its value, and the column alone. */
interface Fault {
  reason: string;
  unfit: Unfit;
}

type From = Pick<Stream, "table" | "columns" | "joins">;

/** The number of decimals that a column tells; null where there is no such column, or it is empty. */
function decimalsIn(from: From, field: string | null, raw: RawRow, faults: Fault[]): number | null {
  const column = field === null ? undefined : from.columns[field];
  const value = column && raw[aliasOf(column)];
  if (value === undefined) return null;
  if (/^[0-8]$/.test(value)) return Number(value);
  const right = "the number of decimals of a currency, 0 to 8";
  faults.push({ reason: `${aliasOf(column!)} "${value}" must be ${right}`, unfit: unfitOf(from, column!, right) });
  return null;
}

function readColumns(from: From, raw: RawRow, row: RowContext, prefix: string, faults: Fault[]): Content {
  const content: Content = {};
  for (const field in from.columns) {
    const column = from.columns[field]!;
    const value = raw[aliasOf(column)];
    if (value === undefined) {
      content[field] = null;
      continue;
    }
    try {
      content[field] = column.read(value, row);
      if (column.keepsText?.(value, row)) content[`${field}Text`] = value;
    } catch (error) {
      content[field] = null;
      const right = (error as Error).message;
      const reason = `${prefix}${column.source} "${value.slice(0, 80)}" must be ${right}`;
      faults.push({ reason, unfit: unfitOf(from, column, right) });
    }
  }
  return content;
}

function readChildren(
  declared: Children,
  rows: RawRow[],
  row: RowContext,
  faults: Fault[],
  misfits: Misfit[],
): Content[] {
  const { basePrecision } = declared;
  return rows.map((raw) => {
    const key = raw[keyAlias(0)];
    const hasBase = basePrecision !== null && declared.columns[basePrecision] !== undefined;
    const context = hasBase ? { ...row, base: decimalsIn(declared, basePrecision, raw, faults) } : row;
    const content = readColumns(declared, raw, context, `${declared.table} ${key}: `, faults);
    if (basePrecision) delete content[basePrecision];
    const custom = readCustom(declared.table, declared.custom, raw, misfits);
    return { key: Number(key), ...content, ...(Object.keys(custom).length > 0 ? { custom } : {}) };
  });
}

function unfitOf(from: From, column: Column, right: string): Unfit {
  return { table: tableOf(from, column.from), column: column.source, right };
}
