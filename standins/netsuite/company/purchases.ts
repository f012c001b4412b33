/** Purchase orders and their receipts, from the source's headers and lines. */
import { groupRows } from "./archive.ts";
import { DAY, moveCalendar, parseDay } from "./days.ts";
import type { Charge, Head, OrderPart } from "./documents.ts";
import { CHARGES, shipItems } from "./items.ts";
import { type OrderContext, sample } from "./orders.ts";
import { round, toCents } from "./money.ts";
import { between, randomFor } from "./random.ts";
import { DEPARTMENTS, WAREHOUSES } from "./frame.ts";
import { maybeMemo } from "./texts.ts";

/** A purchase order with what was received of it. Days are day numbers, times seconds. */
export interface Purchase {
  ref: string;
  head: Head;
  day: number;
  dueDay: number;
  created: number;
  modified: number;
  author: number;
  status: string;
  memo: string | null;
  parts: (OrderPart & { dueDay: number })[];
  tax: Charge;
  shipping: Charge;
  receipt: { day: number; created: number; takes: number[] } | null;
}

/** After so many days an order is closed, whether or not all of it came: the bills are kept outside this account. */
const CLOSED_AFTER_DAYS = 90;

/** Every kept purchase order. All are in US dollars, for the parent's warehouse in Bothell. */
export function readPurchases(context: OrderContext): Purchase[] {
  const { archive, yesterday } = context;
  const { rows, at } = archive("purchaseorderheader");
  const lines = archive("purchaseorderdetail");
  const byOrder = groupRows(lines.rows, lines.at("PurchaseOrderID"));
  const carriers = shipItems(archive);
  const days = rows.map((row) => parseDay(row[at("OrderDate")]!));
  const moves = moveCalendar(days, yesterday);
  const kept = sample(days.map((day, index) => day + moves[index]!), context.share);
  return rows.flatMap((row, index) => {
    if (!kept.has(index)) return [];
    const cell = (column: string) => row[at(column)]!;
    const ref = cell("PurchaseOrderID");
    const order = { ref, day: days[index]! + moves[index]!, move: moves[index]!, state: cell("Status") };
    const amount = (column: string) => ({ foreign: toCents(Number(cell(column))), net: toCents(Number(cell(column))) });
    return [receive(context, order, {
      vendor: Number(cell("VendorID")),
      author: Number(cell("EmployeeID")),
      shipDay: parseDay(cell("ShipDate")) + moves[index]!,
      tax: { item: CHARGES.tax[1]!, ...amount("TaxAmt") },
      shipping: { item: carriers.get(cell("ShipMethodID"))!.id, ...amount("Freight") },
      lines: byOrder.get(ref)!.map((line) => (column: string) => line[lines.at(column)]!),
    })];
  });
}

/** Decides how far one order has come. Source status: 1 pending, 2 approved, 3 rejected, 4 complete. */
function receive(
  { items, seed, yesterday }: OrderContext,
  order: { ref: string; day: number; move: number; state: string },
  source: {
    vendor: number;
    author: number;
    shipDay: number;
    tax: Charge;
    shipping: Charge;
    lines: ((column: string) => string)[];
  },
): Purchase {
  const random = randomFor(seed, `purchase ${order.ref}`);
  const created = order.day * DAY + between(random, 15, 22) * 3600 + between(random, 0, 11) * 300;
  const isRejected = order.state === "3";
  const isPending = !isRejected && order.day === yesterday && random() < 0.3;
  const isReceived = !isRejected && !isPending && source.shipDay <= yesterday;
  const isClosed = isReceived && order.day < yesterday - CLOSED_AFTER_DAYS;
  const parts = source.lines.map((cell) => {
    const product = items.byProductId.get(cell("ProductID"))!;
    const cents = toCents(Number(cell("LineTotal")));
    return {
      item: product.id,
      itemType: product.type,
      classId: product.classId,
      quantity: Number(cell("OrderQty")),
      rate: round(Number(cell("UnitPrice")), 4),
      foreign: cents,
      net: cents,
      memo: null,
      shipped: isReceived ? Math.min(Number(cell("ReceivedQty")), Number(cell("OrderQty"))) : 0,
      billed: 0,
      rejected: isReceived ? Number(cell("RejectedQty")) : 0,
      isClosed: isClosed || isRejected,
      dueDay: parseDay(cell("DueDate")) + order.move,
    };
  });
  const receipt = isReceived
    ? {
      day: source.shipDay,
      created: source.shipDay * DAY + between(random, 15, 21) * 3600 + between(random, 0, 2) * 1200,
      takes: parts.map((part) => part.shipped),
    }
    : null;
  const closed = isClosed ? (order.day + CLOSED_AFTER_DAYS) * DAY + 6 * 3600 : 0;
  const isComplete = parts.every((part) => part.shipped >= part.quantity);
  return {
    ref: order.ref,
    head: {
      entity: source.vendor,
      employee: source.author,
      subsidiary: 1,
      department: DEPARTMENTS.purchasing,
      location: WAREHOUSES.bothell,
      currency: 1,
      exchangeRate: 1,
      terms: 2,
    },
    day: order.day,
    dueDay: Math.max(...parts.map((part) => part.dueDay)),
    created,
    modified: Math.max(created + (isRejected ? between(random, 1, 2) * 3600 : 0), receipt?.created ?? 0, closed),
    author: source.author,
    status: isRejected ? "C" : isPending ? "A" : !isReceived ? "B" : isClosed ? "H" : isComplete ? "F" : "E",
    memo: maybeMemo(random),
    parts,
    tax: source.tax,
    shipping: source.shipping,
    receipt,
  };
}
