import { addDays, businessDay, clockOf, countDays, sameClock } from "../marts/days.ts";
import type { Scope } from "../access/scope.ts";
import { countPending, type MartStore } from "../marts/sales.ts";
import { eachPart, type PartsBlock } from "../marts/sales_blocks.ts";
import { type Amounts, type Cell, type Dimension, NO_CURRENCY, noAmounts } from "../marts/sales_sums.ts";
import { readAsOf } from "./as_of.ts";
import { cellFilter, grainOf, sumParts, sumTotals, type TotalsByDay } from "./sales_read.ts";
import { rowFilter } from "./rows.ts";
import { type SalesSource, salesSource } from "./sales_source.ts";
import { makePoints, makeTiles } from "./sales_series.ts";
import { makeTable, type PartSums, topRows } from "./sales_table.ts";
import type { SalesAsOf, SalesChoice, SalesFilters, SalesHolding, SalesReport } from "./sales_types.ts";

/** Rows of a ranking. */
const TOP = 5;

/** What the report may be told beside the filters. */
export interface ReportOptions {
  /** The company's zone, IANA name: says which day is today. Default UTC. */
  zone?: string;
  /** All rows of the table in place of one page, for an export. */
  everyRow?: boolean;
}

interface Currency {
  symbol: string;
  name: string;
  precision: number;
  exchangeRate: number | null;
  isBase: boolean | null;
}

/** The days that a report looks at. */
interface Span {
  from: string;
  to: string;
  /** Last day that is compared. */
  through: string;
  unfinished: boolean;
  daysBack: number | null;
}

/** Everything read for one answer, before a currency is chosen. */
interface Read {
  totals: TotalsByDay;
  previousTotals: TotalsByDay | null;
  parts: Partial<Record<Dimension, { now: PartsBlock[]; previous: PartsBlock[] | null }>>;
}

/**
 * Answers the Sales page: booked sales orders of a period, in one currency, with what they compare to.
 *
 * Reads the sales mart (lib/marts/sales.ts) and the names; documents of orders only for one day, when today is unfinished and
 * has something to be compared to. All sums are of whole numbers. Revenue is booked value before tax and shipping.
 *
 * Today counts in the period; the day that stands against it counts up to the same clock time only.
 *
 * @param scope whose rows: nothing else is in any figure, name, choice or count
 * @param now the clock; with `options.zone` it says which day is today
 */
export async function salesReport(
  store: MartStore,
  scope: Scope,
  filters: SalesFilters,
  now: Date,
  options: ReportOptions = {},
): Promise<SalesReport> {
  const zone = options.zone ?? "UTC";
  const today = businessDay(now, zone);
  const span = spanOf(filters, today);
  const source = salesSource(store, scope);
  const [read, recorded, asOf, currencies] = await Promise.all([
    readConsistently(source, filters, span, now, zone),
    source.recorded(),
    readSalesAsOf(store),
    store.collection<Currency>("currencies").find({}, {
      projection: { symbol: 1, name: 1, precision: 1, exchangeRate: 1, isBase: 1 },
    }).toArray(),
  ]);

  const holdings = sumByCurrency(read.totals, cellFilter(filters));
  const code = filters.currency ?? richest(holdings, currencies) ??
    (read.previousTotals && richest(sumByCurrency(read.previousTotals, cellFilter(filters)), currencies)) ??
    currencies.find((currency) => currency.isBase)?.symbol ?? null;
  const matches = cellFilter(filters, code ?? NO_CURRENCY);
  const comparison = comparisonOf(filters, span, recorded?.from ?? null, now, zone);
  const before = comparison && recorded && comparison.to >= recorded.from ? comparison : null;

  const whole = {
    now: sumTotals(read.totals, span.from, span.to, matches),
    previous: before && read.previousTotals ? sumTotals(read.previousTotals, before.from, before.to, matches) : null,
  };
  const sumsOf = (dimension: Dimension): PartSums => {
    const blocks = read.parts[dimension];
    return {
      now: sumParts(blocks?.now ?? [], matches),
      previous: before && blocks?.previous ? sumParts(blocks.previous, matches) : null,
    };
  };
  const customers = sumsOf("customer");
  const items = sumsOf("item");
  const tableSums = filters.by === "customer"
    ? customers
    : filters.by === "item"
    ? items
    : filters.by === "channel"
    ? channelSums(read, span, before, matches)
    : sumsOf(filters.by);
  const [table, topCustomers, topItems, choices] = await Promise.all([
    makeTable(store, scope, filters, tableSums, whole, options.everyRow),
    topRows(store, scope, "customer", customers, TOP),
    topRows(store, scope, "item", items, TOP),
    readChoices(store, scope, read.totals, filters),
  ]);
  const known = currencies.find((currency) => currency.symbol === code);
  return {
    filters: { ...filters, currency: code, page: table.page },
    today,
    period: { from: span.from, to: span.to, through: span.through, unfinished: span.unfinished },
    comparison,
    currency: code === null ? null : { code, name: known?.name ?? code, precision: known?.precision ?? 2 },
    tiles: makeTiles(
      { ...whole, customers: customers.now.size, previousCustomers: customers.previous?.size ?? null },
      {
        totals: read.totals,
        blocks: read.parts.customer?.now ?? [],
        grain: grainOf(span.from, span.to),
        from: span.from,
        to: span.through,
        matches,
      },
    ),
    series: {
      grain: filters.grain,
      points: makePoints(filters.grain, { ...span, today }, read.totals, before && read.previousTotals, matches),
    },
    topCustomers,
    topItems,
    counts: { customers: customers.now.size, items: items.now.size },
    table,
    holdings: holdings.filter((holding) => holding.currency !== code && holding.orders > 0),
    choices: {
      ...choices,
      currencies: [...new Set([...holdings.map((h) => h.currency), ...(code === null ? [] : [code])])].sort(),
    },
    recorded,
    asOf,
  };
}

