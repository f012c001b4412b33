/** `!transform`: a document made from another one, whole or in the parts that the body names. */
import { dayText } from "../company/days.ts";
import { type Base, links, type MadePart } from "../company/documents.ts";
import { TERMS } from "../company/frame.ts";
import { type Book, readBook, settle } from "../company/life/order_book.ts";
import { moveStock } from "../company/life/stock.ts";
import { fromCents, toCents } from "../company/money.ts";
import { itemReceipt } from "../company/purchase_documents.ts";
import { invoice, itemFulfilment } from "../company/sales_documents.ts";
import { baseOf, checkPeriod, storedHead } from "./document_input.ts";
import { buildDocument, createDocument } from "./documents.ts";
import { invalidParameter, invalidValue, userError } from "./errors.ts";
import { type Body, readColumns, readLines } from "./fields.ts";
import type { Writing } from "./plain.ts";
import type { StoredRow } from "./read.ts";
import type { RecordType } from "./types.ts";

type Way = "ship" | "bill" | "copy" | "pay";

/** What can become what, how, and the type of the links between them. */
const WAYS: Record<string, [way: Way, linkType: string]> = {
  "SalesOrd>ItemShip": ["ship", "ShipRcpt"],
  "PurchOrd>ItemRcpt": ["ship", "ShipRcpt"],
  "SalesOrd>CustInvc": ["bill", "OrdBill"],
  "PurchOrd>VendBill": ["bill", "OrdBill"],
  "SalesOrd>RtnAuth": ["copy", "SaleRet"],
  "CustInvc>RtnAuth": ["copy", "SaleRet"],
  "CashSale>RtnAuth": ["copy", "SaleRet"],
  "CustInvc>CustCred": ["copy", "SaleRet"],
  "RtnAuth>CustCred": ["copy", "OrdBill"],
  "Estimate>SalesOrd": ["copy", "EstInvc"],
  "Opprtnty>SalesOrd": ["copy", "OppClose"],
  "Opprtnty>Estimate": ["copy", "OppEst"],
  "CustInvc>CustPymt": ["pay", "Payment"],
  "VendBill>VendPymt": ["pay", "Payment"],
};

/** Transforms a stored document. Returns the id of the new one. */
export function transformDocument(
  writing: Writing,
  source: RecordType,
  stored: StoredRow,
  target: RecordType,
  body: Body,
): number {
  const way = WAYS[`${source.document?.type}>${target.document?.type}`];
  if (!way) {
    throw invalidParameter("transform", `Invalid transformation: a ${source.name} cannot become a ${target.name}.`);
  }
  const kind = target.document!;
  if (stored.status === "A" && (way[0] === "ship" || way[0] === "bill")) {
    throw userError("This transaction awaits approval and cannot be transformed.");
  }
  if (way[0] === "pay") {
    const open = Number(stored.foreignamountunpaid ?? 0);
    if (!(open > 0)) throw userError("This transaction has nothing left to pay.");
    const party = { id: String(stored.entity) };
    return createDocument(writing, target, {
      apply: { items: [{ doc: { id: String(stored.id) }, amount: open }] },
      ...body,
      [kind.party === "customer" ? "customer" : "entity"]: party,
    });
  }
  const row = readColumns(writing, "transaction", body, new Set(["item", "entity"]));
  const base = baseOf(writing, kind, body, row, storedHead(writing, stored));
  checkPeriod(writing, kind, dayText(base.day));
  if (way[0] === "copy") copy(writing, stored, base, target, way[1], body);
  else if (way[0] === "ship") ship(writing, stored, base, kind.type, body);
  else bill(writing, stored, base, target, body);
  if (Object.keys(row).length) writing.session.update("transaction", base.id, row);
  return base.id;
}

