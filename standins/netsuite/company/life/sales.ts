/** Sales orders in the simulated life: placed, edited, cancelled, closed, deleted. Each function returns false where nothing fits. */
import { type OrderPart } from "../documents.ts";
import { salesOrder } from "../sales_documents.ts";
import { CHARGES } from "../items.ts";
import { exchangeRate } from "../money.ts";
import { between, pick } from "../random.ts";
import { DEPARTMENTS, SUBSIDIARIES, WAREHOUSES } from "../frame.ts";
import { someMemo } from "../texts.ts";
import { type Book, priceOf, readBook, settle } from "./order_book.ts";
import type { Session, Stored } from "./session.ts";
import { moveStock } from "./stock.ts";
import { newPart } from "./wares.ts";

/** How many days back people still work on an order. */
const RECENT_DAYS = 75;

/** A recent sales order with one of the status letters and, where asked, a condition on it; null where there is none. */
export function pickOrder(session: Session, letters: string, fits: (book: Book) => boolean = () => true): Book | null {
  const rows = session.all(
    `SELECT id FROM "transaction" WHERE type = 'SalesOrd' AND trandate >= ? AND status IN (${
      [...letters].map((letter) => `'${letter}'`).join(", ")
    }) AND voided = 'F'`,
    session.daysAgo(RECENT_DAYS),
  );
  for (let tries = 0; tries < 8 && rows.length > 0; tries++) {
    const book = readBook(session, Number(pick(session.random, rows).id));
    if (book && book.lines.length > 0 && fits(book)) return book;
  }
  return null;
}

/** Tax by subsidiary, as a share of the goods. */
const TAX: Record<number, number> = { 1: 0.08, 2: 0.13, 3: 0.19 };

/** A customer orders one to eight lines today. */
export function placeOrder(session: Session): boolean {
  const { random } = session;
  const draw = random();
  const segments = draw < 0.35 ? ["Reseller"] : draw < 0.8 ? ["Web"] : ["Consumer", "Corporate", "Home Office"];
  const customer = pickCustomer(session, segments);
  if (!customer) return false;
  const channel = segments[0] === "Reseller" ? "wholesale" : segments[0] === "Web" ? "web" : "retail";
  const relationship = session.one(
    "SELECT subsidiary FROM customersubsidiaryrelationship WHERE entity = ? ORDER BY isprimarysub DESC, id",
    customer.id!,
  );
  const subsidiary = Number(relationship?.subsidiary ?? 1);
  const currency = Number(customer.currency ?? 1);
  const rate = exchangeRate(currency, SUBSIDIARIES[subsidiary - 1]!.currency);
  const parts: OrderPart[] = [];
  const lines = between(random, 1, 8);
  for (let line = 0; line < lines; line++) {
    const part = newPart(session, channel, currency, rate);
    if (part && parts.every((each) => each.item !== part.item)) parts.push(part);
  }
  if (parts.length === 0) return false;
  const goods = parts.reduce((sum, part) => sum + part.foreign, 0) / 100;
  const location = channel === "retail"
    ? between(random, WAREHOUSES.East, WAREHOUSES.South)
    : channel === "web"
    ? WAREHOUSES.web
    : subsidiary === 2
    ? WAREHOUSES.canada
    : subsidiary === 3
    ? WAREHOUSES.europe
    : WAREHOUSES.bothell;
  const shipMethod = channel === "retail" ? between(random, 1906, 1909) : between(random, 1901, 1905);
  const number = session.next("SO");
  const needsApproval = channel === "wholesale" && goods > 20_000;
  const book = salesOrder({
    id: session.next("transaction"),
    number: `SO${number}`,
    head: {
      entity: Number(customer.id),
      employee: customer.salesrep === null ? null : Number(customer.salesrep),
      subsidiary,
      department: DEPARTMENTS[channel],
      location,
      currency,
      exchangeRate: rate,
      terms: Number(customer.terms ?? 2),
    },
    day: session.today,
    created: session.seconds,
    modified: session.seconds,
    author: channel === "web" ? 208 : channel === "retail" ? 209 : Number(customer.salesrep ?? 205),
    memo: random() < 0.15 ? someMemo(random) : null,
    status: needsApproval ? "A" : "B",
    parts,
    discount: null,
    tax: channel === "retail" ? null : { item: CHARGES.tax[subsidiary]!, ...priceOf(TAX[subsidiary]!, goods, rate) },
    shipping: channel === "wholesale" ? { item: shipMethod, ...priceOf(0.025, goods, rate) } : null,
    shipMethod,
    promisedDay: session.today + (channel === "wholesale" ? 7 : channel === "web" ? 2 : 4),
    shippedDay: null,
    channelRef: `${channel === "web" ? "WEB" : channel === "retail" ? "RTL" : "WHS"}-${number}`,
    otherRef: channel === "wholesale" ? `PO${between(random, 10_000, 99_999)}` : null,
    source: channel === "web" ? "web" : "CSV",
    isVoided: false,
  });
  session.save(book);
  for (const part of parts) moveStock(session, part.item, location, { demand: part.quantity });
  const today = session.daysAgo(0);
  session.update("customer", Number(customer.id), {
    firstorderdate: customer.firstorderdate ?? today,
    lastorderdate: today,
  });
  return true;
}

