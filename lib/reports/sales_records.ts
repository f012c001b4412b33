import type { Document } from "mongodb";
import type { Scope } from "../access/scope.ts";
import { LIVE } from "../store/live.ts";
import type { MartStore } from "../marts/dirty.ts";
import { eachPart, periodOf } from "../marts/sales_blocks.ts";
import {
  addAmounts,
  addUnits,
  type Amounts,
  BOOKED,
  classOf,
  type Dimension,
  isBooked,
  NO_CURRENCY,
  noAmounts,
  ORDER_FIELDS,
  type OrderDoc,
} from "../marts/sales_sums.ts";
import { rowFilter, visibleLines } from "./rows.ts";
import { readSalesAsOf } from "./sales.ts";
import { readNames } from "./sales_names.ts";
import { cellFilter } from "./sales_read.ts";
import { type SalesSource, salesSource } from "./sales_source.ts";
import type { SalesRecord, SalesRecords, SalesRecordsQuery } from "./sales_types.ts";

/** Orders that an export reads at once, about: as many days as hold them. */
const EXPORT_ORDERS = 1000;

type RecordDoc = OrderDoc & { number: string | null; status: string | null };

/**
 * Lists the orders that add up to a figure of the Sales report, newest first.
 *
 * The total comes from the mart, so that it is the figure that was clicked. The mart also says how many of the orders lie
 * on each day, so that only the days of the shown page are read from `transactions`, whatever the length of the period.
 *
 * @param scope whose rows; what lies outside is as if it did not exist, its name included
 */
export async function salesRecords(store: MartStore, scope: Scope, query: SalesRecordsQuery): Promise<SalesRecords> {
  const [days, asOf, currency] = await Promise.all([
    amountsByDay(salesSource(store, scope), query),
    readSalesAsOf(store),
    readCurrency(store, query.currency),
  ]);
  const total = totalOf(days);
  const pages = Math.max(1, Math.ceil(total.orders / query.rows));
  const page = Math.min(query.page, pages);
  const { wanted, skip } = daysOfPage(days, (page - 1) * query.rows, query.rows);
  const [orders, subject] = await Promise.all([
    readOrders(store, scope, query, wanted),
    readSubject(store, scope, query, !scope.isLimited || total.orders > 0),
  ]);
  const shown = orders.slice(skip, skip + query.rows);
  const customers = await readNames(store, scope, "customer", shown.map((order) => order.entity ?? null));
  return {
    query: { ...query, page },
    subject,
    currency,
    total,
    rows: shown.map((order) => toRecord(order, query, customers.get(order.entity ?? null)?.name ?? "")),
    page,
    pages,
    asOf,
  };
}

/**
 * All the orders of {@link salesRecords}, for an export: they are read some days at a time, so that the length of the period
 * costs no memory.
 *
 * @returns what is known before the first is read, and the orders, newest first
 */
export async function everySalesRecord(
  store: MartStore,
  scope: Scope,
  query: SalesRecordsQuery,
): Promise<Pick<SalesRecords, "currency" | "total"> & { records: AsyncGenerator<SalesRecord> }> {
  const [days, currency] = await Promise.all([
    amountsByDay(salesSource(store, scope), query),
    readCurrency(store, query.currency),
  ]);
  return { currency, total: totalOf(days), records: recordsOf(store, scope, query, days) };
}

async function readCurrency(store: MartStore, code: string): Promise<SalesRecords["currency"]> {
  const found = await store.collection<{ symbol: string; name: string; precision: number }>("currencies")
    .findOne({ symbol: code });
  return { code, name: found?.name ?? code, precision: found?.precision ?? 2 };
}

function totalOf(days: Map<string, Amounts>): Amounts {
  const total = noAmounts();
  for (const amounts of days.values()) addAmounts(total, amounts);
  return total;
}

async function* recordsOf(
  store: MartStore,
  scope: Scope,
  query: SalesRecordsQuery,
  days: Map<string, Amounts>,
): AsyncGenerator<SalesRecord> {
  let some: string[] = [], orders = 0;
  const left = [...days].map(([day, amounts]) => [day, amounts.orders] as const);
  for (const [n, [day, count]] of left.entries()) {
    some.push(day);
    orders += count;
    if (orders < EXPORT_ORDERS && n < left.length - 1) continue;
    const found = await readOrders(store, scope, query, some);
    const customers = await readNames(store, scope, "customer", found.map((order) => order.entity ?? null));
    for (const order of found) yield toRecord(order, query, customers.get(order.entity ?? null)?.name ?? "");
    [some, orders] = [[], 0];
  }
}

