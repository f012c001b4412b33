/**
 * What must be true of the account at any time, after loading and after any number of changes. Used by the tests of the loader and of
 * the simulated life.
 */
import type { DatabaseSync } from "node:sqlite";
import { TABLES } from "../schema.ts";
import { timeText } from "./days.ts";
import { orderStatus } from "./order_status.ts";

/** A promise, and a query that gives the rows which break it. */
const PROMISES: Record<string, string> = {
  "every document balances to zero over its lines, in both currencies": `
    SELECT "transaction" AS id FROM "transactionline" GROUP BY "transaction"
      HAVING ROUND(TOTAL(netamount), 2) <> 0 OR ROUND(TOTAL(foreignamount), 2) <> 0`,
  "every document has exactly one main line, with id 0": `
    SELECT t.id FROM "transaction" t LEFT JOIN "transactionline" l ON l."transaction" = t.id AND l.mainline = 'T'
      GROUP BY t.id HAVING COUNT(l.id) <> 1 OR MAX(l.id) <> 0`,
  "the header's total is the main line's amount": `
    SELECT t.id FROM "transaction" t JOIN "transactionline" l ON l."transaction" = t.id AND l.mainline = 'T'
      WHERE t.foreigntotal IS NOT l.foreignamount`,
  "the header's tax is the tax line's": `
    SELECT t.id FROM "transaction" t WHERE t.type IN ('SalesOrd', 'CustInvc', 'PurchOrd') AND ROUND(t.taxtotal, 2) <>
      (SELECT ROUND(ABS(TOTAL(foreignamount)), 2) FROM "transactionline" l WHERE l."transaction" = t.id AND taxline = 'T')`,
  "sales are positive, purchases negative": `
    SELECT id FROM "transaction" WHERE (type IN ('SalesOrd', 'CustInvc') AND foreigntotal < 0)
      OR (type IN ('PurchOrd', 'ItemRcpt') AND foreigntotal > 0)`,
  "amounts are whole cents": `
    SELECT uniquekey FROM "transactionline" WHERE ABS(ROUND(netamount, 2) - netamount) > 1e-9
      OR ABS(ROUND(foreignamount, 2) - foreignamount) > 1e-9`,
  "an item line's amount is its quantity times its rate, within a cent": `
    SELECT uniquekey FROM "transactionline" WHERE itemtype IN ('InvtPart', 'Assembly', 'NonInvtPart')
      AND rate IS NOT NULL AND ABS(quantity * rate - foreignamount) > 0.0100001`,
  "books in one currency have equal amounts": `
    SELECT l.uniquekey FROM "transactionline" l JOIN "transaction" t ON t.id = l."transaction"
      WHERE t.exchangerate = 1 AND l.foreignamount IS NOT l.netamount`,
  "the exchange rate leads from the document's currency to the subsidiary's": `
    SELECT t.id FROM "transaction" t JOIN "transactionline" l ON l."transaction" = t.id AND l.mainline = 'T'
      JOIN "subsidiary" s ON s.id = l.subsidiary WHERE (t.exchangerate = 1) <> (t.currency = s.currency)
      OR ABS(l.foreignamount * t.exchangerate - l.netamount) > 0.01 * (SELECT COUNT(*) + 1 FROM "transactionline" x
        WHERE x."transaction" = t.id)`,
  "no line without its document": `
    SELECT uniquekey FROM "transactionline" l WHERE NOT EXISTS (SELECT 1 FROM "transaction" t WHERE t.id = l."transaction")`,
  "line ids are unique within a document": `
    SELECT "transaction" FROM "transactionline" GROUP BY "transaction", id HAVING COUNT(*) > 1`,
  "no link without both its lines": `
    SELECT previousdoc, nextdoc FROM "nexttransactionlinelink" k WHERE NOT EXISTS
      (SELECT 1 FROM "transactionline" l WHERE l."transaction" = k.previousdoc AND l.id = k.previousline) OR NOT EXISTS
      (SELECT 1 FROM "transactionline" l WHERE l."transaction" = k.nextdoc AND l.id = k.nextline)`,
  "links name the right document types": `
    SELECT previousdoc, nextdoc FROM "nexttransactionlinelink" k JOIN "transaction" p ON p.id = k.previousdoc
      JOIN "transaction" n ON n.id = k.nextdoc WHERE p.type <> k.previoustype OR n.type <> k.nexttype`,
  "a line made from another document names it": `
    SELECT k.nextdoc FROM "nexttransactionlinelink" k JOIN "transactionline" l ON l."transaction" = k.nextdoc
      AND l.id = k.nextline WHERE l.createdfrom IS NOT k.previousdoc OR l.item IS NOT
      (SELECT item FROM "transactionline" o WHERE o."transaction" = k.previousdoc AND o.id = k.previousline)`,
  "quantityshiprecv is the sum of what was shipped or received": `
    SELECT l.uniquekey FROM "transactionline" l LEFT JOIN "nexttransactionlinelink" k ON k.previousdoc = l."transaction"
      AND k.previousline = l.id AND k.linktype = 'ShipRcpt'
      LEFT JOIN "transactionline" n ON n."transaction" = k.nextdoc AND n.id = k.nextline
      WHERE l.quantityshiprecv IS NOT NULL GROUP BY l.uniquekey HAVING TOTAL(ABS(n.quantity)) <> MAX(l.quantityshiprecv)`,
  "quantitybilled is the sum of what was invoiced": `
    SELECT l.uniquekey FROM "transactionline" l LEFT JOIN "nexttransactionlinelink" k ON k.previousdoc = l."transaction"
      AND k.previousline = l.id AND k.linktype = 'OrdBill'
      LEFT JOIN "transactionline" n ON n."transaction" = k.nextdoc AND n.id = k.nextline
      WHERE l.quantitybilled IS NOT NULL GROUP BY l.uniquekey HAVING TOTAL(ABS(n.quantity)) <> MAX(l.quantitybilled)`,
  "nothing is shipped beyond what was ordered, or billed beyond what was shipped": `
    SELECT uniquekey FROM "transactionline" WHERE quantityshiprecv > ABS(quantity) OR quantitybilled > quantityshiprecv`,
  "ids are unique across customers, vendors, employees and contacts": `
    SELECT id FROM "entity" GROUP BY id HAVING COUNT(*) > 1`,
  "every posting document balances to zero in each book, and every amount has an account": `
    SELECT "transaction" FROM "transactionaccountingline" GROUP BY "transaction", accountingbook
      HAVING ROUND(TOTAL(debit) - TOTAL(credit), 2) <> 0 OR ROUND(TOTAL(amount), 2) <> 0
        OR COUNT(*) <> COUNT(account)`,
  "accounts of the ledger exist": `
    SELECT "transaction" FROM (SELECT DISTINCT account, MIN("transaction") AS "transaction" FROM
      "transactionaccountingline" GROUP BY account) WHERE account NOT IN (SELECT id FROM "account")`,
  "a contact's company exists": `
    SELECT id FROM "contact" WHERE company IS NOT NULL AND company NOT IN (SELECT id FROM "customer")`,
  "prices are of items and vendors that exist": `
    SELECT item FROM "pricing" WHERE item NOT IN (SELECT id FROM "item")
      UNION ALL SELECT item FROM "itemvendor" WHERE vendor NOT IN (SELECT id FROM "vendor")`,
  "coupons are of promotions and for customers that exist, and answers of customers to mailings": `
    SELECT id FROM "couponcode" WHERE promotion NOT IN (SELECT id FROM "promotioncode")
      OR (recipient IS NOT NULL AND recipient NOT IN (SELECT id FROM "customer")) OR (used = 'T') <> (usecount > 0)
      UNION ALL SELECT id FROM "campaignresponse" WHERE campaignevent NOT IN (SELECT id FROM "campaignevent")
      OR entity NOT IN (SELECT id FROM "customer")`,
  "document numbers are unique within a type": `
    SELECT tranid FROM "transaction" GROUP BY type, tranid HAVING COUNT(*) > 1`,
  "what was deleted is gone": `
    SELECT recordid FROM "deletedrecord" d WHERE (recordtypeid = -30 AND EXISTS (SELECT 1 FROM "transaction" t WHERE t.id = recordid))
      OR (recordtypeid IN (-2, -3, -4) AND EXISTS (SELECT 1 FROM "customer" c WHERE c.id = recordid))
      OR (recordtypeid IN (-2, -3, -4) AND EXISTS (SELECT 1 FROM "vendor" v WHERE v.id = recordid))
      OR (recordtypeid = -10 AND EXISTS (SELECT 1 FROM "item" i WHERE i.id = recordid))`,
  "a document's entity exists": `
    SELECT id FROM "transaction" t WHERE entity IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "customer" c WHERE c.id = t.entity)
      AND NOT EXISTS (SELECT 1 FROM "vendor" v WHERE v.id = t.entity)`,
  "a document's employee exists": `
    SELECT id FROM "transaction" t WHERE employee IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "employee" e WHERE e.id = t.employee)`,
  "a line's item exists and has that type": `
    SELECT uniquekey FROM "transactionline" l LEFT JOIN "item" i ON i.id = l.item
      WHERE l.item IS NOT NULL AND i.itemtype IS NOT l.itemtype`,
  "a customer's first subsidiary is on record": `
    SELECT id FROM "customer" c WHERE (SELECT COUNT(*) FROM "customersubsidiaryrelationship" r
      WHERE r.entity = c.id AND r.isprimarysub = 'T') <> 1`,
  "places, departments, classes and periods exist": `
    SELECT uniquekey FROM "transactionline" l WHERE (location IS NOT NULL AND location NOT IN (SELECT id FROM "location"))
      OR (department IS NOT NULL AND department NOT IN (SELECT id FROM "department"))
      OR (class IS NOT NULL AND class NOT IN (SELECT id FROM "classification"))
      OR subsidiary NOT IN (SELECT id FROM "subsidiary")
      UNION ALL SELECT id FROM "transaction" WHERE postingperiod NOT IN (SELECT id FROM "accountingperiod")`,
  "every status letter is listed": `
    SELECT t.id FROM "transaction" t LEFT JOIN "transactionstatus" s ON s.trantype = t.type AND s.id = t.status
      WHERE s.id IS NULL`,
  "available is on hand less committed, and nothing is below zero": `
    SELECT item, location FROM (SELECT * FROM "inventoryitemlocations" UNION ALL SELECT * FROM "assemblyitemlocations")
      WHERE quantityavailable <> quantityonhand - quantitycommitted OR MIN(quantityonhand, quantityavailable,
        quantitycommitted, quantityonorder, quantitybackordered) < 0`,
  "an item's total on hand is the sum over its places": `
    SELECT i.id FROM "item" i WHERE i.totalquantityonhand IS NOT NULL AND i.totalquantityonhand <>
      (SELECT TOTAL(quantityonhand) FROM "aggregateitemlocation" a WHERE a.item = i.id)`,
  "records are not changed before they are made": `
    SELECT id FROM "transaction" WHERE lastmodifieddate < createddate
      UNION ALL SELECT id FROM "customer" WHERE lastmodifieddate < datecreated
      UNION ALL SELECT id FROM "item" WHERE lastmodifieddate < createddate`,
  "a document is not older than what it was made from": `
    SELECT n.id FROM "nexttransactionlinelink" k JOIN "transaction" p ON p.id = k.previousdoc
      JOIN "transaction" n ON n.id = k.nextdoc WHERE n.createddate < p.createddate OR n.createddate > p.lastmodifieddate`,
  "no line carries a later stamp than its document": `
    SELECT uniquekey FROM "transactionline" l JOIN "transaction" t ON t.id = l."transaction"
      WHERE l.linelastmodifieddate > t.lastmodifieddate`,
};

