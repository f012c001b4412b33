import type { DatabaseSync } from "node:sqlite";
import type { SalesDay } from "../../lib/marts/sales.ts";
import type { Store } from "../../lib/store/connect.ts";

/** Revenue and orders by currency, as the mart has them. */
export async function martTotals(store: Store): Promise<Record<string, [number, number]>> {
  const totals: Record<string, [number, number]> = {};
  for await (const { cells } of store.collection<SalesDay>("mart_sales_days").find()) {
    for (const { currency, revenueMinor, orders } of cells) {
      const sum = totals[currency] ??= [0, 0];
      sum[0] += revenueMinor;
      sum[1] += orders;
    }
  }
  return sorted(totals);
}

/** The same by SQL over the source. */
export function salesTotals(db: DatabaseSync): Record<string, [number, number]> {
  const rows = db.prepare(`
    SELECT c.symbol AS currency, COUNT(DISTINCT t.id) AS orders, CAST(ROUND(SUM(CASE WHEN l.mainline = 'F' AND l.taxline = 'F'
      AND l.iscogs = 'F' AND l.donotdisplayline = 'F' AND l.itemtype NOT IN ('ShipItem', 'TaxItem', 'TaxGroup', 'Subtotal',
      'EndGroup', 'Description') THEN -l.foreignamount ELSE 0 END) * 100) AS INTEGER) AS minor
    FROM "transaction" t JOIN transactionline l ON l."transaction" = t.id JOIN currency c ON c.id = t.currency
    WHERE t.type = 'SalesOrd' AND COALESCE(t.voided, 'F') <> 'T' GROUP BY c.symbol`).all() as {
    currency: string;
    orders: number;
    minor: number;
  }[];
  return sorted(Object.fromEntries(rows.map(({ currency, minor, orders }) => [currency, [minor, orders]])));
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => a < b ? -1 : 1));
}
