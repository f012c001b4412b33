/** Writing of documents: header, item lines and what they do to stock, in the same shapes that the simulated business uses. */
import { dayText } from "../company/days.ts";
import {
  type Amount,
  balance,
  type Base,
  body as linesBody,
  type Document,
  type Head,
  header,
  line,
  type OrderPart,
} from "../company/documents.ts";
import { priceOf, settle } from "../company/life/order_book.ts";
import type { Session } from "../company/life/session.ts";
import { moveStock } from "../company/life/stock.ts";
import { exchangeRate, fromCents, toCents } from "../company/money.ts";
import { openQuantities } from "../company/order_status.ts";
import { purchaseOrder } from "../company/purchase_documents.ts";
import type { Row } from "../company/rows.ts";
import { salesOrder } from "../company/sales_documents.ts";
import { type Body, isObject, readColumns, type Reading, readLines, readReference } from "./fields.ts";
import { invalidContent, invalidValue, userError } from "./errors.ts";
import { applyPayments, takeBack } from "./payments.ts";
import { demand, recordDeletion, type Writing } from "./plain.ts";
import { mainLine, type StoredRow } from "./read.ts";
import type { DocumentKind, RecordType } from "./types.ts";

/** Properties of a document that are not plain columns of its header. */
const SPECIAL = new Set(
  `entity customer vendor subsidiary department class location shipMethod shippingCost orderStatus status item apply
  payment createdFrom exchangeRate currency`.split(/\s+/),
);
const DAY_SECONDS = 86_400;
export const dayOf = (text: string) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;

/** A line of a body, read. */
export interface ReadPart extends OrderPart {
  more: Row;
}

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

