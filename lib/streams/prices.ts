import { decimal, flag, integer, joined, text } from "./column.ts";
import { stream } from "./define.ts";

/** Names of prices: base, online, wholesale … */
export const priceLevels = stream({
  name: "price_levels",
  table: "pricelevel",
  columns: {
    name: text("name"),
    isOnline: flag("isonline"),
    isInactive: flag("isinactive"),
    externalId: text("externalid"),
  },
  deletedTypes: ["pricelevel"],
});

/**
 * Prices by item, price level, quantity and currency. The table has no change time (docs/netsuite.md). A unit price may be
 * finer than its currency's smallest coin, so it is a number, as rates are.
 */
export const prices = stream({
  name: "prices",
  table: "pricing",
  key: ["internalid"],
  cursor: null,
  proof: ["unitPrice", "minimumQuantity"],
  joins: { c: "LEFT JOIN currency c ON c.id = t.currency" },
  columns: {
    item: integer("item"),
    priceLevel: integer("pricelevel"),
    /** The price holds from this quantity on. */
    minimumQuantity: decimal("quantity"),
    unitPrice: decimal("unitprice"),
    saleUnit: integer("saleunit"),
    currency: joined("c", text("symbol"), "currencysymbol"),
  },
  indexes: [{ key: { item: 1, priceLevel: 1 } }],
});
