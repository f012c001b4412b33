/** Payments, and taking back what a deleted document did to the ones it came from. */
import { dayText } from "../company/days.ts";
import { type Amount, balance, type Base, type Document, header, line } from "../company/documents.ts";
import { readBook } from "../company/life/order_book.ts";
import { moveStock } from "../company/life/stock.ts";
import { fromCents, toCents } from "../company/money.ts";
import type { Row } from "../company/rows.ts";
import { invalidValue, userError } from "./errors.ts";
import { type Body, readLines, readReference } from "./fields.ts";
import type { Writing } from "./plain.ts";
import type { StoredRow } from "./read.ts";
import type { DocumentKind } from "./types.ts";

/** A payment of open invoices or bills: `{"payment": 110, "apply": {"items": [{"doc": {"id"}, "apply": true, "amount": 110}]}}`. */
export function applyPayments(writing: Writing, kind: DocumentKind, base: Base, body: Body): Document {
  const { session } = writing;
  const pays = kind.party === "customer" ? "CustInvc" : "VendBill";
  const applied = (readLines(body, "apply") ?? []).filter((each) => each.apply !== false).map((each, index) => {
    const at = `apply.items[${index}]`;
    const doc = readReference(writing, ["transaction"], each.doc, "doc", `${at}.doc`);
    const stored = session.one('SELECT * FROM "transaction" WHERE id = ?', doc)!;
    if (stored.type !== pays || stored.entity !== base.head.entity) throw invalidValue(doc, "doc", `${at}.doc`);
    const open = toCents(Number(stored.foreignamountunpaid ?? 0));
    const amount = each.amount === undefined ? open : typeof each.amount === "number" ? toCents(each.amount) : NaN;
    if (!(amount > 0)) throw invalidValue(each.amount, "amount", `${at}.amount`);
    if (amount > open) throw userError("The amount applied may not exceed the amount remaining of the transaction.");
    return { doc, amount, stored };
  });
  const sum = applied.reduce((total, each) => total + each.amount, 0);
  const payment = body.payment === undefined ? sum : typeof body.payment === "number" ? toCents(body.payment) : NaN;
  if (!(payment > 0)) {
    throw body.payment === undefined
      ? userError("Please enter value(s) for: Payment Amount")
      : invalidValue(body.payment, "payment", "payment");
  }
  if (payment < sum) throw userError("The amounts applied exceed the payment.");
  const net = (cents: number) => base.head.exchangeRate === 1 ? cents : toCents(cents / 100 * base.head.exchangeRate);
  const lines: Row[] = [], amounts: Amount[] = [], links: Row[] = [];
  const add = (cents: number, createdfrom: number | null) => {
    const signed = { foreign: cents * kind.sign, net: net(cents) * kind.sign };
    amounts.push(signed);
    lines.push(line(base, lines.length + 1, {
      foreignamount: fromCents(signed.foreign),
      netamount: fromCents(signed.net),
      createdfrom,
    }));
  };
  for (const { doc, amount, stored } of applied) {
    add(amount, doc);
    links.push({
      previousdoc: doc,
      previousline: 0,
      previoustype: pays,
      nextdoc: base.id,
      nextline: lines.length,
      nexttype: kind.type,
      linktype: "Payment",
      foreignamount: fromCents(amount),
      lastmodifieddate: session.stamp,
    });
    setPaid(writing, stored, toCents(Number(stored.foreignamountpaid ?? 0)) + amount, dayText(base.day));
  }
  if (payment > sum) add(payment - sum, null);
  const total = balance(base, lines, amounts, {});
  return {
    header: header(kind.type, kind.status, base, { foreigntotal: fromCents(total), account: kind.account }),
    lines,
    links,
  };
}

function setPaid({ session }: Writing, stored: StoredRow, paid: number, day: string | null): void {
  const total = Math.abs(toCents(Number(stored.foreigntotal)));
  session.update("transaction", Number(stored.id), {
    foreignamountpaid: fromCents(paid),
    foreignamountunpaid: fromCents(total - paid),
    status: paid >= total ? "B" : "A",
    closedate: paid >= total ? day : null,
  });
}

/**
 * Takes back what a document did: shipped and billed quantities of orders, paid amounts of invoices.
 *
 * @returns orders to settle once it is gone, with the keys of their changed lines
 */
export function takeBack(writing: Writing, id: number): Map<number, number[]> {
  const { session } = writing;
  const orders = new Map<number, number[]>();
  const links = session.all(
    `SELECT k.*, ABS(l.quantity) AS units FROM "nexttransactionlinelink" k
      LEFT JOIN "transactionline" l ON l."transaction" = k.nextdoc AND l.id = k.nextline WHERE k.nextdoc = ?`,
    id,
  );
  for (const link of links) {
    const previous = session.one('SELECT * FROM "transaction" WHERE id = ?', link.previousdoc!);
    if (!previous) continue;
    if (link.linktype === "Payment") {
      setPaid(
        writing,
        previous,
        toCents(Number(previous.foreignamountpaid)) - toCents(Number(link.foreignamount)),
        null,
      );
      continue;
    }
    if (previous.type !== "SalesOrd" && previous.type !== "PurchOrd") continue;
    const book = readBook(session, Number(previous.id))!;
    const line = book.lines.find((each) => each.id === Number(link.previousline));
    if (!line) continue;
    const units = Number(link.units ?? 0);
    const column = link.linktype === "OrdBill"
      ? "quantitybilled"
      : link.linktype === "ShipRcpt"
      ? "quantityshiprecv"
      : null;
    if (!column) continue;
    if (column === "quantityshiprecv" && (line.shipped - units < line.billed || line.isClosed)) {
      throw userError("This record cannot be deleted because it has dependent records.");
    }
    const left = (column === "quantitybilled" ? line.billed : line.shipped) - units;
    session.run(`UPDATE "transactionline" SET "${column}" = ? WHERE uniquekey = ?`, left, line.uniquekey);
    if (column === "quantityshiprecv") {
      const sale = previous.type === "SalesOrd";
      moveStock(
        session,
        line.item,
        book.head.location,
        sale ? { onHand: units, demand: units } : { onHand: -units, onOrder: units },
      );
    }
    orders.set(book.id, [...(orders.get(book.id) ?? []), line.uniquekey]);
  }
  return orders;
}
