import assert from "node:assert/strict";
import { ALL_ROWS } from "../access/scope.ts";
import { addDays, countDays, eachDay } from "../marts/days.ts";
import { rebuildAll, SALES_INDEXES } from "../marts/sales.ts";
import { countedOrders, makeOrder, randomFrom, type TestOrder } from "../marts/testing.ts";
import { openTestStore, type TestStore } from "../store/testing.ts";
import { parseSalesFilters, salesQuery } from "./sales_filters.ts";
import { salesReport } from "./sales.ts";
import { salesRecords } from "./sales_records.ts";
import type { SalesBy, SalesFilters, SalesReport, SalesRow } from "./sales_types.ts";
import { testSeed } from "../../tests/support/seed.ts";

const NOW = new Date("2026-11-10T13:30:00Z");
const TODAY = "2026-11-10";
const FIRST = "2025-08-01";
const seed = testSeed(4_711);

/** A company with 1,500 documents over 15 months, its names, and its mart. */
async function company(store: TestStore, seed: number): Promise<TestOrder[]> {
  const random = randomFrom(seed);
  const days = eachDay(FIRST, addDays(TODAY, 3));
  const orders = Array.from({ length: 1500 }, (_, id) => makeOrder(id + 1, days, random));
  await store.collection<TestOrder>("transactions").insertMany(orders);
  const named = (collection: string, ids: number[], fields: (id: number) => object) =>
    store.collection<{ _id: number }>(collection).insertMany(ids.map((_id) => ({ _id, ...fields(_id) })));
  await named("customers", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], (id) => ({
    name: `Cycle ${String.fromCharCode(75 - id)}`,
    number: `C-${id}`,
    salesRep: 21,
    ...(id === 4 ? { deletedAt: NOW } : {}),
  }));
  await named(
    "items",
    [101, 102, 103, 104, 105, 106, 107, 108],
    (id) => ({ sku: `SKU-${id}`, name: `Bike ${id % 3}` }),
  );
  await named("employees", [21, 22, 23], (id) => ({ name: `Rep ${id}`, title: "Sales" }));
  await named("departments", [41, 42, 43], (id) => ({ name: `Channel ${id}`, fullName: `Channel ${id}` }));
  await named("classifications", [31, 32, 33], (id) => ({ name: `Class ${id}` }));
  await named("subsidiaries", [1, 2, 3], (id) => ({ name: `Company ${id}` }));
  await named("currencies", [1, 2, 3], (id) => ({
    symbol: ["USD", "CAD", "EUR"][id - 1],
    name: ["US dollar", "Canadian dollar", "Euro"][id - 1],
    precision: 2,
    exchangeRate: [1, 0.73, 1.1][id - 1],
    isBase: id === 1,
  }));
  await rebuildAll(store);
  return orders;
}

const lineCounts = (line: { kind: string }) => line.kind === "item" || line.kind === "discount";
const idOf = (order: TestOrder, line: TestOrder["lines"][number], by: SalesBy) =>
  ({
    customer: order.entity,
    rep: order.employee,
    channel: order.department,
    item: line.item,
    class: line.class ?? order.class,
  })[by];

/** What the filters leave, by hand: every order with its lines that count. */
function select(orders: TestOrder[], f: SalesFilters, from: string, to: string, until?: { day: string; at: Date }) {
  return countedOrders(orders).filter((o) =>
    o.date >= from && o.date <= to && o.currency === f.currency &&
    (f.channel === null || o.department === (f.channel === "none" ? null : f.channel)) &&
    (f.subsidiary === null || o.subsidiary === f.subsidiary) &&
    (until?.day !== o.date || (o.createdAt !== null && o.createdAt <= until.at))
  );
}

const revenueOf = (orders: TestOrder[]) => orders.reduce((sum, o) => sum + o.netMinor, 0);
const unitsOf = (orders: TestOrder[]) =>
  orders.flatMap((o) => o.lines).reduce(
    (sum, l) => l.kind === "item" ? sum + Math.round((l.quantity ?? 0) * 1e5) : sum,
    0,
  ) / 1e5;

function rowsOf(orders: TestOrder[], by: SalesBy) {
  const rows = new Map<number | null, { revenue: number; orders: Set<number>; units: number }>();
  for (const o of orders) {
    const counted = o.lines.filter(lineCounts);
    const perLine = by === "item" || by === "class";
    for (
      const line of perLine
        ? counted
        : counted.length > 0
        ? counted
        : [{ kind: "none", item: null, quantity: 0, amountMinor: 0, class: null }]
    ) {
      const id = idOf(o, line, by);
      const row = rows.get(id) ?? { revenue: 0, orders: new Set(), units: 0 };
      row.revenue += line.amountMinor;
      row.orders.add(o._id);
      if (line.kind === "item") row.units += Math.round((line.quantity ?? 0) * 1e5);
      rows.set(id, row);
    }
  }
  return rows;
}

