import { decimal, flag, integer, joined, text } from "./column.ts";
import { idList } from "./custom.ts";
import { stream } from "./define.ts";

/** Legal entities. Only OneWorld accounts have the table. */
export const subsidiaries = stream({
  name: "subsidiaries",
  table: "subsidiary",
  joins: { c: "LEFT JOIN currency c ON c.id = t.currency" },
  columns: {
    name: text("name"),
    fullName: text("fullname"),
    legalName: text("legalname"),
    parent: integer("parent"),
    currency: joined("c", text("symbol"), "currencysymbol"),
    country: text("country"),
    state: text("state"),
    isElimination: flag("iselimination"),
    isInactive: flag("isinactive"),
    externalId: text("externalid"),
  },
  deletedTypes: ["subsidiary"],
});

/** Places that hold stock. */
export const locations = stream({
  name: "locations",
  table: "location",
  columns: {
    name: text("name"),
    fullName: text("fullname"),
    parent: integer("parent"),
    subsidiary: integer("subsidiary"),
    makesInventoryAvailable: flag("makeinventoryavailable"),
    latitude: decimal("latitude"),
    longitude: decimal("longitude"),
    isInactive: flag("isinactive"),
    externalId: text("externalid"),
  },
  deletedTypes: ["location"],
});

/** Departments; the sales channel of an order is its department. Each is used by some subsidiaries: a multiple select. */
export const departments = stream({
  name: "departments",
  table: "department",
  columns: {
    name: text("name"),
    fullName: text("fullname"),
    parent: integer("parent"),
    subsidiaries: idList("subsidiary"),
    isInactive: flag("isinactive"),
    externalId: text("externalid"),
  },
  deletedTypes: ["department"],
});

/** Classes: what an item or a line belongs to. */
export const classifications = stream({
  name: "classifications",
  table: "classification",
  columns: {
    name: text("name"),
    fullName: text("fullname"),
    parent: integer("parent"),
    subsidiaries: idList("subsidiary"),
    isInactive: flag("isinactive"),
    externalId: text("externalid"),
  },
  deletedTypes: ["class", "classification"],
});

/** Currencies, with their number of decimals, which decides what a minor unit is. */
export const currencies = stream({
  name: "currencies",
  table: "currency",
  columns: {
    name: text("name"),
    symbol: text("symbol"),
    displaySymbol: text("displaysymbol"),
    precision: integer("currencyprecision"),
    exchangeRate: decimal("exchangerate"),
    isBase: flag("isbasecurrency"),
    isInactive: flag("isinactive"),
    externalId: text("externalid"),
  },
  deletedTypes: ["currency"],
});
