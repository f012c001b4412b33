/** What follows an order in the simulated life: shipped, unshipped, billed, paid. Each function returns false where nothing fits. */
import { type MadePart } from "../documents.ts";
import { invoice, itemFulfilment } from "../sales_documents.ts";
import { dayText } from "../days.ts";
import { toCents } from "../money.ts";
import { between, pick } from "../random.ts";
import { DEPARTMENTS, TERMS } from "../frame.ts";
import { type Book, readBook, settle } from "./order_book.ts";
import { pickOrder } from "./sales.ts";
import type { Session } from "./session.ts";
import { moveStock } from "./stock.ts";

/** A part of an order line. */
function made(line: Book["lines"][number], quantity: number): MadePart {
  const share = quantity / line.quantity;
  return {
    orderLine: line.id,
    item: line.item,
    itemType: line.itemType,
    classId: line.classId,
    quantity,
    rate: line.rate,
    foreign: quantity === line.quantity ? line.foreign : toCents(line.foreign * share / 100),
    net: quantity === line.quantity ? line.net : toCents(line.net * share / 100),
    memo: null,
  };
}

/** The warehouse ships an open order, two times in three all of it. */
export function shipOrder(session: Session): boolean {
  const { random } = session;
  const open = (line: Book["lines"][number]) => line.isClosed ? 0 : line.quantity - line.shipped;
  const book = pickOrder(session, "BDE", (each) => each.lines.some((line) => open(line) > 0));
  if (!book) return false;
  const whole = random() < 0.67;
  let taken = book.lines.map((line) => whole || random() < 0.6 ? open(line) : between(random, 0, open(line)));
  if (taken.every((quantity) => quantity === 0)) taken = book.lines.map(open);
  const parts = book.lines.flatMap((line, index) => taken[index]! > 0 ? [made(line, taken[index]!)] : []);
  const document = itemFulfilment({
    id: session.next("transaction"),
    number: `IF${session.next("IF")}`,
    head: book.head,
    day: session.today,
    created: session.seconds,
    modified: session.seconds,
    memo: null,
    author: 206,
    orderId: book.id,
    parts,
    shipMethod: book.shipMethod,
  });
  session.save(document);
  const changed = book.lines.flatMap((line, index) => {
    const quantity = taken[index]!;
    if (quantity === 0) return [];
    session.run(
      'UPDATE "transactionline" SET quantityshiprecv = ? WHERE uniquekey = ?',
      line.shipped + quantity,
      line.uniquekey,
    );
    moveStock(session, line.item, book.head.location, { onHand: -quantity, demand: -quantity });
    return [line.uniquekey];
  });
  session.update("transaction", book.id, { actualshipdate: dayText(session.today) });
  settle(session, book.id, changed);
  return true;
}

/** A fulfilment entered by mistake is deleted again, where its units were not billed yet. */
export function deleteFulfilment(session: Session): boolean {
  const ships = session.all(
    `SELECT id, tranid FROM "transaction" WHERE type = 'ItemShip' AND trandate >= ?`,
    session.daysAgo(10),
  );
  for (let tries = 0; tries < 8 && ships.length > 0; tries++) {
    const ship = pick(session.random, ships);
    const links = session.all(
      `SELECT l.previousdoc, l.previousline, -t.quantity AS quantity FROM "nexttransactionlinelink" l
        JOIN "transactionline" t ON t."transaction" = l.nextdoc AND t.id = l.nextline WHERE l.nextdoc = ?`,
      ship.id!,
    );
    const book = links.length > 0 ? readBook(session, Number(links[0]!.previousdoc)) : null;
    if (!book || !"DEF".includes(book.status)) continue;
    const lines = links.map((link) => ({
      line: book.lines.find((line) => line.id === Number(link.previousline))!,
      quantity: Number(link.quantity),
    }));
    if (lines.some(({ line, quantity }) => line.isClosed || line.shipped - quantity < line.billed)) continue;
    session.run('DELETE FROM "nexttransactionlinelink" WHERE nextdoc = ?', ship.id!);
    session.run('DELETE FROM "transactionline" WHERE "transaction" = ?', ship.id!);
    session.run('DELETE FROM "transaction" WHERE id = ?', ship.id!);
    for (const { line, quantity } of lines) {
      session.run(
        'UPDATE "transactionline" SET quantityshiprecv = ? WHERE uniquekey = ?',
        line.shipped - quantity,
        line.uniquekey,
      );
      moveStock(session, line.item, book.head.location, { onHand: quantity, demand: quantity });
    }
    session.recordDeletion("ItemShip", Number(ship.id), String(ship.tranid));
    const shipped = session.one(
      `SELECT MAX(t.trandate) AS day FROM "nexttransactionlinelink" l JOIN "transaction" t ON t.id = l.nextdoc
        WHERE l.previousdoc = ? AND l.linktype = 'ShipRcpt'`,
      book.id,
    );
    session.update("transaction", book.id, { actualshipdate: shipped?.day ?? null });
    settle(session, book.id, lines.map(({ line }) => line.uniquekey));
    return true;
  }
  return false;
}

/** What was shipped and not billed of a wholesale or retail order is invoiced. Freight goes on the first invoice. */
export function billOrder(session: Session): boolean {
  const unbilled = (line: Book["lines"][number]) => line.shipped - line.billed;
  const book = pickOrder(
    session,
    "EF",
    (each) => each.head.department !== DEPARTMENTS.web && each.lines.some((line) => unbilled(line) > 0),
  );
  if (!book) return false;
  const parts = book.lines.flatMap((line) => unbilled(line) > 0 ? [made(line, unbilled(line))] : []);
  const total = (list: { foreign: number }[]) => list.reduce((sum, each) => sum + each.foreign, 0);
  const share = total(book.lines) === 0 ? 1 : total(parts) / total(book.lines);
  const portion = <T extends { foreign: number; net: number }>(charge: T | null): T | null =>
    charge && { ...charge, foreign: Math.round(charge.foreign * share), net: Math.round(charge.net * share) };
  const isFirst = book.lines.every((line) => line.billed === 0);
  const due = TERMS.find((term) => term.id === book.head.terms)?.due ?? 30;
  session.save(invoice({
    id: session.next("transaction"),
    number: `INV${session.next("INV")}`,
    head: book.head,
    day: session.today,
    created: session.seconds,
    modified: session.seconds,
    memo: null,
    author: 203,
    orderId: book.id,
    parts,
    discount: portion(book.discount),
    tax: portion(book.tax),
    shipping: isFirst ? book.shipping : null,
    dueDay: session.today + due,
    paidDay: null,
    otherRef: book.otherRef,
  }));
  const changed = book.lines.filter((line) => unbilled(line) > 0);
  for (const line of changed) {
    session.run('UPDATE "transactionline" SET quantitybilled = ? WHERE uniquekey = ?', line.shipped, line.uniquekey);
  }
  settle(session, book.id, changed.map((line) => line.uniquekey));
  session.update("customer", book.head.entity, { lastsaledate: dayText(session.today) });
  return true;
}

/** A customer pays an open invoice in full. */
export function payInvoice(session: Session): boolean {
  const rows = session.all(
    `SELECT id, foreigntotal FROM "transaction" WHERE type = 'CustInvc' AND trandate >= ? AND status = 'A'`,
    session.daysAgo(120),
  );
  if (rows.length === 0) return false;
  const { id, foreigntotal } = pick(session.random, rows);
  session.update("transaction", Number(id), {
    status: "B",
    foreignamountpaid: foreigntotal!,
    foreignamountunpaid: 0,
    closedate: dayText(session.today),
  });
  return true;
}
