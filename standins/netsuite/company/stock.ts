/** Stock by item and place: on hand, promised to open orders, on the way from vendors. */
import { groupRows } from "./archive.ts";
import type { Archive } from "./archive.ts";
import { DAY, timeText } from "./days.ts";
import type { Item, Items } from "./items.ts";
import { fromCents, round, toCents } from "./money.ts";
import { between, randomFor } from "./random.ts";
import type { Row } from "./rows.ts";
import { WAREHOUSES } from "./frame.ts";

/** Adds up quantities by item and location. */
export class Tally {
  readonly #units = new Map<string, number>();
  /** Adds `units` of an item at a location. */
  add(item: number, location: number, units: number): void {
    const key = `${item}-${location}`;
    this.#units.set(key, (this.#units.get(key) ?? 0) + units);
  }
  /** The sum so far, 0 where nothing was added. */
  of(item: number, location: number): number {
    return this.#units.get(`${item}-${location}`) ?? 0;
  }
}

/** The two stock tables' rows, and units on hand by item over all places. */
export interface Stock {
  inventory: Row[];
  assemblies: Row[];
  onHand: Map<number, number>;
}

/** Which warehouses keep an item: bikes and parts sit where wholesale and the shop ship from, retail goods in the regions. */
function warehousesOf(item: Item): number[] {
  if (item.id > 2000) return [WAREHOUSES.East, WAREHOUSES.West, WAREHOUSES.Central, WAREHOUSES.South];
  return [WAREHOUSES.bothell, WAREHOUSES.web, WAREHOUSES.canada, WAREHOUSES.europe];
}

/**
 * Makes the stock tables. Workshop stock is the source's; warehouse stock is drawn around the item's reorder point, and a
 * tenth of it is short, so that there are backorders.
 *
 * @param sold ids of the items that are sold: only those are kept in warehouses
 * @param open units of open sales order lines; @param onOrder units of open purchase order lines
 * @param now seconds; the stamps of the last move lie within the 60 days before it
 */
export function makeStock(
  archive: Archive,
  items: Items,
  sold: Set<number>,
  open: Tally,
  onOrder: Tally,
  seed: number,
  now: number,
): Stock {
  const stock: Stock = { inventory: [], assemblies: [], onHand: new Map() };
  const source = archive("productinventory");
  const workshop = groupRows(source.rows, source.at("ProductID"));
  for (const item of items.all) {
    if (item.type !== "InvtPart" && item.type !== "Assembly") continue;
    const table = item.type === "Assembly" ? stock.assemblies : stock.inventory;
    const add = (location: number, units: number, quietDays: number) => {
      const random = randomFor(seed, `stock ${item.id} ${location}`);
      const committed = Math.min(units, open.of(item.id, location));
      const moved = now - between(random, quietDays, 60) * DAY - between(random, 60, DAY - 60);
      table.push({
        item: item.id,
        location,
        quantityonhand: units,
        quantityavailable: units - committed,
        quantitycommitted: committed,
        quantityonorder: onOrder.of(item.id, location),
        quantitybackordered: open.of(item.id, location) - committed,
        quantityintransit: 0,
        averagecostmli: round(item.cost, 4),
        lastpurchasepricemli: fromCents(toCents(item.cost)),
        onhandvaluemli: fromCents(toCents(item.cost * units)),
        leadtime: item.leadDays,
        reorderpoint: item.reorderPoint || null,
        preferredstocklevel: item.safetyStock ? item.safetyStock * 2 : null,
        lastquantityavailablechange: random() < 0.1 ? null : timeText(moved),
      });
      stock.onHand.set(item.id, (stock.onHand.get(item.id) ?? 0) + units);
    };
    for (const row of workshop.get(String(item.id)) ?? []) {
      add(100 + Number(row[source.at("LocationID")]), Number(row[source.at("Quantity")]), 1);
    }
    const isBought = onOrder.of(item.id, WAREHOUSES.bothell) > 0;
    if (!sold.has(item.id) && item.id <= 2000 && !isBought) continue;
    for (const location of warehousesOf(item)) {
      if (!sold.has(item.id) && location !== WAREHOUSES.bothell && item.id <= 2000) continue;
      const random = randomFor(seed, `shelf ${item.id} ${location}`);
      const usual = Math.max(4, item.reorderPoint);
      add(location, random() < 0.1 ? 0 : between(random, 0, usual * 2), 0);
    }
  }
  return stock;
}
