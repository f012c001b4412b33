/** Values in request bodies: which property is which column, and whether the value fits. */
import type { DatabaseSync } from "node:sqlite";
import type { Row, Value } from "../company/rows.ts";
import type { ColumnType, Table } from "../schema.ts";
import { invalidContent, invalidValue, RecordError } from "./errors.ts";
import { propertyName } from "./names.ts";
import { TARGETS } from "./types.ts";

/** How strictly a body is read (`X-NetSuite-PropertyNameValidation`, `…PropertyValueValidation`). */
export type Strictness = "Ignore" | "Warning" | "Error";

/** What reading a body is about: the account's rows, how strict, and what was let pass. */
export interface Reading {
  db: DatabaseSync;
  tables: Record<string, Table>;
  names: Strictness;
  values: Strictness;
  warnings: string[];
}

/** A JSON object. */
export type Body = Record<string, unknown>;

/** Columns that the account keeps itself. */
const KEPT = new Set(
  `id type recordtype abbrevtype transactionnumber trandisplayname createddate datecreated lastmodifieddate lastmodified
  created createdby lastmodifiedby foreigntotal foreignamountpaid foreignamountunpaid taxtotal posting postingperiod
  void voided isreversal billingstatus totalquantityonhand averagecost balance balanceprimary balancesearch
  overduebalancesearch unbilledorderssearch unbilledorders firstorderdate lastorderdate lastsaledate itemtype subtype
  fullname status closedate account ordpicked recordid`.split(/\s+/),
);
const LONGEST = 4000;

export const isObject = (value: unknown): value is Body =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Properties of a table's columns, by exact name. */
export function columnsOf(table: string, schema: Table): Map<string, string> {
  return new Map(Object.keys(schema.columns).map((column) => [propertyName(table, column), column]));
}

/**
 * Reads the plain properties of a body into columns.
 *
 * @param special properties that the caller reads itself
 * @param at where in the body this object stands, such as `item.items[0]`; empty: the body itself
 * @throws {RecordError} for what the strictness does not let pass
 */
export function readColumns(
  reading: Reading,
  table: string,
  body: Body,
  special: ReadonlySet<string>,
  at = "",
  alsoOpen: ReadonlySet<string> = new Set(),
): Row {
  const schema = reading.tables[table]!;
  const columns = columnsOf(table, schema);
  const row: Row = {};
  for (const [property, value] of Object.entries(body)) {
    const path = at ? `${at}.${property}` : property;
    if (special.has(property) || property === "links" || property === "refName") continue;
    const column = columns.get(property);
    if (column === undefined) {
      refuseName(reading, `Unknown reference or property in the request body: ${path}.`, path);
      continue;
    }
    if (column === "id") continue; // who sends back what was read
    try {
      if (KEPT.has(column) && !alsoOpen.has(column)) {
        throw invalidContent(
          `You do not have permissions to set a value for element ${property} due to one of the following reasons: ` +
            "1) The field is read-only; 2) An associated feature is disabled; 3) The field is available either when a " +
            "record is created or updated, but not in both cases.",
          path,
        );
      }
      row[column] = readValue(reading, table, column, schema.columns[column]!, value, property, path);
    } catch (error) {
      if (!(error instanceof RecordError) || reading.values === "Error") throw error;
      if (reading.values === "Warning") reading.warnings.push(error.detail.detail);
    }
  }
  return row;
}

/** Lets a wrong property pass, with or without a word, or refuses it. */
export function refuseName(reading: Reading, why: string, path: string): void {
  if (reading.names === "Error") throw invalidContent(why, path);
  if (reading.names === "Warning") reading.warnings.push(why);
}

function readValue(
  reading: Reading,
  table: string,
  column: string,
  type: ColumnType,
  value: unknown,
  property: string,
  path: string,
): Value {
  if (value === null) return null;
  const wrong = () => invalidValue(value, property, path);
  const targets = column === "parent" ? [table] : TARGETS[column];
  if (type === "i" && (targets || isObject(value))) return readReference(reading, targets ?? [], value, property, path);
  switch (type) {
    case "b":
      if (typeof value !== "boolean") throw wrong();
      return value ? "T" : "F";
    case "i":
      if (typeof value !== "number" || !Number.isSafeInteger(value)) throw wrong();
      return value;
    case "n":
      if (typeof value !== "number" || !Number.isFinite(value)) throw wrong();
      return value;
    case "d":
      if (typeof value !== "string" || !isDay(value)) throw wrong();
      return value;
    case "t": {
      const at = typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : NaN;
      if (Number.isNaN(at)) throw wrong();
      return new Date(at).toISOString().slice(0, 19).replace("T", " ");
    }
    default: {
      const text = isObject(value) && (typeof value.id === "string" || typeof value.refName === "string")
        ? String(value.id ?? value.refName) // enumerations are texts in the table
        : value;
      if (typeof text !== "string") throw wrong();
      if (text.length > LONGEST) {
        throw invalidContent(
          `The field ${property} contained more than the maximum number ( ${LONGEST} ) of characters allowed.`,
          path,
        );
      }
      if (column === "email" && text !== "" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) throw wrong();
      if (column === "externalid" && text !== "" && !/^[A-Za-z0-9_-]+$/.test(text)) throw wrong();
      return text === "" ? null : text;
    }
  }
}

/** True for a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/**
 * Resolves `{"id"}`, `{"externalId"}` or `{"refName"}` to an id of one of the tables.
 *
 * @throws {RecordError} when it is none of these, or leads nowhere, or a name to more than one
 */
export function readReference(
  { db, tables }: Reading,
  targets: string[],
  value: unknown,
  property: string,
  path: string,
): number {
  if (!isObject(value)) throw invalidValue(value, property, path);
  const { id, externalId, refName } = value;
  for (const table of targets) {
    const schema = tables[table];
    if (!schema) continue;
    if (typeof id === "string" || typeof id === "number") {
      if (!/^-?\d+$/.test(String(id))) throw invalidValue(id, property, path);
      if (db.prepare(`SELECT 1 FROM "${table}" WHERE id = ?`).get(Number(id))) return Number(id);
    } else if (typeof externalId === "string" && schema.columns.externalid) {
      const row = db.prepare(`SELECT id FROM "${table}" WHERE externalid = ?`).get(externalId);
      if (row) return Number(row.id);
    } else if (typeof refName === "string") {
      const columns = ["entityid", "itemid", "fullname", "name", "altname"].filter((column) => schema.columns[column]);
      const where = columns.map((column) => `"${column}" = $name`).join(" OR ");
      const rows = where ? db.prepare(`SELECT id FROM "${table}" WHERE ${where} LIMIT 2`).all({ $name: refName }) : [];
      if (rows.length === 1) return Number(rows[0]!.id);
    }
  }
  throw invalidValue(id ?? externalId ?? refName ?? value, property, path);
}

/** The lines of a sublist in a body: `{"items": [...]}`. */
export function readLines(body: Body, sublist: string): Body[] | undefined {
  const given = body[sublist];
  if (given === undefined) return undefined;
  const items = isObject(given) ? given.items : undefined;
  if (!Array.isArray(items) || !items.every(isObject)) {
    throw invalidContent(`The sublist ${sublist} must be an object with an array of objects named items.`, sublist);
  }
  return items;
}