/** What of the figure lies on each day, newest day first. */
async function amountsByDay(source: SalesSource, query: SalesRecordsQuery): Promise<Map<string, Amounts>> {
  const matches = cellFilter(query, query.currency);
  const days = new Map<string, Amounts>();
  const add = (day: string, amounts: Amounts) => {
    const sum = days.get(day) ?? noAmounts();
    addAmounts(sum, amounts);
    days.set(day, sum);
  };
  const { of } = query;
  if (of === null || of.by === "channel") {
    const channel = of === null ? undefined : of.id === "none" ? null : of.id;
    for (const [day, cells] of await source.totals(query.from, query.to)) {
      for (const cell of cells) if (matches(cell) && (of === null || cell.channel === channel)) add(day, cell);
    }
  } else {
    const wanted = of.id === "none" ? null : of.id;
    const dimension: Dimension = of.by;
    for await (const block of source.partsByDay(dimension, query.from, query.to)) {
      eachPart(block, matches, (id, revenueMinor, orders, units) => {
        if (id === wanted) add(periodOf(block), { revenueMinor, orders, units });
      });
    }
  }
  return new Map([...days].filter(([, sum]) => sum.orders > 0).sort(([a], [b]) => a < b ? 1 : -1));
}

/** The days on which the orders from `offset` on lie, and how many orders of the first of them come before. */
function daysOfPage(days: Map<string, Amounts>, offset: number, count: number): { wanted: string[]; skip: number } {
  const wanted: string[] = [];
  let skip = offset;
  let before = 0;
  for (const [day, { orders }] of days) {
    if (before + orders > offset) wanted.push(day);
    else skip -= orders;
    before += orders;
    if (before >= offset + count) break;
  }
  return { wanted, skip };
}

async function readOrders(
  store: MartStore,
  scope: Scope,
  query: SalesRecordsQuery,
  days: string[],
): Promise<RecordDoc[]> {
  if (days.length === 0) return [];
  const filter: Document = {
    ...BOOKED,
    date: { $in: days },
    currency: query.currency === NO_CURRENCY ? null : query.currency,
    ...LIVE,
    $and: [rowFilter(scope, "transactions")],
  };
  const narrow = (field: string, value: number | "none" | null) => {
    if (value !== null) filter[field] = value === "none" ? null : value;
  };
  narrow("department", query.channel);
  narrow("subsidiary", query.subsidiary);
  const { of } = query;
  if (of?.by === "customer") narrow("entity", of.id);
  if (of?.by === "rep") narrow("employee", of.id);
  const projection = { ...ORDER_FIELDS, number: 1, status: 1, location: 1, "lines.location": 1 };
  const found = await store.collection<RecordDoc & { location?: number | null }>("transactions")
    .find(filter, { projection, batchSize: 1000 }).toArray();
  const orders = found.map((order) => ({ ...order, lines: visibleLines(scope, order) }));
  return orders.filter((order) =>
    of?.by !== "channel" || (order.department ?? null) === (of.id === "none" ? null : of.id)
  )
    .filter((order) => !bySharedLines(query) || countedLines(order, query).length > 0)
    .sort((a, b) => a.date === b.date ? b._id - a._id : a.date < b.date ? 1 : -1);
}

function bySharedLines({ of }: SalesRecordsQuery): boolean {
  return of?.by === "item" || of?.by === "class";
}

/** The lines of an order that count in the figure. */
function countedLines(order: OrderDoc, { of }: SalesRecordsQuery): OrderDoc["lines"] {
  const id = of === null || of.id === "none" ? null : of.id;
  return order.lines.filter((line) =>
    isBooked(line) &&
    (of?.by === "item" ? (line.item ?? null) === id : of?.by === "class" ? classOf(order, line) === id : true)
  );
}

function toRecord(order: RecordDoc, query: SalesRecordsQuery, customer: string): SalesRecord {
  const counted = countedLines(order, query);
  const sum = (lines: OrderDoc["lines"]) => lines.reduce((total, line) => total + line.amountMinor, 0);
  return {
    id: order._id,
    number: order.number ?? `${order._id}`,
    date: order.date,
    status: order.status ?? null,
    customer: { id: order.entity ?? null, name: customer },
    amountMinor: sum(counted),
    units: counted.reduce((total, line) => line.kind === "item" ? addUnits(total, line.quantity ?? 0) : total, 0),
    orderMinor: sum(order.lines.filter(isBooked)),
  };
}

/** @param isSeen false: nothing of it may be seen, so that its name is as unknown as one that does not exist */
async function readSubject(
  store: MartStore,
  scope: Scope,
  { of }: SalesRecordsQuery,
  isSeen: boolean,
): Promise<SalesRecords["subject"]> {
  if (of === null || !isSeen) return null;
  const id = of.id === "none" ? null : of.id;
  const name = (await readNames(store, scope, of.by, [id])).get(id);
  return name ? { name: name.name, code: name.code } : null;
}
