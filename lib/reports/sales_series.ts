import { addDays, countDays, daysOfMonth, mondayOf, monthOf } from "../marts/days.ts";
import type { BlockGrain, PartsBlock } from "../marts/sales_blocks.ts";
import type { Amounts, Cell } from "../marts/sales_sums.ts";
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

/**
 * The tiles with their sparklines. A line has a step per day up to two months, per week up to half a year, else per month;
 * weeks and months that the period cuts are left out, since a cut one looks like a fall.
 */
export function makeTiles(
  sums: { now: Amounts; previous: Amounts | null; customers: number; previousCustomers: number | null },
  along: {
    totals: TotalsByDay;
    /** Parts by customer, and how wide they were read: nothing finer is known. */
    blocks: PartsBlock[];
    grain: BlockGrain;
    from: string;
    to: string;
    matches: (cell: Cell) => boolean;
  },
): SalesReport["tiles"] {
  const { from, to } = along;
  const step = along.grain === "month" ? "month" : countDays(from, to) <= 62 ? "day" : "week";
  const steps = bucketsOf(step, from, to).filter((bucket) => isWhole(step, bucket));
  const amounts = steps.map((bucket) => sumTotals(along.totals, bucket.from, bucket.to, along.matches));
  const startOf = (period: string) => step === "month" ? monthOf(period) : step === "week" ? mondayOf(period) : period;
  const ids = countIds(along.blocks, along.matches, startOf);
  const figure = (value: number | null, previous: number | null, spark: (number | null)[]): SalesFigure => ({
    value,
    previous,
    change: changeOf(value, previous),
    spark,
  });
  const { now, previous } = sums;
  return {
    revenue: figure(now.revenueMinor, previous && previous.revenueMinor, amounts.map((a) => a.revenueMinor)),
    orders: figure(now.orders, previous && previous.orders, amounts.map((a) => a.orders)),
    average: figure(averageOf(now), previous && averageOf(previous), amounts.map(averageOf)),
    units: figure(now.units, previous && previous.units, amounts.map((a) => a.units)),
    customers: figure(
      sums.customers,
      sums.previousCustomers,
      steps.map((bucket) => ids.get(startOf(bucket.from)) ?? 0),
    ),
  };
}

function isWhole(grain: SalesGrain, { from, to }: { from: string; to: string }): boolean {
  if (grain === "day") return true;
  if (grain === "week") return countDays(from, to) === 7;
  const month = daysOfMonth(monthOf(from));
  return month.from === from && month.to === to;
}
