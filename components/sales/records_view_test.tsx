import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import type { SalesRecords } from "../../lib/reports/sales_types.ts";
import { FreshnessStamp, staleLine } from "./freshness.tsx";
import { RecordsView } from "./RecordsView.tsx";

const asOf = { state: "known" as const, watermark: "2026-11-24T07:30:00.000Z", stream: "transactions", pendingDays: 0 };

function records(change: Partial<SalesRecords> = {}): SalesRecords {
  return {
    query: {
      from: "2026-11-01",
      to: "2026-11-19",
      currency: "USD",
      channel: null,
      subsidiary: null,
      of: { by: "customer", id: 7 },
      page: 1,
      rows: 25,
    },
    subject: { name: "Corner <Bicycle> Supply", code: "C-10482" },
    currency: { code: "USD", name: "US Dollar", precision: 2 },
    total: { revenueMinor: 148_770_00, orders: 2, units: 9 },
    rows: [
      {
        id: 2,
        number: "SO-118204",
        date: "2026-11-11",
        status: "B",
        customer: { id: 7, name: "Corner" },
        amountMinor: 48_770_00,
        units: 4,
        orderMinor: 48_770_00,
      },
      {
        id: 1,
        number: "SO-118011",
        date: "2025-11-10",
        status: "?",
        customer: { id: 7, name: "Corner" },
        amountMinor: 100_000_00,
        units: 5,
        orderMinor: 100_000_00,
      },
    ],
    page: 1,
    pages: 1,
    asOf,
    ...change,
  };
}

const view = (data: SalesRecords, netsuite: ((id: number) => string) | null = null, mayExport = true) =>
  renderToString(
    <RecordsView
      records={data}
      today="2026-11-24"
      back="/sales?from=2026-11-01"
      mayExport={mayExport}
      netsuite={netsuite}
    />,
  );

Deno.test("RecordsView puts the figure in its heading, names states, and dates other years in full", () => {
  const html = view(records());
  assert.match(html, /Orders behind \$148,770\.00/);
  assert.match(html, /Corner &lt;Bicycle> Supply/);
  assert.match(html, /Pending fulfilment/);
  assert.match(html, />\?</); // a letter that is not known is shown as it is
  assert.match(html, /10 Nov 2025/);
  assert.doesNotMatch(html, /These orders are changing/);
});

Deno.test("RecordsView says when the orders no longer add up to the figure", () => {
  assert.match(view(records({ total: { revenueMinor: 1, orders: 2, units: 9 } })), /These orders are changing/);
  assert.match(view(records({ total: { revenueMinor: 0, orders: 0, units: 0 }, rows: [] })), /No orders add up/);
});

Deno.test("RecordsView links to NetSuite only where there is one", () => {
  assert.doesNotMatch(view(records()), /href="https:/);
  assert.match(view(records(), (id) => `https://ns.example/so?id=${id}`), /href="https:\/\/ns\.example\/so\?id=2"/);
});

Deno.test("RecordsView offers its orders as files to who may download, where there are any", () => {
  for (const format of ["csv", "xlsx"]) {
    const file = new RegExp(`href="/sales/records/export\\.${format}\\?from=[^"]+"`);
    assert.match(view(records()), file);
    assert.doesNotMatch(view(records(), null, false), file);
    assert.doesNotMatch(view(records({ total: { revenueMinor: 0, orders: 0, units: 0 }, rows: [] })), file);
  }
});

Deno.test("staleLine and FreshnessStamp agree with the tide on what is late", () => {
  const tide = { state: "level" as const, share: null, watermark: null, text: "Level with NetSuite" };
  const now = "2026-11-24T09:41:00.000Z";
  assert.equal(staleLine({ asOf, tide, now }), undefined);
  const behind = { ...tide, state: "behind" as const, text: "2 h behind" };
  assert.match(
    renderToString(<>{staleLine({ asOf, tide: behind, now })}</>),
    /These figures are 2 h old\.[\s\S]*NetSuite may have newer ones/,
  );
  const failing = { ...tide, state: "failing" as const, text: "Run 7 failed" };
  assert.match(renderToString(<>{staleLine({ asOf, tide: failing, now })}</>), /are 2 h old\.[\s\S]*Run 7 failed\./);
  assert.match(renderToString(<FreshnessStamp asOf={asOf} tide={behind} now={now} />), /text-warning/);
  const never = { state: "never" as const, watermark: null, stream: null, pendingDays: 0 };
  assert.equal(staleLine({ asOf: never, tide: behind, now }), undefined);
});
