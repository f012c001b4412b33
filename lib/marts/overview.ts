import { BOOKED } from "./sales_sums.ts";
import { isDay } from "./days.ts";
import { listDirty, type MartStore } from "./dirty.ts";
import { markDirty, SALES_MART, salesDaysOf } from "./sales.ts";

/** Where a mart stands. Days are `YYYY-MM-DD`. */
export interface MartState {
  /** Days that have a total. */
  days: number;
  first: string | null;
  last: string | null;
  /** Days whose totals may differ from the documents until they are recounted. */
  dirty: number;
  /** Every day is to be recounted. */
  isAllDirty: boolean;
  oldestDirty: string | null;
  /** Since when the mark waits that waits longest. */
  dirtySince: Date | null;
  /** When a day was last recounted. */
  settledAt: Date | null;
}

/** How many days the sales mart has, what of it is dirty, and when it was last recounted. */
export async function salesMartState(store: MartStore): Promise<MartState> {
  const days = salesDaysOf(store);
  const edge = (order: 1 | -1) =>
    days.findOne({ orders: { $gt: 0 } }, { sort: { _id: order }, projection: { _id: 1 } });
  const [count, first, last, newest, marks] = await Promise.all([
    days.countDocuments({ orders: { $gt: 0 } }), // days that have lost their last order stand there with none
    edge(1),
    edge(-1),
    days.findOne({}, { sort: { builtAt: -1 }, projection: { builtAt: 1 } }),
    listDirty(store, SALES_MART),
  ]);
  const dated = marks.filter(({ day }) => isDay(day));
  return {
    days: count,
    first: first?._id ?? null,
    last: last?._id ?? null,
    dirty: dated.length,
    isAllDirty: dated.length < marks.length,
    oldestDirty: dated[0]?.day ?? null,
    dirtySince: marks.length > 0 ? new Date(Math.min(...marks.map(({ markedAt }) => +markedAt))) : null,
    settledAt: newest?.builtAt ?? null,
  };
}

/**
 * Marks the days of a range that have an order or a total, so that `settleDirty` recounts them: of this process or, where it
 * dies, of another one.
 *
 * @param from business day, `to` as well; both included
 * @returns how many days were marked
 */
export async function markSalesRange(store: MartStore, from: string, to: string): Promise<number> {
  const [dated, counted] = await Promise.all([
    store.collection("transactions").aggregate<{ _id: string }>([
      { $match: { type: BOOKED.type, date: { $gte: from, $lte: to } } },
      { $group: { _id: "$date" } },
    ]).toArray(),
    salesDaysOf(store).find({ _id: { $gte: from, $lte: to } }, { projection: { _id: 1 } }).toArray(),
  ]);
  const days = new Set([...dated, ...counted].map(({ _id }) => _id).filter(isDay));
  const mark = await markDirty(store, days);
  await mark.written(); // nothing is being written: the marks wait for nobody
  return days.size;
}
