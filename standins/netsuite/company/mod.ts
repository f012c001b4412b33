/**
 * The simulated company: turns the packed third-party rows into the tables of a NetSuite account.
 *
 * "Adventure Works Cycles" sells bikes to resellers on three continents, runs a web shop that opened a year ago, and has an
 * office-retail arm. About 19,000 sales orders with 89,000 lines over three years, their fulfilments and invoices, and 3,600
 * purchase orders with receipts. The newest order of each source is of the day before `now`.
 */
import type { DatabaseSync } from "node:sqlite";
import { createIndexes, createTables } from "../schema.ts";
import { openArchive } from "./archive.ts";
import { DAY } from "./days.ts";
import { deletedRows, type Gap } from "./deleted.ts";
import { fillCustomFields } from "./custom_fields.ts";
import { extraRows } from "./extras.ts";
import { type Entry, purchaseEntries, salesEntries } from "./entries.ts";
import { addMoreDocuments } from "./more_documents.ts";
import { decideHistory, type History } from "./history.ts";
import { itemRows, makeItems, shipItems } from "./items.ts";
import { type Order, readOrders } from "./orders.ts";
import { customerIds, customerRows, employeeRows, type Purchases, vendorRows } from "./people.ts";
import { readPurchases } from "./purchases.ts";
import { marketingRows } from "./marketing.ts";
import { between, randomFor } from "./random.ts";
import { inserter, type Row } from "./rows.ts";
import { openingDay, setupRows } from "./setup.ts";
import { openSequences } from "./sequences.ts";
import { makeStock, Tally } from "./stock.ts";

/** What to load. */
export interface CompanyOptions {
  /** Which share of the orders to load, more than 0 and at most 1 (the default); for quick tests. */
  share?: number;
  /** The same seed, share and day give the same rows. Default 1. */
  seed?: number;
  /** The account's clock: no row carries a later stamp, and the newest orders are of the day (UTC) before it. */
  now: Date;
  /** Adds what is not sold yet: opportunities and quotes. Default false. */
  pipeline?: boolean;
}

/**
 * Makes all tables, rows and indexes in an empty database, in one transaction.
 *
 * @throws {RangeError} when `share` is not within 0 to 1 or `now` is not a date
 * @throws {Error} of SQLite when the tables exist already
 */
