/**
 * A few documents of the kinds that the sources do not know: opportunities and quotes, payments, returns and credits, vendor
 * bills with payments, a cash sale, an inventory adjustment and a transfer. Made from what is there, by the code of the Record
 * API, in the account's last hours.
 */
import type { DatabaseSync } from "node:sqlite";
import { dayOf } from "../records/document_input.ts";
import { createDocument } from "../records/documents.ts";
import type { Body } from "../records/fields.ts";
import type { Writing } from "../records/plain.ts";
import { findRecord } from "../records/read.ts";
import { transformDocument } from "../records/transform.ts";
import { RECORD_TYPES } from "../records/types.ts";
import { TABLES } from "../schema.ts";
import { dayText } from "./days.ts";
import { header, line } from "./documents.ts";
import { moveStock } from "./life/stock.ts";
import { Session } from "./life/session.ts";
import { fromCents, toCents } from "./money.ts";
import { randomFor } from "./random.ts";
import type { Row } from "./rows.ts";

/** How many of each, at most: what it starts from, and what it becomes. */
const PLANS: { from: string; where: string; most: number; steps: string[] }[] = [
  { from: "opportunity", where: "1 = 1", most: 14, steps: ["estimate"] },
  { from: "invoice", where: "status = 'A' AND foreignamountunpaid > 0", most: 30, steps: ["customerPayment"] },
  { from: "invoice", where: "status = 'B'", most: 10, steps: ["returnAuthorization", "creditMemo"] },
  { from: "purchaseOrder", where: "status = 'F'", most: 24, steps: ["vendorBill", "vendorPayment"] },
];
const OPPORTUNITIES = 20;

/**
 * Adds the documents; the same rows for the same seed and clock.
 *
 * @param now seconds
 * @param pipeline whether to add opportunities and quotes
 */
export function addMoreDocuments(db: DatabaseSync, seed: number, now: number, pipeline: boolean): void {
  const session = new Session(db, randomFor(seed, "more documents"), now - 3_600);
  const writing: Writing = { db, tables: TABLES, session, names: "Error", values: "Error", warnings: [] };
  const type = (name: string) => RECORD_TYPES.get(name.toLowerCase())!;
  const create = (name: string, body: Body) => createDocument(writing, type(name), body);
  const tick = () => session.seconds = Math.min(now - 60, session.seconds + 20);
  const closed = session.one(
    `SELECT 1 FROM "accountingperiod" WHERE isposting = 'T' AND closed = 'T' AND ? BETWEEN startdate AND enddate`,
    session.daysAgo(0),
  );
  if (closed) return;
  const orders = session.all(
    `SELECT t.id, t.entity, l.location FROM "transaction" t JOIN "transactionline" l ON l."transaction" = t.id AND l.mainline = 'T'
      JOIN "customer" c ON c.id = t.entity AND c.isinactive = 'F' WHERE t.type = 'SalesOrd' AND l.department = 2
      AND t.status = 'G' ORDER BY t.id DESC LIMIT ?`,
    pipeline ? OPPORTUNITIES : 0,
  );
  orders.forEach((order, index) => {
    tick();
    // what a reseller may buy again: the goods of an earlier order
    const goods = session.all(
      `SELECT l.item, -l.quantity AS quantity, l.rate FROM "transactionline" l JOIN "item" i ON i.id = l.item AND i.isinactive = 'F'
        WHERE l."transaction" = ? AND l.quantityshiprecv > 0 ORDER BY l.id LIMIT 4`,
      order.id!,
    );
    if (goods.length === 0) return;
    create("opportunity", {
      entity: { id: String(order.entity) },
      department: { id: "2" },
      title: "Reorder for the season",
      probability: [0.2, 0.4, 0.6, 0.8][index % 4],
      expectedCloseDate: session.daysAgo(-30 - index),
      item: {
        items: goods.map((each) => ({
          item: { id: String(each.item) },
          quantity: Number(each.quantity),
          rate: Number(each.rate),
        })),
      },
    });
  });
  for (const { from, where, most, steps } of PLANS) {
    const rows = session.all(
      `SELECT id FROM "transaction" WHERE recordtype = ? AND (${where}) ORDER BY trandate DESC, id DESC LIMIT ?`,
      from.toLowerCase(),
      most,
    );
    for (const row of rows) {
      let [current, key] = [from, String(row.id)];
      for (const step of steps) {
        tick();
        key = String(transformDocument(writing, type(current), findRecord(db, type(current), key)!, type(step), {}));
        current = step;
      }
    }
  }
  tick();
  moveGoods(session);
}

/** One count that finds less, and one transfer between two warehouses. */
function moveGoods(session: Session): void {
  const places = session.all(
    `SELECT a.item, i.itemtype, i.averagecost, a.location, b.location AS other FROM "inventoryitemlocations" a
      JOIN "inventoryitemlocations" b ON b.item = a.item AND b.location > a.location JOIN "item" i ON i.id = a.item
      WHERE a.quantityavailable > 20 AND i.averagecost > 0 AND a.location <= 8 AND b.location <= 8 ORDER BY a.item, a.location, b.location LIMIT 2`,
  );
  const [count, transfer] = [places[0], places[1] ?? places[0]];
  if (!count || !transfer) return;
  const save = (
    type: "InvAdjst" | "InvTrnfr",
    prefix: "IA" | "IT",
    moves: [Row, location: number, units: number][],
  ) => {
    const head = {
      entity: 0,
      employee: null,
      subsidiary: 1,
      department: null,
      location: Number(moves[0]![1]),
      currency: 1,
      exchangeRate: 1,
      terms: null,
    };
    const base = {
      id: session.next("transaction"),
      number: `${prefix}${session.next(prefix)}`,
      head,
      day: dayOf(dayText(Math.floor(session.seconds / 86_400))),
      created: session.seconds,
      modified: session.seconds,
      memo: type === "InvAdjst" ? "Count" : null,
      author: 206,
    };
    const lines = moves.map(([place, location, units], index) => {
      const value = fromCents(toCents(Number(place.averagecost) * units));
      moveStock(session, Number(place.item), location, { onHand: units });
      return line(base, index + 1, {
        entity: null,
        item: place.item!,
        itemtype: place.itemtype!,
        quantity: units,
        location,
        foreignamount: value,
        netamount: value,
        accountinglinetype: "ASSET",
        isinventoryaffecting: "T",
      });
    });
    const total = fromCents(-lines.reduce((sum, each) => sum + toCents(Number(each.netamount)), 0));
    lines.unshift(
      line(base, 0, { mainline: "T", entity: null, foreignamount: total, netamount: total, memo: base.memo }),
    );
    session.save({
      header: { ...header(type, "B", base, { foreigntotal: total, account: 22 }), entity: null },
      lines,
      links: [],
    });
  };
  save("InvAdjst", "IA", [[count as Row, Number(count.location), -2]]);
  save("InvTrnfr", "IT", [
    [transfer as Row, Number(transfer.location), -5],
    [transfer as Row, Number(transfer.other), 5],
  ]);
}
