import type { SalesBy, SalesCompare, SalesFilters, SalesGrain, SalesReport } from "../../lib/reports/sales_types.ts";
import { salesQuery, usualGrain } from "../../lib/reports/sales_filters.ts";
import { change, dayRange } from "../format.ts";
import type { TileDelta } from "../StatTile.tsx";

/** What the table lists: one, many, and the small word for it. */
export const BY_WORDS: Record<SalesBy, { one: string; many: string; small: string; smalls: string }> = {
  customer: { one: "Customer", many: "Customers", small: "customer", smalls: "customers" },
  item: { one: "Item", many: "Items", small: "item", smalls: "items" },
  rep: { one: "Rep", many: "Sales reps", small: "sales rep", smalls: "sales reps" },
  channel: { one: "Channel", many: "Channels", small: "channel", smalls: "channels" },
  class: { one: "Class", many: "Classes", small: "class", smalls: "classes" },
};

/** The choices of a comparison. */
export const COMPARE_WORDS: Record<SalesCompare, string> = {
  previous_year: "Previous year",
  previous_period: "Previous period",
  none: "Nothing",
};

/** The widths of a bar. */
export const GRAIN_WORDS: Record<SalesGrain, string> = { day: "Day", week: "Week", month: "Month" };

/** NetSuite's letters for the state of a sales order. A letter that is not here is shown as it is. */
const STATUS_WORDS: Record<string, string> = {
  A: "Pending approval",
  B: "Pending fulfilment",
  C: "Cancelled",
  D: "Partially fulfilled",
  E: "Pending billing, partially fulfilled",
  F: "Pending billing",
  G: "Billed",
  H: "Closed",
};

/** The state of a sales order in words. */
export function statusWord(letter: string | null): string | null {
  return letter === null ? null : STATUS_WORDS[letter] ?? letter;
}

/**
 * The address of the Sales page. A change of filters leads to the first page of the table, unless it names one; another period
 * has the bars that fit it.
 */
export function salesHref(asked: SalesFilters, changed: Partial<SalesFilters> = {}, path = "/sales"): string {
  const moved = changed.from !== undefined || changed.to !== undefined;
  const grain = moved ? { grain: usualGrain(changed.from ?? asked.from, changed.to ?? asked.to) } : {};
  return `${path}?${salesQuery(asked, { page: 1, ...grain, ...changed })}`;
}

/** A change as tiles, rankings and tables show it; null where there is no comparison. More is good. */
export function deltaOf(now: number | null, previous: number | null): TileDelta | null {
  if (now === null || previous === null) return null;
  // less than nothing is no base for a percentage: refunds and discounts outweighed the sales
  const { direction, text } = previous < 0 ? { direction: "flat" as const, text: "–" } : change(now, previous);
  // "new" says all there is to say: an arrow would claim a size
  return direction === "flat" || text === "new"
    ? { direction: "flat", text, good: null }
    : { direction, text, good: direction === "up" };
}

/** What a bar of the comparison is, for the legend: `Same weekdays, 30 Oct – 25 Nov 2025`. */
export function comparisonWords({ comparison }: Pick<SalesReport, "comparison">): string | null {
  if (!comparison) return null;
  const name = comparison.kind === "previous_year" ? "Same weekdays" : "Days before";
  const until = comparison.untilClock === null ? "" : `, last day to ${comparison.untilClock}`;
  return `${name}, ${dayRange(comparison.from, comparison.to)}${until}`;
}
