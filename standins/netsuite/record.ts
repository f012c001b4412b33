/**
 * GET /services/rest/record/v1/{type}/{id}: one record, with real numbers and booleans, ISO dates and UTC times. Writing is not
 * supported and says so.
 */
import { badRequest, methodNotAllowed, notFound, resource } from "./answers.ts";
import type { Call } from "./query.ts";
import { type ColumnType, TABLES } from "./schema.ts";

export const RECORD_PATH = "/services/rest/record/v1/";

/** Table of each record type; transactions share one, told apart by `recordtype`. */
const TYPES: Record<string, string> = {
  customer: "customer",
  vendor: "vendor",
  employee: "employee",
  subsidiary: "subsidiary",
  location: "location",
  department: "department",
  classification: "classification",
  currency: "currency",
  account: "account",
  accountingperiod: "accountingperiod",
  inventoryitem: "item",
  noninventorysaleitem: "item",
  noninventoryresaleitem: "item",
  noninventorypurchaseitem: "item",
  assemblyitem: "item",
  kititem: "item",
  salesorder: "transaction",
  invoice: "transaction",
  itemfulfillment: "transaction",
  itemreceipt: "transaction",
  purchaseorder: "transaction",
  creditmemo: "transaction",
  customerpayment: "transaction",
  vendorbill: "transaction",
  cashsale: "transaction",
};
/** `itemtype` that the item record types stand for. */
const ITEM_TYPES: Record<string, string> = { inventoryitem: "InvtPart", assemblyitem: "Assembly", kititem: "Kit" };
/** Words of column names, for camel case: SuiteQL's `lastmodifieddate` is `lastModifiedDate` here. */
const WORDS =
  `asset available back base by cogs complete days description discount elimination end from hand hire hold lot on orders overdue percent
  precision primary quantity reversal sale stage transit until unbilled account accounting actual alt amount approval avail average balance billing class close code color company cost costing country created
  credit currency customer date deposit display due email entity exchange expense external first foreign full id inactive income is item
  job last legal level limit line location make memo method modified name num number order other parent paid payables period person phone
  picked posting price purchase rate reason record ref rep return sales search segment ship shipping source start state status
  subsidiary subtype supervisor symbol tax terms title total tran transaction type unit upc unpaid url use vendor void voided weight`
    .split(/\s+/).sort((a, b) => b.length - a.length);
const REFERENCES: Record<string, string> = {
  subsidiary: "subsidiary",
  location: "location",
  department: "department",
  class: "classification",
  currency: "currency",
  salesrep: "employee",
  supervisor: "employee",
  employee: "employee",
};

export function answerRecord({ request, account, query, address }: Call): Response {
  if (request.method !== "GET") return methodNotAllowed("GET");
  const path = address.slice(address.indexOf(RECORD_PATH) + RECORD_PATH.length);
  const [type = "", key = "", ...more] = path.split("/").map((part) => decodeURIComponent(part));
  const table = TYPES[type.toLowerCase()];
  const missing = () => notFound(`/record/v1/${path}`);
  if (!table || !TABLES[table] || more.length) return missing();
  const fields = readFields(query);
  if (fields instanceof Response) return fields;
  const byExternal = key.startsWith("eid:");
  if (!byExternal && !/^\d+$/.test(key)) {
    return badRequest({
      detail: `Invalid record instance identifier '${key}'. Provide a valid record instance ID.`,
      "o:errorUrl": `/record/v1/${path}`,
      "o:errorCode": "INVALID_ID",
    });
  }
  account.settle();
  const row = account.db.prepare(`SELECT * FROM "${table}" WHERE ${byExternal ? "externalid" : "id"} = ?`)
    .get(byExternal ? key.slice(4) : Number(key)) as Record<string, string | number | null> | undefined;
  if (!row || !isOfType(row, table, type.toLowerCase())) return missing();
  const self = {
    rel: "self",
    href: `${address.slice(0, address.indexOf(RECORD_PATH))}${RECORD_PATH}${type}/${row.id}`,
  };
  const body: Record<string, unknown> = { links: [self], id: String(row.id) };
  for (const [column, letter] of Object.entries(TABLES[table]!.columns)) {
    const value = row[column];
    if (column === "id" || value === null || value === undefined || value === "") continue;
    const name = fieldName(column);
    if (!fields || fields.has(name.toLowerCase())) {
      body[name] = fieldValue(column, letter, value, account.db, self.href);
    }
  }
  return resource(JSON.stringify(body), "singular");
}

function readFields(query: string): Set<string> | null | Response {
  let fields: Set<string> | null = null;
  for (const [name, value] of new URLSearchParams(query)) {
    if (name !== "fields") {
      const detail = `Invalid value for the query parameter '${name}'. The parameter is not known.`;
      return badRequest(
        { detail, "o:errorQueryParam": name, "o:errorCode": "INVALID_PARAMETER" },
        "only fields= is supported",
      );
    }
    fields = new Set(value.toLowerCase().split(","));
  }
  return fields;
}

function isOfType(row: Record<string, string | number | null>, table: string, type: string): boolean {
  if (table === "transaction") return String(row.recordtype).toLowerCase() === type;
  if (table !== "item") return true;
  return row.itemtype === (ITEM_TYPES[type] ?? "NonInvtPart");
}

/** `lastmodifieddate` -> `lastModifiedDate`; names that are not made of known words stay as they are. */
function fieldName(column: string): string {
  if (column.startsWith("cust") && column.includes("_")) return column;
  const words: string[] = [];
  for (let rest = column; rest;) {
    const word = WORDS.find((w) => rest.startsWith(w));
    if (!word) return column;
    words.push(word);
    rest = rest.slice(word.length);
  }
  return words.map((w, i) => (i ? w[0]!.toUpperCase() + w.slice(1) : w)).join("");
}

function fieldValue(
  column: string,
  type: ColumnType,
  value: string | number,
  db: Call["account"]["db"],
  href: string,
): unknown {
  const target = REFERENCES[column];
  if (target && type === "i") {
    const row = db.prepare(`SELECT * FROM "${target}" WHERE id = ?`).get(value) as Record<string, unknown> | undefined;
    const links = [{ rel: "self", href: href.replace(/record\/v1\/.*$/, `record/v1/${target}/${value}`) }];
    return { links, id: String(value), refName: String(row?.fullname ?? row?.name ?? row?.entityid ?? "") };
  }
  if (type === "b") return value === "T";
  if (type === "t") return `${String(value).replace(" ", "T")}Z`;
  if (type === "i" && column !== "currencyprecision") return String(value);
  return value;
}
