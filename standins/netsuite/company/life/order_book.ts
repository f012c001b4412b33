/** Reading and settling stored sales and purchase orders: amounts as cents, totals and status kept right after every change. */
import { type Head } from "../documents.ts";
import { openQuantities, orderStatus } from "../order_status.ts";
import { fromCents, toCents } from "../money.ts";
import { flag } from "../rows.ts";
import type { Session, Stored } from "./session.ts";

/** An item line of a stored order; quantities and amounts positive, as a person would say them. */
export interface BookLine {
  uniquekey: number;
  id: number;
  item: number;
  itemType: string;
  classId: number | null;
  quantity: number;
  rate: number;
  foreign: number;
  net: number;
  shipped: number;
  billed: number;
  isClosed: boolean;
}

/** A stored order with its item lines and charges, as cents. */
export interface Book {
  id: number;
  type: "SalesOrd" | "PurchOrd";
  number: string;
  status: string;
  day: string;
  head: Head;
  otherRef: string | null;
  shipMethod: number | null;
  lines: BookLine[];
  discount: { foreign: number; net: number; item: number } | null;
  tax: { foreign: number; net: number; item: number } | null;
  shipping: { foreign: number; net: number; item: number } | null;
}

const text = (value: string | number | null | undefined) =>
  value === null || value === undefined ? null : String(value);
const number = (value: string | number | null | undefined) =>
  value === null || value === undefined ? null : Number(value);

/** Reads an order by id, or null where it is gone. */
export function readBook(session: Session, id: number): Book | null {
  const header = session.one('SELECT * FROM "transaction" WHERE id = ?', id);
  if (!header) return null;
  const type = header.type as Book["type"];
  const sign = type === "SalesOrd" ? -1 : 1;
  const rows = session.all(
    'SELECT * FROM "transactionline" WHERE "transaction" = ? ORDER BY linesequencenumber, id',
    id,
  );
  const main = rows.find((row) => row.mainline === "T")!;
  const charge = (kind: string, factor: number) => {
    const row = rows.find((each) => each.itemtype === kind);
    return row
      ? {
        item: Number(row.item),
        foreign: toCents(Number(row.foreignamount)) * factor,
        net: toCents(Number(row.netamount)) * factor,
      }
      : null;
  };
  return {
    id,
    type,
    number: String(header.tranid),
    status: String(header.status),
    day: String(header.trandate),
    head: {
      entity: Number(header.entity),
      employee: number(header.employee),
      subsidiary: Number(main.subsidiary),
      department: number(main.department),
      location: number(main.location),
      currency: Number(header.currency),
      exchangeRate: Number(header.exchangerate),
      terms: number(header.terms),
    },
    otherRef: text(header.otherrefnum),
    shipMethod: number(main.shipmethod),
    lines: rows.filter(isItemLine).map((row) => ({
      uniquekey: Number(row.uniquekey),
      id: Number(row.id),
      item: Number(row.item),
      itemType: String(row.itemtype),
      classId: number(row.class),
      quantity: Number(row.quantity) * sign,
      rate: Number(row.rate),
      foreign: toCents(Number(row.foreignamount)) * sign,
      net: toCents(Number(row.netamount)) * sign,
      shipped: Number(row.quantityshiprecv),
      billed: Number(row.quantitybilled),
      isClosed: row.isclosed === "T",
    })),
    discount: charge("Discount", -sign),
    tax: charge("TaxItem", sign),
    shipping: charge("ShipItem", sign),
  };
}

function isItemLine(row: Stored): boolean {
  return row.mainline === "F" && row.taxline === "F" &&
    !["Discount", "ShipItem", "TaxItem"].includes(String(row.itemtype));
}

/** The amount of `quantity` units at `rate`, in both currencies. */
export function priceOf(quantity: number, rate: number, exchangeRate: number): { foreign: number; net: number } {
  const foreign = toCents(quantity * rate);
  return { foreign, net: exchangeRate === 1 ? foreign : toCents(foreign / 100 * exchangeRate) };
}

/**
 * Writes back what follows from an order's lines after they changed: their open quantities, the tax in proportion, the main
 * line, the header's totals, status and stamp.
 *
 * @param changed uniquekeys of lines whose own stamp must move; the main line's always does
 * @param taxBefore sum of item amounts the stored tax belongs to, cents; leave out to keep the tax
 */
export function settle(session: Session, id: number, changed: number[], taxBefore?: number): void {
  const book = readBook(session, id)!;
  if (book.tax && taxBefore !== undefined && taxBefore > 0) {
    const after = book.lines.reduce((sum, line) => sum + line.foreign, 0);
    if (after !== taxBefore) scaleTax(session, book, after / taxBefore);
  }
  for (const line of book.lines) {
    const open = openQuantities(line);
    session.run(
      `UPDATE "transactionline" SET quantitycommitted = ?, quantitybackordered = ?, isfullyshipped = ? WHERE uniquekey = ?`,
      book.type === "SalesOrd" ? open.quantitycommitted! : null,
      book.type === "SalesOrd" ? open.quantitybackordered! : null,
      flag(line.shipped >= line.quantity),
      line.uniquekey,
    );
  }
  for (const uniquekey of changed) {
    session.run('UPDATE "transactionline" SET linelastmodifieddate = ? WHERE uniquekey = ?', session.stamp, uniquekey);
  }
  const rows = session.all(
    'SELECT mainline, foreignamount, netamount FROM "transactionline" WHERE "transaction" = ?',
    id,
  );
  const sum = (column: "foreignamount" | "netamount") =>
    -rows.reduce((total, row) => row.mainline === "T" ? total : total + toCents(Number(row[column] ?? 0)), 0);
  session.run(
    `UPDATE "transactionline" SET foreignamount = ?, netamount = ?, linelastmodifieddate = ?
      WHERE "transaction" = ? AND mainline = 'T'`,
    fromCents(sum("foreignamount")),
    fromCents(sum("netamount")),
    session.stamp,
    id,
  );
  const status = book.type === "SalesOrd" ? salesStatus(book) : purchaseStatus(book);
  session.update("transaction", id, {
    foreigntotal: fromCents(sum("foreignamount")),
    taxtotal: fromCents(readBook(session, id)!.tax?.foreign ?? 0),
    status,
    ...(book.type === "SalesOrd" ? { billingstatus: flag(status === "G") } : {}),
  });
}

function scaleTax(session: Session, book: Book, factor: number): void {
  const sign = book.type === "SalesOrd" ? -1 : 1;
  const foreign = Math.round(book.tax!.foreign * factor);
  // from the new tax, not from the old net: its rounding would grow with the factor
  const net = book.head.exchangeRate === 1 ? foreign : toCents(foreign / 100 * book.head.exchangeRate);
  session.run(
    `UPDATE "transactionline" SET foreignamount = ?, netamount = ?, linelastmodifieddate = ?
      WHERE "transaction" = ? AND itemtype = 'TaxItem'`,
    fromCents(foreign * sign),
    fromCents(net * sign),
    session.stamp,
    book.id,
  );
}

function salesStatus(book: Book): string {
  const isCancelled = book.status === "C";
  return orderStatus(book.lines, {
    isCancelled,
    isClosed: !isCancelled && book.lines.every((line) => line.isClosed),
    isApproved: book.status !== "A",
  });
}

function purchaseStatus(book: Book): string {
  if (book.status === "A" || book.status === "C" || book.status === "H") return book.status;
  if (book.lines.every((line) => line.shipped === 0)) return "B";
  if (book.lines.every((line) => line.billed >= line.quantity)) return "G";
  return book.lines.every((line) => line.shipped >= line.quantity) ? "F" : "E";
}