function randomFilters(random: ReturnType<typeof randomFrom>): SalesFilters {
  const from = addDays(FIRST, random.whole(460));
  const query = new URLSearchParams({
    from,
    to: addDays(from, random.pick([0, 6, 27, 99, 189, 190, 364, 399])),
    compare: random.pick(["previous_year", "previous_period", "none"]),
    grain: random.pick(["day", "week", "month"]),
    currency: random.pick(["USD", "CAD", "EUR", ""]),
    channel: random.pick(["", "", "41", "42", "none"]),
    subsidiary: random.pick(["", "", "1", "3"]),
    by: random.pick(["customer", "item", "rep", "channel", "class"]),
    sort: random.pick(["name", "orders", "units", "average", "revenue", "change"]),
    dir: random.pick(["asc", "desc"]),
    rows: random.pick(["10", "100"]),
    page: random.pick(["1", "1", "2"]),
  });
  const read = parseSalesFilters(query, TODAY);
  assert.ok(read.ok, query.toString());
  return read.filters;
}

Deno.test(`salesReport equals a plain count over random filters, and parts add up (SEED=${seed})`, async () => {
  await using store = await openTestStore(SALES_INDEXES);
  const orders = await company(store, seed);
  const random = randomFrom(seed + 1);
  for (let round = 0; round < 60; round++) {
    const asked = randomFilters(random);
    const report = await salesReport(store, ALL_ROWS, asked, NOW);
    const f = report.filters;
    const where = salesQuery(f);
    const now = select(orders, f, f.from, f.to);
    assert.equal(report.tiles.revenue.value, revenueOf(now), where);
    assert.equal(report.tiles.orders.value, now.length, where);
    assert.equal(report.tiles.units.value, unitsOf(now), where);
    assert.equal(report.tiles.customers.value, new Set(now.map((o) => o.entity)).size, where);
    assert.equal(report.tiles.average.value, now.length ? Math.round(revenueOf(now) / now.length) : null, where);
    assertComparison(report, orders);
    assertSeries(report, orders);
    assertSparks(report, orders);
    assertTable(report, rowsOf(now, f.by));
    assertTop(report, rowsOf(now, "customer"), report.topCustomers);
    assertTop(report, rowsOf(now, "item"), report.topItems);
    if (asked.currency === null) assertHoldings(report, orders);
  }
});

function assertComparison(report: SalesReport, orders: TestOrder[]) {
  const { filters: f, comparison } = report;
  if (f.compare === "none") {
    assert.equal(comparison, null);
    assert.equal(report.tiles.revenue.previous, null);
    return;
  }
  const back = f.compare === "previous_year" ? 364 : countDays(f.from, f.to);
  const through = f.from <= TODAY && TODAY <= f.to ? TODAY : f.to;
  assert.ok(comparison);
  assert.equal(comparison.from, addDays(f.from, -back));
  assert.equal(comparison.to, addDays(through, -back));
  const until = { day: addDays(TODAY, -back), at: new Date(NOW.getTime() - back * 86_400_000) };
  const unfinished = f.from <= TODAY && TODAY <= f.to;
  const before = select(orders, f, comparison.from, comparison.to, unfinished ? until : undefined);
  const firstDay = countedOrders(orders).map((o) => o.date).sort()[0]!;
  const recorded = comparison.to >= firstDay;
  assert.equal(report.tiles.revenue.previous, recorded ? revenueOf(before) : null, salesQuery(f));
  assert.equal(report.tiles.orders.previous, recorded ? before.length : null);
  assert.equal(report.tiles.customers.previous, recorded ? new Set(before.map((o) => o.entity)).size : null);
  assert.equal(comparison.complete, comparison.from >= firstDay);
  for (const row of report.table.rows) {
    const expected = rowsOf(before, f.by).get(row.id)?.revenue ?? 0;
    assert.equal(row.previousMinor, recorded ? expected : null, `${salesQuery(f)} ${row.name}`);
  }
}

function assertSeries(report: SalesReport, orders: TestOrder[]) {
  const { filters: f, series } = report;
  assert.equal(series.points[0]!.from, f.from);
  assert.equal(series.points.at(-1)!.to, f.to);
  let next = f.from;
  for (const point of series.points) {
    assert.equal(point.from, next);
    next = addDays(point.to, 1);
    assert.equal(point.now?.revenueMinor ?? 0, revenueOf(select(orders, f, point.from, point.to)));
  }
  const begun = series.points.filter((point) => point.from <= TODAY || f.from > TODAY);
  const previous = begun.reduce((sum, point) => sum + (point.previous?.revenueMinor ?? 0), 0);
  assert.equal(previous, report.tiles.revenue.previous ?? 0, salesQuery(f));
}

