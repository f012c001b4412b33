/** The three sources of sales orders, brought into one shape: wholesale, web shop, retail. */
import { type Archive, groupRows } from "./archive.ts";
import { moveCalendar, parseDay } from "./days.ts";
import { CHARGES, type Item, type Items, shipItems } from "./items.ts";
import { exchangeRate, perDollar, round, toCents } from "./money.ts";
import { maybeMemo, someMemo } from "./texts.ts";
import { between, type Random, randomFor } from "./random.ts";
import { DEPARTMENTS, SUBSIDIARIES, WAREHOUSES } from "./frame.ts";
import type { Charge, Part } from "./documents.ts";

/** Who buys, under the name the source knows them by. Ids are given later ({@link makeCustomers}). */
export interface Buyer {
  key: string;
  channel: Channel;
  name: string;
  email: string | null;
  segment: string;
  subsidiary: number;
  currency: number;
}

/** Where an order comes from; also a department. */
export type Channel = "wholesale" | "web" | "retail";

/** A sales order as the source tells it: what was ordered, for whom, and when it was to leave. Days are day numbers. */
export interface Order {
  channel: Channel;
  /** The source's own number, unique across channels. */
  ref: string;
  day: number;
  shipDay: number;
  promisedDay: number;
  dueDay: number;
  buyer: Buyer;
  salesRep: number | null;
  subsidiary: number;
  currency: number;
  exchangeRate: number;
  location: number;
  department: number;
  terms: number;
  shipMethod: number | null;
  parts: (Part & { unitCost: number })[];
  discount: Charge | null;
  tax: Charge | null;
  shipping: Charge | null;
  memo: string | null;
  otherRef: string | null;
}

/** What all three readers need. */
export interface OrderContext {
  archive: Archive;
  items: Items;
  seed: number;
  yesterday: number;
  share: number;
}

/** Which of `days.length` orders to keep: an even share counted from the newest, which is always kept. */
export function sample(days: number[], share: number): Set<number> {
  const newestFirst = days.map((_, index) => index).sort((a, b) => days[b]! - days[a]! || a - b);
  return new Set(
    newestFirst.filter((_, rank) => rank === 0 || Math.floor(rank * share) > Math.floor((rank - 1) * share)),
  );
}

/** Turns US dollars of the source into both currencies of an order. */
function amountOf(dollars: number, currency: number, rate: number): { foreign: number; net: number } {
  const foreign = toCents(dollars * perDollar(currency));
  return { foreign, net: rate === 1 ? foreign : toCents(foreign / 100 * rate) };
}

/** Every kept order of the three sources. */
export function readOrders(context: OrderContext): Order[] {
  return [...wholesaleOrders(context), ...webOrders(context), ...retailOrders(context)];
}

/** Moves one source's calendar and builds the kept orders. */
function build<T>(
  context: OrderContext,
  sources: T[],
  dayOf: (source: T) => number,
  make: (source: T, day: number, move: number) => Order,
): Order[] {
  const days = sources.map(dayOf);
  const moves = moveCalendar(days, context.yesterday);
  const moved = days.map((day, index) => day + moves[index]!);
  const kept = sample(moved, context.share);
  return sources.flatMap((source, index) => kept.has(index) ? [make(source, moved[index]!, moves[index]!)] : []);
}

function partOf(item: Item, quantity: number, rateDollars: number, dollars: number, currency: number, rate: number) {
  return {
    item: item.id,
    itemType: item.type,
    classId: item.classId,
    quantity,
    rate: round(rateDollars * perDollar(currency), 6),
    memo: null,
    unitCost: item.cost,
    ...amountOf(dollars, currency, rate),
  };
}

/** Resellers by sales territory: Canada and Europe have their own subsidiary; Britain is billed in pounds by Europe, Australia in its dollars by the parent. */
const TERRITORIES: Record<string, { subsidiary: number; currency: number; location: number }> = {
  CA: { subsidiary: 2, currency: 2, location: WAREHOUSES.canada },
  FR: { subsidiary: 3, currency: 3, location: WAREHOUSES.europe },
  DE: { subsidiary: 3, currency: 3, location: WAREHOUSES.europe },
  GB: { subsidiary: 3, currency: 4, location: WAREHOUSES.europe },
  AU: { subsidiary: 1, currency: 5, location: WAREHOUSES.bothell },
  US: { subsidiary: 1, currency: 1, location: WAREHOUSES.bothell },
};

