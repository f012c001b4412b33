/** Records as JSON: real numbers and booleans, ISO dates, UTC times, references with names, sublists as links or whole. */
import type { DatabaseSync } from "node:sqlite";
import type { ColumnType, Table } from "../schema.ts";
import { propertyName } from "./names.ts";
import { conditionOf, type RecordType, TARGETS, typeNameOf } from "./types.ts";

export type StoredRow = Record<string, string | number | null>;

/** What a representation needs to know. `base` is the URL up to and with `/record/v1/`. */
export interface Showing {
  db: DatabaseSync;
  tables: Record<string, Table>;
  base: string;
  /** Lower-case names of the wanted body fields; null: all. */
  fields: Set<string> | null;
  expand: boolean;
  simpleEnums: boolean;
}

const HIDDEN = new Set(["id", "type", "recordtype", "abbrevtype"]);
/** Columns of a document that its main line holds. */
const MAIN = ["subsidiary", "department", "class", "location", "createdfrom", "shipmethod"];

/** Finds a record by id, or by `eid:` and the external id. */
export function findRecord(db: DatabaseSync, type: RecordType, key: string): StoredRow | null {
  const byExternal = key.startsWith("eid:");
  const row = db.prepare(
    `SELECT * FROM "${type.table}" WHERE ${byExternal ? "externalid" : "id"} = ? AND ${conditionOf(type)}`,
  ).get(byExternal ? key.slice(4) : Number(key));
  return (row as StoredRow | undefined) ?? null;
}

/** The JSON of one record. */
export function showRecord(showing: Showing, type: RecordType, row: StoredRow): Record<string, unknown> {
  const { db, tables, fields } = showing;
  const self = `${showing.base}${type.name}/${row.id}`;
  const body: Record<string, unknown> = { links: [{ rel: "self", href: self }], id: String(row.id) };
  const wants = (name: string) => !fields || fields.has(name.toLowerCase());
  const put = (table: string, column: string, letter: ColumnType, value: string | number | null | undefined) => {
    const name = propertyName(table, column);
    if (value === null || value === undefined || value === "" || !wants(name)) return;
    body[name] = showValue(showing, table, column, letter, value, row);
  };
  for (const [column, letter] of Object.entries(tables[type.table]!.columns)) {
    if (!HIDDEN.has(column)) put(type.table, column, letter, row[column]);
  }
  if (type.table === "transaction") {
    const main = mainLine(db, Number(row.id));
    const lines = tables.transactionline!.columns;
    for (const column of MAIN) if (lines[column]) put("transactionline", column, lines[column], main?.[column]);
  }
  if (!fields) {
    for (const sublist of type.sublists) {
      body[sublist] = showing.expand
        ? showSublist(showing, type, row, sublist)
        : { links: [{ rel: "self", href: `${self}/${sublist}` }] };
    }
  }
  return body;
}

/** The main line of a document. */
export function mainLine(db: DatabaseSync, id: number): StoredRow | undefined {
  return db.prepare(`SELECT * FROM "transactionline" WHERE "transaction" = ? AND mainline = 'T'`).get(id) as
    | StoredRow
    | undefined;
}

function showValue(
  showing: Showing,
  table: string,
  column: string,
  letter: ColumnType,
  value: string | number,
  row: StoredRow,
): unknown {
  const targets = column === "parent" ? [table] : TARGETS[column];
  if (letter === "i" && targets) return reference(showing, targets, Number(value));
  if (table === "transaction" && column === "status") {
    if (showing.simpleEnums) return String(value);
    const named = showing.db.prepare(`SELECT name FROM "transactionstatus" WHERE trantype = ? AND id = ?`)
      .get(row.type ?? null, value);
    return { id: String(value), refName: String(named?.name ?? value) };
  }
  if (letter === "b") return value === "T";
  if (letter === "t") return `${String(value).replace(" ", "T")}Z`;
  if (letter === "i" && (column === "entity" || column.endsWith("id"))) return String(value);
  return value;
}

