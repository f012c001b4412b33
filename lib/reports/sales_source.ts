import type { Document } from "mongodb";
import type { Scope } from "../access/scope.ts";
import { monthOf } from "../marts/days.ts";
import { bookedOrders, type MartStore, salesDaysOf, salesPartsOf } from "../marts/sales.ts";
import {
  type BlockGrain,
  blockId,
  mergeBlocks,
  narrowBlock,
  packParts,
  type PartsBlock,
} from "../marts/sales_blocks.ts";
import {
  type CellTotals,
  type Dimension,
  DIMENSIONS,
  type OrderDoc,
  SalesCounter,
  type SalesSums,
} from "../marts/sales_sums.ts";
import { cellsOf, type PlacedLine, rowFilter, visibleLines } from "./rows.ts";
import { readParts, readTotals, type TotalsByDay, wholeMonths } from "./sales_read.ts";

/** Sums of sales as one person may see them: whatever is read here has no other rows in it any more. */
export interface SalesSource {
  /** The totals of every day from `from` to `to`. Days without an order are missing. */
  totals(from: string, to: string): Promise<TotalsByDay>;
  /** The parts of a period: blocks in no particular order, which together cover the period exactly once. */
  parts(dimension: Dimension, from: string, to: string, grain: BlockGrain): Promise<PartsBlock[]>;
  /** The parts of every day, one after the other. */
  partsByDay(dimension: Dimension, from: string, to: string): AsyncIterable<PartsBlock>;
  /** The part of one day that was already entered at a moment. */
  dayUntil(day: string, until: Date): Promise<{ totals: CellTotals[]; parts: Record<Dimension, PartsBlock> }>;
  /** First and last day with an order, null when there is none. */
  recorded(): Promise<{ from: string; to: string } | null>;
}

/**
 * The sums that a scope shows: out of the sales mart, whose cells know subsidiary and department; where a role is limited
 * to locations or sales reps, counted from the documents, with the very code that the mart is made by.
 */
export function salesSource(store: MartStore, scope: Scope): SalesSource {
  const cells = cellsOf(scope);
  return cells === null ? fromDocuments(store, scope) : fromMart(store, scope, cells);
}

function fromMart(store: MartStore, scope: Scope, keeps: NonNullable<ReturnType<typeof cellsOf>>): SalesSource {
  const narrow = (block: PartsBlock) => scope.isLimited ? narrowBlock(block, keeps) : block;
  const cellMatch = scope.isLimited
    ? {
      cells: {
        $elemMatch: {
          ...(scope.limits.subsidiaries ? { subsidiary: { $in: [...scope.limits.subsidiaries] } } : {}),
          ...(scope.limits.departments ? { channel: { $in: [...scope.limits.departments] } } : {}),
          orders: { $gt: 0 },
        },
      },
    }
    : { orders: { $gt: 0 } };
  return {
    totals: (from, to) => readTotals(store, from, to, scope.isLimited ? keeps : null),
    parts: async (dimension, from, to, grain) => (await readParts(store, dimension, from, to, grain)).map(narrow),
    async *partsByDay(dimension, from, to) {
      const blocks = salesPartsOf(store).find({
        _id: { $gte: blockId("day", dimension, from), $lte: blockId("day", dimension, to) },
      }, { batchSize: 5000 });
      for await (const block of blocks) yield narrow(block);
    },
    dayUntil: (day, until) => countDayUntil(store, scope, day, until),
    async recorded() {
      const edge = (direction: 1 | -1) =>
        salesDaysOf(store).findOne(cellMatch, { projection: { _id: 1 }, sort: { _id: direction } });
      const [first, last] = await Promise.all([edge(1), edge(-1)]);
      return first && last ? { from: first._id, to: last._id } : null;
    },
  };
}

