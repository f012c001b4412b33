import { RowError } from "../errors.ts";
import type { Column, RowContext } from "./column.ts";
import { type Misfit, readCustom } from "./custom.ts";
import { aliasOf, type Children, type Content, type Stream } from "./define.ts";

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
  const reasons: string[] = [], misfits: Misfit[] = [];
  const row: RowContext = { precision: precisionOf(stream, raw, reasons) };
  const content = readColumns(stream.columns, raw, row, "", reasons);
  if (stream.precision) delete content[stream.precision];
  if (stream.children) content[stream.children.field] = readChildren(stream.children, children, row, reasons, misfits);
  const key = keyOf(stream, raw);
  const modified = raw[MODIFIED];
  const modifiedAt = modified === undefined ? null : new Date(modified);
  if (modifiedAt && Number.isNaN(+modifiedAt)) reasons.push(`${stream.cursor} "${modified}" must be a time`);
  if (reasons.length > 0) throw new RowError(reasons);
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

function precisionOf(stream: Stream, raw: RawRow, reasons: string[]): number | null {
  return decimalsIn(stream.precision ? stream.columns[stream.precision] : undefined, raw, reasons);
}

function decimalsIn(column: Column | undefined, raw: RawRow, reasons: string[]): number | null {
  const value = column && raw[aliasOf(column)];
  if (value === undefined) return null;
  if (/^[0-8]$/.test(value)) return Number(value);
  reasons.push(`${aliasOf(column!)} "${value}" must be the number of decimals of a currency, 0 to 8`);
  return null;
}

function readColumns(
  columns: Record<string, Column>,
  raw: RawRow,
  row: RowContext,
  prefix: string,
  reasons: string[],
): Content {
  const content: Content = {};
  for (const field in columns) {
    const column = columns[field]!;
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
      reasons.push(`${prefix}${column.source} "${value.slice(0, 80)}" must be ${(error as Error).message}`);
    }
  }
  return content;
}

function readChildren(
  declared: Children,
  rows: RawRow[],
  row: RowContext,
  reasons: string[],
  misfits: Misfit[],
): Content[] {
  const base = declared.basePrecision ? declared.columns[declared.basePrecision] : undefined;
  return rows.map((raw) => {
    const key = raw[keyAlias(0)];
    const context = base ? { ...row, base: decimalsIn(base, raw, reasons) } : row;
    const content = readColumns(declared.columns, raw, context, `${declared.table} ${key}: `, reasons);
    if (declared.basePrecision) delete content[declared.basePrecision];
    const custom = readCustom(declared.table, declared.custom, raw, misfits);
    return { key: Number(key), ...content, ...(Object.keys(custom).length > 0 ? { custom } : {}) };
  });
}
