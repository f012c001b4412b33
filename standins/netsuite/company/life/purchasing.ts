/** Buying in the simulated life: orders to vendors, and goods that arrive. Each function returns false where nothing fits. */
import { itemReceipt, purchaseOrder } from "../purchase_documents.ts";
import { toCents } from "../money.ts";
import { between, pick } from "../random.ts";
import { DEPARTMENTS, WAREHOUSES } from "../frame.ts";
import { priceOf, readBook, settle } from "./order_book.ts";
import type { Session } from "./session.ts";
import { moveStock } from "./stock.ts";

/** A buyer orders one to four items from a vendor. */
export function placePurchase(session: Session): boolean {
  const { random } = session;
  const vendors = session.all(`SELECT id, terms FROM "vendor" WHERE isinactive = 'F'`);
  const items = session.all(
    `SELECT id, itemtype, class, cost FROM "item" WHERE id < 1900 AND itemtype = 'InvtPart' AND isinactive = 'F' AND cost > 0`,
  );
  if (vendors.length === 0 || items.length === 0) return false;
  const vendor = pick(random, vendors);
  const chosen = new Set(Array.from({ length: between(random, 1, 4) }, () => pick(random, items)));
  const dueDay = session.today + between(random, 7, 28);
  const author = between(random, 250, 260);
  const parts = [...chosen].map((item) => {
    const quantity = between(random, 5, 550);
    return {
      item: Number(item.id),
      itemType: String(item.itemtype),
      classId: item.class === null ? null : Number(item.class),
      quantity,
      rate: Number(item.cost),
      ...priceOf(quantity, Number(item.cost), 1),
      memo: null,
      shipped: 0,
      billed: 0,
      isClosed: false,
      dueDay,
    };
  });
  session.save(purchaseOrder({
    id: session.next("transaction"),
    number: `PO${session.next("PO")}`,
    head: {
      entity: Number(vendor.id),
      employee: author,
      subsidiary: 1,
      department: DEPARTMENTS.purchasing,
      location: WAREHOUSES.bothell,
      currency: 1,
      exchangeRate: 1,
      terms: vendor.terms === null ? null : Number(vendor.terms),
    },
    day: session.today,
    created: session.seconds,
    modified: session.seconds,
    author,
    memo: null,
    status: "B",
    parts,
    tax: null,
    shipping: null,
    dueDay,
  }));
  for (const part of parts) moveStock(session, part.item, WAREHOUSES.bothell, { onOrder: part.quantity });
  return true;
}

/** Goods arrive for an open purchase order; three times in four all that is owed. */
export function receivePurchase(session: Session): boolean {
  const { random } = session;
  const rows = session.all(
    `SELECT id FROM "transaction" WHERE type = 'PurchOrd' AND trandate >= ? AND status IN ('B', 'D', 'E')`,
    session.daysAgo(60),
  );
  if (rows.length === 0) return false;
  const book = readBook(session, Number(pick(random, rows).id))!;
  const whole = random() < 0.75;
  const taken = book.lines.map((line) => {
    const open = line.isClosed ? 0 : line.quantity - line.shipped;
    return whole ? open : between(random, 0, open);
  });
  const parts = book.lines.flatMap((line, index) => {
    const quantity = taken[index]!;
    if (quantity === 0) return [];
    const cents = quantity === line.quantity ? line.foreign : toCents(line.foreign * quantity / line.quantity / 100);
    return [{ ...line, orderLine: line.id, quantity, foreign: cents, net: cents, memo: null }];
  });
  if (parts.length === 0) return false;
  session.save(itemReceipt({
    id: session.next("transaction"),
    number: `IR${session.next("IR")}`,
    head: book.head,
    day: session.today,
    created: session.seconds,
    modified: session.seconds,
    memo: null,
    author: 206,
    orderId: book.id,
    parts,
  }));
  const changed = book.lines.flatMap((line, index) => {
    const quantity = taken[index]!;
    if (quantity === 0) return [];
    session.run(
      'UPDATE "transactionline" SET quantityshiprecv = ? WHERE uniquekey = ?',
      line.shipped + quantity,
      line.uniquekey,
    );
    moveStock(session, line.item, book.head.location, { onHand: quantity, onOrder: -quantity });
    return [line.uniquekey];
  });
  settle(session, book.id, changed);
  return true;
}
