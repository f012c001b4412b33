import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { parseSalesFilters } from "../../lib/reports/sales_filters.ts";
import type { SalesPoint, SalesReport, SalesRow } from "../../lib/reports/sales_types.ts";
import { chartFinding, chartPoints } from "./chart_points.ts";
import { roundStep } from "./plot.ts";
import { presetName, presetsOf } from "./presets.ts";
import { FilterBar } from "./FilterBar.tsx";
import { NothingSold, WrongFilters } from "./NothingSold.tsx";
import { PartsTable } from "./PartsTable.tsx";
import { SalesTiles } from "./SalesTiles.tsx";
import { SeriesTable } from "./SeriesTable.tsx";
import { deltaOf, salesHref } from "./words.ts";

const TODAY = "2026-11-24";

function asked(query = "from=2026-11-18&to=2026-11-24&channel=41") {
  const read = parseSalesFilters(new URLSearchParams(query), TODAY);
  assert.ok(read.ok);
  return read.filters;
}

function row(id: number | null, name: string, revenueMinor: number, previousMinor: number | null): SalesRow {
  return {
    id,
    name,
    code: `C-${id}`,
    detail: null,
    revenueMinor,
    previousMinor,
    orders: 2,
    units: 3.5,
    averageMinor: revenueMinor / 2,
    change: null,
  };
}

function report(change: Partial<SalesReport> = {}): SalesReport {
  const filters = asked();
  const figure = { value: 148_770_00, previous: 137_000_00, change: .08, spark: [1, 2, null, 4] };
  const points: SalesPoint[] = ["18", "19", "20", "21", "22", "23", "24"].map((day) => ({
    from: `2026-11-${day}`,
    to: `2026-11-${day}`,
    now: { revenueMinor: Number(day) * 1000_00, orders: 1, units: 2 },
    previous: {
      from: `2025-11-${Number(day) + 1}`,
      to: `2025-11-${Number(day) + 1}`,
      revenueMinor: 20_000_00,
      orders: 1,
      units: 1,
    },
    soFar: day === "24",
  }));
  const rows = [row(7, "Brakes <b>and</b> Gears", 90_000_00, 80_000_00), row(null, "No customer", 58_770_00, 0)];
  return {
    filters,
    today: TODAY,
    period: { from: filters.from, to: filters.to, through: filters.to, unfinished: true },
    comparison: {
      kind: "previous_year",
      from: "2025-11-19",
      to: "2025-11-25",
      daysBack: 364,
      complete: true,
      untilClock: "09:41",
    },
    currency: { code: "USD", name: "US Dollar", precision: 2 },
    tiles: {
      revenue: figure,
      orders: { ...figure, value: 4, previous: 0 },
      average: { ...figure, value: null, previous: null },
      units: figure,
      customers: figure,
    },
    series: { grain: "day", points },
    topCustomers: rows,
    topItems: [],
    counts: { customers: 2, items: 0 },
    table: {
      by: "customer",
      rows,
      total: {
        revenueMinor: 148_770_00,
        orders: 4,
        units: 7,
        averageMinor: 37_192_50,
        previousMinor: 137_000_00,
        change: .08,
      },
      matching: 2,
      all: 2,
      page: 1,
      pages: 1,
    },
    holdings: [],
    choices: {
      currencies: ["CAD", "USD"],
      channels: [{ id: 41, name: "Wholesale" }, { id: "none", name: "No channel" }],
      subsidiaries: [],
    },
    recorded: { from: "2023-12-01", to: "2026-11-24" },
    asOf: { state: "known", watermark: "2026-11-24T09:41:00.000Z", stream: "transactions", pendingDays: 0 },
    ...change,
  };
}

