/**
 * The BUILTIN functions: DF (display text of a reference) and CF (a status with its document type).
 */
import type { Catalog } from "./catalog.ts";
import { unsupported } from "./refuse.ts";
import { isNumber, isTime, quote, toText, toWall, type Value } from "./values.ts";

/** Display text of a row of each table, as SQL over the alias `d`. */
const DISPLAY: Record<string, string> = {
  subsidiary: "coalesce(d.fullname, d.name)",
  location: "coalesce(d.fullname, d.name)",
  department: "coalesce(d.fullname, d.name)",
  classification: "coalesce(d.fullname, d.name)",
  currency: "d.name",
  term: "d.name",
  shipitem: "coalesce(d.itemid, d.name)",
  account: "coalesce(d.accountsearchdisplayname, d.fullname)",
  accountingperiod: "d.periodname",
  employee: "d.entityid",
  customer: "d.entityid || coalesce(' ' || d.altname, '')",
  vendor: "d.entityid || coalesce(' ' || d.altname, '')",
  item: "d.itemid",
  contact: "d.entityid",
  pricelevel: "d.name",
  accountingbook: "d.name",
  customrecord_sales_territory: "d.name",
  transaction: "coalesce(d.trandisplayname, d.type || ' #' || d.tranid)",
};

/** The tables that a reference column leads to, tried in turn. */
const REFERENCES: Record<string, string[]> = {
  subsidiary: ["subsidiary"],
  location: ["location"],
  department: ["department"],
  class: ["classification"],
  currency: ["currency"],
  terms: ["term"],
  shipmethod: ["shipitem"],
  account: ["account"],
  incomeaccount: ["account"],
  expenseaccount: ["account"],
  assetaccount: ["account"],
  cogsaccount: ["account"],
  payablesaccount: ["account"],
  postingperiod: ["accountingperiod"],
  employee: ["employee"],
  salesrep: ["employee"],
  supervisor: ["employee"],
  createdby: ["employee"],
  lastmodifiedby: ["employee"],
  deletedby: ["employee"],
  entity: ["customer", "vendor", "employee", "contact"],
  customer: ["customer"],
  vendor: ["vendor"],
  contact: ["contact"],
  company: ["customer", "vendor"],
  pricelevel: ["pricelevel"],
  discount: ["item"],
  accountingbook: ["accountingbook"],
  owner: ["employee"],
  item: ["item"],
  transaction: ["transaction"],
  createdfrom: ["transaction"],
  previousdoc: ["transaction"],
  nextdoc: ["transaction"],
};

/** BUILTIN.DF(column): the name behind an id, "Sales Order : Billed" for a status, Yes or No for a flag, else the text itself. */
export function displayOf(value: Value, catalog: Catalog): Value {
  const ref = value.ref;
  if (!ref?.table) throw unsupported("BUILTIN.DF needs a column of a table");
  const made = (sql: string): Value => ({ sql, kind: "str", constant: false });
  if (ref.table === "transaction" && ref.column === "status") {
    const type = `${quote(ref.alias)}."type"`;
    return made(
      `(SELECT coalesce(d.fullname, d.name) FROM "transactionstatus" d WHERE d.trantype = ${type} AND d.id = ${value.sql})`,
    );
  }
  const targets = ref.column === "parent" ? [ref.table] : REFERENCES[ref.column];
  if (isNumber(value) && targets) {
    const names = targets.filter((table) => catalog.table(table)).map((table) =>
      `(SELECT ${DISPLAY[table] ?? "d.name"} FROM ${quote(table)} d WHERE d.id = ${value.sql})`
    );
    return names.length === 0 ? made("NULL") : made(names.length === 1 ? names[0]! : `coalesce(${names.join(", ")})`);
  }
  if (isTime(value)) return made(`ns_show(${toWall(value).sql})`);
  if (isNumber(value)) return made(toText(value).sql);
  return made(`CASE ${value.sql} WHEN 'T' THEN 'Yes' WHEN 'F' THEN 'No' ELSE ${value.sql} END`);
}

/** BUILTIN.CF(status): `SalesOrd:B`, the pair to filter on. */
export function compositeOf(value: Value): Value {
  const ref = value.ref;
  if (ref?.table !== "transaction" || ref.column !== "status") {
    throw unsupported("BUILTIN.CF is known for transaction.status");
  }
  return { sql: `(${quote(ref.alias)}."type"||':'||${value.sql})`, kind: "str", constant: false };
}
