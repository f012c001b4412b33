import type { Scope } from "../access/scope.ts";
import type { MartStore } from "../marts/dirty.ts";
import { addAmounts, type Amounts, noAmounts } from "../marts/sales_sums.ts";
import { findByName, readNames, readSortNames, type RecordName } from "./sales_names.ts";
import type { SalesBy, SalesFilters, SalesRow, SalesTable } from "./sales_types.ts";

/** Sums by id, and the same of the compared days; null without comparison. */
export interface PartSums {
  now: Map<number | null, Amounts>;
  previous: Map<number | null, Amounts> | null;
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/**
 * Makes the table: searched, sorted, cut into pages, with the total of all rows that match. Rows are what sold in the
 * period; what sold only in the compared days counts in the total's comparison and has no row.
 *
 * @param whole the amounts of all rows together: orders are counted once there, though an order may be in several rows
 * @param everyRow leaves the page aside and gives all rows (for an export)
 */
export async function makeTable(
  store: MartStore,
  scope: Scope,
  filters: SalesFilters,
  sums: PartSums,
  whole: { now: Amounts; previous: Amounts | null },
  everyRow = false,
): Promise<SalesTable> {
  const { by, q } = filters;
  const found = q === "" ? null : await findByName(store, by, q);
  const ids = [...sums.now.keys()].filter((id) => !found || found.has(id));
  const names = filters.sort === "name" ? await readSortNames(store, scope, by, ids) : null;
  const sorted = sortIds(ids, sums, filters, names);
  const pages = everyRow ? 1 : Math.max(1, Math.ceil(sorted.length / filters.rows));
  const page = Math.min(everyRow ? 1 : filters.page, pages);
  const shown = everyRow ? sorted : sorted.slice((page - 1) * filters.rows, page * filters.rows);
  return {
    by,
    rows: await makeRows(store, scope, by, shown, sums),
    total: totalOf(by, ids, sums, found ? null : whole),
    matching: ids.length,
    all: sums.now.size,
    page,
    pages,
  };
}

/** The rows with the most revenue, found in one pass: sorting all for five would cost more than the rest of the report. */
export function topRows(
  store: MartStore,
  scope: Scope,
  by: SalesBy,
  sums: PartSums,
  count: number,
): Promise<SalesRow[]> {
  const top: { id: number | null; value: number }[] = [];
  for (const [id, { revenueMinor: value }] of sums.now) {
    const last = top[count - 1];
    if (last && (value < last.value || (value === last.value && byId(id, last.id) > 0))) continue;
    top.push({ id, value });
    top.sort((a, b) => b.value - a.value || byId(a.id, b.id));
    top.length = Math.min(top.length, count);
  }
  return makeRows(store, scope, by, top.map((row) => row.id), sums);
}

/** (now - previous) / previous, or null where that says nothing. */
export function changeOf(now: number | null, previous: number | null): number | null {
  return now === null || previous === null || previous <= 0 ? null : (now - previous) / previous;
}

/** Minor units per order, to the nearest; null without orders. */
export function averageOf({ revenueMinor, orders }: { revenueMinor: number; orders: number }): number | null {
  return orders === 0 ? null : Math.round(revenueMinor / orders);
}

async function makeRows(
  store: MartStore,
  scope: Scope,
  by: SalesBy,
  ids: (number | null)[],
  sums: PartSums,
): Promise<SalesRow[]> {
  const names = await readNames(store, scope, by, ids);
  return ids.map((id) => {
    const amounts = sums.now.get(id) ?? noAmounts();
    const previousMinor = sums.previous && (sums.previous.get(id)?.revenueMinor ?? 0);
    return {
      id,
      ...(names.get(id) as RecordName), // readNames answers for every id
      ...amounts,
      averageMinor: averageOf(amounts),
      previousMinor,
      change: changeOf(amounts.revenueMinor, previousMinor),
    };
  });
}

function totalOf(
  by: SalesBy,
  ids: (number | null)[],
  sums: PartSums,
  whole: { now: Amounts; previous: Amounts | null } | null,
): SalesTable["total"] {
  const now = whole?.now ?? addUp(ids, sums.now);
  const previousMinor = whole
    ? whole.previous && whole.previous.revenueMinor
    : sums.previous && addUp(ids, sums.previous).revenueMinor;
  // rows of items and classes can share an order, so that the orders of some of them cannot be told from the rows
  const orders = whole || (by !== "item" && by !== "class") ? now.orders : null;
  return {
    revenueMinor: now.revenueMinor,
    units: now.units,
    orders,
    averageMinor: orders === null ? null : averageOf(now),
    previousMinor,
    change: changeOf(now.revenueMinor, previousMinor),
  };
}

function addUp(ids: (number | null)[], from: Map<number | null, Amounts>): Amounts {
  const sum = noAmounts();
  for (const id of ids) {
    const amounts = from.get(id);
    if (amounts) addAmounts(sum, amounts);
  }
  return sum;
}

/** Sorts by one column; what has no value comes last both ways, and equal rows stay in the order of their ids. */
function sortIds(
  ids: (number | null)[],
  sums: PartSums,
  { sort, dir }: Pick<SalesFilters, "sort" | "dir">,
  names: Map<number | null, string> | null,
): (number | null)[] {
  const sign = dir === "asc" ? 1 : -1;
  // values are looked up once per row and not once per comparison: there are some ten thousand rows
  if (sort === "name") {
    return ids.map((id) => ({ id, name: names?.get(id) ?? "" }))
      .sort((a, b) => sign * collator.compare(a.name, b.name) || byId(a.id, b.id)).map((row) => row.id);
  }
  return ids.map((id) => ({ id, value: valueOf(id, sort, sums) })).sort((a, b) => {
    if (a.value === null || b.value === null) {
      return Number(a.value === null) - Number(b.value === null) || byId(a.id, b.id);
    }
    return sign * (a.value - b.value) || byId(a.id, b.id);
  }).map((row) => row.id);
}

function valueOf(id: number | null, sort: Exclude<SalesFilters["sort"], "name">, sums: PartSums): number | null {
  const amounts = sums.now.get(id);
  if (!amounts) return null;
  if (sort === "revenue") return amounts.revenueMinor;
  if (sort === "average") return averageOf(amounts);
  if (sort === "change") {
    return changeOf(amounts.revenueMinor, sums.previous && (sums.previous.get(id)?.revenueMinor ?? 0));
  }
  return amounts[sort];
}

function byId(a: number | null, b: number | null): number {
  return (a ?? Infinity) - (b ?? Infinity) || 0;
}
