/**
 * The next free ids and document numbers. Kept in a table of their own (`_sequence`, not part of the account's schema), since
 * the highest number in use is not enough: what was deleted must never come back under the same id.
 */
import type { DatabaseSync } from "node:sqlite";

/** Names of the counters: ids of documents, lines, entities, items and relationships, and document numbers by prefix. */
export type SequenceName =
  | "transaction"
  | "line"
  | "entity"
  | "item"
  | "relationship"
  | "SO"
  | "IF"
  | "INV"
  | "PO"
  | "IR"
  | "EST"
  | "OPP"
  | "CS"
  | "CM"
  | "RMA"
  | "PYMT"
  | "BILL"
  | "BPAY"
  | "IA"
  | "IT"
  | "setup"
  | "address";

const highestNumber = (type: string, prefix: string) =>
  `SELECT MAX(CAST(SUBSTR(tranid, ${prefix.length + 1}) AS INTEGER)) FROM "transaction" WHERE type = '${type}'`;
const highestDeleted = (...types: number[]) =>
  `SELECT MAX(recordid) FROM "deletedrecord" WHERE recordtypeid IN (${types.join(", ")})`;

/** How to find the highest number in use, for a database without the table. */
const HIGHEST: Record<SequenceName, string[]> = {
  transaction: ['SELECT MAX(id) FROM "transaction"', highestDeleted(-30)],
  line: ['SELECT MAX(uniquekey) FROM "transactionline"'],
  entity: [
    'SELECT MAX(id) FROM "customer"',
    'SELECT MAX(id) FROM "vendor"',
    'SELECT MAX(id) FROM "employee"',
    'SELECT MAX(id) FROM "contact"',
    highestDeleted(-2, -3, -4, -6),
  ],
  item: ['SELECT MAX(id) FROM "item"', highestDeleted(-10)],
  relationship: ['SELECT MAX(id) FROM "customersubsidiaryrelationship"'],
  SO: [highestNumber("SalesOrd", "SO")],
  IF: [highestNumber("ItemShip", "IF")],
  INV: [highestNumber("CustInvc", "INV")],
  PO: [highestNumber("PurchOrd", "PO")],
  IR: [highestNumber("ItemRcpt", "IR")],
  EST: [highestNumber("Estimate", "EST")],
  OPP: [highestNumber("Opprtnty", "OPP")],
  CS: [highestNumber("CashSale", "CS")],
  CM: [highestNumber("CustCred", "CM")],
  RMA: [highestNumber("RtnAuth", "RMA")],
  PYMT: [highestNumber("CustPymt", "PYMT")],
  BILL: [highestNumber("VendBill", "BILL")],
  BPAY: [highestNumber("VendPymt", "BPAY")],
  IA: [highestNumber("InvAdjst", "IA")],
  IT: [highestNumber("InvTrnfr", "IT")],
  // departments, classes, places and the like share one counter, far above the ids that they start with
  setup: [
    'SELECT MAX(id) FROM "classification"',
    'SELECT MAX(id) FROM "department"',
    'SELECT MAX(id) FROM "location"',
    'SELECT MAX(id) FROM "promotioncode"',
    'SELECT MAX(id) FROM "customrecord_sales_territory"',
  ],
  address: [
    'SELECT MAX(internalid) FROM "customeraddressbook"',
    'SELECT MAX(nkey) FROM "customeraddressbookentityaddress"',
  ],
};

/** Makes the counters where they are missing, and gives the function that takes the next number. */
export function openSequences(db: DatabaseSync): (name: SequenceName) => number {
  db.exec('CREATE TABLE IF NOT EXISTS "_sequence" ("name" TEXT PRIMARY KEY, "last" INTEGER NOT NULL) WITHOUT ROWID');
  const known = new Set(db.prepare('SELECT name FROM "_sequence"').all().map((row) => row.name));
  const start = db.prepare('INSERT INTO "_sequence" (name, last) VALUES (?, ?)');
  for (const [name, queries] of Object.entries(HIGHEST)) {
    if (known.has(name)) continue;
    const highest = queries.map((query) => Number(Object.values(db.prepare(query).get()!)[0] ?? 0));
    start.run(name, Math.max(1_000, ...highest));
  }
  const take = db.prepare('UPDATE "_sequence" SET last = last + 1 WHERE name = ? RETURNING last');
  return (name) => Number(take.get(name)!.last);
}
