import type { Document } from "mongodb";
import { LIMIT_KINDS, type LimitKind } from "../access/limits.ts";
import type { Scope } from "../access/scope.ts";
import type { Cell } from "../marts/sales_sums.ts";

/**
 * The one place that says which rows a person sees. Whatever reads documents of a stream or totals of a mart for a page, an
 * export or the API takes its condition from here.
 *
 * A document belongs to the subsidiary, the department and the sales rep of its main line. By location it is the lines that
 * belong somewhere: each to its own location, or to its document's where it has none; a document is seen when one of its
 * lines is, and then with these lines only. A row on which the field is empty is not seen under a limit on that field.
 */

/** The field that says where a row belongs, by stream and kind. A kind without a field hides the stream's rows altogether. */
const FIELDS: Readonly<Record<string, Partial<Record<LimitKind, string>>>> = {
  transactions: { subsidiaries: "subsidiary", departments: "department", salesReps: "employee" }, // locations: by line
  customers: { salesReps: "salesRep" },
  employees: { subsidiaries: "subsidiary", locations: "location", departments: "department", salesReps: "_id" },
  inventory: { locations: "location" },
};

/** Names that everybody needs to read what they see, and that belong to nobody. */
const SHARED: ReadonlySet<string> = new Set(["items", "currencies", "classifications"]);

/** Names of what roles are limited to: a limited person sees those of the own limit. */
const OWN_KIND: Readonly<Record<string, LimitKind>> = {
  subsidiaries: "subsidiaries",
  locations: "locations",
  departments: "departments",
};

/** What no document matches. */
const NOTHING: Document = { _id: { $in: [] } };

/**
 * The condition for the documents of a stream that a scope shows, to be joined by `$and` with whatever else is asked.
 * A stream that nobody has described here is hidden from everybody whose rows are limited.
 */
export function rowFilter(scope: Scope, stream: string): Document {
  if (!scope.isLimited || SHARED.has(stream)) return {};
  const { limits } = scope;
  const own = OWN_KIND[stream];
  if (own !== undefined) return limits[own] ? { _id: { $in: [...limits[own]] } } : {};
  const conditions: Document[] = [];
  for (const kind of LIMIT_KINDS) {
    const ids = limits[kind];
    if (ids === undefined) continue;
    const field = FIELDS[stream]?.[kind];
    if (field !== undefined) conditions.push({ [field]: { $in: [...ids] } });
    else if (stream === "transactions") conditions.push(hasLineAt([...ids]));
    else return NOTHING;
  }
  return conditions.length === 1 ? conditions[0]! : { $and: conditions };
}

/** Some line but the main one is at one of these places, by itself or by its document. */
function hasLineAt(ids: number[]): Document {
  const line = (condition: Document) => ({ lines: { $elemMatch: { kind: { $ne: "main" }, ...condition } } });
  return { $or: [line({ location: { $in: ids } }), { location: { $in: ids }, ...line({ location: null }) }] };
}

/** A document of `transactions` as far as places are concerned. */
export interface PlacedDocument<L extends PlacedLine> {
  location?: number | null;
  lines: L[];
}

/** A line of it. */
export interface PlacedLine {
  kind: string;
  location?: number | null;
}

/** The lines of a document that a scope shows. `location` of document and lines must have been read. */
export function visibleLines<L extends PlacedLine>(scope: Scope, document: PlacedDocument<L>): L[] {
  const places = scope.limits.locations;
  if (places === undefined) return document.lines;
  return document.lines.filter((line) => {
    const at = line.location ?? document.location ?? null;
    return at !== null && places.includes(at);
  });
}

/**
 * Which cells of the sales mart a scope shows; null where cells cannot tell, since they know neither location nor rep: then
 * the documents must be counted.
 */
export function cellsOf(scope: Scope): ((cell: Cell) => boolean) | null {
  const { subsidiaries, departments, locations, salesReps } = scope.limits;
  if (locations !== undefined || salesReps !== undefined) return null;
  const isAmong = (ids: readonly number[] | undefined, id: number | null) =>
    ids === undefined || (id !== null && ids.includes(id));
  return (cell) => isAmong(subsidiaries, cell.subsidiary) && isAmong(departments, cell.channel);
}
