/**
 * How orders become sums. Pure: no database. The mart and the tests of the mart count with different code; reports add
 * what this file makes.
 *
 * What counts: the lines of kind `item` and `discount` of live, not voided sales orders, so booked value before tax and
 * shipping. An order belongs to the currency, subsidiary and channel (department) of its main line, and to the day of its
 * `date`. A line's class is its own, or the order's where the line has none (NetSuite fills it so on entry).
 */

/** What a part of the sales can be cut by. Channels need no parts: they are a column of the totals. */
export const DIMENSIONS = ["customer", "item", "rep", "class"] as const;
/** One of `DIMENSIONS`. */
export type Dimension = typeof DIMENSIONS[number];

/** Orders of one currency, subsidiary and channel (a department's id). */
export interface Cell {
  currency: string;
  subsidiary: number | null;
  channel: number | null;
}

/** What is added up: whole minor units, orders, pieces (exact to five decimals, as NetSuite keeps quantities). */
export interface Amounts {
  revenueMinor: number;
  orders: number;
  units: number;
}

/** The totals of a cell. */
export type CellTotals = Cell & Amounts;

/** The parts of a cell: by NetSuite id of the customer, item, rep or class; null where the field is empty. */
export interface CellParts extends Cell {
  parts: Map<number | null, Amounts>;
}

/** The sums of a day, or of any other set of orders. */
export interface SalesSums {
  totals: CellTotals[];
  parts: Record<Dimension, CellParts[]>;
}

/** What the sums need of a document of `transactions`. */
export interface OrderDoc {
  _id: number;
  date: string;
  createdAt: Date | null;
  entity: number | null;
  employee: number | null;
  currency: string | null;
  subsidiary: number | null;
  department: number | null;
  class: number | null;
  lines: { kind: string; item: number | null; quantity: number | null; amountMinor: number; class: number | null }[];
}

/** The projection that reads an `OrderDoc`: a fraction of the document. */
export const ORDER_FIELDS = {
  date: 1,
  createdAt: 1,
  entity: 1,
  employee: 1,
  currency: 1,
  subsidiary: 1,
  department: 1,
  class: 1,
  "lines.kind": 1,
  "lines.item": 1,
  "lines.quantity": 1,
  "lines.amountMinor": 1,
  "lines.class": 1,
} as const;

/** Which documents of `transactions` are booked sales; to be joined with a date and with `LIVE`. */
export const BOOKED = { type: "SalesOrd", isVoided: { $ne: true } } as const;

/** Code for orders that name no currency: ISO 4217's own word for that. */
export const NO_CURRENCY = "XXX";

/** Adds pieces: the nearest number of five decimals, so that the order of adding does not matter. */
export function addUnits(a: number, b: number): number {
  return Math.round((a + b) * 1e5) / 1e5;
}

/** Adds `more` into `sum`. */
export function addAmounts(sum: Amounts, more: Amounts): void {
  sum.revenueMinor += more.revenueMinor;
  sum.orders += more.orders;
  sum.units = addUnits(sum.units, more.units);
}

/** Nothing yet. */
export function noAmounts(): Amounts {
  return { revenueMinor: 0, orders: 0, units: 0 };
}

/** Whether a line is part of the booked value. */
export function isBooked(line: { kind: string }): boolean {
  return line.kind === "item" || line.kind === "discount";
}

/** The class of a line. */
export function classOf(order: Pick<OrderDoc, "class">, line: { class: number | null }): number | null {
  return line.class ?? order.class ?? null;
}

/** Collects orders one by one, so that a month never has to be in memory as documents. */
export class SalesCounter {
  #cells = new Map<string, { totals: CellTotals; parts: Record<Dimension, Map<number | null, Amounts>> }>();

  /** Counts one booked order. */
  add(order: OrderDoc): void {
    const cell = this.#cell(order);
    const whole: Amounts = { revenueMinor: 0, orders: 1, units: 0 };
    const items = new Map<number | null, Amounts>();
    const classes = new Map<number | null, Amounts>();
    for (const line of order.lines) {
      if (!isBooked(line)) continue;
      const amounts = {
        revenueMinor: line.amountMinor,
        orders: 0,
        units: line.kind === "item" ? line.quantity ?? 0 : 0,
      };
      addAmounts(whole, amounts);
      addAmounts(getOrPut(items, line.item ?? null), amounts);
      addAmounts(getOrPut(classes, classOf(order, line)), amounts);
    }
    addAmounts(cell.totals, whole);
    addAmounts(getOrPut(cell.parts.customer, order.entity ?? null), whole);
    addAmounts(getOrPut(cell.parts.rep, order.employee ?? null), whole);
    for (const [id, amounts] of items) addAmounts(getOrPut(cell.parts.item, id), { ...amounts, orders: 1 });
    for (const [id, amounts] of classes) addAmounts(getOrPut(cell.parts.class, id), { ...amounts, orders: 1 });
  }

  /** The sums so far. */
  sums(): SalesSums {
    const cells = [...this.#cells.values()];
    const cut = (dimension: Dimension) =>
      cells.map(({ totals: { currency, subsidiary, channel }, parts }) => ({
        currency,
        subsidiary,
        channel,
        parts: parts[dimension],
      }));
    return {
      totals: cells.map((cell) => cell.totals),
      parts: { customer: cut("customer"), item: cut("item"), rep: cut("rep"), class: cut("class") },
    };
  }

  #cell(order: OrderDoc) {
    const currency = order.currency ?? NO_CURRENCY;
    const subsidiary = order.subsidiary ?? null;
    const channel = order.department ?? null;
    const key = `${currency}|${subsidiary}|${channel}`;
    let cell = this.#cells.get(key);
    if (!cell) {
      const parts = { customer: new Map(), item: new Map(), rep: new Map(), class: new Map() };
      this.#cells.set(key, cell = { totals: { currency, subsidiary, channel, ...noAmounts() }, parts });
    }
    return cell;
  }
}

function getOrPut(map: Map<number | null, Amounts>, id: number | null): Amounts {
  let amounts = map.get(id);
  if (!amounts) map.set(id, amounts = noAmounts());
  return amounts;
}
