/** The record types that the Record API knows, and where their rows are. */
import type { SequenceName } from "../company/sequences.ts";

/** What a document type is to the ledger. `sign` is that of its item lines' amounts and quantities. */
export interface DocumentKind {
  type: string;
  prefix: SequenceName;
  sign: 1 | -1;
  /** The main line's account; null: no ledger entry. */
  account: number | null;
  party: "customer" | "vendor";
  /** Status letter of a new document. */
  status: string;
  /** How it is made: from item lines, from applied payments, or only out of another document. */
  from: "items" | "apply" | "transform";
}

export interface RecordType {
  /** As documents write it; paths take any case. */
  name: string;
  table: string;
  /** External ids are unique within a family. */
  family: "entity" | "item" | "transaction" | "setup";
  /** Columns that tell this type's rows from others of the table. `??` marks a value that a missing one stands for too. */
  where: Record<string, string>;
  sublists: string[];
  document?: DocumentKind;
  /** Properties without which no record is made. */
  required: string[];
  /** Whether it can be written at all. */
  writable: boolean;
  /** Id and name in `deletedrecord`. */
  deleted: { recordtypeid: number; type: string };
  /** Permission that guards it. */
  permission: string;
}

const list: RecordType[] = [];
function plain(
  name: string,
  table: string,
  family: RecordType["family"],
  recordtypeid: number,
  display: string,
  more: Partial<RecordType> = {},
): void {
  list.push({
    name,
    table,
    family,
    where: {},
    sublists: [],
    required: [],
    writable: true,
    deleted: { recordtypeid, type: display },
    permission: display,
    ...more,
  });
}

plain("customer", "customer", "entity", -2, "Customer", { sublists: ["addressBook"] });
plain("vendor", "vendor", "entity", -3, "Vendor");
plain("employee", "employee", "entity", -4, "Employee", { required: ["firstName", "lastName"] });
plain("contact", "contact", "entity", -6, "Contact", { required: ["entityId"] });
plain("classification", "classification", "setup", -101, "Class", { required: ["name"] });
plain("department", "department", "setup", -102, "Department", { required: ["name"] });
plain("location", "location", "setup", -103, "Location", { required: ["name"] });
plain("account", "account", "setup", -112, "Account", { required: ["acctNumber"], writable: false });
plain("subsidiary", "subsidiary", "setup", -117, "Subsidiary", { writable: false });
plain("currency", "currency", "setup", -122, "Currency", { writable: false });
plain("accountingPeriod", "accountingperiod", "setup", -105, "Accounting Period", { writable: false });
plain("term", "term", "setup", -199, "Term", { writable: false });
plain("priceLevel", "pricelevel", "setup", -186, "Price Level", { writable: false });
plain("promotionCode", "promotioncode", "setup", -121, "Promotion", { required: ["name", "code"] });
plain("customrecord_sales_territory", "customrecord_sales_territory", "setup", 101, "Sales Territory", {
  required: ["name"],
});

const ITEMS: [name: string, itemtype: string, subtype?: string][] = [
  ["inventoryItem", "InvtPart"],
  ["assemblyItem", "Assembly"],
  ["kitItem", "Kit"],
  ["itemGroup", "Group"],
  ["discountItem", "Discount"],
  ["markupItem", "Markup"],
  ["descriptionItem", "Description"],
  ["subtotalItem", "Subtotal"],
  ["giftCertificateItem", "GiftCert"],
  ["downloadItem", "DwnLdItem"],
  ["shipItem", "ShipItem"],
  ...(["NonInvtPart:nonInventory", "Service:service", "OthCharge:otherCharge"].flatMap((pair) => {
    const [itemtype, start] = pair.split(":") as [string, string];
    return ["Sale", "Purchase", "Resale"].map((sub): [string, string, string] => [`${start}${sub}Item`, itemtype, sub]);
  })),
];
for (const [name, itemtype, subtype] of ITEMS) {
  const where: Record<string, string> = subtype ? { itemtype, subtype } : { itemtype };
  plain(name, "item", "item", -10, "Item", { where, required: ["itemId"] });
}

