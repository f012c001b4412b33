import { addDays, countDays, daysOfMonth, eachDay, monthOf } from "../marts/days.ts";
import { type MartStore, salesPartsOf } from "../marts/sales.ts";
import { type BlockGrain, blockId, eachPart, type PartsBlock, periodOf } from "../marts/sales_blocks.ts";
import {
  addAmounts,
  type Amounts,
  type Cell,
  type CellTotals,
  type Dimension,
  noAmounts,
} from "../marts/sales_sums.ts";
import type { SalesFilters } from "./sales_types.ts";

/** Up to so many days, parts are read day by day; beyond, whole months are read as months. */
export const MOST_SINGLE_DAYS = 190;

/** The totals of some days, by day. */
export type TotalsByDay = Map<string, CellTotals[]>;

/**
 * Reads the totals of every day from `from` to `to`, out of the blocks of their months. Days without an order are missing.
 *
 * @param keeps which cells to read; null for all
 */
export async function readTotals(
  store: MartStore,
  from: string,
  to: string,
  keeps: ((cell: Cell) => boolean) | null,
): Promise<TotalsByDay> {
  const totals: TotalsByDay = new Map();
  if (to < from) return totals;
  const months = await salesPartsOf(store).find({
    _id: { $gte: blockId("month", "day", monthOf(from)), $lte: blockId("month", "day", monthOf(to)) },
  }, { projection: { builtAt: 0, sequence: 0 }, batchSize: 5000 }).toArray();
  for (const month of months) {
    const days = eachDay(`${periodOf(month)}-01`, daysOfMonth(periodOf(month)).to);
    eachPart(month, keeps, (number, revenueMinor, orders, units, { currency, subsidiary, channel }) => {
      const day = days[(number ?? 0) - 1];
      if (day === undefined || day < from || day > to) return;
      const cell = { currency, subsidiary, channel, revenueMinor, orders, units };
      const cells = totals.get(day);
      if (cells) cells.push(cell);
      else totals.set(day, [cell]);
    });
  }
  return totals;
}

/** How wide the blocks are in which parts of such a period are read. */
export function grainOf(from: string, to: string): BlockGrain {
  return countDays(from, to) <= MOST_SINGLE_DAYS ? "day" : "month";
}

/**
 * Reads the parts of a period: days one by one, or whole months with the days at both ends.
 *
 * @returns blocks in no particular order; together they cover the period exactly once
 */
export async function readParts(
  store: MartStore,
  dimension: Dimension,
  from: string,
  to: string,
  grain: BlockGrain,
): Promise<PartsBlock[]> {
  if (to < from) return [];
  const read = (width: BlockGrain, first: string, last: string) =>
    salesPartsOf(store).find({
      _id: { $gte: blockId(width, dimension, first), $lte: blockId(width, dimension, last) },
    }, { projection: { builtAt: 0, sequence: 0 }, batchSize: 5000 }).toArray();
  const whole = grain === "month" ? wholeMonths(from, to) : null;
  if (!whole) return read("day", from, to);
  const first = daysOfMonth(whole.from).from;
  const last = daysOfMonth(whole.to).to;
  const blocks = await Promise.all([
    from < first ? read("day", from, addDays(first, -1)) : [],
    read("month", whole.from, whole.to),
    to > last ? read("day", addDays(last, 1), to) : [],
  ]);
  return blocks.flat();
}

/** The months that lie in the period with all their days. */
export function wholeMonths(from: string, to: string): { from: string; to: string } | null {
  const first = from.endsWith("-01") ? monthOf(from) : monthOf(addDays(daysOfMonth(monthOf(from)).to, 1));
  const last = to === daysOfMonth(monthOf(to)).to ? monthOf(to) : monthOf(addDays(`${monthOf(to)}-01`, -1));
  return first <= last ? { from: first, to: last } : null;
}

/** A test for the cells that a channel and a subsidiary leave; and a currency, where one is given. */
export function cellFilter(
  filters: Pick<SalesFilters, "channel" | "subsidiary">,
  currency?: string,
): (cell: Cell) => boolean {
  const channel = filters.channel === "none" ? null : filters.channel;
  return (cell) =>
    (currency === undefined || cell.currency === currency) &&
    (filters.channel === null || cell.channel === channel) &&
    (filters.subsidiary === null || cell.subsidiary === filters.subsidiary);
}

/** Adds the cells of some days that match. */
export function sumTotals(totals: TotalsByDay, from: string, to: string, matches: (cell: Cell) => boolean): Amounts {
  const sum = noAmounts();
  const add = (cells: CellTotals[]) => {
    for (const cell of cells) if (matches(cell)) addAmounts(sum, cell);
  };
  // a short bucket asks for its days; a long period walks over what there is, which makes no dates
  if (countDays(from, to) <= 31) { for (const day of eachDay(from, to)) add(totals.get(day) ?? []); }
  else for (const [day, cells] of totals) if (day >= from && day <= to) add(cells);
  return sum;
}

/** Adds the parts of blocks by id. */
export function sumParts(blocks: PartsBlock[], matches: (cell: Cell) => boolean): Map<number | null, Amounts> {
  const sums = new Map<number | null, Amounts>();
  for (const block of blocks) {
    eachPart(block, matches, (id, revenueMinor, orders, units) => {
      const sum = sums.get(id);
      if (sum) addAmounts(sum, { revenueMinor, orders, units });
      else sums.set(id, { revenueMinor, orders, units });
    });
  }
  return sums;
}

/**
 * How many different ids have parts, by step.
 *
 * @param stepOf the step that a block's day or month lies in
 */
export function countIds(
  blocks: PartsBlock[],
  matches: (cell: Cell) => boolean,
  stepOf: (period: string) => string,
): Map<string, number> {
  const ids = new Map<string, Set<number | null>>();
  for (const block of blocks) {
    const step = stepOf(periodOf(block));
    let seen = ids.get(step);
    if (!seen) ids.set(step, seen = new Set());
    eachPart(block, matches, (id) => void seen.add(id));
  }
  return new Map([...ids].map(([step, seen]) => [step, seen.size]));
}
