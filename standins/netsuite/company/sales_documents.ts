/** The documents of a sale: order, fulfilment, invoice. */
import { dayText } from "./days.ts";
import {
  balance,
  type Base,
  body,
  type Charge,
  type Document,
  header,
  line,
  links,
  type MadePart,
  type OrderPart,
} from "./documents.ts";
import { ACCOUNTS } from "./frame.ts";
import { fromCents } from "./money.ts";
import { openQuantities } from "./order_status.ts";
import { flag, type Row } from "./rows.ts";

/** A sales order. `status` comes from {@link orderStatus}. */
export function salesOrder(
  order: Base & {
    status: string;
    parts: OrderPart[];
    discount: Charge | null;
    tax: Charge | null;
    shipping: Charge | null;
    shipMethod: number | null;
    promisedDay: number;
    shippedDay: number | null;
    channelRef: string | null;
    otherRef: string | null;
    source: string;
    isVoided: boolean;
  },
): Document {
  const { lines, amounts } = body(order, -1, order.parts, order, (_, index) => {
    const part = order.parts[index]!;
    return {
      quantityshiprecv: part.shipped,
      quantitybilled: part.billed,
      ...openQuantities(part),
      isclosed: flag(part.isClosed),
      isfullyshipped: flag(part.shipped >= part.quantity),
      isbillable: "F",
      isinventoryaffecting: "F",
      expectedshipdate: dayText(order.promisedDay),
    };
  });
  const total = balance(order, lines, amounts, {
    shipmethod: order.shipMethod,
    expectedshipdate: dayText(order.promisedDay),
  });
  return {
    header: header("SalesOrd", order.status, order, {
      foreigntotal: fromCents(total),
      taxtotal: fromCents(order.tax?.foreign ?? 0),
      approvalstatus: order.status === "A" ? 1 : 2,
      shipdate: dayText(order.promisedDay),
      actualshipdate: order.shippedDay === null ? null : dayText(order.shippedDay),
      shipcomplete: "F",
      billingstatus: flag(order.status === "G"),
      otherrefnum: order.otherRef,
      externalid: order.channelRef,
      source: order.source,
      void: flag(order.isVoided),
      voided: flag(order.isVoided),
      custbody_channel_ref: order.channelRef,
    }),
    lines,
    links: [],
  };
}

/** An item fulfilment (status C, shipped). The document has no amount; with `cost`, inventory and cost lines cancel out. */
export function itemFulfilment(
  ship: Base & { orderId: number; parts: MadePart[]; shipMethod: number | null },
): Document {
  const lines: Row[] = [];
  const nextLines: number[] = [];
  for (const part of ship.parts) {
    const id = lines.length + 1;
    const shared = { item: part.item, itemtype: part.itemType, class: part.classId, createdfrom: ship.orderId };
    const amount: Row = part.cost === undefined
      ? {}
      : { netamount: fromCents(-part.cost), foreignamount: fromCents(-part.cost) };
    nextLines.push(id);
    lines.push(line(ship, id, {
      ...shared,
      ...amount,
      quantity: -part.quantity,
      accountinglinetype: "ASSET",
      isinventoryaffecting: "T",
      actualshipdate: dayText(ship.day),
      memo: part.memo,
    }));
    if (part.cost !== undefined) {
      lines.push(line(ship, id + 1, {
        ...shared,
        iscogs: "T",
        quantity: part.quantity,
        netamount: fromCents(part.cost),
        foreignamount: fromCents(part.cost),
        accountinglinetype: "COGS",
        isinventoryaffecting: "F",
      }));
    }
  }
  lines.unshift(
    line(ship, 0, { mainline: "T", createdfrom: ship.orderId, shipmethod: ship.shipMethod, memo: ship.memo }),
  );
  return {
    header: header("ItemShip", "C", ship, {
      shipdate: dayText(ship.day),
      actualshipdate: dayText(ship.day),
      account: ACCOUNTS.cogs,
    }),
    lines,
    links: links(ship, { id: ship.orderId, type: "SalesOrd" }, "ItemShip", "ShipRcpt", ship.parts, nextLines),
  };
}

/** An invoice; `paidDay` null means open. */
export function invoice(
  bill: Base & {
    orderId: number;
    parts: MadePart[];
    discount: Charge | null;
    tax: Charge | null;
    shipping: Charge | null;
    dueDay: number;
    paidDay: number | null;
    otherRef: string | null;
  },
): Document {
  const { lines, amounts } = body(bill, -1, bill.parts, bill, () => ({
    createdfrom: bill.orderId,
    accountinglinetype: "INCOME",
    isinventoryaffecting: "F",
  }));
  const total = balance(bill, lines, amounts, { createdfrom: bill.orderId, accountinglinetype: "ACCTREC" });
  const paid = bill.paidDay === null ? 0 : total;
  return {
    header: header("CustInvc", bill.paidDay === null ? "A" : "B", bill, {
      foreigntotal: fromCents(total),
      foreignamountpaid: fromCents(paid),
      foreignamountunpaid: fromCents(total - paid),
      taxtotal: fromCents(bill.tax?.foreign ?? 0),
      approvalstatus: 2,
      duedate: dayText(bill.dueDay),
      closedate: bill.paidDay === null ? null : dayText(bill.paidDay),
      account: ACCOUNTS.receivable,
      otherrefnum: bill.otherRef,
    }),
    lines,
    links: links(
      bill,
      { id: bill.orderId, type: "SalesOrd" },
      "CustInvc",
      "OrdBill",
      bill.parts,
      bill.parts.map((_, index) => index + 1),
    ),
  };
}