/** How many units of each line the body takes; all that `open` has when it names none. */
function takes(lines: { id: number }[], open: number[], body: Body): number[] {
  const given = readLines(body, "item");
  if (!given) return open;
  const taken = lines.map(() => 0);
  given.forEach((line, index) => {
    const at = `item.items[${index}]`;
    const place = lines.findIndex((each) => each.id === Number(line.orderLine ?? line.line));
    if (place < 0) throw invalidValue(line.orderLine ?? line.line ?? null, "orderLine", `${at}.orderLine`);
    if (line.itemReceive === false) return;
    const quantity = line.quantity ?? open[place]!;
    if (typeof quantity !== "number" || !(quantity >= 0)) throw invalidValue(quantity, "quantity", `${at}.quantity`);
    if (quantity > open[place]!) {
      throw userError(
        `The quantity ${quantity} is more than the ${open[place]} that remain of line ${lines[place]!.id}.`,
      );
    }
    taken[place] = quantity;
  });
  return taken;
}

function madeParts(book: Book, taken: number[]): MadePart[] {
  return book.lines.flatMap((line, index) => {
    const quantity = taken[index]!;
    if (quantity === 0) return [];
    const part = (cents: number) =>
      quantity === line.quantity ? cents : toCents(cents * quantity / line.quantity / 100);
    return [{
      orderLine: line.id,
      item: line.item,
      itemType: line.itemType,
      classId: line.classId,
      quantity,
      rate: line.rate,
      foreign: part(line.foreign),
      net: part(line.net),
      memo: null,
    }];
  });
}

function ship(writing: Writing, stored: StoredRow, base: Base, type: string, body: Body): void {
  const { session } = writing;
  const book = readBook(session, Number(stored.id))!;
  const taken = takes(book.lines, book.lines.map((line) => line.isClosed ? 0 : line.quantity - line.shipped), body);
  const parts = madeParts(book, taken);
  if (parts.length === 0) throw userError("You must enter at least one line item for this transaction.");
  const shared = { ...base, orderId: book.id, parts };
  session.save(type === "ItemShip" ? itemFulfilment({ ...shared, shipMethod: book.shipMethod }) : itemReceipt(shared));
  const changed = book.lines.flatMap((line, index) => {
    const units = taken[index]!;
    if (units === 0) return [];
    session.run(
      'UPDATE "transactionline" SET quantityshiprecv = ? WHERE uniquekey = ?',
      line.shipped + units,
      line.uniquekey,
    );
    const move = type === "ItemShip" ? { onHand: -units, demand: -units } : { onHand: units, onOrder: -units };
    moveStock(session, line.item, book.head.location, move);
    return [line.uniquekey];
  });
  if (type === "ItemShip") session.update("transaction", book.id, { actualshipdate: dayText(base.day) });
  settle(session, book.id, changed);
}

function bill(writing: Writing, stored: StoredRow, base: Base, target: RecordType, body: Body): void {
  const { session } = writing;
  const kind = target.document!;
  const book = readBook(session, Number(stored.id))!;
  const taken = takes(book.lines, book.lines.map((line) => line.shipped - line.billed), body);
  const parts = madeParts(book, taken);
  if (parts.length === 0) throw userError("You must enter at least one line item for this transaction.");
  const total = (list: { foreign: number }[]) => list.reduce((sum, each) => sum + each.foreign, 0);
  const share = total(book.lines) === 0 ? 1 : total(parts) / total(book.lines);
  const portion = <T extends { foreign: number; net: number }>(charge: T | null): T | null =>
    charge && { ...charge, foreign: Math.round(charge.foreign * share), net: Math.round(charge.net * share) };
  if (kind.type === "CustInvc") {
    const due = TERMS.find((term) => term.id === book.head.terms)?.due ?? 30;
    session.save(invoice({
      ...base,
      orderId: book.id,
      parts,
      discount: portion(book.discount),
      tax: portion(book.tax),
      shipping: book.lines.every((line) => line.billed === 0) ? book.shipping : null,
      dueDay: base.day + due,
      paidDay: null,
      otherRef: book.otherRef,
    }));
  } else {
    const orderParts = parts.map((part) => ({ ...part, shipped: 0, billed: 0, isClosed: false }));
    const document = buildDocument(kind, base, orderParts, { from: book.id });
    const places = parts.map((_, index) => index + 1);
    document.links = links(base, { id: book.id, type: book.type }, kind.type, "OrdBill", parts, places);
    session.save(document);
  }
  const changed = book.lines.flatMap((line, index) => {
    if (taken[index] === 0) return [];
    session.run(
      'UPDATE "transactionline" SET quantitybilled = ? WHERE uniquekey = ?',
      line.billed + taken[index]!,
      line.uniquekey,
    );
    return [line.uniquekey];
  });
  settle(session, book.id, changed);
}