function reference({ db, tables, base }: Showing, targets: string[], id: number): object {
  for (const table of targets) {
    if (!tables[table]) continue;
    const row = db.prepare(`SELECT * FROM "${table}" WHERE id = ?`).get(id) as StoredRow | undefined;
    if (!row) continue;
    const name = row.fullname ?? row.itemid ?? row.trandisplayname ?? row.name ?? row.entityid ?? row.periodname ?? "";
    return {
      links: [{ rel: "self", href: `${base}${typeNameOf(table, row)}/${id}` }],
      id: String(id),
      refName: String(name),
    };
  }
  return { links: [], id: String(id), refName: "" };
}

/** One line of a sublist: its key in paths, and its JSON. */
export interface ShownLine {
  key: string;
  body: Record<string, unknown>;
}

const LINE = `item quantity rate foreignamount department class location isclosed expectedshipdate expectedreceiptdate
  quantityshiprecv quantitybilled quantitycommitted quantitybackordered memo createdfrom`.split(/\s+/);

/** The lines of a sublist. */
export function linesOf(showing: Showing, type: RecordType, row: StoredRow, sublist: string): ShownLine[] {
  const { db, tables } = showing;
  const id = Number(row.id);
  if (sublist === "addressBook") {
    const rows = db.prepare(
      `SELECT b.internalid, b.label, b.defaultbilling, b.defaultshipping, a.* FROM "customeraddressbook" b
        LEFT JOIN "customeraddressbookentityaddress" a ON a.nkey = b.addressbookaddress WHERE b.entity = ? ORDER BY 1`,
    ).all(id) as StoredRow[];
    return rows.map((line) => ({ key: String(line.internalid), body: showAddress(line) }));
  }
  if (sublist === "apply") {
    const rows = db.prepare(
      `SELECT k.previousdoc, k.foreignamount, t.trandisplayname FROM "nexttransactionlinelink" k
        JOIN "transaction" t ON t.id = k.previousdoc WHERE k.nextdoc = ? AND k.linktype = 'Payment' ORDER BY 1`,
    ).all(id) as StoredRow[];
    return rows.map((line, index) => ({
      key: String(index + 1),
      body: {
        line: index + 1,
        doc: { id: String(line.previousdoc), refName: String(line.trandisplayname) },
        apply: true,
        amount: line.foreignamount,
      },
    }));
  }
  const rows = db.prepare(
    `SELECT * FROM "transactionline" WHERE "transaction" = ? AND mainline = 'F' AND taxline = 'F' AND iscogs = 'F'
      AND donotdisplayline = 'F' AND coalesce(itemtype, '') NOT IN ('ShipItem', 'TaxItem', 'TaxGroup')
      ORDER BY linesequencenumber, id`,
  ).all(id) as StoredRow[];
  const sign = type.document?.sign ?? 1;
  return rows.map((line) => {
    const body: Record<string, unknown> = { line: Number(line.id) };
    for (const column of LINE) {
      const letter = tables.transactionline!.columns[column];
      let value = line[column];
      if (!letter || value === null || value === undefined) continue;
      if (column === "quantity" || column === "foreignamount") value = Number(value) * sign || 0;
      body[propertyName("transactionline", column)] = showValue(
        showing,
        "transactionline",
        column,
        letter,
        value,
        line,
      );
    }
    return { key: String(line.id), body };
  });
}

function showAddress(line: StoredRow): Record<string, unknown> {
  const address: Record<string, unknown> = {};
  for (const column of ["addressee", "attention", "addr1", "addr2", "addr3", "city", "state", "zip"]) {
    if (line[column] !== null && line[column] !== undefined) address[column] = line[column];
  }
  if (line.addrphone) address.addrPhone = line.addrphone;
  if (line.country) address.country = { id: String(line.country) };
  return {
    id: Number(line.internalid),
    ...(line.label ? { label: line.label } : {}),
    defaultBilling: line.defaultbilling === "T",
    defaultShipping: line.defaultshipping === "T",
    addressBookAddress: address,
  };
}

/** A whole sublist, lines inside. */
export function showSublist(showing: Showing, type: RecordType, row: StoredRow, sublist: string): object {
  const lines = linesOf(showing, type, row, sublist);
  const self = `${showing.base}${type.name}/${row.id}/${sublist}`;
  const items = lines.map(({ key, body }) =>
    showing.expand ? { links: [], ...body } : { links: [{ rel: "self", href: `${self}/${key}` }] }
  );
  return { links: [{ rel: "self", href: self }], items, totalResults: items.length };
}
