/** From stories to documents: what has to be written for one order, each document waiting for its id. */
import { type Base, type Charge, type Document, type MadePart } from "./documents.ts";
import { orderStatus } from "./order_status.ts";
import { itemReceipt, purchaseOrder } from "./purchase_documents.ts";
import { invoice, itemFulfilment, salesOrder } from "./sales_documents.ts";
import type { History } from "./history.ts";
import { toCents } from "./money.ts";
import type { Order } from "./orders.ts";
import type { Purchase } from "./purchases.ts";
import { WAREHOUSES } from "./frame.ts";

/** A document to come. Entries are sorted by `created` (then `rank`, then `ref`), which gives ids; `build` then makes the rows. */
export interface Entry {
  created: number;
  rank: number;
  ref: string;
  prefix: string;
  build(id: number, number: string): Document;
}

/** Fulfilments from this warehouse book their cost at once, as a pair of lines; the others are costed by a nightly job elsewhere. */
const COSTED_AT: number = WAREHOUSES.West;

/** Order, fulfilments and invoice of one sale. */
export function salesEntries(order: Order, history: History, customer: number): Entry[] {
  const { shipments, billing } = history;
  const head = {
    entity: customer,
    employee: order.salesRep,
    subsidiary: order.subsidiary,
    department: order.department,
    location: order.location,
    currency: order.currency,
    exchangeRate: order.exchangeRate,
    terms: order.terms,
  };
  const parts = order.parts.map((part, index) => ({
    ...part,
    shipped: shipments.reduce((sum, each) => sum + each.takes[index]!, 0),
    billed: billing?.takes[index] ?? 0,
    isClosed: history.isClosed || history.isCancelled,
  }));
  const author = order.channel === "retail" ? 209 : order.channel === "web" ? 208 : order.salesRep;
  const base = (id: number, number: string): Pick<Base, "id" | "number" | "head" | "author"> => ({
    id,
    number,
    head,
    author,
  });
  let orderId = 0;
  return [
    {
      created: history.created,
      rank: 0,
      ref: order.ref,
      prefix: "SO",
      build(id, number) {
        orderId = id;
        return salesOrder({
          ...base(id, number),
          day: order.day,
          created: history.created,
          modified: history.modified,
          memo: history.isVoided ? "VOID" : order.memo,
          status: orderStatus(parts, history),
          parts,
          discount: order.discount,
          tax: order.tax,
          shipping: order.shipping,
          shipMethod: order.shipMethod,
          promisedDay: order.promisedDay,
          shippedDay: shipments.at(-1)?.day ?? null,
          channelRef: order.ref,
          otherRef: order.otherRef,
          source: order.channel === "web" ? "web" : "CSV",
          isVoided: history.isVoided,
        });
      },
    },
    ...shipments.map((shipment, index): Entry => ({
      created: shipment.created,
      rank: 1 + index,
      ref: order.ref,
      prefix: "IF",
      build: (id, number) =>
        itemFulfilment({
          ...base(id, number),
          author: 206,
          day: shipment.day,
          created: shipment.created,
          modified: shipment.modified,
          memo: null,
          orderId,
          parts: takeParts(order.parts, shipment.takes).map((part) =>
            order.location === COSTED_AT ? { ...part, cost: toCents(Math.max(0, part.unitCost) * part.quantity) } : part
          ),
          shipMethod: order.shipMethod,
        }),
    })),
    ...(billing
      ? [{
        created: billing.created,
        rank: 9,
        ref: order.ref,
        prefix: "INV",
        build: (id: number, number: string) => {
          const parts = takeParts(order.parts, billing.takes);
          const share = shareOf(order.parts, parts);
          return invoice({
            ...base(id, number),
            author: 203,
            day: billing.day,
            created: billing.created,
            modified: billing.modified,
            memo: order.memo,
            orderId,
            parts,
            discount: portion(order.discount, share),
            tax: portion(order.tax, share),
            shipping: order.shipping,
            dueDay: billing.dueDay,
            paidDay: billing.paidDay,
            otherRef: order.otherRef,
          });
        },
      }]
      : []),
  ];
}

/** The parts that a shipment or invoice takes, with amounts for the units taken; order lines are numbered from 1. */
function takeParts<T extends Order["parts"][number]>(parts: T[], takes: number[]): (T & MadePart)[] {
  return parts.flatMap((part, index) => {
    const quantity = takes[index]!;
    if (quantity === 0) return [];
    const share = quantity / part.quantity;
    return [{
      ...part,
      orderLine: index + 1,
      quantity,
      foreign: quantity === part.quantity ? part.foreign : toCents(part.foreign * share / 100),
      net: quantity === part.quantity ? part.net : toCents(part.net * share / 100),
      memo: null,
    }];
  });
}

function shareOf(all: { foreign: number }[], some: { foreign: number }[]): number {
  const sum = (parts: { foreign: number }[]) => parts.reduce((total, part) => total + part.foreign, 0);
  return sum(all) === 0 ? 1 : sum(some) / sum(all);
}

/** A charge for a part of the order. */
function portion(charge: Charge | null, share: number): Charge | null {
  if (!charge || share === 1) return charge;
  return { ...charge, foreign: Math.round(charge.foreign * share), net: Math.round(charge.net * share) };
}

/** Order and receipt of one purchase. */
export function purchaseEntries(purchase: Purchase): Entry[] {
  const { head, receipt, parts } = purchase;
  let orderId = 0;
  const order: Entry = {
    created: purchase.created,
    rank: 0,
    ref: `P${purchase.ref}`,
    prefix: "PO",
    build(id, number) {
      orderId = id;
      return purchaseOrder({ ...purchase, id, number });
    },
  };
  if (!receipt) return [order];
  return [order, {
    created: receipt.created,
    rank: 1,
    ref: `P${purchase.ref}`,
    prefix: "IR",
    build: (id, number) =>
      itemReceipt({
        id,
        number,
        head,
        day: receipt.day,
        created: receipt.created,
        modified: receipt.created,
        memo: null,
        author: 206,
        orderId,
        parts: takeParts(parts.map((part) => ({ ...part, unitCost: 0 })), receipt.takes),
      }),
  }];
}