/** How fresh the figures are, and how many days are being counted again. */
export async function readSalesAsOf(store: MartStore): Promise<SalesAsOf> {
  const names = ["customers", "items", "employees", "departments", "classifications", "subsidiaries", "currencies"];
  const [asOf, pendingDays] = await Promise.all([readAsOf(store, "transactions", names), countPending(store)]);
  return { ...asOf, pendingDays };
}

function spanOf(filters: SalesFilters, today: string): Span {
  const { from, to } = filters;
  const unfinished = from <= today && today <= to;
  const daysBack = filters.compare === "none" ? null : filters.compare === "previous_year"
    ? 364 // 52 weeks: the same weekdays
    : countDays(from, to);
  return { from, to, through: unfinished ? today : to, unfinished, daysBack };
}

function comparisonOf(
  filters: SalesFilters,
  span: Span,
  firstDay: string | null,
  now: Date,
  zone: string,
): SalesReport["comparison"] {
  if (filters.compare === "none" || span.daysBack === null) return null;
  const from = addDays(span.from, -span.daysBack);
  return {
    kind: filters.compare,
    from,
    to: addDays(span.through, -span.daysBack),
    daysBack: span.daysBack,
    complete: firstDay !== null && firstDay <= from,
    untilClock: span.unfinished ? clockOf(now, zone) : null,
  };
}

/**
 * Reads until totals and parts agree. They are separate documents, so that a report can fall between the two writes of a
 * recount; a moment later it reads the same state of both.
 */
async function readConsistently(
  source: SalesSource,
  filters: SalesFilters,
  span: Span,
  now: Date,
  zone: string,
): Promise<Read> {
  for (let attempt = 1;; attempt++) {
    const read = await readOnce(source, filters, span, now, zone);
    if (attempt === 3 || agrees(read, span)) return read;
    await new Promise((resolve) => setTimeout(resolve, 40 * attempt));
  }
}

async function readOnce(
  source: SalesSource,
  filters: SalesFilters,
  span: Span,
  now: Date,
  zone: string,
): Promise<Read> {
  const { daysBack } = span;
  const dimensions = new Set<Dimension>(["customer", "item"]);
  if (filters.by !== "channel") dimensions.add(filters.by);
  const grain = grainOf(span.from, span.to);
  const cut = daysBack !== null && span.unfinished ? addDays(span.through, -daysBack) : null;
  const [totals, previousTotals, partial, ...parts] = await Promise.all([
    source.totals(span.from, span.to),
    daysBack === null ? null : source.totals(addDays(span.from, -daysBack), addDays(span.to, -daysBack)),
    cut === null || daysBack === null ? null : source.dayUntil(cut, sameClock(now, daysBack, zone)),
    ...[...dimensions].map(async (dimension) => {
      const [present, previous] = await Promise.all([
        source.parts(dimension, span.from, span.to, grain),
        daysBack === null
          ? null
          : source.parts(dimension, addDays(span.from, -daysBack), lastWholeDay(span, daysBack, cut), grain),
      ]);
      return [dimension, { now: present, previous }] as const;
    }),
  ]);
  const read: Read = { totals, previousTotals, parts: Object.fromEntries(parts) };
  if (cut !== null && partial && previousTotals) {
    previousTotals.set(cut, partial.totals);
    for (const dimension of dimensions) read.parts[dimension]?.previous?.push(partial.parts[dimension]);
  }
  return read;
}

