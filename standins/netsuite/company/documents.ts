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
import { periodId } from "./setup.ts";

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
  Estimate: ["estimate", "ESTIMATE", "Quote", false],
  Opprtnty: ["opportunity", "OPPRTNTY", "Opportunity", false],
  CashSale: ["cashsale", "CASHSALE", "Cash Sale", true],
  CustCred: ["creditmemo", "CUSTCRED", "Credit Memo", true],
  RtnAuth: ["returnauthorization", "RTNAUTH", "Return Authorization", false],
  CustPymt: ["customerpayment", "CUSTPYMT", "Payment", true],
  VendBill: ["vendorbill", "VENDBILL", "Bill", true],
  InvAdjst: ["inventoryadjustment", "INVADJST", "Inventory Adjustment", true],
  InvTrnfr: ["inventorytransfer", "INVTRNFR", "Inventory Transfer", true],
  VendPymt: ["vendorpayment", "VENDPYMT", "Bill Payment", true],
};

/** The header row of a document of a type, with what only that type has in `more`. */
export function header(type: string, status: string, base: Base, more: Row): Row {
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
export function line(base: Base, id: number, more: Row): Row {
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
export function balance(base: Base, lines: Row[], amounts: Amount[], more: Row): number {
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
export function body(
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

/** Links of item lines made from an order's lines. `nextLines` are the new document's line ids, in the order of `parts`. */
export function links(
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
