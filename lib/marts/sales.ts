import { type AnyBulkWriteOperation, type Collection, type Document, type Filter, MongoBulkWriteError } from "mongodb";
import { LIVE } from "../store/live.ts";
import { countDays, daysOfMonth, isDay, monthOf } from "./days.ts";
import {
  clearDirty,
  countDirty,
  type DirtyDay,
  type DirtyMark,
  listDirty,
  markDays,
  type MartStore,
  nextSequence,
  readForm,
  writeForm,
} from "./dirty.ts";
import { blockId, mergeBlocks, packParts, type PartsBlock } from "./sales_blocks.ts";
import {
  BOOKED,
  type CellParts,
  type CellTotals,
  type Dimension,
  DIMENSIONS,
  ORDER_FIELDS,
  type OrderDoc,
  SalesCounter,
  type SalesSums,
} from "./sales_sums.ts";

/**
 * The sales mart: what was sold, by business day.
 *
 * - `mart_sales_days`: one document per day, `cells` hold revenue, orders and units by currency x subsidiary x channel.
 * - `mart_sales_parts`: per day and per month, and per dimension (customer, item, rep, class), one block of columns
 *   (see sales_blocks.ts). Months are joined from their days, so that three years are 36 blocks and not 1,095. The totals of
 *   a month's days are such a block too (dimension `day`), which is what reports read.
 * - `mart_dirty`: days to recount. `mart_sequence`: numbers the recounts.
 *
 * A day is always recounted from its documents, never incremented: counting twice changes nothing.
 *
 * **What a writer of `transactions` does**, for every page that it writes:
 *
 *     const mark = await markDirty(store, before.flatMap(salesDays).concat(after.flatMap(salesDays)));
 *     try { …write the page… } finally { await mark.written(); }
 *
 * where `before` are the stored documents that will change or become tombstones (`type` and `date` are enough) and `after`
 * the new ones. A full run, which touches every day anyway, marks `"all"` in place of the days: one small write per page. Then
 * `settleDirty(store)` once, when its stream is done (a full run) or after each page (an incremental run), and again from the
 * minute tick: that recounts what a killed process left behind.
 */
export interface SalesDay {
  /** `YYYY-MM-DD` */
  _id: string;
  sequence: number;
  builtAt: Date;
  /** Orders of all currencies: 0 when the last order of a day was moved or deleted. */
  orders: number;
  cells: CellTotals[];
}

/** An index to be made by a migration, in the words of the driver. */
export interface IndexWish {
  collection: string;
  key: Record<string, 1 | -1>;
  name: string;
}

/** The indexes that the sales mart and the Sales report need beside `_id`. */
export const SALES_INDEXES: IndexWish[] = [
  { collection: "transactions", key: { type: 1, date: 1 }, name: "type_date" },
  { collection: "customers", key: { "source.syncedAt": 1 }, name: "synced_at" }, // names changed since, see reports/directory.ts
  { collection: "items", key: { "source.syncedAt": 1 }, name: "synced_at" },
];

/** The name of the sales mart among marks, numbers and rebuilds. */
export const SALES_MART = "sales" as const;
/** Grows when what is stored changes its form: a mart of another form is recounted whole by the next `settleDirty`. */
export const SALES_FORM = 2;
const MART = SALES_MART, FORM = SALES_FORM;
const ALL = "all";
const DAYS = "mart_sales_days", PARTS = "mart_sales_parts";
/** Where the totals lie, each with the number of the recount that wrote it. */
export const MART_COLLECTIONS = [DAYS, PARTS] as const;

/** The days that a transaction counts in: its date if it is a sales order, else none. Feed it old and new documents. */
export function salesDays(transaction: { type?: string | null; date?: string | null } | null | undefined): string[] {
  const date = transaction?.date;
  return transaction?.type === BOOKED.type && date && isDay(date) ? [date] : [];
}

/**
 * Marks days as dirty; to be called before the write that changes them, see the head of this file.
 *
 * @param days business days `YYYY-MM-DD`, repeated ones do not matter; `"all"` for every day there is
 * @returns tell it `written()` after the write, whether that went well or not; a mark whose writer stays silent is held for 60 s
 */
export function markDirty(store: MartStore, days: Iterable<string> | "all"): Promise<DirtyMark> {
  return markDays(store, MART, days === ALL ? [ALL] : days);
}