/** The last compared day that counts whole. */
function lastWholeDay(span: Span, daysBack: number, cut: string | null): string {
  return cut === null ? addDays(span.through, -daysBack) : addDays(cut, -1);
}

function agrees(read: Read, span: Span): boolean {
  const all = () => true;
  const sum = (blocks: PartsBlock[]) => {
    let sum = 0;
    for (const block of blocks) eachPart(block, null, (_id, revenueMinor) => void (sum += revenueMinor));
    return sum;
  };
  const now = sumTotals(read.totals, span.from, span.to, all).revenueMinor;
  const previous = read.previousTotals && span.daysBack !== null
    ? sumTotals(read.previousTotals, addDays(span.from, -span.daysBack), addDays(span.through, -span.daysBack), all)
      .revenueMinor
    : null;
  return Object.values(read.parts).every((parts) =>
    sum(parts.now) === now && (previous === null || parts.previous === null || sum(parts.previous) === previous)
  );
}

function channelSums(
  read: Read,
  span: Span,
  before: { from: string; to: string } | null,
  matches: (cell: Cell) => boolean,
): PartSums {
  const byChannel = (totals: TotalsByDay, from: string, to: string) => {
    const sums = new Map<number | null, Amounts>();
    const channels = new Set([...totals.values()].flatMap((cells) => cells.map((cell) => cell.channel)));
    for (const channel of channels) {
      const sum = sumTotals(totals, from, to, (cell) => matches(cell) && cell.channel === channel);
      if (sum.orders > 0) sums.set(channel, sum);
    }
    return sums;
  };
  return {
    now: byChannel(read.totals, span.from, span.to),
    previous: before && read.previousTotals ? byChannel(read.previousTotals, before.from, before.to) : null,
  };
}

function sumByCurrency(totals: TotalsByDay, matches: (cell: Cell) => boolean): SalesHolding[] {
  const sums = new Map<string, Amounts>();
  for (const cells of totals.values()) {
    for (const cell of cells) {
      if (!matches(cell)) continue;
      const sum = sums.get(cell.currency) ?? noAmounts();
      sum.revenueMinor += cell.revenueMinor;
      sum.orders += cell.orders;
      sums.set(cell.currency, sum);
    }
  }
  return [...sums].map(([currency, { revenueMinor, orders }]) => ({ currency, revenueMinor, orders }))
    .sort((a, b) => a.currency < b.currency ? -1 : 1);
}

/** The currency that holds most, weighed by today's exchange rates. The rates decide this choice and no figure. */
function richest(holdings: SalesHolding[], currencies: Currency[]): string | null {
  const worth = ({ currency, revenueMinor }: SalesHolding) => {
    const known = currencies.find((one) => one.symbol === currency);
    return (revenueMinor / 10 ** (known?.precision ?? 2)) * (known?.exchangeRate ?? 1);
  };
  return [...holdings].sort((a, b) => worth(b) - worth(a))[0]?.currency ?? null;
}

async function readChoices(
  store: MartStore,
  scope: Scope,
  totals: TotalsByDay,
  filters: SalesFilters,
): Promise<{ channels: SalesChoice[]; subsidiaries: SalesChoice[] }> {
  const choices = async (collection: "departments" | "subsidiaries"): Promise<SalesChoice[]> => {
    const records = await store.collection<{ _id: number; name: string | null; fullName: string | null }>(collection)
      .find({ deletedAt: { $exists: false }, ...rowFilter(scope, collection) }, {
        projection: { name: 1, fullName: 1 },
        sort: { name: 1 },
      }).toArray();
    return records.map((record) => ({ id: record._id, name: record.fullName ?? record.name ?? `${record._id}` }));
  };
  const [channels, subsidiaries] = await Promise.all([choices("departments"), choices("subsidiaries")]);
  const without = filters.channel === "none" ||
    [...totals.values()].some((cells) => cells.some((cell) => cell.channel === null));
  return { channels: without ? [...channels, { id: "none", name: "No channel" }] : channels, subsidiaries };
}
