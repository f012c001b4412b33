/** Writing of documents: header, item lines and what they do to stock, in the same shapes that the simulated business uses. */
import { dayText } from "../company/days.ts";
import {
  type Amount,
  balance,
  type Base,
  body as linesBody,
  type Document,
  header,
  type OrderPart,
} from "../company/documents.ts";
import { settle } from "../company/life/order_book.ts";
import type { Session } from "../company/life/session.ts";
import { moveStock } from "../company/life/stock.ts";
import { fromCents } from "../company/money.ts";
import { purchaseOrder } from "../company/purchase_documents.ts";
import type { Row } from "../company/rows.ts";
import { salesOrder } from "../company/sales_documents.ts";
import {
  baseOf,
  checkPeriod,
  dayOf,
  headOf,
  idOf,
  readParts,
  readShipping,
  refuseDouble,
  statusOf,
  storedHead,
} from "./document_input.ts";
import { editLines } from "./document_lines.ts";
import { userError } from "./errors.ts";
import { type Body, readColumns, readLines, readReference } from "./fields.ts";
import { applyPayments, takeBack } from "./payments.ts";
import { demand, recordDeletion, type Writing } from "./plain.ts";
import type { StoredRow } from "./read.ts";
import type { DocumentKind, RecordType } from "./types.ts";

/** Properties of a document that are not plain columns of its header. */
const SPECIAL = new Set(
  `entity customer vendor subsidiary department class location shipMethod shippingCost orderStatus status item apply
  payment createdFrom exchangeRate currency`.split(/\s+/),
);
/** Makes a document from a body. Returns its id. */
export function createDocument(writing: Writing, type: RecordType, body: Body): number {
  const kind = type.document!;
  if (kind.from === "transform") {
    throw userError(`A record of type ${type.name} is made by transforming the order that it belongs to.`);
  }
  const row = readColumns(writing, "transaction", body, SPECIAL);
  const partyName = kind.from === "apply" && kind.party === "customer" ? "customer" : "entity";
  demand(type, body);
  const entity = readReference(writing, [kind.party], body[partyName], partyName, partyName);
  refuseDouble(writing, row, 0);
  const base = baseOf(writing, kind, body, row, headOf(writing, kind, entity, body, row));
  checkPeriod(writing, kind, dayText(base.day));
  const document = kind.from === "apply"
    ? applyPayments(writing, kind, base, body)
    : fromItems(writing, type, base, body, row);
  Object.assign(document.header, row, {
    trandate: dayText(base.day),
    externalid: row.externalid ?? document.header.externalid ?? null,
  });
  writing.session.save(document);
  setMain(writing, base.id, body);
  return base.id;
}

function fromItems(writing: Writing, type: RecordType, base: Base, body: Body, row: Row): Document {
  const kind = type.document!;
  const parts = readParts(writing, kind, readLines(body, "item") ?? [], base.head);
  if (parts.length === 0 && kind.type !== "Opprtnty") {
    throw userError("You must enter at least one line item for this transaction.");
  }
  const shipping = readShipping(writing, body, base.head);
  const document = kind.type === "SalesOrd"
    ? salesOrder({
      ...base,
      status: statusOf(body, kind),
      parts,
      discount: null,
      tax: null,
      shipping: shipping.charge,
      shipMethod: shipping.method,
      promisedDay: row.shipdate ? dayOf(String(row.shipdate)) : base.day + 5,
      shippedDay: null,
      channelRef: null,
      otherRef: null,
      source: "RESTlet",
      isVoided: false,
    })
    : kind.type === "PurchOrd"
    ? purchaseOrder({
      ...base,
      status: statusOf(body, kind),
      parts: parts.map((part) => ({ ...part, dueDay: base.day + 14 })),
      tax: null,
      shipping: shipping.charge,
      dueDay: row.duedate ? dayOf(String(row.duedate)) : base.day + 14,
    })
    : buildDocument(kind, base, parts, { shipping: shipping.charge });
  const itemLines = document.lines.filter((each) => each.mainline === "F");
  parts.forEach((part, index) => Object.assign(itemLines[index]!, part.more));
  if (kind.type === "SalesOrd") {
    for (const part of parts) moveStock(writing.session, part.item, base.head.location, { demand: part.quantity });
  } else if (kind.type === "PurchOrd") {
    for (const part of parts) moveStock(writing.session, part.item, base.head.location, { onOrder: part.quantity });
  }
  return document;
}

/** A document of any kind from item lines; with `from`, its lines name the document that they come from. */
export function buildDocument(
  kind: DocumentKind,
  base: Base,
  parts: OrderPart[],
  { shipping = null, from }: { shipping?: (Amount & { item: number }) | null; from?: number },
): Document {
  const made = kind.type === "CustInvc" || kind.type === "VendBill" || kind.type === "CustCred";
  const { lines, amounts } = linesBody(base, kind.sign, parts, { shipping }, () => ({
    ...(from === undefined ? {} : { createdfrom: from }),
    isinventoryaffecting: "F",
    ...(kind.account === null ? {} : { accountinglinetype: kind.party === "customer" ? "INCOME" : "EXPENSE" }),
  }));
  const total = balance(base, lines, amounts, from === undefined ? {} : { createdfrom: from });
  return {
    header: header(kind.type, kind.status, base, {
      foreigntotal: fromCents(total),
      taxtotal: 0,
      approvalstatus: 2,
      account: kind.account,
      ...(made
        ? {
          foreignamountpaid: 0,
          foreignamountunpaid: fromCents(Math.abs(total)),
          duedate: dayText(base.day + 30),
        }
        : {}),
      ...(kind.type === "Opprtnty" ? { projectedtotal: fromCents(total), probability: 0.5 } : {}),
    }),
    lines,
    links: [],
  };
}