Deno.test("FilterBar works by links and forms that keep the other filters, and removes one by a link", () => {
  const html = renderToString(<FilterBar asked={asked()} report={report()} />);
  assert.match(html, /Remove the filter<\/span>[^/]*Channel<\/span>[^/]*Wholesale/);
  assert.match(html, /href="\/sales\?from=2026-11-18&amp;to=2026-11-24"/); // without the channel
  assert.match(html, /<input type="date"|type="date"/);
  const own = html.slice(html.indexOf('aria-label="Own period"'), html.indexOf("</form>"));
  assert.match(own, /type="hidden" name="channel" value="41"/);
  assert.doesNotMatch(own, /type="hidden" name="(from|to|page)"/);
  assert.match(html, /last 7 days/);
  assert.doesNotMatch(html, / style="/);
});

Deno.test("PartsTable escapes names, marks the sorted column, leads to records, and totals all rows", () => {
  const html = renderToString(
    <PartsTable report={report()} asked={asked()} href={(row) => `/sales/records?id=${row.id ?? "none"}`} />,
  );
  assert.match(html, /Brakes &lt;b>and&lt;\/b> Gears/);
  assert.match(html, /<th scope="col" class="n" aria-sort="descending"><a class="sort" href="[^"]*dir=asc[^"]*#table"/);
  assert.match(html, /href="\/sales\/records\?id=none"/);
  assert.match(html, /All 2[\s\S]*\$148,770/);
  assert.match(html, /new/);
});

Deno.test("SalesTiles says what is missing and what it is compared to", () => {
  const html = renderToString(<SalesTiles report={report()} orders="/o" table={{ customer: "/c", item: "/i" }} />);
  assert.match(html, /\$148,770/);
  assert.match(html, /vs \$137,000/);
  assert.match(html, /No orders in this period/);
});

Deno.test("SeriesTable holds every figure of the chart and marks the unfinished day", () => {
  const html = renderToString(<SeriesTable report={report()} href={(point) => `/r?${point.from}`} />);
  assert.equal(html.match(/<tr/g)?.length, 8);
  assert.match(html, /Tue 24 Nov 2026<\/a><span class="text-muted">, so far/);
  assert.match(html, /\$18,000/);
});

Deno.test("chartPoints writes out what a tooltip says; days to come are gaps", () => {
  const made = report();
  const last = made.series.points.at(-1)!;
  made.series.points.push({ from: "2026-11-25", to: "2026-11-25", now: null, previous: last.previous, soFar: true });
  const points = chartPoints(made, () => "/r");
  assert.equal(points[0]!.label, "18 Nov");
  assert.equal(points[0]!.title, "Wed 18 Nov 2026");
  assert.deepEqual([points[0]!.changeText, points[0]!.direction], ["10.0%", "down"]);
  assert.match(points.at(-2)!.title, /so far/);
  assert.deepEqual([points.at(-1)!.now, points.at(-1)!.nowText, points.at(-1)!.href], [null, "to come", null]);
  assert.match(chartFinding(points, "Revenue per day"), /highest is Tue 24 Nov 2026, so far with \$24,000/);
});

Deno.test("roundStep makes three or four gridlines at round amounts", () => {
  for (
    const [highest, step] of [[421_000_00, 150_000_00], [1_582_581_00, 500_000_00], [400, 100], [1, 1], [
      99,
      25,
    ]] as const
  ) {
    assert.equal(roundStep(highest), step);
    assert.ok(highest / step <= 4);
  }
});

Deno.test("presetsOf knows weeks, quarters and leap years, and names the period", () => {
  const preset = (name: string, today: string) => presetsOf(today).find((one) => one.name === name);
  assert.deepEqual(preset("week to date", "2026-11-29"), {
    name: "week to date",
    from: "2026-11-23",
    to: "2026-11-29",
  });
  assert.deepEqual(preset("last quarter", "2026-02-10"), {
    name: "last quarter",
    from: "2025-10-01",
    to: "2025-12-31",
  });
  assert.deepEqual(preset("last month", "2024-03-31"), { name: "last month", from: "2024-02-01", to: "2024-02-29" });
  assert.deepEqual(preset("last 3 years", "2024-02-29"), {
    name: "last 3 years",
    from: "2021-03-02",
    to: "2024-02-29",
  });
  assert.equal(presetName("2026-11-01", "2026-11-24", TODAY), "month to date");
  assert.equal(presetName("2026-11-02", "2026-11-24", TODAY), null);
});

Deno.test("deltaOf says new without an arrow, and nothing over a base below zero", () => {
  assert.deepEqual(deltaOf(5, 0), { direction: "flat", text: "new", good: null });
  assert.deepEqual(deltaOf(5, -2), { direction: "flat", text: "–", good: null });
  assert.deepEqual(deltaOf(90, 100), { direction: "down", text: "10.0%", good: false });
  assert.equal(deltaOf(5, null), null);
});

Deno.test("salesHref gives another period the bars that fit it, and goes back to page 1", () => {
  const filters = { ...asked("from=2023-11-25&to=2026-11-24"), page: 4 };
  assert.equal(salesHref(filters, { from: "2026-11-18" }), "/sales?from=2026-11-18&to=2026-11-24");
  assert.equal(salesHref(filters, { page: 5 }), "/sales?from=2023-11-25&to=2026-11-24&page=5");
});

Deno.test("NothingSold tells never read, no orders, and filters apart", () => {
  const never = report({ recorded: null, asOf: { state: "never", watermark: null, stream: null, pendingDays: 0 } });
  assert.match(renderToString(<NothingSold report={never} asked={asked()} />), /No orders have been read yet/);
  assert.match(
    renderToString(<NothingSold report={report()} asked={asked()} />),
    /No orders match these filters[\s\S]*Remove the filters/,
  );
  const early = asked("from=2020-01-01&to=2020-01-31");
  assert.match(
    renderToString(<NothingSold report={report()} asked={early} />),
    /No orders in this period[\s\S]*from=2026-10-28/,
  );
});

Deno.test("WrongFilters names the value that was given, escaped, and the way back", () => {
  const given = new URLSearchParams({ by: "<script>" });
  const issues = [{ field: "by", message: "must be one of customer, item" }];
  const html = renderToString(<WrongFilters issues={issues} given={given} back="/sales" />);
  assert.match(html, /is “&lt;script>” but must be one of/);
  assert.match(html, /href="\/sales"/);
});
