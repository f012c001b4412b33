/** The documents of a purchase: order and receipt. */
import { dayText } from "./days.ts";
import {
  balance,
  type Base,
  body,
  type Charge,
  type Document,
  header,
  links,
  type MadePart,
  type OrderPart,
} from "./documents.ts";
import { ACCOUNTS } from "./frame.ts";
import { fromCents } from "./money.ts";
import { flag } from "./rows.ts";

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