/** Changes a document. `replace` names (lower-case) the sublists whose lines the body replaces as a whole. */
export function updateDocument(
  writing: Writing,
  type: RecordType,
  stored: StoredRow,
  body: Body,
  replace: ReadonlySet<string>,
): void {
  const kind = type.document!;
  const { session } = writing;
  const id = Number(stored.id);
  const row = readColumns(writing, "transaction", body, SPECIAL);
  checkPeriod(writing, kind, String(stored.trandate));
  if (row.trandate) checkPeriod(writing, kind, String(row.trandate));
  refuseDouble(writing, row, id);
  const party = body.entity ?? body.customer;
  if (party !== undefined && readReference(writing, [kind.party], party, "entity", "entity") !== stored.entity) {
    throw userError("You may not change the entity of a transaction that has lines.");
  }
  if (row.trandate === null) throw userError("Please enter value(s) for: Date");
  session.update("transaction", id, row);
  if (row.memo !== undefined) {
    session.run(`UPDATE "transactionline" SET memo = ? WHERE "transaction" = ? AND mainline = 'T'`, row.memo, id);
  }
  setMain(writing, id, body);
  const status = body.orderStatus ?? body.status;
  if (status !== undefined) changeStatus(session, stored, idOf(status, "orderStatus"));
  const lines = readLines(body, "item");
  if (lines) editLines(writing, type, stored, lines, replace.has("item"));
  else {session.run(
      `UPDATE "transactionline" SET linelastmodifieddate = ? WHERE "transaction" = ? AND mainline = 'T'`,
      session.stamp,
      id,
    );}
}

function changeStatus(session: Session, stored: StoredRow, letter: string): void {
  if (letter === stored.status) return;
  const isOrder = stored.type === "SalesOrd" || stored.type === "PurchOrd";
  if (isOrder && stored.status === "A" && letter === "B") {
    session.update("transaction", Number(stored.id), { status: "B", approvalstatus: 2 });
  } else if (["Estimate", "Opprtnty"].includes(String(stored.type))) {
    session.update("transaction", Number(stored.id), { status: letter });
  } else throw userError(`The status of this transaction cannot be changed from ${stored.status} to ${letter}.`);
}

/** Deletes a document that nothing was made from, and takes back what it did to others. */
export function deleteDocument(writing: Writing, type: RecordType, stored: StoredRow): void {
  const { session, db } = writing;
  const kind = type.document!;
  const id = Number(stored.id);
  checkPeriod(writing, kind, String(stored.trandate));
  if (db.prepare('SELECT 1 FROM "nexttransactionlinelink" WHERE previousdoc = ?').get(id)) {
    throw userError("This record cannot be deleted because it has dependent records.");
  }
  if (kind.type === "SalesOrd" || kind.type === "PurchOrd") {
    const location = storedHead(writing, stored).location;
    const open = db.prepare(
      `SELECT item, quantity FROM "transactionline" WHERE "transaction" = ? AND quantityshiprecv IS NOT NULL AND isclosed = 'F'`,
    ).all(id) as StoredRow[];
    for (const row of open) {
      const units = -Math.abs(Number(row.quantity));
      moveStock(session, Number(row.item), location, kind.type === "SalesOrd" ? { demand: units } : { onOrder: units });
    }
  }
  const settled = takeBack(writing, id);
  db.prepare('DELETE FROM "nexttransactionlinelink" WHERE nextdoc = ?').run(id);
  db.prepare('DELETE FROM "transactionline" WHERE "transaction" = ?').run(id);
  db.prepare('DELETE FROM "transaction" WHERE id = ?').run(id);
  for (const [order, keys] of settled) settle(session, order, keys);
  recordDeletion(session, type, id, String(stored.tranid));
}

function setMain(writing: Writing, id: number, body: Body): void {
  const values: Row = {};
  for (
    const [name, table] of [["department", "department"], ["class", "classification"], ["location", "location"], [
      "shipMethod",
      "shipitem",
    ]] as const
  ) {
    if (body[name] === undefined) continue;
    values[name.toLowerCase()] = body[name] === null ? null : readReference(writing, [table], body[name], name, name);
  }
  if (Object.keys(values).length === 0) return;
  const list = Object.keys(values).map((column) => `"${column}" = ?`).join(", ");
  writing.session.run(
    `UPDATE "transactionline" SET ${list} WHERE "transaction" = ? AND mainline = 'T'`,
    ...Object.values(values),
    id,
  );
}
