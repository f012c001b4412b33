import assert from "node:assert/strict";
import { personWith } from "../access/testing.ts";
import { openTestStore } from "../store/testing.ts";
import { rebuildAll } from "../marts/sales.ts";
import { createApi } from "./mod.ts";
import { SalesReportSchema } from "./sales_schema.ts";

const analyst = personWith("analyst");

Deno.test("GET reports/sales answers the report of the page's filters, as it is described", async () => {
  await using store = await openTestStore();
  await store.collection<{ _id: number }>("currencies").insertOne(
    { _id: 1, symbol: "USD", name: "US dollar", precision: 2, exchangeRate: 1, isBase: true } as { _id: number },
  );
  const line = { key: 2, id: 2, sequence: 1, kind: "item", item: 7, quantity: 3, amountMinor: 4500 };
  await store.collection<{ _id: number }>("transactions").insertOne({
    _id: 11,
    type: "SalesOrd",
    number: "SO-11",
    status: "B",
    date: "2026-11-18",
    createdAt: new Date("2026-11-18T10:00:00Z"),
    entity: 5,
    employee: null,
    currency: "USD",
    isVoided: false,
    subsidiary: 1,
    department: 1,
    class: null,
    netMinor: 4500,
    lines: [line],
  } as { _id: number });
  await rebuildAll(store);

  const sync = {} as Parameters<typeof createApi>[0]["sync"];
  const api = createApi({ sync, store, now: () => new Date("2026-11-19T12:00:00Z") });
  const ask = (query: string) => api.fetch(new Request(`http://tidemark.test/api/v1/reports/sales${query}`), analyst);
  const answer = await ask("?from=2026-11-01&to=2026-11-19&compare=none");
  assert.equal(answer.status, 200);
  const report = SalesReportSchema.parse(await answer.json());
  assert.deepEqual([report.today, report.currency?.code, report.tiles.revenue.value], ["2026-11-19", "USD", 4500]);
  assert.deepEqual([report.filters.from, report.filters.compare, report.table.total.orders], ["2026-11-01", "none", 1]);

  const usual = SalesReportSchema.parse(await (await ask("")).json());
  assert.deepEqual([usual.filters.from, usual.filters.to], ["2026-10-23", "2026-11-19"]);
  const nobody = await api.fetch(new Request("http://tidemark.test/api/v1/reports/sales"), null);
  assert.equal(nobody.status, 401);
});
