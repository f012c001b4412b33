/** What the company sells, buys and charges: the item table. */
import { type Archive, groupRows } from "./archive.ts";
import { DAY, timeText } from "./days.ts";
import { between, randomFor } from "./random.ts";
import { flag, type Row } from "./rows.ts";
import { ACCOUNTS } from "./frame.ts";
import { classIds } from "./setup.ts";
import { fromCents, round, toCents } from "./money.ts";

/** What the loader needs to know of an item; costs and prices in US dollars. */
export interface Item {
  id: number;
  sku: string;
  name: string;
  type: string;
  classId: number | null;
  cost: number;
  price: number;
  isInactive: boolean;
  /** Reorder point and safety stock of the source, 0 where the item keeps no stock. */
  reorderPoint: number;
  safetyStock: number;
  leadDays: number;
  color: string | null;
  weight: number | null;
  description: string | null;
}

/** Items by what the sources call them. */
export interface Items {
  all: Item[];
  byProductId: Map<string, Item>;
  byName: Map<string, Item>;
  byRetailCode: Map<string, Item>;
}

/** Charges that documents need. Ids lie between the products of the two sources. */
export const CHARGES = {
  tax: { 1: 1921, 2: 1922, 3: 1923 } as Record<number, number>,
  discount: 1931,
} as const;

/** Carriers: id of the ShipItem by the name a source uses (a ShipMethodID, or a retail ship mode). */
export function shipItems(archive: Archive): Map<string, { id: number; name: string }> {
  const methods = archive("shipmethod");
  const list: [string, string][] = [
    ...methods.rows.map((row): [string, string] => [row[methods.at("ShipMethodID")]!, row[methods.at("Name")]!]),
    ...["Same Day", "First Class", "Second Class", "Standard Class"].map((name): [string, string] => [name, name]),
  ];
  return new Map(list.map(([key, name], index) => [key, { id: 1901 + index, name }]));
}

/** Kinds of office supplies that are bought as needed and keep no stock. */
const NOT_STOCKED = new Set(["Paper", "Labels", "Envelopes", "Fasteners"]);

/** Builds every item from the sources: products (id kept), retail products (from 2001), charges and services. */
export function makeItems(archive: Archive): Items {
  const products = wholesaleItems(archive);
  const retail = retailItems(archive);
  return {
    all: [...products.values(), ...chargeItems(archive), ...retail.values()],
    byProductId: products,
    byName: new Map([...products.values()].map((item) => [item.name, item])),
    byRetailCode: retail,
  };
}

/**
 * Bikes, parts and clothing. What the source makes in its own workshop and is no bike (frames, wheels, sub-assemblies) is an
 * assembly; bikes count as bought in, so that both kinds of stock table have a share of what is sold.
 */
function wholesaleItems(archive: Archive): Map<string, Item> {
  const { rows, at } = archive("product");
  const categories = archive("productsubcategory");
  const bikes = new Set(
    categories.rows.filter((row) => row[categories.at("ProductCategoryID")] === "1")
      .map((row) => row[categories.at("ProductSubcategoryID")]),
  );
  const bought = purchaseCosts(archive);
  const classes = classIds(archive);
  return new Map(rows.map((row) => {
    const cell = (column: string) => row[at(column)]!;
    const made = cell("MakeFlag") === "1" && !bikes.has(cell("ProductSubcategoryID"));
    return [cell("ProductID"), {
      id: Number(cell("ProductID")),
      sku: cell("ProductNumber"),
      name: cell("Name"),
      type: made ? "Assembly" : "InvtPart",
      classId: classes.ofSubcategory(cell("ProductSubcategoryID")),
      cost: Number(cell("StandardCost")) || bought.get(cell("ProductID")) || 0,
      price: Number(cell("ListPrice")),
      isInactive: cell("SellEndDate") !== "",
      reorderPoint: Number(cell("ReorderPoint")),
      safetyStock: Number(cell("SafetyStockLevel")),
      leadDays: Number(cell("DaysToManufacture")) || 14,
      color: cell("Color") || null,
      weight: cell("Weight") ? Number(cell("Weight")) : null,
      description: null,
    }];
  }));
}

function purchaseCosts(archive: Archive): Map<string, number> {
  const { rows, at } = archive("productvendor");
  return new Map(rows.map((row) => [row[at("ProductID")]!, Number(row[at("LastReceiptCost")])]));
}

