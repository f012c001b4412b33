/**
 * The words of the Sales report: what may be asked, and what is answered. Plain values only (no `Date`, no `Map`), so that
 * an answer can go to an island, to JSON or into a test as it is. Money is in whole minor units of one currency.
 */

/** What stands beside a period: the same weekdays a year before (364 days back), the days just before it, or nothing. */
export type SalesCompare = "previous_year" | "previous_period" | "none";

/** How wide a bar of the chart is. Weeks begin on Monday. */
export type SalesGrain = "day" | "week" | "month";

/** What the table lists. A channel is a department of NetSuite, a rep the employee on the order. */
export type SalesBy = "customer" | "item" | "rep" | "channel" | "class";

/** What the table is sorted by. */
export type SalesSort = "name" | "orders" | "units" | "average" | "revenue" | "change";

/** A record to narrow to: its NetSuite id, or the orders on which the field is empty. */
export type SalesRef = number | "none";

/** Rows of the table on a page. */
export type SalesRows = 10 | 25 | 50 | 100;

/** One question to the Sales report, as its URL says it. Dates are `YYYY-MM-DD`, both ends included. */
export interface SalesFilters {
  from: string;
  to: string;
  compare: SalesCompare;
  grain: SalesGrain;
  /** Code such as `USD`; null asks for the currency with the most revenue in the period. Never summed across. */
  currency: string | null;
  /** Only orders of this department. */
  channel: SalesRef | null;
  /** Only orders of this subsidiary. */
  subsidiary: number | null;
  by: SalesBy;
  sort: SalesSort;
  dir: "asc" | "desc";
  /** From 1. A page past the end shows the last one. */
  page: number;
  rows: SalesRows;
  /** Words to find in the table's names and numbers; empty for all. */
  q: string;
}

/** One wrong part of a URL, in words a person can act on. */
export interface FilterIssue {
  /** Name of the parameter. */
  field: string;
  message: string;
}

/** One figure with what it is compared to. */
export interface SalesFigure {
  /** Minor units for money, else a count. Null where there is nothing to divide by. */
  value: number | null;
  /** The same figure over the compared days; null without comparison, or where no order was recorded so far back. */
  previous: number | null;
  /** (value - previous) / previous; null where that says nothing (no comparison, or previous is 0). */
  change: number | null;
  /**
   * The figure along the period, oldest first: by day up to 62 days, by whole weeks up to 190, else by whole months. Null
   * where an average has no order.
   */
  spark: (number | null)[];
}

/** Amounts that can be added. */
export interface SalesAmounts {
  revenueMinor: number;
  orders: number;
  /** Pieces sold, exact to five decimals. */
  units: number;
}

/** One bar of the chart. */
export interface SalesPoint {
  /** First and last day of the bucket, cut at the period's ends. */
  from: string;
  to: string;
  /** Null for days that have not begun. */
  now: SalesAmounts | null;
  /** Null without comparison. */
  previous: (SalesAmounts & { from: string; to: string }) | null;
  /** The bucket holds today or days to come: `now` is not final. */
  soFar: boolean;
}

/** One row of the table or of a ranking. */
export interface SalesRow extends SalesAmounts {
  /** NetSuite id; null for orders or lines on which the field is empty. */
  id: number | null;
  /** Name to show, e.g. `Brakes and Gears` or `No sales rep`. */
  name: string;
  /** Number or SKU as NetSuite writes it, where the record has one. */
  code: string | null;
  /** What stands beside the name (an item's display name under its SKU, a customer's sales rep). */
  detail: string | null;
  averageMinor: number | null;
  previousMinor: number | null;
  change: number | null;
}

/** The last row: over all rows that match, not only those of the page. */
export interface SalesTotal {
  revenueMinor: number;
  units: number;
  /** Orders counted once, even when they are in several rows; null where a search picks rows that may share orders. */
  orders: number | null;
  averageMinor: number | null;
  previousMinor: number | null;
  change: number | null;
}

/** The table: one page of it, with the total of all pages. */
export interface SalesTable {
  by: SalesBy;
  rows: SalesRow[];
  total: SalesTotal;
  /** Rows that match the search, and rows in all. */
  matching: number;
  all: number;
  page: number;
  pages: number;
}

/** What another currency holds under the same filters. Shown beside, never added. */
export interface SalesHolding {
  currency: string;
  revenueMinor: number;
  orders: number;
}

/** A value that a filter may take. */
export interface SalesChoice {
  id: SalesRef;
  name: string;
}

/** How fresh the answer is: the watermark of the oldest stream that it uses. */
export interface SalesAsOf {
  /** `never`: the transactions have not been read to the end once. */
  state: "known" | "never";
  /** ISO time, null when never. */
  watermark: string | null;
  /** The stream that holds the answer back. */
  stream: string | null;
  /** Days whose totals are being counted again; 0 means that everything written is also counted. */
  pendingDays: number;
}

/** The answer. */
export interface SalesReport {
  /** The question as it was answered: currency chosen, page inside the table. */
  filters: SalesFilters;
  /** Today's business date, which decides what is unfinished. */
  today: string;
  period: {
    from: string;
    to: string;
    /** Last day that has begun: `to`, or today when that is earlier. Figures end here. */
    through: string;
    /** Today is inside, so the last day is not over. */
    unfinished: boolean;
  };
  /** The compared days that stand against `from` to `through`. */
  comparison: {
    kind: Exclude<SalesCompare, "none">;
    from: string;
    to: string;
    /** How many days back each day looks. */
    daysBack: number;
    /** False when records begin later than `from`: the comparison is short of days. */
    complete: boolean;
    /** Clock time (`HH:MM`) up to which the compared day of an unfinished today counts; null when all days are over. */
    untilClock: string | null;
  } | null;
  /** Null when no order lies in the period. */
  currency: { code: string; name: string; precision: number } | null;
  tiles: {
    revenue: SalesFigure;
    orders: SalesFigure;
    average: SalesFigure;
    units: SalesFigure;
    customers: SalesFigure;
  };
  series: { grain: SalesGrain; points: SalesPoint[] };
  topCustomers: SalesRow[];
  topItems: SalesRow[];
  /** How many customers and items sold in the period. */
  counts: { customers: number; items: number };
  table: SalesTable;
  /** The other currencies. */
  holdings: SalesHolding[];
  choices: { currencies: string[]; channels: SalesChoice[]; subsidiaries: SalesChoice[] };
  /** First and last day with an order, null when there is none at all. */
  recorded: { from: string; to: string } | null;
  asOf: SalesAsOf;
}

/** One order behind a figure. */
export interface SalesRecord {
  id: number;
  number: string;
  date: string;
  status: string | null;
  customer: { id: number | null; name: string };
  /** What of the order counts in the figure: all of it, or the lines of one item or class. */
  amountMinor: number;
  units: number;
  /** Booked value of the whole order before tax and shipping. */
  orderMinor: number;
}

/** Which orders add up to a figure. */
export interface SalesRecordsQuery {
  from: string;
  to: string;
  currency: string;
  channel: SalesRef | null;
  subsidiary: number | null;
  /** The row that was clicked; null for all orders of the period. */
  of: { by: SalesBy; id: SalesRef } | null;
  page: number;
  rows: SalesRows;
}

/** The orders behind a figure, newest first, with the figure. */
export interface SalesRecords {
  query: SalesRecordsQuery;
  /** Name of the row that was clicked, null for all orders. */
  subject: { name: string; code: string | null } | null;
  currency: { code: string; name: string; precision: number };
  total: SalesAmounts;
  rows: SalesRecord[];
  page: number;
  pages: number;
  asOf: SalesAsOf;
}
