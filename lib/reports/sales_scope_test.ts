import assert from "node:assert/strict";
import fc from "fast-check";
import type { RowLimits } from "../access/limits.ts";
import { ALL_ROWS, scopeOf } from "../access/scope.ts";
import { personWith } from "../access/testing.ts";
import { createApi } from "../api/mod.ts";
import { addDays, eachDay } from "../marts/days.ts";
import { rebuildAll, SALES_INDEXES } from "../marts/sales.ts";
import { countedOrders, makeOrder, randomFrom, type TestOrder } from "../marts/testing.ts";
import { openTestStore, type TestStore } from "../store/testing.ts";
import { parseSalesFilters } from "./sales_filters.ts";
import { everySalesRecord, salesRecords } from "./sales_records.ts";
import { decimalOf } from "../files/cells.ts";
import { csvStream } from "../files/csv.ts";
import { recordsSheet } from "./records_sheet.ts";
import { salesSheet } from "./sales_sheet.ts";
import { salesReport } from "./sales.ts";
import type { SalesFilters, SalesRecordsQuery } from "./sales_types.ts";
import { testSeed } from "../../tests/support/seed.ts";

/**
 * What a limited person is answered must be what everybody is answered in a company that has only the person's rows. The
 * second company is made here by looking at each document, so that no code decides in both.
 */

const NOW = new Date("2026-11-10T13:30:00Z");
const TODAY = "2026-11-10";
const FIRST = "2026-05-01";
const PLACES = [51, 52, 53];

type Placed = Omit<TestOrder, "lines"> & {
  location: number | null;
  lines: (TestOrder["lines"][number] & { location: number | null })[];
};

function makeOrders(seed: number): Placed[] {
  const random = randomFrom(seed);
  const days = eachDay(FIRST, addDays(TODAY, 2));
  const place = () => random.next() < 0.4 ? null : random.pick(PLACES);
  return Array.from({ length: 700 }, (_, id) => {
    const order = makeOrder(id + 1, days, random);
    const location = place();
    return {
      ...order,
      location,
      lines: order.lines.map((line) => ({ ...line, location: line.kind === "main" ? location : place() })),
    };
  });
}

/** The rows that the limits leave, by looking at each. */
function visible(orders: Placed[], limits: RowLimits): Placed[] {
  const among = (ids: readonly number[] | undefined, id: number | null) => !ids || (id !== null && ids.includes(id));
  return orders.flatMap((order) => {
    if (!among(limits.subsidiaries, order.subsidiary)) return [];
    if (!among(limits.departments, order.department)) return [];
    if (!among(limits.salesReps, order.employee)) return [];
    if (!limits.locations) return [order];
    const lines = order.lines.filter((l) => l.kind === "main" || among(limits.locations, l.location ?? order.location));
    return lines.some((line) => line.kind !== "main") ? [{ ...order, lines }] : [];
  });
}

async function fill(store: TestStore, orders: Placed[], limits: RowLimits): Promise<void> {
  if (orders.length > 0) await store.collection<Placed>("transactions").insertMany(orders);
  const named = async (collection: string, ids: number[], fields: (id: number) => object) => {
    if (ids.length === 0) return;
    await store.collection<{ _id: number }>(collection).insertMany(ids.map((_id) => ({ _id, ...fields(_id) })));
  };
  await named("customers", eachId(1, 12), (id) => ({ name: `Cycle ${id}`, number: `C-${id}`, salesRep: 21 }));
  await named("items", eachId(101, 108), (id) => ({ sku: `SKU-${id}`, name: `Bike ${id % 3}` }));
  await named(
    "employees",
    limits.salesReps?.slice() ?? eachId(21, 23),
    (id) => ({ name: `Rep ${id}`, title: "Sales" }),
  );
  await named("classifications", eachId(31, 33), (id) => ({ name: `Class ${id}` }));
  await named("departments", limits.departments?.slice() ?? eachId(41, 43), (id) => ({ name: `Channel ${id}` }));
  // a limit that allows nothing hides what belongs to nobody, too
  const companies = Object.values(limits).some((ids) => ids.length === 0) ? [] : limits.subsidiaries ?? eachId(1, 3);
  await named("subsidiaries", [...companies], (id) => ({ name: `Company ${id}` }));
  await named("currencies", eachId(1, 3), (id) => ({
    symbol: ["USD", "CAD", "EUR"][id - 1],
    name: `Currency ${id}`,
    precision: 2,
    exchangeRate: [1, 0.73, 1.1][id - 1],
    isBase: id === 1,
  }));
  await rebuildAll(store);
}

const eachId = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const filters: fc.Arbitrary<SalesFilters> = fc.record({
  from: fc.integer({ min: 0, max: 190 }).map((days) => addDays(FIRST, days)),
  length: fc.constantFrom(0, 6, 27, 99, 189, 191),
  compare: fc.constantFrom("previous_year", "previous_period", "none"),
  grain: fc.constantFrom("day", "week", "month"),
  currency: fc.constantFrom("USD", "CAD", "EUR", ""),
  channel: fc.constantFrom("", "", "41", "42", "none"),
  subsidiary: fc.constantFrom("", "", "1", "2", "3"),
  by: fc.constantFrom("customer", "item", "rep", "channel", "class"),
  sort: fc.constantFrom("name", "orders", "units", "average", "revenue", "change"),
  q: fc.constantFrom("", "", "1", "bike 2", "rep", "no "),
  rows: fc.constantFrom("10", "100"),
}).map(({ from, length, ...more }) => {
  const read = parseSalesFilters(new URLSearchParams({ from, to: addDays(from, length), ...more }), TODAY);
  assert.ok(read.ok);
  return read.filters;
});