/**
 * Checks every promise.
 *
 * @param now the account's clock
 * @returns one sentence for each broken promise, with how many rows break it and the first of them; empty when all is well
 */
export function brokenPromises(db: DatabaseSync, now: Date): string[] {
  const broken: string[] = [];
  const report = (promise: string, rows: unknown[]) => {
    if (rows.length > 0) broken.push(`${promise}: broken by ${rows.length}, e.g. ${JSON.stringify(rows[0])}`);
  };
  for (const [promise, query] of Object.entries(PROMISES)) report(promise, db.prepare(query).all());
  report("the status of a sales order follows from its lines", wrongStatuses(db));
  const latest = timeText(Math.floor(+now / 1000));
  for (const [name, table] of Object.entries(TABLES)) {
    for (const [column, type] of Object.entries(table.columns)) {
      if (type === "t") report(`${name}.${column} is not after now`, rowsAfter(db, name, column, latest));
    }
  }
  report("documents are dated up to today", rowsAfter(db, "transaction", "trandate", latest.slice(0, 10)));
  return broken;
}

function rowsAfter(db: DatabaseSync, table: string, column: string, latest: string): unknown[] {
  return db.prepare(`SELECT "${column}" FROM "${table}" WHERE "${column}" > ?`).all(latest);
}

