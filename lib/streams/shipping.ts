import { flag, integer, joined, text } from "./column.ts";
import { stream } from "./define.ts";

/** Ways to ship: carriers and their services. */
export const shipMethods = stream({
  name: "ship_methods",
  table: "shipitem",
  cursor: null,
  columns: {
    code: text("itemid"),
    name: text("name"),
    isInactive: flag("isinactive"),
    externalId: text("externalid"),
  },
  shape: ({ name, ...rest }) => ({ ...rest, name: name ?? rest.code }),
});

/** The carriers' numbers of each fulfilment. They change with their document, and have no change time of their own. */
export const trackingNumbers = stream({
  name: "tracking_numbers",
  table: "trackingnumbermap",
  key: ["transaction", "trackingnumber"],
  cursor: null,
  joins: { n: "LEFT JOIN trackingnumber n ON n.id = t.trackingnumber" },
  columns: {
    transaction: integer("transaction"),
    trackingNumber: integer("trackingnumber"),
    number: joined("n", text("trackingnumber"), "trackingtext"),
  },
  follows: { stream: "transactions", columns: ["transaction"] },
  indexes: [{ key: { transaction: 1 } }, { key: { number: 1 } }],
});
