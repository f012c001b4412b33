import assert from "node:assert/strict";
import fc from "fast-check";
import type { Document } from "mongodb";
import { testSeed } from "../../tests/support/seed.ts";
import { type LimitKind, type RowLimits } from "../access/limits.ts";
import { scopeOf } from "../access/scope.ts";
import { personWith } from "../access/testing.ts";
import { LIVE } from "../store/live.ts";
import { openTestStore } from "../store/testing.ts";
import { STREAMS } from "../streams/registry.ts";
import { rowStages } from "./rows.ts";

/**
 * Companies at random with rows of every stream, scopes at random, and the rows that each scope is shown, compared with a
 * scan that looks at every row and shares no line with the rules.
 */

type Row = Document & { _id: number };
interface Line {
  id: number;
  kind: string;
  location: number | null;
}
type Mirror = Map<string, Row[]>;

/** Ids from 1 on, few enough that rows meet. */
const IDS = 9;
const id = fc.integer({ min: 1, max: IDS });
const maybe = fc.option(id, { nil: null, freq: 4 });
const few = fc.integer({ min: 1, max: 3 });
const maybeFew = fc.option(few, { nil: null, freq: 4 });

const linesOf = fc.tuple(
  maybeFew,
  fc.array(fc.record({ kind: fc.constantFrom("item", "tax"), location: maybeFew }), { maxLength: 3 }),
)
  .map(([location, rest]) => ({
    location,
    lines: [{ kind: "main", location }, ...rest].map((line, nth): Line => ({ ...line, id: nth })),
  }));

/** The fields that say whose a row is, by stream; a stream that is not named has none. */
const FIELDS: Record<string, fc.Arbitrary<Document>> = {
  locations: fc.record({ subsidiary: maybeFew }),
  employees: fc.record({ subsidiary: maybeFew, location: maybeFew, department: maybeFew }),
  customers: fc.record({
    salesRep: maybeFew,
    firstOrderDate: fc.constant("2026-01-02"),
    lastOrderDate: fc.constant(null),
  }),
  contacts: fc.record({ company: fc.option(fc.integer({ min: 1, max: 2 * IDS + 2 }), { nil: null }) }),
  items: fc.record({ onHand: fc.nat(), averageCost: fc.nat(), lastPurchasePrice: fc.nat(), name: fc.string() }),
  promotion_codes: fc.record({ location: maybeFew }),
  coupon_codes: fc.record({ promotion: maybe, recipient: maybe }),
  campaign_responses: fc.record({ entity: fc.option(fc.integer({ min: 1, max: 2 * IDS + 2 }), { nil: null }) }),
  transactions: fc.tuple(
    fc.record({ subsidiary: maybeFew, department: maybeFew, employee: maybeFew }),
    fc.option(fc.integer({ min: 1, max: 2 * IDS }), { nil: null }),
    fc.nat(),
    linesOf,
  ).map(([own, entity, totalMinor, placed]) => ({ ...own, entity, totalMinor, ...placed })),
  transaction_links: fc.record({ previousDoc: maybe, previousLine: fc.nat(3), nextDoc: maybe, nextLine: fc.nat(3) }),
  tracking_numbers: fc.record({ transaction: maybe }),
  inventory: fc.record({ location: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }) }),
};

/** Vendors are entities as customers are: their ids begin where those end; contacts' after them. */
const FIRST_ID: Record<string, number> = { vendors: IDS + 1, contacts: 2 * IDS + 1 };

const mirrors: fc.Arbitrary<Mirror> = fc.tuple(
  ...STREAMS.map(({ name }) =>
    fc.array(fc.tuple(FIELDS[name] ?? fc.constant({}), fc.nat(9)), { minLength: IDS, maxLength: IDS }).map((rows) =>
      [
        name,
        rows.map(([fields, fate], nth) => ({
          _id: (FIRST_ID[name] ?? 1) + nth,
          ...fields,
          ...(fate === 0 ? { deletedAt: new Date(0) } : {}),
        })),
      ] as const
    )
  ),
).map((streams) => new Map(streams));

const idLists = fc.uniqueArray(few, { minLength: 0, maxLength: 3 });
const scopes: fc.Arbitrary<RowLimits> = fc.record({
  subsidiaries: idLists,
  locations: idLists,
  departments: idLists,
  salesReps: idLists,
}, { requiredKeys: [] });

