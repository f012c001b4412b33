/** Changing the item lines of a stored document. */
import { type Base, line, type OrderPart } from "../company/documents.ts";
import { settle } from "../company/life/order_book.ts";
import type { Session } from "../company/life/session.ts";
import { moveStock } from "../company/life/stock.ts";
import { fromCents, toCents } from "../company/money.ts";
import { openQuantities } from "../company/order_status.ts";
import type { Row } from "../company/rows.ts";
import { readParts, storedHead } from "./document_input.ts";
import { invalidContent, userError } from "./errors.ts";
import type { Body } from "./fields.ts";
import type { Writing } from "./plain.ts";
import type { StoredRow } from "./read.ts";
import type { DocumentKind, RecordType } from "./types.ts";

/** Adds, changes and (with `replaceAll`) removes item lines, and settles the totals. */
export function editLines(
  writing: Writing,
  type: RecordType,
  stored: StoredRow,
  lines: Body[],
  replaceAll: boolean,
): void {
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
