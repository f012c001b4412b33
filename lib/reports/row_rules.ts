import type { LimitKind } from "../access/limits.ts";

/**
 * Whose the rows of each stream are: the decisions behind `rows.ts`, which nobody else reads. Every stream has one, and in it
 * every kind of limit; a stream without one is hidden from whoever is limited, and fails a test.
 */

/** How one kind of limit finds its rows: by a field; `all` where rows belong to nobody of this kind. */
export type Way = "all" | { field: string };

/** A row is seen only with a row of another stream that it belongs to, or that speaks of it. */
export interface Parent {
  /** Field of the row. */
  field: string;
  /** Streams of which one must show a row that holds the same value in `key`. */
  of: readonly string[];
  /** Field of the parent; default `_id`. */
  key?: string;
  /** Field of the row with the id of a line: under a limit by place, that line must be seen, not just its document. */
  line?: string;
  /** A row whose field is empty is seen as well. */
  orEmpty?: true;
  /** Kinds of limits that ask for it; default all of them. */
  under?: readonly LimitKind[];
}

/** The decision on one stream. */
export interface RowRule {
  limits: Readonly<Record<LimitKind, Way>>;
  /** All of these must be seen as well. */
  parents?: readonly Parent[];
  /** Figures over rows of all places or companies: empty under such limits, since they would tell of others' rows. */
  sums?: { fields: readonly string[]; under: readonly LimitKind[] };
}

const EVERY_KIND: RowRule["limits"] = { subsidiaries: "all", locations: "all", departments: "all", salesReps: "all" };

/** Names that people need to read what they see, and offers made to everybody: they belong to nobody. */
const OPEN: RowRule = { limits: EVERY_KIND };

/** Places and companies, under which what is not limited to them still tells figures over all of them. */
const PLACES: readonly LimitKind[] = ["subsidiaries", "locations"];
const ALL_KINDS = Object.keys(EVERY_KIND) as LimitKind[];

/** The decisions, by stream. */
export const ROW_RULES = {
  // names of what roles are limited to: those of the own limit
  subsidiaries: { limits: { ...EVERY_KIND, subsidiaries: { field: "_id" } } },
  departments: { limits: { ...EVERY_KIND, departments: { field: "_id" } } },
  locations: { limits: { ...EVERY_KIND, locations: { field: "_id" }, subsidiaries: { field: "subsidiary" } } },

  currencies: OPEN,
  classifications: OPEN,
  accounts: OPEN, // the chart of accounts: names, no balances
  accounting_books: OPEN,
  accounting_periods: OPEN,
  terms: OPEN,
  ship_methods: OPEN,
  entity_statuses: OPEN,
  price_levels: OPEN,
  items: { limits: EVERY_KIND, sums: { fields: ["onHand", "averageCost", "lastPurchasePrice"], under: PLACES } },
  prices: OPEN, // the list price of an item, whoever sells it
  campaign_audiences: OPEN,
  campaign_categories: OPEN,
  campaign_channels: OPEN,
  campaign_families: OPEN,
  campaign_offers: OPEN,
  campaign_verticals: OPEN,
  campaign_events: OPEN, // what was sent to whom stands in the answers

  employees: {
    limits: {
      subsidiaries: { field: "subsidiary" },
      locations: { field: "location" },
      departments: { field: "department" },
      salesReps: { field: "_id" },
    },
  },
  // a customer is a rep's by its own field; a company's, a place's or a channel's by the documents that it has there
  customers: {
    limits: { ...EVERY_KIND, salesReps: { field: "salesRep" } },
    parents: [{
      field: "_id",
      of: ["transactions"],
      key: "entity",
      under: ["subsidiaries", "locations", "departments"],
    }],
    sums: { fields: ["firstOrderDate", "lastOrderDate"], under: ALL_KINDS },
  },
  vendors: { limits: EVERY_KIND, parents: [{ field: "_id", of: ["transactions"], key: "entity" }] },
  contacts: { limits: EVERY_KIND, parents: [{ field: "company", of: ["customers", "vendors"] }] },

  // a promotion of one place; one without a place is for everybody
  promotion_codes: { limits: EVERY_KIND, parents: [{ field: "location", of: ["locations"], orEmpty: true }] },
  coupon_codes: {
    limits: EVERY_KIND,
    parents: [
      { field: "promotion", of: ["promotion_codes"], orEmpty: true },
      { field: "recipient", of: ["customers", "contacts"], orEmpty: true },
    ],
  },
  campaign_responses: {
    limits: EVERY_KIND,
    parents: [{ field: "entity", of: ["customers", "contacts", "vendors"] }],
  },

  /**
   * Documents of every type, opportunities among them: by their main line, and by place through their lines, of which only
   * those of the place are shown (`rows.ts`). Accounting lines lie in them.
   */
  transactions: {
    limits: {
      subsidiaries: { field: "subsidiary" },
      locations: "all",
      departments: { field: "department" },
      salesReps: { field: "employee" },
    },
  },
  transaction_links: {
    limits: EVERY_KIND,
    parents: [
      { field: "previousDoc", of: ["transactions"], line: "previousLine" },
      { field: "nextDoc", of: ["transactions"], line: "nextLine" },
    ],
  },
  tracking_numbers: { limits: EVERY_KIND, parents: [{ field: "transaction", of: ["transactions"] }] },
  // stock lies in a place, which is a company's; it is no channel's and no rep's
  inventory: {
    limits: { ...EVERY_KIND, locations: { field: "location" } },
    parents: [{ field: "location", of: ["locations"] }],
  },
} as const satisfies Readonly<Record<string, RowRule>>;

/** Streams whose own fields tell whose a row is, so that a filter is enough. */
export type FilteredStream = {
  [S in keyof typeof ROW_RULES]: (typeof ROW_RULES)[S] extends { parents: unknown } ? never : S;
}[keyof typeof ROW_RULES];

/** The decision on a stream; null where there is none. */
export function ruleOf(stream: string): RowRule | null {
  return Object.hasOwn(ROW_RULES, stream) ? ROW_RULES[stream as keyof typeof ROW_RULES] : null;
}
