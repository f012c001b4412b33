/**
 * Documents as NetSuite keeps them: a header, lines with ledger signs (debit positive, credit negative), links between
 * lines. Used by the loader and by the simulated life, so that a new order looks like an old one.
 *
 * Amounts come in as positive whole cents and leave as signed decimals. Every document balances: the main line is minus
 * the sum of the others, in the transaction's currency and in the subsidiary's base currency.
 */
import { dayText, timeText } from "./days.ts";
import { fromCents } from "./money.ts";
import { flag, type Row } from "./rows.ts";
import { ACCOUNTS, periodId } from "./setup.ts";

/** An amount in the transaction's currency and in the subsidiary's base currency, cents. */
export interface Amount {
  foreign: number;
  net: number;
}

/** Who, where and in which money: the same for an order and all documents made from it. */
export interface Head {
  entity: number;
  employee: number | null;
  subsidiary: number;
  department: number | null;
  location: number | null;
  currency: number;
  exchangeRate: number;
  terms: number | null;
}

/** One sold or bought item. `quantity` and amounts are positive; `rate` is in the transaction's currency. */
export interface Part extends Amount {
  item: number;
  itemType: string;
  classId: number | null;
  quantity: number;
  rate: number;
  memo: string | null;
}

/** An item line of an order, with what has become of it. */
export interface OrderPart extends Part {
  shipped: number;
  billed: number;
  isClosed: boolean;
  rejected?: number;
}

/** A part of a document made from an order: `orderLine` is the line's id within that order. */
export interface MadePart extends Part {
  orderLine: number;
  /** Cost of the shipped units in base currency cents; where given, a pair of inventory and cost lines is written. */
  cost?: number;
}

/** Tax, shipping or discount: the item that stands for it, and how much. */
export interface Charge extends Amount {
  item: number;
}

/** What every document has. Days are day numbers, times are seconds. */
export interface Base {
  id: number;
  number: string;
  head: Head;
  day: number;
  created: number;
  modified: number;
  memo: string | null;
  author: number | null;
}

/** A document ready to be stored; `uniquekey` of the lines is given when it is saved. */
export interface Document {
  header: Row;
  lines: Row[];
  links: Row[];
}

const RECORD_TYPES: Record<string, [record: string, abbreviation: string, display: string, posting: boolean]> = {
  SalesOrd: ["salesorder", "SALESORD", "Sales Order", false],
  ItemShip: ["itemfulfillment", "ITEMSHIP", "Item Fulfillment", true],
  CustInvc: ["invoice", "CUSTINVC", "Invoice", true],
  PurchOrd: ["purchaseorder", "PURCHORD", "Purchase Order", false],
  ItemRcpt: ["itemreceipt", "ITEMRCPT", "Item Receipt", true],
};

function header(type: string, status: string, base: Base, more: Row): Row {
  const [record, abbreviation, display, posting] = RECORD_TYPES[type]!;
  return {
    id: base.id,
    tranid: base.number,
    transactionnumber: `${abbreviation}${base.number.replace(/^\D+/, "")}`,
    type,
    recordtype: record,
    abbrevtype: abbreviation,
    trandisplayname: `${display} #${base.number}`,
    trandate: dayText(base.day),
    createddate: timeText(base.created),
    lastmodifieddate: timeText(base.modified),
    createdby: base.author,
    lastmodifiedby: base.author,
    status,
    entity: base.head.entity,
    employee: base.head.employee,
    currency: base.head.currency,
    exchangerate: base.head.exchangeRate,
    postingperiod: posting ? periodId(base.day) : null,
    posting: flag(posting),
    void: "F",
    voided: "F",
    isreversal: "F",
    memo: base.memo,
    terms: base.head.terms,
    ...more,
  };
}

/** A line with everything that all kinds share; `id` is also its place, since nothing was moved yet. */
function line(base: Base, id: number, more: Row): Row {
  return {
    id,
    transaction: base.id,
    linesequencenumber: id,
    mainline: "F",
    taxline: "F",
    iscogs: "F",
    donotdisplayline: "F",
    entity: base.head.entity,
    subsidiary: base.head.subsidiary,
    department: base.head.department,
    location: base.head.location,
    isclosed: "F",
    eliminate: "F",
    linelastmodifieddate: timeText(base.modified),
    ...more,
  };
}

/** Adds the main line in front: minus the sum of the others. Returns the total in the transaction's currency, cents. */
function balance(base: Base, lines: Row[], amounts: Amount[], more: Row): number {
  const foreign = -amounts.reduce((sum, each) => sum + each.foreign, 0);
  const net = -amounts.reduce((sum, each) => sum + each.net, 0);
  lines.unshift(line(base, 0, {
    mainline: "T",
    foreignamount: fromCents(foreign),
    netamount: fromCents(net),
    memo: base.memo,
    ...more,
  }));
  return foreign;
}