function pickCustomer(session: Session, segments: string[]): Stored | null {
  const range = session.one('SELECT MIN(id) AS low, MAX(id) AS high FROM "customer"');
  if (!range?.low) return null;
  return session.one(
    `SELECT * FROM "customer" WHERE id >= ? AND isinactive = 'F' AND custentity_segment IN (${
      segments.map((segment) => `'${segment}'`).join(", ")
    }) ORDER BY id LIMIT 1`,
    between(session.random, Number(range.low), Number(range.high)),
  );
}

const isOpen = (line: Book["lines"][number]) => !line.isClosed && line.billed === 0 && line.shipped === 0;

/** An order that waited for approval gets it. */
export function approveOrder(session: Session): boolean {
  const book = pickOrder(session, "A");
  if (!book) return false;
  session.update("transaction", book.id, { status: "B", approvalstatus: 2 });
  return true;
}

/** An order of which nothing was shipped is cancelled. */
export function cancelOrder(session: Session): boolean {
  const book = pickOrder(session, "AB", (each) => each.lines.every(isOpen));
  if (!book) return false;
  closeLines(session, book);
  session.update("transaction", book.id, { status: "C" });
  settle(session, book.id, book.lines.map((line) => line.uniquekey));
  return true;
}

/** A shop order that was shipped whole is closed: the shop is not billed here. */
export function closeOrder(session: Session): boolean {
  const book = pickOrder(session, "F", (each) => each.head.department === DEPARTMENTS.web);
  if (!book) return false;
  closeLines(session, book);
  settle(session, book.id, book.lines.map((line) => line.uniquekey));
  return true;
}

function closeLines(session: Session, book: Book): void {
  for (const line of book.lines) {
    session.run(`UPDATE "transactionline" SET isclosed = 'T' WHERE uniquekey = ?`, line.uniquekey);
    if (!line.isClosed) moveStock(session, line.item, book.head.location, { demand: -(line.quantity - line.shipped) });
  }
}

/** An order that led to nothing yet is deleted, lines and all; only `deletedrecord` remembers it. */
export function deleteOrder(session: Session): boolean {
  const book = pickOrder(session, "ABC", (each) => each.lines.every((line) => line.shipped === 0 && line.billed === 0));
  if (!book) return false;
  for (const line of book.lines) {
    if (!line.isClosed) moveStock(session, line.item, book.head.location, { demand: -line.quantity });
  }
  session.run('DELETE FROM "transactionline" WHERE "transaction" = ?', book.id);
  session.run('DELETE FROM "transaction" WHERE id = ?', book.id);
  session.recordDeletion("SalesOrd", book.id, book.number);
  return true;
}