/** A document with the same goods: a return, a credit, an order from a quote. */
function copy(writing: Writing, stored: StoredRow, base: Base, target: RecordType, linkType: string, body: Body): void {
  const { session } = writing;
  const id = Number(stored.id);
  const rows = session.all(
    `SELECT * FROM "transactionline" WHERE "transaction" = ? AND mainline = 'F' AND taxline = 'F' AND iscogs = 'F'
      AND item IS NOT NULL AND quantity IS NOT NULL ORDER BY linesequencenumber, id`,
    id,
  );
  const lines = rows.map((row) => ({ id: Number(row.id), row }));
  const taken = takes(lines, rows.map((row) => Math.abs(Number(row.quantity))), body);
  const parts = rows.flatMap((row, index) => {
    const quantity = taken[index]!;
    if (quantity === 0) return [];
    const all = Math.abs(Number(row.quantity));
    const cents = (column: "foreignamount" | "netamount") =>
      toCents(Math.abs(Number(row[column] ?? 0)) * quantity / all);
    return [{
      orderLine: Number(row.id),
      item: Number(row.item),
      itemType: String(row.itemtype),
      classId: row.class === null ? null : Number(row.class),
      quantity,
      rate: Number(row.rate ?? 0),
      foreign: cents("foreignamount"),
      net: cents("netamount"),
      memo: row.memo === null ? null : String(row.memo),
    }];
  });
  if (parts.length === 0) throw userError("You must enter at least one line item for this transaction.");
  if (target.document!.type === "SalesOrd") {
    // an order keeps what is shipped and billed on its lines: made as any other order, then linked
    const made = createDocument(writing, target, {
      entity: { id: String(base.head.entity) },
      subsidiary: { id: String(base.head.subsidiary) },
      currency: { id: String(base.head.currency) },
      exchangeRate: base.head.exchangeRate,
      ...(base.head.location === null ? {} : { location: { id: String(base.head.location) } }),
      ...(base.head.department === null ? {} : { department: { id: String(base.head.department) } }),
      ...(base.memo === null ? {} : { memo: base.memo }),
      item: {
        items: parts.map((part) => ({
          item: { id: String(part.item) },
          quantity: part.quantity,
          amount: fromCents(part.foreign),
          ...(part.memo === null ? {} : { description: part.memo }),
        })),
      },
    });
    base.id = made;
    const places = parts.map((_, index) => index + 1);
    session.run(
      `UPDATE "transactionline" SET createdfrom = ? WHERE "transaction" = ? AND quantity IS NOT NULL`,
      id,
      made,
    );
    session.run(`UPDATE "transactionline" SET createdfrom = ? WHERE "transaction" = ? AND mainline = 'T'`, id, made);
    for (const link of links(base, { id, type: String(stored.type) }, "SalesOrd", linkType, parts, places)) {
      session.insert("nexttransactionlinelink", link);
    }
  } else {
    const kind = target.document!;
    const document = buildDocument(
      kind,
      base,
      parts.map((part) => ({ ...part, shipped: 0, billed: 0, isClosed: false })),
      { from: id },
    );
    const places = parts.map((_, index) => index + 1);
    document.links = links(base, { id, type: String(stored.type) }, kind.type, linkType, parts, places);
    session.save(document);
  }
  const after: Record<string, string> = {
    Estimate: "B",
    Opprtnty: target.document!.type === "Estimate" ? "B" : "C",
    RtnAuth: "G",
  };
  const status = after[String(stored.type)];
  session.update("transaction", id, status ? { status } : {});
}