/** Item, discount, tax and shipping lines of a sale or purchase; `sign` is -1 for income, +1 for what is bought. */
function body(
  base: Base,
  sign: 1 | -1,
  parts: Part[],
  charges: { discount?: Charge | null; tax?: Charge | null; shipping?: Charge | null },
  more: (part: Part, index: number) => Row,
): { lines: Row[]; amounts: Amount[] } {
  const lines: Row[] = [];
  const amounts: Amount[] = [];
  const add = (amount: Amount, factor: number, row: Row) => {
    const signed = { foreign: amount.foreign * factor, net: amount.net * factor };
    amounts.push(signed);
    lines.push(line(base, lines.length + 1, {
      foreignamount: fromCents(signed.foreign),
      netamount: fromCents(signed.net),
      ...row,
    }));
  };
  parts.forEach((part, index) =>
    add(part, sign, {
      item: part.item,
      itemtype: part.itemType,
      class: part.classId,
      quantity: part.quantity * sign,
      rate: part.rate,
      memo: part.memo,
      ...more(part, index),
    })
  );
  const { discount, tax, shipping } = charges;
  if (discount) {
    const row = { item: discount.item, itemtype: "Discount", transactiondiscount: "T" };
    add(discount, -sign, { ...row, rate: fromCents(-discount.foreign) });
  }
  if (tax) add(tax, sign, { item: tax.item, itemtype: "TaxItem", taxline: "T" });
  if (shipping) {
    add(shipping, sign, {
      item: shipping.item,
      itemtype: "ShipItem",
      shipmethod: shipping.item,
      rate: fromCents(shipping.foreign),
    });
  }
  return { lines, amounts };
}

/** What an order line still needs: committed while nothing of it was shipped, backordered after that. */
export function openQuantities(part: { quantity: number; shipped: number; isClosed: boolean }): Row {
  const open = part.isClosed ? 0 : Math.max(0, part.quantity - part.shipped);
  return {
    quantitycommitted: part.shipped === 0 ? open : 0,
    quantitybackordered: part.shipped === 0 ? 0 : open,
  };
}

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

/** Links of item lines made from an order's lines. `nextLines` are the new document's line ids, in the order of `parts`. */
function links(
  base: Base,
  from: { id: number; type: string },
  nextType: string,
  linkType: string,
  parts: MadePart[],
  nextLines: number[],
): Row[] {
  return parts.map((part, index) => ({
    previousdoc: from.id,
    previousline: part.orderLine,
    previoustype: from.type,
    nextdoc: base.id,
    nextline: nextLines[index]!,
    nexttype: nextType,
    linktype: linkType,
    foreignamount: linkType === "OrdBill" ? fromCents(part.foreign) : null,
    lastmodifieddate: timeText(base.created),
  }));
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

/** A purchase order: a debt, hence a negative main line and total, and positive item lines. */
export function purchaseOrder(
  order: Base & {
    status: string;
    parts: (OrderPart & { dueDay: number })[];
    tax: Charge | null;
    shipping: Charge | null;
    dueDay: number;
  },
): Document {
  const { lines, amounts } = body(order, 1, order.parts, order, (_, index) => {
    const part = order.parts[index]!;
    return {
      quantityshiprecv: part.shipped,
      quantitybilled: part.billed,
      quantityrejected: part.rejected ?? 0,
      isclosed: flag(part.isClosed),
      isfullyshipped: flag(part.shipped >= part.quantity),
      isinventoryaffecting: "F",
      expectedreceiptdate: dayText(part.dueDay),
    };
  });
  const total = balance(order, lines, amounts, { expectedreceiptdate: dayText(order.dueDay) });
  return {
    header: header("PurchOrd", order.status, order, {
      foreigntotal: fromCents(total),
      taxtotal: fromCents(order.tax?.foreign ?? 0),
      approvalstatus: order.status === "A" ? 1 : order.status === "C" ? 3 : 2,
      duedate: dayText(order.dueDay),
    }),
    lines,
    links: [],
  };
}

/** An item receipt: stock up (positive), the accrual on the main line. */
export function itemReceipt(receipt: Base & { orderId: number; parts: MadePart[] }): Document {
  const { lines, amounts } = body(receipt, 1, receipt.parts, {}, () => ({
    createdfrom: receipt.orderId,
    accountinglinetype: "ASSET",
    isinventoryaffecting: "T",
  }));
  const total = balance(receipt, lines, amounts, { createdfrom: receipt.orderId });
  return {
    header: header("ItemRcpt", "Y", receipt, { foreigntotal: fromCents(total), account: ACCOUNTS.accrual }),
    lines,
    links: links(
      receipt,
      { id: receipt.orderId, type: "PurchOrd" },
      "ItemRcpt",
      "ShipRcpt",
      receipt.parts,
      receipt.parts.map((_, index) => index + 1),
    ),
  };
}

/**
 * The status letter of a sales order by what has happened to its item lines.
 *
 * Cancelled beats all; then closed; an order that nobody approved stays A. Otherwise: nothing shipped B, some shipped D
 * (all of that billed) or E, everything shipped F (not all billed) or G.
 */
export function orderStatus(
  parts: { quantity: number; shipped: number; billed: number }[],
  state: { isApproved: boolean; isClosed: boolean; isCancelled: boolean },
): string {
  if (state.isCancelled) return "C";
  if (state.isClosed) return "H";
  if (!state.isApproved) return "A";
  const shippedAny = parts.some((part) => part.shipped > 0);
  const shippedAll = parts.every((part) => part.shipped >= part.quantity);
  const unbilled = parts.some((part) => part.billed < part.shipped);
  if (!shippedAny) return "B";
  if (shippedAll) return unbilled ? "F" : "G";
  return unbilled ? "E" : "D";
}
