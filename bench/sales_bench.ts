import { MongoClient } from "mongodb";
import { ALL_ROWS } from "../lib/access/scope.ts";
import { addDays, eachDay } from "../lib/marts/days.ts";
import { rebuildAll, rebuildDays, SALES_INDEXES } from "../lib/marts/sales.ts";
import { randomFrom } from "../lib/marts/testing.ts";
import { parseSalesFilters } from "../lib/reports/sales_filters.ts";
import { salesReport } from "../lib/reports/sales.ts";
import { salesRecords } from "../lib/reports/sales_records.ts";
import { startMongo } from "../standins/mongodb/server.ts";

/**
 * The Sales report over three years of a made-up company: 20,000 orders, about 90,000 lines, 12,000 customers, 2,000 items.
 * The base line is what the same figures cost without a mart: one aggregation over the documents, by customer only.
 *
 * `MONGODB_TEST_URI` measures a running server in place of the stand-in.
 */
const TODAY = "2026-11-24";
const ORDERS = 20_000;

const given = Deno.env.get("MONGODB_TEST_URI");
const standIn = given ? null : await startMongo({});
const client = await new MongoClient(given ?? standIn!.uri).connect();
const db = client.db(`tidemark_bench_${crypto.randomUUID().slice(0, 8)}`);
const store = { collection: <T extends object>(name: string) => db.collection<T>(name) };
for (const index of SALES_INDEXES) await db.collection(index.collection).createIndex(index.key, { name: index.name });
await fill();
await rebuildAll(store);

addEventListener("unload", () => void client.close());

async function fill() {
  const random = randomFrom(1);
  const days = eachDay(addDays(TODAY, -1094), TODAY);
  const orders = Array.from({ length: ORDERS }, (_, i) => ({
    _id: i + 1,
    type: "SalesOrd",
    number: `SO${i + 1}`,
    status: "G",
    date: random.pick(days),
    createdAt: new Date(),
    entity: 1 + random.whole(12_000),
    employee: random.next() < .5 ? 1 + random.whole(20) : null,
    currency: random.pick(["USD", "USD", "USD", "CAD", "EUR"]),
    subsidiary: 1 + random.whole(3),
    department: 1 + random.whole(3),
    class: null,
    isVoided: false,
    memo: "x".repeat(200),
    lines: Array.from({ length: 2 + random.whole(6) }, (_, line) => ({
      key: i * 10 + line,
      kind: line === 0 ? "main" : "item",
      item: 1 + random.whole(2_000),
      quantity: 1 + random.whole(5),
      rate: 10,
      amountMinor: random.whole(100_000),
      class: 1 + random.whole(40),
      memo: null,
    })),
  }));
  for (let at = 0; at < orders.length; at += 1000) {
    await db.collection<{ _id: number }>("transactions").insertMany(orders.slice(at, at + 1000));
  }
  const named = (count: number, fields: (id: number) => object) =>
    Array.from({ length: count }, (_, i) => ({ _id: i + 1, ...fields(i + 1) }));
  const insert = (collection: string, records: { _id: number }[]) =>
    db.collection<{ _id: number }>(collection).insertMany(records);
  await insert("customers", named(12_000, (id) => ({ name: `Customer ${id * 7919 % 12_000}`, number: `C-${id}` })));
  await insert("items", named(2_000, (id) => ({ name: `Item ${id}`, sku: `SKU-${id}` })));
  await insert(
    "currencies",
    named(3, (id) => ({ symbol: ["USD", "CAD", "EUR"][id - 1], precision: 2, exchangeRate: 1 })),
  );
}

function filters(query: string) {
  const read = parseSalesFilters(new URLSearchParams(query), TODAY);
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  return read.filters;
}

const report = (name: string, query: string, baseline = false) =>
  Deno.bench({ name, group: "sales report", baseline, n: 40, warmup: 5 }, async () => {
    await salesReport(store, ALL_ROWS, filters(query), new Date(`${TODAY}T18:00:00Z`));
  });

Deno.bench(
  { name: "no mart: 3 years by customer, one aggregation", group: "sales report", n: 3, warmup: 1 },
  async () => {
    await db.collection("transactions").aggregate([
      { $match: { type: "SalesOrd", date: { $gte: addDays(TODAY, -1094), $lte: TODAY }, currency: "USD" } },
      { $unwind: "$lines" },
      { $match: { "lines.kind": { $in: ["item", "discount"] } } },
      { $group: { _id: "$entity", revenueMinor: { $sum: "$lines.amountMinor" } } },
      { $sort: { revenueMinor: -1 } },
      { $limit: 10 },
    ]).toArray();
  },
);
report("28 days, against the year before", "", true);
report("3 years by customer, against the year before", "from=2023-11-26&to=2026-11-24");
report("3 years by item", "from=2023-11-26&to=2026-11-24&by=item&compare=none");
report("1 year by rep", "from=2025-11-25&to=2026-11-24&by=rep");
report("3 years by customer, sorted by name", "from=2023-11-26&to=2026-11-24&sort=name");
report("3 years by customer, searched", "from=2023-11-26&to=2026-11-24&q=99");

Deno.bench({ name: "orders behind 3 years, page 300", group: "drill and recount", n: 20, warmup: 2 }, async () => {
  const query = { from: "2023-11-26", to: TODAY, currency: "USD", channel: null, subsidiary: null, of: null };
  await salesRecords(store, ALL_ROWS, { ...query, page: 300, rows: 25 });
});
Deno.bench({ name: "recount one day", group: "drill and recount", n: 20, warmup: 2, baseline: true }, async () => {
  await rebuildDays(store, ["2026-11-03"]);
});