const OF = {
  customer: eachId(1, 12),
  item: eachId(101, 108),
  rep: eachId(21, 23),
  channel: eachId(41, 43),
  class: eachId(31, 33),
} as const;

const LIMITS: [name: string, limits: RowLimits][] = [
  ["one subsidiary", { subsidiaries: [2] }],
  ["two departments of two subsidiaries", { subsidiaries: [1, 3], departments: [41, 43] }],
  ["one sales rep", { salesReps: [22] }],
  ["one location", { locations: [52] }],
  ["two locations and one subsidiary", { locations: [51, 53], subsidiaries: [1] }],
  ["nothing at all", { departments: [] }],
];

for (const [name, limits] of LIMITS) {
  Deno.test(`a role limited to ${name} sees what there would be without all other rows, in every answer`, async () => {
    const seed = testSeed(20_261);
    const orders = makeOrders(seed);
    const mine = visible(orders, limits);
    await using whole = await openTestStore(SALES_INDEXES);
    await using part = await openTestStore(SALES_INDEXES);
    await Promise.all([fill(whole, orders, {}), fill(part, mine, limits)]);
    const person = personWith("analyst", { limits });
    const scope = scopeOf(person);
    const apiOf = (store: TestStore) => createApi({ sync: {} as never, store, now: () => NOW });
    const [apiOfWhole, apiOfPart] = [apiOf(whole), apiOf(part)];

    await fc.assert(
      fc.asyncProperty(
        filters,
        fc.constantFrom(...Object.keys(OF) as (keyof typeof OF)[]),
        fc.nat(),
        async (f, by, n) => {
          const [seen, wanted] = await Promise.all([
            salesReport(whole, scope, f, NOW),
            salesReport(part, ALL_ROWS, f, NOW),
          ]);
          assert.deepEqual(seen, wanted);
          const revenue = countedOrders(mine as TestOrder[])
            .filter((o) => o.date >= f.from && o.date <= f.to && o.currency === seen.filters.currency)
            .filter((o) => f.subsidiary === null || o.subsidiary === f.subsidiary)
            .filter((o) => f.channel === null || o.department === (f.channel === "none" ? null : f.channel))
            .flatMap((o) => o.lines).filter((l) => l.kind === "item" || l.kind === "discount")
            .reduce((sum, l) => sum + l.amountMinor, 0);
          assert.equal(seen.tiles.revenue.value, revenue, "the sum of a scan");

          const all = { everyRow: true };
          const csv = async (store: TestStore, as: typeof scope) =>
            await new Response(csvStream(salesSheet(await salesReport(store, as, f, NOW, all)))).text();
          assert.equal(await csv(whole, scope), await csv(part, ALL_ROWS));

          const id = OF[by][n % OF[by].length]!;
          const query: SalesRecordsQuery = {
            from: f.from,
            to: f.to,
            currency: seen.filters.currency ?? "USD",
            channel: f.channel,
            subsidiary: f.subsidiary,
            of: n % 4 === 0 ? null : { by, id: n % 9 === 0 ? "none" : id },
            page: 1 + n % 2,
            rows: 10,
          };
          const [rows, wantedRows] = await Promise.all([
            salesRecords(whole, scope, query),
            salesRecords(part, ALL_ROWS, query),
          ]);
          // a name without a row of its own is not told: the smaller company still has all names
          assert.deepEqual(rows, { ...wantedRows, subject: wantedRows.total.orders > 0 ? wantedRows.subject : null });

          const orders = async (store: TestStore, as: typeof scope) => {
            const found = await everySalesRecord(store, as, query);
            return await new Response(csvStream(recordsSheet(found, query, (letter) => letter))).text();
          };
          const file = await orders(whole, scope);
          assert.equal(file, await orders(part, ALL_ROWS));
          const last = file.trimEnd().split("\r\n").at(-1)!;
          assert.ok(
            last.startsWith(`All ${rows.total.orders},`),
            `${last}: the file holds ${rows.total.orders} orders`,
          );
          assert.ok(last.endsWith(`,${decimalOf(rows.total.revenueMinor, 2)!.exact}`), "and adds up to the figure");

          const address = `http://tidemark.test/api/v1/reports/sales?from=${f.from}&to=${f.to}&by=${f.by}&q=${f.q}`;
          const body = async (api: typeof apiOfWhole, as: typeof person) =>
            await (await api.fetch(new Request(address), as)).json();
          assert.deepEqual(await body(apiOfWhole, person), await body(apiOfPart, personWith("analyst")));
        },
      ),
      { seed, numRuns: 25 },
    );
  });
}