export function loadCompany(db: DatabaseSync, { share = 1, seed = 1, now, pipeline = false }: CompanyOptions): void {
  if (!(share > 0 && share <= 1)) throw new RangeError(`Cannot load a share of ${share}: give more than 0, at most 1`);
  if (Number.isNaN(+now)) throw new RangeError("Cannot load the company: `now` is not a valid date");
  db.exec("BEGIN IMMEDIATE");
  try {
    createTables(db);
    fill(db, share, seed, Math.floor(+now / 1000));
    createIndexes(db);
    openSequences(db);
    addMoreDocuments(db, seed, Math.floor(+now / 1000), pipeline);
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

function fill(db: DatabaseSync, share: number, seed: number, now: number): void {
  const yesterday = Math.floor(now / DAY) - 1;
  const opened = openingDay(yesterday) * DAY + 10 * 3600;
  const archive = openArchive();
  const items = makeItems(archive);
  const context = { archive, items, seed, yesterday, share };
  const stories = readOrders(context).map((order) => ({
    order,
    history: decideHistory(order, seed, yesterday, now),
  }));
  const buyers = summarize(stories);
  const ids = customerIds(buyers);
  const purchases = readPurchases(context);

  const entries = [
    ...stories.flatMap(({ order, history }) => salesEntries(order, history, ids.get(order.buyer.key)!)),
    ...purchases.flatMap((purchase) => purchaseEntries(purchase)),
  ];
  const gaps = writeDocuments(db, entries, seed);

  const write = (table: string, rows: Row[]) => rows.forEach(inserter(db, table));
  for (const [table, rows] of Object.entries(setupRows(archive, opened, yesterday))) write(table, rows);
  write(
    "shipitem",
    [...shipItems(archive).values()].map(({ id, name }) => ({ id, itemid: name, name, isinactive: "F" })),
  );
  write("employee", employeeRows(archive, seed, opened, now));
  write("vendor", vendorRows(archive, seed, opened, now));
  const { customers, subsidiaries } = customerRows(buyers, ids, seed, opened, now);
  write("customer", customers);
  write("customersubsidiaryrelationship", subsidiaries);
  write("deletedrecord", deletedRows(gaps, seed, now));
  for (const [table, rows] of Object.entries(extraRows(archive, items.all, customers, seed, opened))) {
    write(table, rows);
  }
  for (const [table, rows] of Object.entries(marketingRows(archive, customers, seed, yesterday, opened))) {
    write(table, rows);
  }

  const open = new Tally(), onOrder = new Tally(), sold = new Set<number>();
  for (const { order, history } of stories) {
    order.parts.forEach((part, index) => {
      sold.add(part.item);
      const shipped = history.shipments.reduce((sum, each) => sum + each.takes[index]!, 0);
      if (!history.isCancelled && !history.isClosed) open.add(part.item, order.location, part.quantity - shipped);
    });
  }
  for (const { head, parts } of purchases) {
    for (const part of parts) if (!part.isClosed) onOrder.add(part.item, head.location!, part.quantity - part.shipped);
  }
  const stock = makeStock(archive, items, sold, open, onOrder, seed, now);
  write("inventoryitemlocations", stock.inventory);
  write("assemblyitemlocations", stock.assemblies);
  write("item", itemRows(items.all, stock.onHand, seed, opened, now));
  fillCustomFields(db);
}

/** Gives every document its id and number in the order of creation, and stores it. Returns ids that were skipped. */
function writeDocuments(db: DatabaseSync, entries: Entry[], seed: number): Gap[] {
  entries.sort((a, b) => a.created - b.created || a.rank - b.rank || (a.ref < b.ref ? -1 : a.ref > b.ref ? 1 : 0));
  const random = randomFor(seed, "document ids");
  const [header, line, link] = ["transaction", "transactionline", "nexttransactionlinelink"].map((table) =>
    inserter(db, table)
  ) as [(row: Row) => void, (row: Row) => void, (row: Row) => void];
  const counters = new Map<string, number>();
  const gaps: Gap[] = [];
  let id = 1_000, uniquekey = 10_000;
  for (const entry of entries) {
    id++;
    // Ids are not dense in a real account: drafts, deleted documents and other record kinds use some up.
    while (random() < 0.08) gaps.push({ id: id++, created: entry.created });
    const count = (counters.get(entry.prefix) ?? 10_000) + 1;
    counters.set(entry.prefix, count);
    const document = entry.build(id, `${entry.prefix}${count}`);
    header(document.header);
    for (const row of document.lines) {
      uniquekey += random() < 0.02 ? between(random, 2, 9) : 1;
      row.uniquekey = uniquekey;
      line(row);
    }
    for (const row of document.links) link(row);
  }
  return gaps;
}

/** What each buyer bought, for the customer records. */
function summarize(stories: { order: Order; history: History }[]) {
  const buyers = new Map<string, { buyer: Order["buyer"]; purchases: Purchases }>();
  for (const { order, history } of stories) {
    const sale = history.billing?.day ?? null;
    const known = buyers.get(order.buyer.key);
    if (!known) {
      buyers.set(order.buyer.key, {
        buyer: order.buyer,
        purchases: {
          firstDay: order.day,
          lastDay: order.day,
          firstCreated: history.created,
          lastCreated: history.created,
          lastSaleDay: sale,
          terms: order.terms,
          salesRep: order.salesRep,
        },
      });
      continue;
    }
    const { purchases } = known;
    purchases.firstDay = Math.min(purchases.firstDay, order.day);
    purchases.firstCreated = Math.min(purchases.firstCreated, history.created);
    if (history.created > purchases.lastCreated) purchases.salesRep = order.salesRep;
    purchases.lastDay = Math.max(purchases.lastDay, order.day);
    purchases.lastCreated = Math.max(purchases.lastCreated, history.created);
    purchases.lastSaleDay = sale === null ? purchases.lastSaleDay : Math.max(sale, purchases.lastSaleDay ?? 0);
  }
  return buyers;
}