function assertSparks(report: SalesReport, orders: TestOrder[]) {
  const { filters: f, period, tiles } = report;
  const days = countDays(period.from, period.through);
  const long = countDays(f.from, f.to) > 190;
  const steps = new Map<string, string[]>();
  for (const day of eachDay(period.from, period.through)) {
    const monday = addDays(day, -((new Date(day).getUTCDay() + 6) % 7));
    const step = long ? day.slice(0, 7) : days <= 62 ? day : monday;
    steps.set(step, [...(steps.get(step) ?? []), day]);
  }
  const sizeOf = (step: string) =>
    step.length === 7 ? new Date(Number(step.slice(0, 4)), Number(step.slice(5)), 0).getDate() : days <= 62 ? 1 : 7;
  const whole = [...steps].filter(([step, list]) => list.length === sizeOf(step));
  const expected = whole.map(([, list]) => select(orders, f, list[0]!, list.at(-1)!));
  assert.deepEqual(tiles.revenue.spark, expected.map(revenueOf), salesQuery(f));
  assert.deepEqual(
    tiles.customers.spark,
    expected.map((some) => new Set(some.map((o) => o.entity)).size),
    salesQuery(f),
  );
}

function assertTable(report: SalesReport, expected: ReturnType<typeof rowsOf>) {
  const { table, filters: f } = report;
  assert.equal(table.all, expected.size, salesQuery(f));
  assert.equal(table.total.revenueMinor, [...expected.values()].reduce((sum, row) => sum + row.revenue, 0));
  assert.equal(table.total.orders, report.tiles.orders.value);
  for (const row of table.rows) {
    const own = expected.get(row.id);
    assert.ok(own, row.name);
    assert.deepEqual([row.revenueMinor, row.orders, row.units], [own.revenue, own.orders.size, own.units / 1e5]);
  }
  const sorted = table.rows.map((row) =>
    f.sort === "name"
      ? row.name
      : f.sort === "revenue"
      ? row.revenueMinor
      : f.sort === "average"
      ? row.averageMinor
      : row[f.sort]
  );
  const sign = f.dir === "asc" ? 1 : -1;
  for (let i = 1; i < sorted.length; i++) {
    const [a, b] = [sorted[i - 1]!, sorted[i]!];
    if (b === null || b === undefined) continue;
    assert.ok(
      a !== null &&
        sign * (typeof a === "string" ? a.localeCompare(String(b), "en", { numeric: true }) : a - Number(b)) <= 0,
      salesQuery(f),
    );
  }
}

function assertTop(report: SalesReport, expected: ReturnType<typeof rowsOf>, top: SalesRow[]) {
  const best = [...expected].sort(([a, x], [b, y]) => y.revenue - x.revenue || (a ?? Infinity) - (b ?? Infinity));
  assert.deepEqual(top.map((row) => row.id), best.slice(0, 5).map(([id]) => id), salesQuery(report.filters));
}

function assertHoldings(report: SalesReport, orders: TestOrder[]) {
  for (const holding of report.holdings) {
    const held = select(
      orders,
      { ...report.filters, currency: holding.currency },
      report.filters.from,
      report.filters.to,
    );
    assert.deepEqual(holding, { currency: holding.currency, revenueMinor: revenueOf(held), orders: held.length });
  }
}

Deno.test("salesReport finds names and numbers, and totals what was found", async () => {
  await using store = await openTestStore(SALES_INDEXES);
  const orders = await company(store, 5);
  const read = parseSalesFilters(
    new URLSearchParams("from=2026-01-01&to=2026-10-31&currency=USD&q=c-1&sort=name&rows=100"),
    TODAY,
  );
  assert.ok(read.ok);
  const { table } = await salesReport(store, ALL_ROWS, read.filters, NOW);
  assert.deepEqual(table.rows.map((row) => [row.name, row.code, row.detail]), [
    ["Cycle @", "C-11", "Rep 21"],
    ["Cycle A", "C-10", "Rep 21"],
    ["Cycle J", "C-1", "Rep 21"],
  ]);
  const expected = select(orders, read.filters, "2026-01-01", "2026-10-31").filter((o) =>
    [1, 10, 11].includes(o.entity ?? 0)
  );
  assert.equal(table.total.revenueMinor, revenueOf(expected));
  assert.equal(table.total.orders, expected.length);
  assert.deepEqual([table.matching, table.all], [3, 13]);

  const items = await salesReport(store, ALL_ROWS, { ...read.filters, by: "item", q: "bike 1" }, NOW);
  assert.equal(items.table.total.orders, null); // an order may hold two of them
  const special = await salesReport(store, ALL_ROWS, { ...read.filters, q: "a.*(" }, NOW);
  assert.equal(special.table.matching, 0);
});