/** Adds, changes and (with `replaceAll`) removes item lines, and settles the totals. */
function editLines(writing: Writing, type: RecordType, stored: StoredRow, lines: Body[], replaceAll: boolean): void {
  const { session, db } = writing;
  const kind = type.document!;
  const id = Number(stored.id);
  const rows = db.prepare(
    `SELECT * FROM "transactionline" WHERE "transaction" = ? AND mainline = 'F' AND taxline = 'F'
      AND coalesce(itemtype, '') NOT IN ('ShipItem', 'TaxItem') ORDER BY id`,
  ).all(id) as StoredRow[];
  if (kind.from !== "items" || (kind.type !== "SalesOrd" && rows.some((row) => row.createdfrom !== null))) {
    throw userError("Lines of a transaction that was made from another one cannot be changed.");
  }
  const head = storedHead(writing, stored);
  const isGoods = (row: StoredRow) => row.itemtype !== "Discount";
  const goodsBefore = rows.filter(isGoods).reduce(
    (sum, row) => sum + toCents(Number(row.foreignamount)) * kind.sign,
    0,
  );
  const byId = new Map(rows.map((row) => [Number(row.id), row]));
  const kept = new Set<number>();
  const changed: number[] = [];
  const stock = (item: number, units: number) => {
    if (kind.type === "SalesOrd") moveStock(session, item, head.location, { demand: units });
    if (kind.type === "PurchOrd") moveStock(session, item, head.location, { onOrder: units });
  };
  const added: { line: Body; index: number }[] = [];
  lines.forEach((line, index) => {
    if (line.line === undefined) return void added.push({ line, index });
    const known = byId.get(Number(line.line));
    if (!known) {
      throw invalidContent(`The line ${line.line} of the sublist item does not exist.`, `item.items[${index}].line`);
    }
    kept.add(Number(known.id));
    const [part] = readParts(writing, kind, [{ ...lineAsBody(known, kind), ...line }], head, index);
    const done = Math.max(Number(known.quantityshiprecv ?? 0), Number(known.quantitybilled ?? 0));
    if (done > 0 && (part!.quantity < done || part!.item !== known.item)) {
      throw userError("You cannot change an item or reduce a quantity below what was fulfilled, received or billed.");
    }
    stock(Number(known.item), -Math.abs(Number(known.quantity ?? 0)));
    stock(part!.item, part!.quantity);
    const values: Row = {
      ...amountsOf(part!, kind),
      item: part!.item,
      itemtype: part!.itemType,
      memo: part!.memo,
      ...part!.more,
    };
    const list = Object.keys(values).map((column) => `"${column}" = ?`).join(", ");
    session.run(`UPDATE "transactionline" SET ${list} WHERE uniquekey = ?`, ...Object.values(values), known.uniquekey!);
    changed.push(Number(known.uniquekey));
  });
  if (replaceAll) {
    for (const row of rows) {
      if (kept.has(Number(row.id))) continue;
      if (Number(row.quantityshiprecv ?? 0) > 0 || Number(row.quantitybilled ?? 0) > 0) {
        throw userError("You cannot remove a line that was fulfilled, received or billed.");
      }
      if (isGoods(row)) stock(Number(row.item), -Math.abs(Number(row.quantity ?? 0)));
      session.run('DELETE FROM "transactionline" WHERE uniquekey = ?', row.uniquekey!);
    }
  }
  for (const { line: given, index } of added) {
    const [part] = readParts(writing, kind, [given], head, index);
    const last = session.one(
      'SELECT MAX(id) AS id, MAX(linesequencenumber) AS place FROM "transactionline" WHERE "transaction" = ?',
      id,
    )!;
    const base = { id, head, modified: session.seconds } as Base;
    const uniquekey = session.next("line");
    const isOrder = kind.type === "SalesOrd" || kind.type === "PurchOrd";
    session.insert("transactionline", {
      ...line(base, Number(last.id) + 1, {
        ...amountsOf(part!, kind),
        item: part!.item,
        itemtype: part!.itemType,
        class: part!.classId,
        memo: part!.memo,
        isinventoryaffecting: "F",
        ...(isOrder ? { quantityshiprecv: 0, quantitybilled: 0, isfullyshipped: "F" } : {}),
        ...(kind.type === "SalesOrd" ? openQuantities(part!) : {}),
        ...part!.more,
      }),
      linesequencenumber: Number(last.place) + 1,
      uniquekey,
    });
    stock(part!.item, part!.quantity);
    changed.push(uniquekey);
  }
  const left = session.one(
    `SELECT COUNT(*) AS n FROM "transactionline" WHERE "transaction" = ? AND mainline = 'F' AND taxline = 'F'
      AND coalesce(itemtype, '') NOT IN ('ShipItem', 'TaxItem')`,
    id,
  )!;
  if (Number(left.n) === 0) throw userError("You must enter at least one line item for this transaction.");
  if (kind.type === "SalesOrd" || kind.type === "PurchOrd") settle(session, id, changed, goodsBefore);
  else rebalance(session, id, changed);
}

function amountsOf(part: OrderPart, kind: DocumentKind): Row {
  return {
    quantity: part.quantity * kind.sign,
    rate: part.rate,
    foreignamount: fromCents(part.foreign * kind.sign),
    netamount: fromCents(part.net * kind.sign),
  };
}

/** A stored line as a body would write it, so that what a body leaves out stays. */
function lineAsBody(row: StoredRow, kind: DocumentKind): Body {
  return {
    item: { id: String(row.item) },
    quantity: Number(row.quantity ?? 0) * kind.sign || 0,
    ...(row.rate === null ? {} : { rate: Number(row.rate) }),
    ...(row.memo === null ? {} : { description: row.memo }),
  };
}