function wholesaleOrders(context: OrderContext): Order[] {
  const { archive, items, seed } = context;
  const orders = archive("reseller_order"), lines = archive("reseller_orderline");
  const byOrder = groupRows(lines.rows, lines.at("SalesOrderID"));
  const resellers = readResellers(archive);
  const carriers = [...shipItems(archive).values()].slice(0, 5);
  const [item, quantity, price, discount, total] = [
    "ProductID_FK",
    "OrderQty",
    "UnitPrice",
    "UnitPriceDiscount",
    "LineTotal",
  ]
    .map(lines.at) as [number, number, number, number, number];
  return build(context, orders.rows, (row) => parseDay(row[orders.at("OrderDate")]!), (row, day, move) => {
    const cell = (column: string) => row[orders.at(column)]!;
    const reseller = resellers.get(cell("CustomerID_FK"))!;
    const { subsidiary, currency, location } = TERRITORIES[reseller.country]!;
    const rate = exchangeRate(currency, SUBSIDIARIES[subsidiary - 1]!.currency);
    const ref = cell("SalesOrderID");
    const random = randomFor(seed, `wholesale ${ref}`);
    const shipMethod = carriers[between(random, 0, carriers.length - 1)]!.id;
    return {
      channel: "wholesale",
      ref: `WHS-${ref}`,
      day,
      shipDay: parseDay(cell("ShipDate")) + move,
      promisedDay: parseDay(cell("ShipDate")) + move,
      dueDay: parseDay(cell("DueDate")) + move,
      buyer: reseller.buyer,
      salesRep: Number(cell("EmployeeID_FK")),
      subsidiary,
      currency,
      exchangeRate: rate,
      location,
      department: DEPARTMENTS.wholesale,
      terms: 1 + Number(cell("CustomerID_FK")) % 3,
      shipMethod,
      parts: byOrder.get(ref)!.map((line) => {
        const product = items.byProductId.get(line[item]!)!;
        const unit = Number(line[price]) * (1 - Number(line[discount]));
        const part = partOf(product, Number(line[quantity]), unit, Number(line[total]), currency, rate);
        return random() < 0.004 ? { ...part, memo: someMemo(random) } : part;
      }),
      discount: null,
      tax: { item: CHARGES.tax[subsidiary]!, ...amountOf(Number(cell("TaxAmt")), currency, rate) },
      shipping: { item: shipMethod, ...amountOf(Number(cell("Freight")), currency, rate) },
      memo: maybeMemo(random),
      otherRef: `PO${Number(cell("CustomerID_FK")) * 7919 % 10_000}${ref}`,
    };
  });
}

/** Resellers by the id of the person who orders; the customer is that person's store. */
function readResellers(archive: Archive): Map<string, { country: string; buyer: Buyer }> {
  const people = archive("reseller_customer"), accounts = archive("customer"), stores = archive("store");
  const territories = archive("salesterritory");
  const countries = new Map(
    territories.rows.map((row) => [row[territories.at("TerritoryID")]!, row[territories.at("CountryRegionCode")]!]),
  );
  const byPerson = new Map(accounts.rows.map((row) => [row[accounts.at("PersonID")]!, row]));
  const storeNames = new Map(stores.rows.map((row) => [row[stores.at("BusinessEntityID")]!, row[stores.at("Name")]!]));
  return new Map(people.rows.map((row) => {
    const person = row[people.at("CustomerID_K")]!;
    const account = byPerson.get(person)!;
    const country = countries.get(account[accounts.at("TerritoryID")]!)!;
    const name = storeNames.get(account[accounts.at("StoreID")]!)!;
    const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
    const { subsidiary, currency } = TERRITORIES[country]!;
    return [person, {
      country,
      buyer: {
        key: account[accounts.at("AccountNumber")]!,
        channel: "wholesale" as const,
        name,
        email: `${row[people.at("FirstName")]!.toLowerCase().replace(/[^a-z]/g, "")}@${slug}.example.com`,
        segment: "Reseller",
        subsidiary,
        currency,
      },
    }];
  }));
}

