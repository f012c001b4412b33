/** Changes to sales orders in the simulated life. Each function returns false where nothing fits. */
import { DEPARTMENTS } from "../frame.ts";
import { fromCents, round } from "../money.ts";
import { between, pick } from "../random.ts";
import { someMemo } from "../texts.ts";
import { type Book, priceOf, settle } from "./order_book.ts";
import { pickOrder } from "./sales.ts";
import type { Session } from "./session.ts";
import { moveStock } from "./stock.ts";
import { newPart } from "./wares.ts";

const goodsOf = (book: Book) => book.lines.reduce((sum, line) => sum + line.foreign, 0);
const isOpen = (line: Book["lines"][number]) => !line.isClosed && line.billed === 0 && line.shipped === 0;

/** Quantity or price of one untouched line changes. */
export function editLine(session: Session): boolean {
  const { random } = session;
  const book = pickOrder(session, "ABDE", (each) => !each.discount && each.lines.some(isOpen));
  if (!book) return false;
  const line = pick(random, book.lines.filter(isOpen));
  const quantity = random() < 0.6
    ? Math.max(1, line.quantity + (random() < 0.5 ? -1 : 1) * between(random, 1, 5))
    : line.quantity;
  const rate = quantity === line.quantity ? round(line.rate * (0.9 + random() * 0.2), 2) : line.rate;
  const { foreign, net } = priceOf(quantity, rate, book.head.exchangeRate);
  session.run(
    'UPDATE "transactionline" SET quantity = ?, rate = ?, foreignamount = ?, netamount = ? WHERE uniquekey = ?',
    -quantity,
    rate,
    fromCents(-foreign),
    fromCents(-net),
    line.uniquekey,
  );
  moveStock(session, line.item, book.head.location, { demand: quantity - line.quantity });
  settle(session, book.id, [line.uniquekey], goodsOf(book));
  return true;
}

/** A memo is written, on the whole order or on one line; any order of the last year will do, billed or not. */
export function editMemo(session: Session): boolean {
  const { random } = session;
  const rows = session.all(
    `SELECT id FROM "transaction" WHERE type = 'SalesOrd' AND trandate BETWEEN ? AND ? LIMIT 500`,
    session.daysAgo(between(random, 0, 365)),
    session.daysAgo(0),
  );
  if (rows.length === 0) return false;
  const id = Number(pick(random, rows).id);
  const memo = random() < 0.1 ? null : someMemo(random);
  const lines = session.all(`SELECT uniquekey, mainline FROM "transactionline" WHERE "transaction" = ?`, id);
  const line = random() < 0.5 ? pick(random, lines) : lines.find((each) => each.mainline === "T")!;
  session.run(
    'UPDATE "transactionline" SET memo = ?, linelastmodifieddate = ? WHERE uniquekey = ?',
    memo,
    session.stamp,
    line.uniquekey!,
  );
  session.update("transaction", id, line.mainline === "T" ? { memo } : {});
  return true;
}

/** One more line on an open order. */
export function addLine(session: Session): boolean {
  const book = pickOrder(session, "ABDE", (each) => !each.discount);
  if (!book) return false;
  const channel = book.head.department === DEPARTMENTS.wholesale
    ? "wholesale"
    : book.head.department === DEPARTMENTS.web
    ? "web"
    : "retail";
  const part = newPart(session, channel, book.head.currency, book.head.exchangeRate);
  if (!part) return false;
  const last = session.one(
    'SELECT MAX(id) AS id, MAX(linesequencenumber) AS place FROM "transactionline" WHERE "transaction" = ?',
    book.id,
  )!;
  const uniquekey = session.next("line");
  session.insert("transactionline", {
    uniquekey,
    id: Number(last.id) + 1,
    transaction: book.id,
    linesequencenumber: Number(last.place) + 1,
    mainline: "F",
    taxline: "F",
    iscogs: "F",
    donotdisplayline: "F",
    item: part.item,
    itemtype: part.itemType,
    class: part.classId,
    quantity: -part.quantity,
    quantityshiprecv: 0,
    quantitybilled: 0,
    rate: part.rate,
    foreignamount: fromCents(-part.foreign),
    netamount: fromCents(-part.net),
    entity: book.head.entity,
    subsidiary: book.head.subsidiary,
    department: book.head.department,
    location: book.head.location,
    isclosed: "F",
    isbillable: "F",
    isinventoryaffecting: "F",
    eliminate: "F",
    expectedshipdate: session.daysAgo(-7),
    memo: part.memo,
    linelastmodifieddate: session.stamp,
  });
  moveStock(session, part.item, book.head.location, { demand: part.quantity });
  settle(session, book.id, [uniquekey], goodsOf(book));
  return true;
}

/** An untouched line is taken off an order that has others: nothing but the order's stamp tells. */
export function removeLine(session: Session): boolean {
  const book = pickOrder(session, "ABDE", (each) => !each.discount && each.lines.length > 1 && each.lines.some(isOpen));
  if (!book) return false;
  const line = pick(session.random, book.lines.filter(isOpen));
  session.run('DELETE FROM "transactionline" WHERE uniquekey = ?', line.uniquekey);
  moveStock(session, line.item, book.head.location, { demand: -line.quantity });
  settle(session, book.id, [], goodsOf(book));
  return true;
}
