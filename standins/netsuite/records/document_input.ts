/** What a body says of a document: who, where, in which money, and the goods. */
import type { Base, Head, OrderPart } from "../company/documents.ts";
import { priceOf } from "../company/life/order_book.ts";
import { exchangeRate, toCents } from "../company/money.ts";
import type { Row } from "../company/rows.ts";
import { invalidValue, userError } from "./errors.ts";
import { type Body, isObject, readColumns, type Reading, readReference } from "./fields.ts";
import type { Writing } from "./plain.ts";
import { mainLine, type StoredRow } from "./read.ts";
import type { DocumentKind } from "./types.ts";

const DAY_SECONDS = 86_400;
export const dayOf = (text: string) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;

/** A line of a body, read. */
export interface ReadPart extends OrderPart {
  more: Row;
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

/** Who, where and in which money a new document is. */
export function headOf(writing: Writing, kind: DocumentKind, entity: number, body: Body, row: Row): Head {
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

/** Ship method and shipping cost of a body. */
export function readShipping(writing: Writing, body: Body, head: Head) {
  const method = body.shipMethod === undefined || body.shipMethod === null
    ? null
    : readReference(writing, ["shipitem"], body.shipMethod, "shipMethod", "shipMethod");
  const cost = body.shippingCost;
  if (cost === undefined || cost === null) return { method, charge: null };
  if (typeof cost !== "number" || !(cost >= 0)) throw invalidValue(cost, "shippingCost", "shippingCost");
  if (method === null) throw userError("Please enter value(s) for: Ship Method");
  return { method, charge: { item: method, ...priceOf(1, cost, head.exchangeRate) } };
}

/** The status that a new order asks for. */
export function statusOf(body: Body, kind: DocumentKind): string {
  if (body.orderStatus === undefined && body.status === undefined) return kind.status;
  const letter = idOf(body.orderStatus ?? body.status, "orderStatus");
  if (letter !== "A" && letter !== "B") throw invalidValue(letter, "orderStatus", "orderStatus");
  return letter;
}

/** The id of an enumeration, written plain or as an object. */
export function idOf(value: unknown, property: string): string {
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

/** @throws {RecordError} when another document has the external id */
export function refuseDouble({ db }: Reading, row: Row, id: number): void {
  if (
    row.externalid && db.prepare('SELECT 1 FROM "transaction" WHERE externalid = ? AND id <> ?').get(row.externalid, id)
  ) {
    throw userError("This record already exists.");
  }
}
