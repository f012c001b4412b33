import { isBooked, type OrderDoc } from "./sales_sums.ts";

/**
 * What the tests of marts and reports share: a small made-up company that changes at random, and a plain recount of
 * everything that shares no code with the mart.
 */

/** A document of `transactions` as far as sales are concerned. */
export interface TestOrder extends OrderDoc {
  type: string;
  number: string;
  status: string;
  isVoided: boolean;
  netMinor: number;
  deletedAt?: Date;
}

/** A small generator of random numbers that repeats itself for a seed (mulberry32). */
export function randomFrom(
  seed: number,
): { next(): number; whole(below: number): number; pick<T>(from: readonly T[]): T } {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const whole = (below: number) => Math.floor(next() * below);
  return { next, whole, pick: (from) => from[whole(from.length)]! };
}

/** One random order. Amounts, empty fields, other types, voided and tombstoned ones are all there. */
export function makeOrder(id: number, days: string[], random: ReturnType<typeof randomFrom>): TestOrder {
  const date = random.pick(days);
  const maybe = (ids: number[], empty: number) => random.next() < empty ? null : random.pick(ids);
  const lines = Array.from({ length: 1 + random.whole(5) }, () => ({
    kind: random.pick(["main", "item", "item", "item", "item", "discount", "tax", "shipping"]),
    item: maybe([101, 102, 103, 104, 105, 106, 107, 108], 0.05),
    quantity: random.next() < 0.1 ? random.whole(400_000) / 1e5 : 1 + random.whole(9),
    amountMinor: random.whole(2_000_000) - 100_000,
    class: maybe([31, 32, 33], 0.4),
  }));
  return {
    _id: id,
    type: random.next() < 0.9 ? "SalesOrd" : "CustInvc",
    number: `SO-${id}`,
    status: random.pick(["B", "F", "G"]),
    date,
    createdAt: new Date(Date.parse(date) + random.whole(86_400_000)),
    entity: maybe([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 0.03),
    employee: maybe([21, 22, 23], 0.3),
    currency: random.pick(["USD", "USD", "USD", "CAD", "EUR"]),
    subsidiary: random.pick([1, 1, 2, 3]),
    department: maybe([41, 42, 43], 0.1),
    class: maybe([31, 32], 0.5),
    isVoided: random.next() < 0.05,
    netMinor: lines.filter(isBooked).reduce((sum, line) => sum + line.amountMinor, 0),
    lines,
    ...(random.next() < 0.05 ? { deletedAt: new Date() } : {}),
  };
}

/** The orders that count, picked by hand from documents. */
export function countedOrders(orders: Iterable<TestOrder>): TestOrder[] {
  return [...orders].filter((o) => o.type === "SalesOrd" && !o.isVoided && o.deletedAt === undefined);
}