Deno.test("salesReport names deleted, unknown and missing records", async () => {
  await using store = await openTestStore(SALES_INDEXES);
  await company(store, 5);
  const read = parseSalesFilters(new URLSearchParams("from=2026-01-01&to=2026-10-31&currency=USD&rows=100"), TODAY);
  assert.ok(read.ok);
  const names = (await salesReport(store, ALL_ROWS, read.filters, NOW)).table.rows.map((row) => row.name);
  assert.ok(names.includes("Cycle G (deleted)"));
  assert.ok(names.includes("Customer 12"));
  assert.ok(names.includes("No customer"));
});

Deno.test("salesReport says as of when: the oldest watermark, never, and days being recounted", async () => {
  await using store = await openTestStore(SALES_INDEXES);
  const read = parseSalesFilters(new URLSearchParams(), TODAY);
  assert.ok(read.ok);
  const empty = await salesReport(store, ALL_ROWS, read.filters, NOW);
  assert.deepEqual(empty.asOf, { state: "never", watermark: null, stream: null, pendingDays: 0 });
  assert.equal(empty.currency, null);
  assert.equal(empty.recorded, null);
  await store.collection<{ _id: string }>("sync_state").insertMany([
    { _id: "transactions", watermark: new Date("2026-11-10T13:20:00Z") },
    { _id: "customers", watermark: new Date("2026-11-10T13:10:00Z") },
    { _id: "items", watermark: null },
    { _id: "vendors", watermark: new Date("2026-01-01T00:00:00Z") },
  ] as never);
  await store.collection<{ _id: string }>("mart_dirty").insertOne({ _id: "sales:2026-11-01", mart: "sales" } as never);
  const known = await salesReport(store, ALL_ROWS, read.filters, NOW);
  assert.deepEqual(known.asOf, {
    state: "known",
    watermark: "2026-11-10T13:10:00.000Z",
    stream: "customers",
    pendingDays: 1,
  });
});

Deno.test("salesReport with everyRow gives all rows in the order of the pages", async () => {
  await using store = await openTestStore(SALES_INDEXES);
  await company(store, 9);
  const read = parseSalesFilters(new URLSearchParams("from=2026-01-01&to=2026-10-31&currency=USD&sort=orders"), TODAY);
  assert.ok(read.ok);
  const paged: string[] = [];
  for (let page = 1; page <= 2; page++) {
    paged.push(
      ...(await salesReport(store, ALL_ROWS, { ...read.filters, page }, NOW)).table.rows.map((row) => row.name),
    );
  }
  const all = await salesReport(store, ALL_ROWS, { ...read.filters, page: 2 }, NOW, { everyRow: true });
  assert.deepEqual(all.table.rows.map((row) => row.name), paged);
  const past = await salesReport(store, ALL_ROWS, { ...read.filters, page: 99 }, NOW);
  assert.equal(past.table.page, 2);
});

Deno.test(`salesRecords lists the orders that add up to the row that was clicked (SEED=${seed})`, async () => {
  await using store = await openTestStore(SALES_INDEXES);
  const orders = await company(store, seed);
  const random = randomFrom(seed + 2);
  for (let round = 0; round < 25; round++) {
    const asked = { ...randomFilters(random), page: 1, rows: 100 as const };
    const report = await salesReport(store, ALL_ROWS, asked, NOW);
    const { filters: f } = report;
    const row = report.table.rows.length > 0 ? random.pick(report.table.rows) : null;
    if (f.currency === null || !row) continue;
    const query = {
      from: f.from,
      to: f.to,
      currency: f.currency,
      channel: f.channel,
      subsidiary: f.subsidiary,
      of: random.next() < 0.1 ? null : { by: f.by, id: row.id ?? "none" as const },
      rows: 10 as const,
    };
    const listed = [];
    const first = await salesRecords(store, ALL_ROWS, { ...query, page: 1 });
    for (let page = 1; page <= first.pages; page++) {
      listed.push(...(await salesRecords(store, ALL_ROWS, { ...query, page })).rows);
    }
    const expected = select(orders, f, f.from, f.to)
      .filter((o) =>
        query.of === null ||
        (["item", "class"].includes(f.by) ? o.lines.filter(lineCounts) : [o.lines[0]!]).some((line) =>
          idOf(o, line, f.by) === row.id
        )
      )
      .sort((a, b) => a.date === b.date ? b._id - a._id : a.date < b.date ? 1 : -1);
    assert.deepEqual(listed.map((order) => order.id), expected.map((o) => o._id), JSON.stringify(query));
    assert.equal(listed.reduce((sum, order) => sum + order.amountMinor, 0), first.total.revenueMinor);
    assert.equal(first.total.orders, expected.length);
    if (query.of) assert.equal(first.total.revenueMinor, row.revenueMinor);
    assert.equal(first.subject?.name ?? null, query.of && row.name);
  }
});
