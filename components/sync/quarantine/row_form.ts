import type { QuarantineView } from "../../../lib/sync/views.ts";

/** One value of a refused row, as its form shows it. */
export interface EditField {
  /** Of the form's field, and its `id`. */
  name: string;
  column: string;
  value: string;
  /** What NetSuite gave, where a person has changed it; empty text for a missing value. */
  original: string | null;
  /** What is wrong with it. */
  reasons: string[];
}

/** A row that belongs to the refused one, e.g. a line of a transaction. */
export interface EditLine {
  /** Its key, `tm_key0`. */
  key: string;
  fields: EditField[];
  reasons: string[];
}

/** What the form changes, in the words of the quarantine's desk. */
export interface FormChanges {
  raw: Record<string, string | null>;
  children: Record<string, Record<string, string | null>>;
}

/** Lines of one page of the form. */
export const LINES = 20;
const KEY = "tm_key0";
const OF_LINE = /^\S+ (\S+): /;

/** The values of the row itself that an edit may set: wrong ones first, then those that are there, then empty ones. */
export function fieldsOf(row: QuarantineView): EditField[] {
  const own = row.reasons.filter((reason) => !OF_LINE.test(reason));
  return ordered(row.columns.raw, row.raw, row.original?.raw ?? null, own, "row");
}

/** The rows that belong to it, those with a fault first. */
export function linesOf(row: QuarantineView): EditLine[] {
  const lines = row.children.map((child) => {
    const key = child[KEY] ?? "";
    const reasons = row.reasons.flatMap((reason) =>
      OF_LINE.exec(reason)?.[1] === key ? [reason.replace(OF_LINE, "")] : []
    );
    const original = row.original?.children.find((one) => one[KEY] === key) ?? null;
    return { key, reasons, fields: ordered(row.columns.children, child, original, reasons, `line-${key}`) };
  });
  return lines.toSorted((a, b) => b.reasons.length - a.reasons.length);
}

/** Columns of the row that an edit may not set. */
export function fixedOf(row: QuarantineView): [column: string, value: string][] {
  return Object.entries(row.raw).filter(([column]) => !row.columns.raw.includes(column));
}

/**
 * What a sent form changes against the row as it is now. A field that was not sent stays as it is; one that is emptied
 * takes the value away. Line ends come back from a browser as CR LF whatever they were, so they count as the same.
 */
export function changesOf(row: QuarantineView, form: URLSearchParams): FormChanges {
  const changes: FormChanges = { raw: changed(fieldsOf(row), form), children: {} };
  for (const { key, fields } of linesOf(row)) {
    const own = changed(fields, form);
    if (Object.keys(own).length > 0) changes.children[key] = own;
  }
  return changes;
}

/** Whether anything is changed at all. */
export function isEmpty({ raw, children }: FormChanges): boolean {
  return Object.keys(raw).length === 0 && Object.keys(children).length === 0;
}

function changed(fields: EditField[], form: URLSearchParams): Record<string, string | null> {
  const own: Record<string, string | null> = {};
  for (const { name, column, value } of fields) {
    const sent = form.get(name);
    if (sent === null || plain(sent) === plain(value)) continue;
    own[column] = sent === "" ? null : plain(sent);
  }
  return own;
}

const plain = (text: string) => text.replace(/\r\n?/g, "\n");

function ordered(
  columns: string[],
  row: Record<string, string>,
  original: Record<string, string> | null,
  reasons: string[],
  prefix: string,
): EditField[] {
  const fields = columns.map((column) => {
    const value = row[column] ?? "";
    const before = original?.[column] ?? "";
    return {
      name: `${prefix}-${column}`,
      column,
      value,
      original: original === null || before === value ? null : before,
      reasons: reasons.filter((reason) => reason.startsWith(`${column} `)),
    };
  });
  const rank = (field: EditField) =>
    field.reasons.length > 0 ? 0 : field.value !== "" || field.original !== null ? 1 : 2;
  return fields.toSorted((a, b) => rank(a) - rank(b));
}
