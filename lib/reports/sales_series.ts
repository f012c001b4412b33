import { addDays, daysOfMonth, eachDay, mondayOf, monthOf } from "../marts/days.ts";
import type { BlockGrain, PartsBlock } from "../marts/sales_blocks.ts";
import { addAmounts, type Amounts, type Cell, noAmounts } from "../marts/sales_sums.ts";
import { countIds, sumTotals, type TotalsByDay } from "./sales_read.ts";
import { averageOf, changeOf } from "./sales_table.ts";
import type { SalesFigure, SalesGrain, SalesPoint, SalesReport } from "./sales_types.ts";

/** First and last day of every bucket of a period, cut at the period's ends. */
export function bucketsOf(grain: SalesGrain, from: string, to: string): { from: string; to: string }[] {
  const buckets: { from: string; to: string }[] = [];
  for (let first = from; first <= to;) {
    const end = grain === "day"
      ? first
      : grain === "week"
      ? addDays(mondayOf(first), 6)
      : daysOfMonth(monthOf(first)).to;
    const last = end < to ? end : to;
    buckets.push({ from: first, to: last });
    first = addDays(last, 1);
  }
  return buckets;
}

/**
 * The bars of the chart. Every day stands against the day `daysBack` before it, so that the compared bars of all buckets that
 * have begun add up to the compared total; a bucket that holds today is compared up to today, one to come in full.
 */
export function makePoints(
  grain: SalesGrain,
  span: { from: string; to: string; today: string; daysBack: number | null },
  totals: TotalsByDay,
  previousTotals: TotalsByDay | null,
  matches: (cell: Cell) => boolean,
): SalesPoint[] {
  return bucketsOf(grain, span.from, span.to).map(({ from, to }) => {
    const toCome = from > span.today;
    const now = sumTotals(totals, from, to, matches);
    let previous: SalesPoint["previous"] = null;
    if (previousTotals && span.daysBack !== null) {
      const first = addDays(from, -span.daysBack);
      const last = addDays(!toCome && span.today < to ? span.today : to, -span.daysBack);
      previous = { from: first, to: last, ...sumTotals(previousTotals, first, last, matches) };
    }
    return { from, to, now: toCome && now.orders === 0 ? null : now, previous, soFar: to >= span.today };
  });
}

/** The tiles with their sparklines. */
export function makeTiles(
  sums: { now: Amounts; previous: Amounts | null; customers: number; previousCustomers: number | null },
  along: {
    totals: TotalsByDay;
    blocks: PartsBlock[];
    from: string;
    to: string;
    grain: BlockGrain;
    matches: (cell: Cell) => boolean;
  },
): SalesReport["tiles"] {
  const steps = new Map<string, Amounts>();
  for (const day of eachDay(along.from, along.to)) {
    const step = along.grain === "day" ? day : monthOf(day);
    const sum = steps.get(step) ?? noAmounts();
    for (const cell of along.totals.get(day) ?? []) if (along.matches(cell)) addAmounts(sum, cell);
    steps.set(step, sum);
  }
  const customers = countIds(along.blocks, along.matches, along.grain);
  const figure = (value: number | null, previous: number | null, spark: (number | null)[]): SalesFigure => ({
    value,
    previous,
    change: changeOf(value, previous),
    spark,
  });
  const sparkOf = (of: (amounts: Amounts) => number | null) => [...steps.values()].map(of);
  const { now, previous } = sums;
  return {
    revenue: figure(now.revenueMinor, previous && previous.revenueMinor, sparkOf((a) => a.revenueMinor)),
    orders: figure(now.orders, previous && previous.orders, sparkOf((a) => a.orders)),
    average: figure(averageOf(now), previous && averageOf(previous), sparkOf(averageOf)),
    units: figure(now.units, previous && previous.units, sparkOf((a) => a.units)),
    customers: figure(
      sums.customers,
      sums.previousCustomers,
      [...steps.keys()].map((step) => customers.get(step) ?? 0),
    ),
  };
}