function wrongStatuses(db: DatabaseSync): unknown[] {
  const rows = db.prepare(`SELECT t.id, t.status, -l.quantity AS quantity, l.quantityshiprecv AS shipped,
    l.quantitybilled AS billed, l.isclosed FROM "transaction" t JOIN "transactionline" l ON l."transaction" = t.id
    WHERE t.type = 'SalesOrd' AND l.quantityshiprecv IS NOT NULL ORDER BY t.id`).all();
  const orders = new Map<
    number,
    { status: string; lines: { quantity: number; shipped: number; billed: number; closed: boolean }[] }
  >();
  for (const row of rows) {
    const order = orders.get(Number(row.id)) ?? { status: String(row.status), lines: [] };
    orders.set(Number(row.id), order);
    order.lines.push({
      quantity: Number(row.quantity),
      shipped: Number(row.shipped),
      billed: Number(row.billed),
      closed: row.isclosed === "T",
    });
  }
  return [...orders].filter(([, { status, lines }]) => {
    const isClosed = lines.every((line) => line.closed);
    const isCancelled = status === "C";
    if (isCancelled) return !isClosed || lines.some((line) => line.shipped > 0);
    return status !== orderStatus(lines, { isApproved: status !== "A", isClosed, isCancelled });
  }).map(([id, { status }]) => ({ id, status }));
}