function fromDocuments(store: MartStore, scope: Scope): SalesSource {
  const counted = new Map<string, Promise<Map<string, SalesSums>>>();
  /** One walk over the orders of a period, whatever of it is asked for. */
  const count = (from: string, to: string) => {
    const key = `${from}|${to}`;
    const known = counted.get(key) ?? countDays(store, scope, { date: { $gte: from, $lte: to } });
    counted.set(key, known);
    return known;
  };
  const blocksByDay = async (dimension: Dimension, from: string, to: string) =>
    [...await count(from, to)].map(([day, sums]) => blockOf("day", dimension, day, sums));
  return {
    async totals(from, to) {
      return new Map([...await count(from, to)].map(([day, sums]) => [day, sums.totals]));
    },
    async parts(dimension, from, to, grain) {
      const days = await blocksByDay(dimension, from, to);
      const whole = grain === "month" ? wholeMonths(from, to) : null;
      if (!whole) return days;
      const isWhole = (block: PartsBlock) => {
        const month = monthOf(block._id.slice(-10));
        return month >= whole.from && month <= whole.to;
      };
      const months = Map.groupBy(days.filter(isWhole), (block) => monthOf(block._id.slice(-10)));
      const joined = [...months].map(([month, blocks]): PartsBlock => ({
        _id: blockId("month", dimension, month),
        sequence: 0,
        builtAt: new Date(0),
        ...packParts(mergeBlocks(blocks)),
      }));
      return [...joined, ...days.filter((block) => !isWhole(block))];
    },
    async *partsByDay(dimension, from, to) {
      yield* await blocksByDay(dimension, from, to);
    },
    dayUntil: (day, until) => countDayUntil(store, scope, day, until),
    async recorded() {
      const days = async (direction: 1 | -1) => {
        for await (const order of visibleOrders(store, scope, {}, direction)) return order.date;
        return null;
      };
      const [from, to] = await Promise.all([days(1), days(-1)]);
      return from && to ? { from, to } : null;
    },
  };
}

/** The booked orders that a scope shows, with the lines that it shows. */
async function* visibleOrders(
  store: MartStore,
  scope: Scope,
  filter: Document,
  first?: 1 | -1,
): AsyncGenerator<OrderDoc> {
  const orders = bookedOrders(store, { $and: [filter, rowFilter(scope, "transactions")] }, {
    fields: scope.limits.locations ? { location: 1, "lines.location": 1 } : {},
    ...(first ? { first } : {}),
  });
  for await (const order of orders) {
    yield scope.limits.locations
      ? {
        ...order,
        lines: visibleLines(scope, { ...order, lines: order.lines as (OrderDoc["lines"][number] & PlacedLine)[] }),
      }
      : order;
  }
}

async function countDays(store: MartStore, scope: Scope, filter: Document): Promise<Map<string, SalesSums>> {
  const counters = new Map<string, SalesCounter>();
  for await (const order of visibleOrders(store, scope, filter)) {
    let counter = counters.get(order.date);
    if (!counter) counters.set(order.date, counter = new SalesCounter());
    counter.add(order);
  }
  return new Map([...counters].map(([day, counter]) => [day, counter.sums()]));
}

/**
 * Counts the part of one day that was already entered at a moment, from the documents. This is what an unfinished today is
 * compared to: the same weekday up to the same clock time.
 */
async function countDayUntil(store: MartStore, scope: Scope, day: string, until: Date) {
  const found = await countDays(store, scope, { date: day, createdAt: { $lte: until } });
  const sums = found.get(day) ?? new SalesCounter().sums();
  const parts = Object.fromEntries(
    DIMENSIONS.map((dimension) => [dimension, blockOf("day", dimension, day, sums)]),
  ) as Record<Dimension, PartsBlock>;
  return { totals: sums.totals, parts };
}

function blockOf(grain: BlockGrain, dimension: Dimension, period: string, sums: SalesSums): PartsBlock {
  return {
    _id: blockId(grain, dimension, period),
    sequence: 0,
    builtAt: new Date(0),
    ...packParts(sums.parts[dimension]),
  };
}