/** Sets the main line against the others, and the header's totals. */
function rebalance(session: Session, id: number, changed: number[]): void {
  for (const key of changed) {
    session.run('UPDATE "transactionline" SET linelastmodifieddate = ? WHERE uniquekey = ?', session.stamp, key);
  }
  const rows = session.all(
    'SELECT mainline, foreignamount, netamount FROM "transactionline" WHERE "transaction" = ?',
    id,
  );
  const sum = (column: "foreignamount" | "netamount") =>
    -rows.reduce((total, row) => row.mainline === "T" ? total : total + toCents(Number(row[column] ?? 0)), 0);
  const total = fromCents(sum("foreignamount"));
  session.run(
    `UPDATE "transactionline" SET foreignamount = ?, netamount = ?, linelastmodifieddate = ? WHERE "transaction" = ? AND mainline = 'T'`,
    total,
    fromCents(sum("netamount")),
    session.stamp,
    id,
  );
  const stored = session.one('SELECT foreignamountunpaid, foreignamountpaid FROM "transaction" WHERE id = ?', id)!;
  session.update("transaction", id, {
    foreigntotal: total,
    ...(stored.foreignamountunpaid === null
      ? {}
      : { foreignamountunpaid: fromCents(toCents(Math.abs(total)) - toCents(Number(stored.foreignamountpaid ?? 0))) }),
  });
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

/** Reads the item lines of a body. `first` is the place of the first one, for error paths. */
export function readParts(writing: Writing, kind: DocumentKind, lines: Body[], head: Head, first = 0): ReadPart[] {
  return lines.map((line, index) => {
    const at = `item.items[${first + index}]`;
    if (line.item === undefined || line.item === null) throw userError("Please enter value(s) for: Item");
    const item = readReference(writing, ["item"], line.item, "item", `${at}.item`);
    const stored = writing.db.prepare('SELECT * FROM "item" WHERE id = ?').get(item) as StoredRow;
    if (stored.isinactive === "T") throw invalidValue(item, "item", `${at}.item`);
    const number = (name: string): number | undefined => {
      const value = line[name];
      if (value === undefined || value === null) return undefined;
      if (typeof value !== "number" || !Number.isFinite(value)) throw invalidValue(value, name, `${at}.${name}`);
      return value;
    };
    const quantity = number("quantity") ?? 1;
    if (quantity <= 0) throw invalidValue(quantity, "quantity", `${at}.quantity`);
    const amount = number("amount");
    const price = writing.db.prepare('SELECT unitprice FROM "pricing" WHERE item = ? ORDER BY pricelevel').get(item);
    const usual = kind.party === "vendor" ? stored.cost : price?.unitprice ?? stored.cost;
    const rate = line.rate === undefined && amount !== undefined
      ? amount / quantity
      : number("rate") ?? Number(usual ?? 0);
    const { foreign, net } = amount === undefined || line.rate !== undefined
      ? priceOf(quantity, rate, head.exchangeRate)
      : { foreign: toCents(amount), net: toCents(amount * head.exchangeRate) };
    const special = new Set(["item", "line", "quantity", "rate", "amount", "description", "links", "class"]);
    const more = readColumns(writing, "transactionline", line, special, at);
    const classId = isObject(line.class)
      ? readReference(writing, ["classification"], line.class, "class", `${at}.class`)
      : stored.class;
    if (line.description !== undefined && line.description !== null && typeof line.description !== "string") {
      throw invalidValue(line.description, "description", `${at}.description`);
    }
    return {
      item,
      itemType: String(stored.itemtype),
      classId: classId === null ? null : Number(classId),
      quantity,
      rate,
      foreign,
      net,
      memo: typeof line.description === "string" && line.description !== "" ? line.description : null,
      shipped: 0,
      billed: 0,
      isClosed: more.isclosed === "T",
      more,
    };
  });
}

function headOf(writing: Writing, kind: DocumentKind, entity: number, body: Body, row: Row): Head {
  const { session, db } = writing;
  const party = db.prepare(`SELECT * FROM "${kind.party}" WHERE id = ?`).get(entity) as StoredRow;
  const ref = (name: string, targets: string[]) =>
    body[name] === undefined || body[name] === null ? null : readReference(writing, targets, body[name], name, name);
  const own = kind.party === "customer"
    ? session.one(
      "SELECT subsidiary FROM customersubsidiaryrelationship WHERE entity = ? ORDER BY isprimarysub DESC, id",
      entity,
    )
    : null;
  const subsidiary = ref("subsidiary", ["subsidiary"]) ?? Number(own?.subsidiary ?? 1);
  const currency = ref("currency", ["currency"]) ?? Number(party.currency ?? 1);
  const books = session.one("SELECT currency FROM subsidiary WHERE id = ?", subsidiary);
  const given = body.exchangeRate;
  if (given !== undefined && (typeof given !== "number" || !(given > 0))) {
    throw invalidValue(given, "exchangeRate", "exchangeRate");
  }
  return {
    entity,
    employee: row.employee === undefined
      ? (party.salesrep === undefined ? null : Number(party.salesrep) || null)
      : Number(row.employee) || null,
    subsidiary,
    department: ref("department", ["department"]),
    location: ref("location", ["location"]),
    currency,
    exchangeRate: typeof given === "number" ? given : rateBetween(currency, Number(books?.currency ?? currency)),
    terms: row.terms === undefined
      ? (party.terms === null ? null : Number(party.terms ?? 0) || null)
      : Number(row.terms) || null,
  };
}

function rateBetween(currency: number, base: number): number {
  try {
    return exchangeRate(currency, base);
  } catch {
    return 1; // a currency of a foreign folder, without a known rate
  }
}

/** The head of a stored document. */
export function storedHead({ db }: Reading, stored: StoredRow): Head {
  const main = mainLine(db, Number(stored.id));
  const number = (
    value: string | number | null | undefined,
  ) => (value === null || value === undefined ? null : Number(value));
  return {
    entity: Number(stored.entity),
    employee: number(stored.employee),
    subsidiary: Number(main?.subsidiary ?? 1),
    department: number(main?.department),
    location: number(main?.location),
    currency: Number(stored.currency),
    exchangeRate: Number(stored.exchangerate ?? 1),
    terms: number(stored.terms),
  };
}

/** What a new document starts from. */
export function baseOf(writing: Writing, kind: DocumentKind, _body: Body, row: Row, head: Head): Base {
  const { session } = writing;
  const given = row.tranid;
  return {
    id: session.next("transaction"),
    number: typeof given === "string" ? given : `${kind.prefix}${session.next(kind.prefix)}`,
    head,
    day: typeof row.trandate === "string" ? dayOf(row.trandate) : Math.floor(session.seconds / DAY_SECONDS),
    created: session.seconds,
    modified: session.seconds,
    memo: typeof row.memo === "string" ? row.memo : null,
    author: 203,
  };
}

function readShipping(writing: Writing, body: Body, head: Head) {
  const method = body.shipMethod === undefined || body.shipMethod === null
    ? null
    : readReference(writing, ["shipitem"], body.shipMethod, "shipMethod", "shipMethod");
  const cost = body.shippingCost;
  if (cost === undefined || cost === null) return { method, charge: null };
  if (typeof cost !== "number" || !(cost >= 0)) throw invalidValue(cost, "shippingCost", "shippingCost");
  if (method === null) throw userError("Please enter value(s) for: Ship Method");
  return { method, charge: { item: method, ...priceOf(1, cost, head.exchangeRate) } };
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

function statusOf(body: Body, kind: DocumentKind): string {
  if (body.orderStatus === undefined && body.status === undefined) return kind.status;
  const letter = idOf(body.orderStatus ?? body.status, "orderStatus");
  if (letter !== "A" && letter !== "B") throw invalidValue(letter, "orderStatus", "orderStatus");
  return letter;
}

/** The id of an enumeration, written plain or as an object. */
function idOf(value: unknown, property: string): string {
  const id = isObject(value) ? value.id : value;
  if (typeof id !== "string") throw invalidValue(value, property, property);
  return id;
}

/** @throws {RecordError} when a posting document falls into a closed period */
export function checkPeriod({ db }: Reading, kind: DocumentKind, day: string): void {
  if (kind.account === null) return;
  const closed = db.prepare(
    `SELECT periodname FROM "accountingperiod" WHERE isposting = 'T' AND closed = 'T' AND ? BETWEEN startdate AND enddate`,
  ).get(day);
  if (closed) {
    throw userError(
      `The transaction date you specified is not within the date range of your accounting period. The period ${closed.periodname} is closed.`,
    );
  }
}

function refuseDouble({ db }: Reading, row: Row, id: number): void {
  if (
    row.externalid && db.prepare('SELECT 1 FROM "transaction" WHERE externalid = ? AND id <> ?').get(row.externalid, id)
  ) {
    throw userError("This record already exists.");
  }
}
