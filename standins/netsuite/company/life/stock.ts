/** Stock in the simulated life: what orders, shipments, receipts and counts do to quantities. */
import { fromCents, toCents } from "../money.ts";
import { between } from "../random.ts";
import type { Session, Stored } from "./session.ts";

/** By how many units quantities move. `demand` is what open sales orders ask for, whether it is there or not. */
export interface Move {
  onHand?: number;
  demand?: number;
  onOrder?: number;
}

/**
 * Moves the stock of one item at one place, where the account keeps such stock at all.
 *
 * As in NetSuite, `lastquantityavailablechange` moves only when the available quantity does: orders to vendors and
 * backorders change without a trace. The item's total on hand follows, and the item is stamped.
 */
export function moveStock(session: Session, item: number, location: number | null, move: Move): void {
  if (location === null) return;
  for (const table of ["inventoryitemlocations", "assemblyitemlocations"]) {
    const row = session.one(`SELECT * FROM "${table}" WHERE item = ? AND location = ?`, item, location);
    if (row) return applyMove(session, table, row, move);
  }
}

function applyMove(session: Session, table: string, row: Stored, move: Move): void {
  const value = (column: string) => Number(row[column] ?? 0);
  const onHand = Math.max(0, value("quantityonhand") + (move.onHand ?? 0));
  const demand = Math.max(0, value("quantitycommitted") + value("quantitybackordered") + (move.demand ?? 0));
  const onOrder = Math.max(0, value("quantityonorder") + (move.onOrder ?? 0));
  const committed = Math.min(demand, onHand);
  const available = onHand - committed;
  session.run(
    `UPDATE "${table}" SET quantityonhand = ?, quantityavailable = ?, quantitycommitted = ?, quantitybackordered = ?,
      quantityonorder = ?, onhandvaluemli = ?, lastquantityavailablechange = ? WHERE item = ? AND location = ?`,
    onHand,
    available,
    committed,
    demand - committed,
    onOrder,
    fromCents(toCents(value("averagecostmli") * onHand)),
    available === value("quantityavailable") ? row.lastquantityavailablechange ?? null : session.stamp,
    row.item!,
    row.location!,
  );
  const change = onHand - value("quantityonhand");
  if (change === 0) return;
  const item = session.one('SELECT totalquantityonhand FROM "item" WHERE id = ?', row.item!)!;
  session.update("item", Number(row.item), { totalquantityonhand: Number(item.totalquantityonhand ?? 0) + change });
}

/** A count finds more or less than expected, or goods go from one place to another. */
export function recount(session: Session): boolean {
  const { random } = session;
  const table = random() < 0.9 ? "inventoryitemlocations" : "assemblyitemlocations";
  const top = session.one(`SELECT MAX(item) AS top FROM "${table}"`);
  if (!top?.top) return false;
  const row = session.one(
    `SELECT * FROM "${table}" WHERE item >= ? ORDER BY item, location`,
    between(random, 1, Number(top.top)),
  );
  if (!row) return false;
  const other = session.one(`SELECT * FROM "${table}" WHERE item = ? AND location <> ?`, row.item!, row.location!);
  const onHand = Number(row.quantityonhand ?? 0);
  if (other && onHand > 1 && random() < 0.5) {
    const units = between(random, 1, Math.min(20, onHand));
    applyMove(session, table, row, { onHand: -units });
    applyMove(session, table, other, { onHand: units });
    return true;
  }
  applyMove(session, table, row, {
    onHand: random() < 0.4 && onHand > 0 ? -between(random, 1, Math.min(5, onHand)) : between(random, 1, 60),
  });
  return true;
}