/** Office furniture, supplies and technology. A code that the source gives two names keeps the first one. */
function retailItems(archive: Archive): Map<string, Item> {
  const { rows, at } = archive("retail_orderline");
  const classes = classIds(archive);
  const byCode = [...groupRows(rows, at("Product ID"))].sort(([a], [b]) => a < b ? -1 : 1);
  return new Map(byCode.map(([code, lines], index) => {
    const cell = (column: string) => lines[0]![at(column)]!;
    const quantity = Number(cell("Quantity"));
    const sales = Number(cell("Sales"));
    const stocked = !NOT_STOCKED.has(cell("Sub-Category"));
    return [code, {
      id: 2001 + index,
      sku: code,
      name: cell("Product Name"),
      type: stocked ? "InvtPart" : "NonInvtPart",
      classId: classes.ofRetail(cell("Sub-Category")),
      cost: round((sales - Number(cell("Profit"))) / quantity, 4),
      price: round(sales / (1 - Number(cell("Discount"))) / quantity, 2),
      isInactive: lines.length === 1 && index % 9 === 0,
      reorderPoint: stocked ? 10 : 0,
      safetyStock: stocked ? 4 : 0,
      leadDays: 7,
      color: /\b(Black|White|Red|Blue|Green|Yellow|Gray|Oak|Cherry|Walnut)\b/.exec(cell("Product Name"))?.[1] ?? null,
      weight: null,
      description: `${cell("Category")}, ${cell("Sub-Category")}`,
    }];
  }));
}

function chargeItems(archive: Archive): Item[] {
  const plain = (id: number, sku: string, name: string, type: string, price = 0): Item => ({
    id,
    sku,
    name,
    type,
    classId: null,
    cost: 0,
    price,
    isInactive: false,
    reorderPoint: 0,
    safetyStock: 0,
    leadDays: 0,
    color: null,
    weight: null,
    description: null,
  });
  return [
    ...[...shipItems(archive).values()].map(({ id, name }) => plain(id, name, name, "ShipItem")),
    plain(1921, "US-SALES-TAX", "US sales tax", "TaxItem"),
    plain(1922, "CA-GST-HST", "GST/HST", "TaxItem"),
    plain(1923, "EU-VAT", "VAT", "TaxItem"),
    plain(1924, "CA-ON", "Ontario tax group", "TaxGroup"),
    plain(1931, "RETAIL-DISCOUNT", "Retail discount", "Discount"),
    plain(1932, "LOYALTY-5", "Loyalty 5%", "Discount"),
    plain(1941, "SERVICE-FIT", "Bike fitting", "Service", 75),
    plain(1942, "SERVICE-TUNE", "Tune-up", "Service", 120),
    plain(1943, "RUSH", "Rush handling", "OthCharge", 25),
    plain(1944, "KIT-COMMUTER", "Commuter kit: lights, lock, pump", "Kit", 119.99),
    plain(1945, "GIFT-50", 'Gift certificate "50"', "GiftCert", 50),
    plain(1946, "SUBTOTAL", "Subtotal", "Subtotal"),
    plain(1947, "NOTE", "Note: 10% of each \u{1F6B2} helps the children's ride", "Description"),
    plain(1948, "MANUAL-PDF", "Workshop manual – délivré en PDF", "DwnLdItem", 19),
    plain(1949, "RESTOCK", "Restocking mark-up", "Markup"),
  ];
}

/**
 * The item table's rows.
 *
 * @param onHand units in stock by item id
 * @param opened when the account was set up, seconds; @param now the account's clock, seconds
 */
export function itemRows(items: Item[], onHand: Map<number, number>, seed: number, opened: number, now: number): Row[] {
  // The retail catalogue is fed by a nightly file: its last run touched all its rows in one second.
  const feed = (Math.floor(now / DAY) - 40) * DAY + 9 * 3600 + 125;
  const priceRise = (Math.floor(now / DAY) - 75) * DAY + 17 * 3600;
  return items.map((item) => {
    const random = randomFor(seed, `item ${item.id}`);
    const stocked = item.type === "InvtPart" || item.type === "Assembly";
    const own = opened + between(random, 0, Math.max(1, now - opened - 2 * DAY));
    const isBike = item.classId !== null && item.classId <= 103 && item.classId > 100;
    return {
      id: item.id,
      itemid: item.sku,
      displayname: item.name,
      fullname: item.sku,
      description: item.description,
      itemtype: item.type,
      subtype: item.type === "NonInvtPart" || item.type === "Service" ? "Sale" : null,
      class: item.classId,
      incomeaccount: item.type === "ShipItem"
        ? ACCOUNTS.shippingIncome
        : item.type === "TaxItem"
        ? null
        : ACCOUNTS.income,
      assetaccount: stocked ? ACCOUNTS.inventory : null,
      cogsaccount: stocked ? ACCOUNTS.cogs : null,
      averagecost: stocked ? round(item.cost, 4) : null,
      cost: item.cost ? fromCents(toCents(item.cost)) : null,
      lastpurchaseprice: stocked && item.cost ? fromCents(toCents(item.cost)) : null,
      totalquantityonhand: stocked ? onHand.get(item.id) ?? 0 : null,
      costingmethod: stocked ? "AVG" : null,
      weight: item.weight,
      usebins: "F",
      islotitem: "F",
      isserialitem: "F",
      isinactive: flag(item.isInactive),
      createddate: timeText(opened),
      lastmodifieddate: timeText(item.id > 2000 ? feed : isBike ? priceRise : own),
      externalid: item.id > 2000 ? item.sku : item.id < 1900 ? `P-${item.id}` : null,
      custitem_color: item.color,
    };
  });
}
