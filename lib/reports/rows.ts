import type { Document } from "mongodb";
import { LIMIT_KINDS } from "../access/limits.ts";
import type { Scope } from "../access/scope.ts";
import type { Cell } from "../marts/sales_sums.ts";
import { LIVE } from "../store/live.ts";
import { type FilteredStream, type Parent, type RowRule, ruleOf } from "./row_rules.ts";

/**
 * The one place that says which rows a person sees. Whatever reads documents of a stream or totals of a mart for a page, an
 * export or the API takes its condition from here; whose the rows of each stream are is decided in `row_rules.ts`.
 *
 * A document belongs to the subsidiary, the department and the sales rep of its main line. By location it is the lines that
 * belong somewhere: each to its own location, or to its document's where it has none; a document is seen when one of its
 * lines is, and then with these lines only. A row on which the field is empty is not seen under a limit on that field.
 */

/** What no document matches. */
const NOTHING: Document = { _id: { $in: [] } };

/**
 * The condition for the documents of a stream that a scope shows, to be joined by `$and` with whatever else is asked. For
 * streams whose rows tell by themselves whose they are; for any stream there is {@link rowStages}.
 */
export function rowFilter(scope: Scope, stream: FilteredStream): Document {
  return ownFilter(scope, stream);
}

/**
 * The stages that leave, of documents of a stream, those that a scope shows, and of each what it shows: to stand in an
 * aggregation behind the caller's own conditions and before anything that counts, sums, sorts or cuts.
 *
 * What belongs to a row of another stream is seen with it: a tracking number with its document, a contact with its company.
 * Under a limit by place a document comes without the lines of other places, and then without its totals.
 * A stream without a decision is hidden from everybody whose rows are limited.
 *
 * @returns no stages where everything is seen
 */
export function rowStages(scope: Scope, stream: string): Document[] {
  if (!scope.isLimited) return [];
  const rule = ruleOf(stream);
  const own = ownFilter(scope, stream);
  if (rule === null || own === NOTHING) return [{ $match: NOTHING }];
  const applies = (kinds: readonly string[] | undefined) =>
    kinds === undefined || LIMIT_KINDS.some((kind) => kinds.includes(kind) && scope.limits[kind] !== undefined);
  return [
    ...(Object.keys(own).length > 0 ? [{ $match: own }] : []),
    ...(rule.parents ?? []).filter(({ under }) => applies(under)).flatMap((parent, nth) =>
      withParent(scope, parent, `_seen${nth}`)
    ),
    ...(stream === "transactions" && scope.limits.locations ? cutToPlaces([...scope.limits.locations]) : []),
    ...(rule.sums && applies(rule.sums.under)
      ? [{ $set: Object.fromEntries(rule.sums.fields.map((field) => [field, null])) }]
      : []),
  ];
}

/** What the fields of a row itself say; {@link NOTHING} for a stream without a decision, and for who may see nothing. */
function ownFilter(scope: Scope, stream: string): Document {
  if (!scope.isLimited) return {};
  const rule: RowRule | null = ruleOf(stream);
  // a limit that allows nothing hides what belongs to nobody, too
  if (rule === null || LIMIT_KINDS.some((kind) => scope.limits[kind]?.length === 0)) return NOTHING;
  const conditions: Document[] = [];
  for (const kind of LIMIT_KINDS) {
    const ids = scope.limits[kind], way = rule.limits[kind];
    if (ids === undefined) continue;
    if (way !== "all") conditions.push({ [way.field]: { $in: [...ids] } });
    else if (stream === "transactions" && kind === "locations") conditions.push(hasLineAt([...ids]));
  }
  return conditions.length === 0 ? {} : conditions.length === 1 ? conditions[0]! : { $and: conditions };
}

/** Leaves rows with one parent that is seen. Each stream of parents is asked for one row at most. */
function withParent(scope: Scope, { field, of, key = "_id", line, orEmpty }: Parent, as: string): Document[] {
  const byLine = line !== undefined && scope.limits.locations !== undefined;
  const found = of.map((_, nth) => `${as}_${nth}`);
  return [
    ...of.map((from, nth) => ({
      $lookup: {
        from,
        localField: field, // not by $expr, which not every engine answers from an index
        foreignField: key,
        ...(byLine ? { let: { line: `$${line}` } } : {}),
        pipeline: [
          { $match: LIVE },
          ...rowStages(scope, from),
          ...(byLine ? [{ $match: { $expr: { $in: ["$$line", "$lines.id"] } } }] : []),
          { $limit: 1 },
          { $project: { _id: 1 } },
        ],
        as: found[nth]!,
      },
    })),
    {
      $match: {
        // without its own value a row has no parent, even where a parent's field is empty too
        $or: [
          { [field]: { $ne: null }, $or: found.map((name) => ({ [`${name}._id`]: { $exists: true } })) },
          ...(orEmpty ? [{ [field]: null }] : []),
        ],
      },
    },
    { $unset: found },
  ];
}

/** Of documents: amounts over all lines. */
const TOTALS = [
  "totalMinor",
  "foreignTotalMinor",
  "netMinor",
  "taxMinor",
  "shippingMinor",
  "paidMinor",
  "unpaidMinor",
  "projectedTotalMinor",
];

/** Takes the lines of other places out of documents, and with them what is summed over all lines: totals and main line. */
function cutToPlaces(ids: number[]): Document[] {
  const at = { $ifNull: ["$$line.location", "$location"] };
  const isCut = { $lt: [{ $size: "$_lines" }, { $size: "$lines" }] };
  const lines = (cond: Document) => ({ $filter: { input: "$_lines", as: "line", cond } });
  return [
    { $set: { _lines: { $filter: { input: "$lines", as: "line", cond: { $in: [at, ids] } } } } },
    {
      $set: {
        ...Object.fromEntries(TOTALS.map((field) => [field, { $cond: [isCut, null, `$${field}`] }])),
        lines: { $cond: [isCut, lines({ $ne: ["$$line.kind", "main"] }), "$lines"] },
      },
    },
    { $unset: "_lines" },
  ];
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