/** How many days wait for a recount; a mark of all days counts as one. */
export function countPending(store: MartStore): Promise<number> {
  return countDirty(store, MART);
}

/**
 * Recounts the days that are dirty. Safe to call at any time, from any number of processes, and to be killed at any point:
 * a mark goes only when the totals of its day are written and nobody has marked the day since.
 *
 * A mark of all days is left alone while its writer is at work, as the next page would undo the recount.
 *
 * @returns how many days were recounted, and how many are still dirty because they were marked again or are being written
 */
export async function settleDirty(store: MartStore, now = new Date()): Promise<{ recounted: number; left: number }> {
  const [seen, form] = await Promise.all([listDirty(store, MART), readForm(store, MART)]);
  if (form !== FORM) {
    const recounted = await rebuildAll(store);
    await clearDirty(store, seen, now);
    return { recounted, left: await countPending(store) };
  }
  if (seen.length === 0) return { recounted: 0, left: 0 };
  const whole = seen.filter((mark) => mark.day === ALL);
  let recounted = 0;
  if (whole.some((mark) => mark.writers.length === 0 || mark.heldUntil <= now)) {
    recounted = await rebuildAll(store);
    await clearDirty(store, seen, now);
  } else {
    for (const marks of byMonth(seen.filter((mark) => isDay(mark.day)), (mark) => mark.day)) {
      recounted += await recountMonth(store, marks.map((mark) => mark.day));
      await clearDirty(store, marks, now);
    }
  }
  return { recounted, left: await countPending(store) };
}

/**
 * Recounts these days and their months from the documents, whether dirty or not. Marks stay as they are.
 *
 * @returns how many days
 * @throws {RangeError} when a day is not a day of the calendar
 */
export async function rebuildDays(store: MartStore, days: Iterable<string>): Promise<number> {
  const all = [...new Set(days)].sort();
  const wrong = all.find((day) => !isDay(day));
  if (wrong !== undefined) throw new RangeError(`Cannot recount the day "${wrong}": write it as YYYY-MM-DD`);
  let recounted = 0;
  for (const month of byMonth(all, (day) => day)) recounted += await recountMonth(store, month);
  return recounted;
}

/**
 * Recounts every day that has a sales order or had one. Works month by month: memory does not grow with the history.
 *
 * @returns how many days
 */
export async function rebuildAll(store: MartStore): Promise<number> {
  const [dated, counted] = await Promise.all([
    orderDays(store),
    salesDaysOf(store).find({}, { projection: { _id: 1 } }).toArray(),
  ]);
  const recounted = await rebuildDays(
    store,
    [...dated, ...counted.map((found) => found._id)].filter(isDay),
  );
  await writeForm(store, MART, FORM);
  return recounted;
}

/** The dates of all sales orders that are stored, as they are written there. */
export async function orderDays(store: MartStore): Promise<string[]> {
  const dated = await store.collection("transactions").aggregate<{ _id: string | null }>([
    { $match: { type: BOOKED.type } },
    { $group: { _id: "$date" } },
  ]).toArray();
  return dated.map((found) => found._id).filter((day) => day !== null);
}

/** Recounts some days of one month, then joins the month anew. */
async function recountMonth(store: MartStore, days: string[]): Promise<number> {
  const sequence = await nextSequence(store, MART);
  const counters = new Map(days.map((day) => [day, new SalesCounter()]));
  for await (const order of bookedOrders(store, dateFilter(days))) counters.get(order.date)?.add(order);
  const builtAt = new Date();
  const dayWrites: AnyBulkWriteOperation<SalesDay>[] = [];
  const partWrites: AnyBulkWriteOperation<PartsBlock>[] = [];
  for (const [day, counter] of counters) {
    const sums = counter.sums();
    const orders = sums.totals.reduce((sum, cell) => sum + cell.orders, 0);
    // an empty day is written too: its number keeps an older recount, still under way, from bringing the orders back
    dayWrites.push(newest({ _id: day, sequence, builtAt, orders, cells: sums.totals }));
    partWrites.push(...blocksOf(sums, day, sequence, builtAt));
  }
  await writeNewest(salesPartsOf(store), partWrites);
  await writeNewest(salesDaysOf(store), dayWrites);
  await joinMonth(store, monthOf(days[0]!));
  return days.length;
}