/** What is shown, by looking at each row. */
function scan(mirror: Mirror, limits: RowLimits): Mirror {
  const kinds = Object.keys(limits) as LimitKind[];
  if (kinds.some((kind) => limits[kind]!.length === 0)) return new Map([...mirror.keys()].map((name) => [name, []]));
  const live = (stream: string) => mirror.get(stream)!.filter((row) => !row.deletedAt);
  const may = (kind: LimitKind, value: unknown) => !limits[kind] || limits[kind].some((one) => one === value);
  const shown = new Map(STREAMS.map(({ name }) => [name, live(name)]));
  if (kinds.length === 0) return shown;
  const keep = (stream: string, test: (row: Row) => boolean) => shown.set(stream, shown.get(stream)!.filter(test));
  const has = (stream: string, key: unknown, field = "_id") =>
    key !== null && shown.get(stream)!.some((row) => row[field] === key);

  keep("subsidiaries", (row) => may("subsidiaries", row._id));
  keep("departments", (row) => may("departments", row._id));
  keep("locations", (row) => may("locations", row._id) && may("subsidiaries", row.subsidiary));
  keep(
    "employees",
    (row) =>
      may("salesReps", row._id) && may("subsidiaries", row.subsidiary) && may("locations", row.location) &&
      may("departments", row.department),
  );
  shown.set(
    "transactions",
    live("transactions").flatMap((row) => {
      if (
        !may("subsidiaries", row.subsidiary) || !may("departments", row.department) || !may("salesReps", row.employee)
      ) return [];
      if (!limits.locations) return [row];
      const all = row.lines as Line[];
      const mine = all.filter((line) => may("locations", line.location ?? row.location));
      if (!mine.some((line) => line.kind !== "main")) return [];
      if (mine.length === all.length) return [row];
      return [{ ...row, totalMinor: null, lines: mine.filter((line) => line.kind !== "main") }];
    }),
  );
  const isRepOnly = kinds.length === 1 && kinds[0] === "salesReps";
  keep("customers", (row) => may("salesReps", row.salesRep) && (isRepOnly || has("transactions", row._id, "entity")));
  keep("vendors", (row) => has("transactions", row._id, "entity"));
  keep("contacts", (row) => has("customers", row.company) || has("vendors", row.company));
  keep("promotion_codes", (row) => row.location === null || has("locations", row.location));
  keep("coupon_codes", (row) =>
    (row.promotion === null || has("promotion_codes", row.promotion)) &&
    (row.recipient === null || has("customers", row.recipient) || has("contacts", row.recipient)));
  keep("campaign_responses", (row) => ["customers", "contacts", "vendors"].some((stream) => has(stream, row.entity)));
  const hasLine = (doc: unknown, line: number) => {
    const found = doc === null ? undefined : shown.get("transactions")!.find((row) => row._id === doc);
    return found !== undefined && (!limits.locations || (found.lines as Line[]).some((one) => one.id === line));
  };
  keep("transaction_links", (row) => hasLine(row.previousDoc, row.previousLine) && hasLine(row.nextDoc, row.nextLine));
  keep("tracking_numbers", (row) => has("transactions", row.transaction));
  keep("inventory", (row) => has("locations", row.location));
  const empty = (stream: string, fields: string[]) =>
    shown.set(
      stream,
      shown.get(stream)!.map((row) => ({ ...row, ...Object.fromEntries(fields.map((f) => [f, null])) })),
    );
  empty("customers", ["firstOrderDate", "lastOrderDate"]);
  if (limits.subsidiaries || limits.locations) empty("items", ["onHand", "averageCost", "lastPurchasePrice"]);
  return shown;
}

Deno.test("rowStages: of every stream a scope is shown what a scan of its rows leaves, to the field, and counts no more", async () => {
  await using store = await openTestStore();
  const seed = testSeed(4242);
  let compared = 0;
  const seen = new Map<string, { shown: number; hidden: number }>(
    STREAMS.map(({ name }) => [name, { shown: 0, hidden: 0 }]),
  );
  for (const [nth, mirror] of fc.sample(mirrors, { numRuns: 4, seed }).entries()) {
    for (const [name, rows] of mirror) {
      await store.collection<Row>(name).deleteMany({});
      await store.collection<Row>(name).insertMany(rows);
    }
    for (const limits of fc.sample(scopes, { numRuns: 20, seed: seed + nth })) {
      const scope = scopeOf(personWith("viewer", { limits }));
      const expected = scan(mirror, limits);
      for (const { name } of STREAMS) {
        const want = expected.get(name)!;
        const got = await store.collection<Row>(name).aggregate<Row>([
          { $match: { ...LIVE } },
          ...rowStages(scope, name),
          { $sort: { _id: 1 } },
        ]).toArray();
        const plain = (rows: Row[]) =>
          rows.map(({ _id, totalMinor, lines, ...row }) => ({ ...row, _id, totalMinor, lines }));
        // documents have more totals than this test gives them: cut ones come with all of them empty
        const known = (row: Row) =>
          Object.fromEntries(Object.keys(want[0] ?? row).map((field) => [field, row[field]])) as Row;
        assert.deepEqual(plain(got.map(known)), plain(want), `${name} under ${JSON.stringify(limits)}`);
        const tally = seen.get(name)!;
        if (Object.keys(limits).length > 0 && Object.values(limits).every((ids) => ids.length > 0)) {
          tally.shown += want.length;
          tally.hidden += mirror.get(name)!.filter((row) => !row.deletedAt).length - want.length;
        }
        compared++;
      }
    }
  }
  assert.equal(compared, 4 * 20 * STREAMS.length);
  // the samples reach each decision: something is shown of every stream, and something hidden of those that belong to somebody
  for (const [name, { shown, hidden }] of seen) {
    assert.ok(shown > 0, `nothing was shown of ${name}`);
    assert.equal(
      hidden > 0,
      name in FIELDS && name !== "items" || ["subsidiaries", "departments", "vendors"].includes(name),
      name,
    );
  }
});