function webOrders(context: OrderContext): Order[] {
  const { archive, items, seed } = context;
  const { rows, at } = archive("web_orderline");
  const groups = [...groupRows(rows, at("SalesOrderNumber")).values()];
  const [itemAt, priceAt, taxAt] = ["Item", "UnitPrice", "TaxAmount"].map(at) as [number, number, number];
  const delays = [0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 6]; // days from order to parcel; the shop promises two
  return build(context, groups, (lines) => parseDay(lines[0]![at("OrderDate")]!), (lines, day) => {
    const cell = (column: string) => lines[0]![at(column)]!;
    const ref = cell("SalesOrderNumber");
    const random = randomFor(seed, `web ${ref}`);
    const tax = lines.reduce((sum, line) => sum + toCents(Number(line[taxAt])), 0);
    return {
      channel: "web",
      ref,
      day,
      shipDay: day + delays[between(random, 0, delays.length - 1)]!,
      promisedDay: day + 2,
      dueDay: day,
      buyer: {
        key: cell("EmailAddress"),
        channel: "web",
        name: cell("CustomerName"),
        email: cell("EmailAddress"),
        segment: "Web",
        subsidiary: 1,
        currency: 1,
      },
      salesRep: null,
      subsidiary: 1,
      currency: 1,
      exchangeRate: 1,
      location: WAREHOUSES.web,
      department: DEPARTMENTS.web,
      terms: 4,
      shipMethod: 1900 + between(random, 1, 2),
      parts: lines.map((line) => {
        const price = Number(line[priceAt]);
        return partOf(items.byName.get(line[itemAt]!)!, 1, price, price, 1, 1);
      }),
      discount: null,
      tax: { item: CHARGES.tax[1]!, foreign: tax, net: tax },
      shipping: null,
      memo: maybeMemo(random),
      otherRef: null,
    };
  });
}

function retailOrders(context: OrderContext): Order[] {
  const { archive, items, seed } = context;
  const { rows, at } = archive("retail_orderline");
  const carriers = shipItems(archive);
  const groups = [...groupRows(rows, at("Order ID")).values()];
  const promise: Record<string, number> = { "Same Day": 0, "First Class": 2, "Second Class": 4, "Standard Class": 6 };
  return build(context, groups, (lines) => parseDay(lines[0]![at("Order Date")]!), (lines, day, move) => {
    const cell = (column: string) => lines[0]![at(column)]!;
    const ref = cell("Order ID");
    const random: Random = randomFor(seed, `retail ${ref}`);
    let discount = 0;
    const parts = lines.map((line) => {
      const sales = toCents(Number(line[at("Sales")]));
      const quantity = Number(line[at("Quantity")]);
      const list = Number(line[at("Sales")]) / (1 - Number(line[at("Discount")]));
      const item = items.byRetailCode.get(line[at("Product ID")]!)!;
      const part = partOf(item, quantity, list / quantity, list, 1, 1);
      discount += part.foreign - sales;
      const name = line[at("Product Name")]!;
      return {
        ...part,
        memo: name === item.name ? null : name,
        unitCost: (Number(line[at("Sales")]) - Number(line[at("Profit")])) / quantity,
      };
    });
    return {
      channel: "retail",
      ref,
      day,
      shipDay: parseDay(cell("Ship Date")) + move,
      promisedDay: day + promise[cell("Ship Mode")]!,
      dueDay: day + 30,
      buyer: {
        key: cell("Customer ID"),
        channel: "retail",
        name: cell("Customer Name"),
        email: null,
        segment: cell("Segment"),
        subsidiary: 1,
        currency: 1,
      },
      salesRep: null,
      subsidiary: 1,
      currency: 1,
      exchangeRate: 1,
      location: WAREHOUSES[cell("Region") as "East" | "West" | "Central" | "South"],
      department: DEPARTMENTS.retail,
      terms: 2,
      shipMethod: carriers.get(cell("Ship Mode"))!.id,
      parts,
      discount: discount > 0 ? { item: CHARGES.discount, foreign: discount, net: discount } : null,
      tax: null,
      shipping: null,
      memo: maybeMemo(random),
      otherRef: null,
    };
  });
}