function blocksOf(sums: SalesSums, day: string, sequence: number, builtAt: Date) {
  return DIMENSIONS.map((dimension) =>
    newest<PartsBlock>({
      _id: blockId("day", dimension, day),
      sequence,
      builtAt,
      ...packParts(sums.parts[dimension]),
    })
  );
}

async function joinMonth(store: MartStore, month: string): Promise<void> {
  const sequence = await nextSequence(store, MART);
  const { from, to } = daysOfMonth(month);
  const joined: [Dimension | "day", CellParts[]][] = [["day", await cellsByDay(store, from, to)]];
  for (const dimension of DIMENSIONS) {
    const days = await salesPartsOf(store)
      .find({ _id: { $gte: blockId("day", dimension, from), $lte: blockId("day", dimension, to) } }).toArray();
    joined.push([dimension, mergeBlocks(days)]);
  }
  const builtAt = new Date();
  const writes = joined.map(([dimension, cells]) =>
    newest<PartsBlock>({ _id: blockId("month", dimension, month), sequence, builtAt, ...packParts(cells) })
  );
  await writeNewest(salesPartsOf(store), writes);
}

/** The totals of a month's days, as parts by the day of the month. */
async function cellsByDay(store: MartStore, from: string, to: string): Promise<CellParts[]> {
  const cells = new Map<string, CellParts>();
  for await (const day of salesDaysOf(store).find({ _id: { $gte: from, $lte: to } })) {
    for (const { currency, subsidiary, channel, ...amounts } of day.cells) {
      const key = `${currency}|${subsidiary}|${channel}`;
      const cell = cells.get(key) ?? { currency, subsidiary, channel, parts: new Map() };
      cell.parts.set(Number(day._id.slice(8)), amounts);
      cells.set(key, cell);
    }
  }
  return [...cells.values()];
}

/**
 * The booked sales orders that match, as the mart counts them. One definition for the mart and for reports.
 *
 * @param more fields to read besides; `first` gives the one earliest (1) or latest (-1) order
 */
export function bookedOrders(
  store: MartStore,
  filter: Document,
  more: { fields?: Document; first?: 1 | -1 } = {},
): AsyncIterable<OrderDoc> {
  return store.collection<OrderDoc>("transactions").find({ ...BOOKED, ...filter, ...LIVE }, {
    projection: { ...ORDER_FIELDS, ...more.fields },
    batchSize: 1000,
    ...(more.first ? { sort: { date: more.first }, limit: 1 } : {}),
  });
}

/** The collection of daily totals. */
export function salesDaysOf(store: MartStore): Collection<SalesDay> {
  return store.collection<SalesDay>(DAYS);
}

/** The collection of parts. */
export function salesPartsOf(store: MartStore): Collection<PartsBlock> {
  return store.collection<PartsBlock>(PARTS);
}

/** Replaces a document unless a later recount has written it. */
function newest<T extends { _id: string; sequence: number }>(document: T): AnyBulkWriteOperation<T> {
  // the driver's types cannot see that a generic document has these two fields
  const filter = { _id: document._id, sequence: { $lt: document.sequence } } as unknown as Filter<T>;
  return { replaceOne: { filter, replacement: document, upsert: true } };
}

async function writeNewest<T extends Document>(
  collection: Collection<T>,
  writes: AnyBulkWriteOperation<T>[],
): Promise<void> {
  if (writes.length === 0) return;
  try {
    await collection.bulkWrite(writes, { ordered: false });
  } catch (error) {
    // a duplicate key is a document that a later recount wrote meanwhile: that one is right, ours is late
    if (!(error instanceof MongoBulkWriteError)) throw error;
    const failed = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
    if (failed.length === 0 || failed.some((one) => one.code !== 11000)) throw error;
  }
}

/** A range where the days have no gap, since that is one walk along the index. */
function dateFilter(days: string[]): Document {
  const [first, last] = [days[0]!, days[days.length - 1]!];
  return { date: countDays(first, last) === days.length ? { $gte: first, $lte: last } : { $in: days } };
}

function byMonth<T>(sorted: T[], dayOf: (one: T) => string): T[][] {
  const months = new Map<string, T[]>();
  for (const one of sorted) {
    const month = monthOf(dayOf(one));
    const list = months.get(month);
    if (list) list.push(one);
    else months.set(month, [one]);
  }
  return [...months.values()];
}

export type { DirtyDay, DirtyMark, MartStore };
