import { decimal, flag, instant, integer, text } from "./column.ts";
import { stream } from "./define.ts";

/** What is sold, bought, made or charged: one table for all item types. */
export const items = stream({
  name: "items",
  table: "item",
  columns: {
    sku: text("itemid"),
    name: text("displayname"),
    fullName: text("fullname"),
    description: text("description"),
    type: text("itemtype"),
    subtype: text("subtype"),
    parent: integer("parent"),
    class: integer("class"),
    department: integer("department"),
    location: integer("location"),
    averageCost: decimal("averagecost"),
    cost: decimal("cost"),
    lastPurchasePrice: decimal("lastpurchaseprice"),
    onHand: decimal("totalquantityonhand"),
    weight: decimal("weight"),
    upc: text("upccode"),
    isInactive: flag("isinactive"),
    createdAt: instant("createddate"),
    externalId: text("externalid"),
  },
  shape: ({ name, ...rest }) => ({ ...rest, name: name ?? rest.sku }),
  deletedTypes: [
    "item",
    "inventoryitem",
    "noninventoryitem",
    "assemblyitem",
    "kititem",
    "serviceitem",
    "otherchargeitem",
    "discountitem",
    "assembly/billofmaterials",
    "assemblybillofmaterials",
    "kit/package",
    "kitpackage",
    "service",
    "othercharge",
    "discount",
    "shipitem",
    "taxitem",
    "invtpart",
    "noninvtpart",
  ],
  indexes: [{ key: { sku: 1 } }],
});

/**
 * Stock by item and location, for every item type. The table has no change time (docs/netsuite.md 4.1), so it is read whole.
 * A row may exist with all quantities absent.
 */
export const inventory = stream({
  name: "inventory",
  table: "aggregateitemlocation",
  key: ["item", "location"],
  cursor: null,
  proof: ["onHand", "available", "committed", "onOrder", "backordered"],
  columns: {
    item: integer("item"),
    location: integer("location"),
    onHand: decimal("quantityonhand"),
    available: decimal("quantityavailable"),
    committed: decimal("quantitycommitted"),
    onOrder: decimal("quantityonorder"),
    backordered: decimal("quantitybackordered"),
    inTransit: decimal("quantityintransit"),
    reorderPoint: decimal("reorderpoint"),
    preferredLevel: decimal("preferredstocklevel"),
    averageCost: decimal("averagecostmli"),
    leadTimeDays: decimal("leadtime"),
  },
  indexes: [{ key: { item: 1, location: 1 } }],
});