const DOCUMENTS: [name: string, display: string, kind: DocumentKind][] = [
  ["salesOrder", "Sales Order", kind("SalesOrd", "SO", -1, null, "customer", "B", "items")],
  ["estimate", "Quote", kind("Estimate", "EST", -1, null, "customer", "A", "items")],
  ["opportunity", "Opportunity", kind("Opprtnty", "OPP", -1, null, "customer", "A", "items")],
  ["invoice", "Invoice", kind("CustInvc", "INV", -1, 6, "customer", "A", "items")],
  ["cashSale", "Cash Sale", kind("CashSale", "CS", -1, 4, "customer", "B", "items")],
  ["creditMemo", "Credit Memo", kind("CustCred", "CM", 1, 6, "customer", "A", "items")],
  ["returnAuthorization", "Return Authorization", kind("RtnAuth", "RMA", 1, null, "customer", "B", "items")],
  ["customerPayment", "Payment", kind("CustPymt", "PYMT", -1, 4, "customer", "B", "apply")],
  ["itemFulfillment", "Item Fulfillment", kind("ItemShip", "IF", -1, 22, "customer", "C", "transform")],
  ["purchaseOrder", "Purchase Order", kind("PurchOrd", "PO", 1, null, "vendor", "B", "items")],
  ["itemReceipt", "Item Receipt", kind("ItemRcpt", "IR", 1, 12, "vendor", "Y", "transform")],
  ["vendorBill", "Bill", kind("VendBill", "BILL", 1, 11, "vendor", "A", "items")],
  ["vendorPayment", "Bill Payment", kind("VendPymt", "BPAY", 1, 1, "vendor", "F", "apply")],
];
function kind(
  type: string,
  prefix: SequenceName,
  sign: 1 | -1,
  account: number | null,
  party: "customer" | "vendor",
  status: string,
  from: DocumentKind["from"],
): DocumentKind {
  return { type, prefix, sign, account, party, status, from };
}
for (const [name, display, document] of DOCUMENTS) {
  plain(name, "transaction", "transaction", -30, display, {
    where: { recordtype: name.toLowerCase() },
    sublists: document.from === "apply" ? ["apply"] : ["item"],
    document,
    required: [document.from === "apply" && document.party === "customer" ? "customer" : "entity"],
  });
}

/** Record types by lower-case name. */
export const RECORD_TYPES: ReadonlyMap<string, RecordType> = new Map(
  list.map((type) => [type.name.toLowerCase(), type]),
);

/** The table a reference column leads to; several: the first that has the id. */
export const TARGETS: Record<string, string[]> = {
  subsidiary: ["subsidiary"],
  location: ["location"],
  department: ["department"],
  class: ["classification"],
  currency: ["currency"],
  terms: ["term"],
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
  owner: ["employee"],
  entity: ["customer", "vendor", "employee", "contact"],
  company: ["customer", "vendor"],
  item: ["item"],
  discount: ["item"],
  shipmethod: ["shipitem"],
  createdfrom: ["transaction"],
  pricelevel: ["pricelevel"],
};

/** The record type of a row, for links. */
export function typeNameOf(table: string, row: Record<string, unknown>): string {
  if (table === "transaction") {
    return RECORD_TYPES.get(String(row.recordtype).toLowerCase())?.name ?? String(row.recordtype);
  }
  if (table === "item") {
    const { itemtype, subtype } = row;
    const found = list.find((type) =>
      type.table === "item" && type.where.itemtype === itemtype &&
      (type.where.subtype === undefined || type.where.subtype === (subtype ?? "Sale"))
    );
    return found?.name ?? "inventoryItem";
  }
  return list.find((type) => type.table === table)?.name ?? table;
}

/** The SQL condition that picks a type's rows. */
export function conditionOf(type: RecordType): string {
  const parts = Object.entries(type.where).map(([column, value]) =>
    column === "subtype" ? `coalesce("subtype", 'Sale') = '${value}'` : `"${column}" = '${value}'`
  );
  return parts.length ? parts.join(" AND ") : "1 = 1";
}
