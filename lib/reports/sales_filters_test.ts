import assert from "node:assert/strict";
import { parseSalesFilters, parseSalesRecords, recordsQuery, salesQuery } from "./sales_filters.ts";

const TODAY = "2026-11-24";
const parse = (query: string) => parseSalesFilters(new URLSearchParams(query), TODAY);

Deno.test("parseSalesFilters fills in defaults: four weeks that end today, against the year before", () => {
  assert.deepEqual(parse(""), {
    ok: true,
    filters: {
      from: "2026-10-28",
      to: "2026-11-24",
      compare: "previous_year",
      grain: "day",
      currency: null,
      channel: null,
      subsidiary: null,
      by: "customer",
      sort: "revenue",
      dir: "desc",
      page: 1,
      rows: 10,
      q: "",
    },
  });
});

for (
  const [query, field, message] of [
    ["from=2026-02-30", "from", /YYYY-MM-DD/],
    ["from=0000-01-01", "from", /from 1900 to 2199/],
    ["to=2500-01-01", "to", /from 1900 to 2199/],
    ["to=yesterday", "to", /YYYY-MM-DD/],
    ["from=2026-11-20&to=2026-11-19", "from", /2026-11-20, which lies after the last day 2026-11-19/],
    ["from=2000-01-01&to=2026-11-19", "from", /9820 days.*at most 3660/],
    ["compare=last", "compare", /previous_year, previous_period, none/],
    ["from=2023-11-25&to=2026-11-24&grain=day", "grain", /too fine for 1096 days; take week or month/],
    ["grain=hour", "grain", /day, week, month/],
    ["currency=dollars", "currency", /three letters/],
    ["channel=web", "channel", /id of a department.*or none/],
    ["subsidiary=none", "subsidiary", /id of a subsidiary/],
    ["by=region", "by", /customer, item, rep, channel, class/],
    ["sort=margin", "sort", /one of name, orders/],
    ["dir=up", "dir", /asc, desc/],
    ["page=0", "page", /from 1/],
    ["page=1e9", "page", /from 1/],
    ["rows=11", "rows", /10, 25, 50 or 100/],
    [`q=${"x".repeat(101)}`, "q", /at most 100/],
  ] as const
) {
  Deno.test(`parseSalesFilters names what is wrong with ${query.slice(0, 40)}`, () => {
    const read = parse(query);
    assert.ok(!read.ok);
    assert.equal(read.issues.length, 1);
    assert.equal(read.issues[0]!.field, field);
    assert.match(read.issues[0]!.message, message);
  });
}

Deno.test("parseSalesFilters tells every wrong parameter at once", () => {
  const read = parse("from=x&page=-1&by=region");
  assert.ok(!read.ok);
  assert.deepEqual(read.issues.map((issue) => issue.field), ["from", "by", "page"]);
});

Deno.test("parseSalesFilters takes empty parameters as not given, and the first of two", () => {
  const read = parse("from=&to=&channel=&currency=&q=%20&by=item&by=rep&unknown=1");
  assert.ok(read.ok);
  assert.equal(read.filters.by, "item");
  assert.equal(read.filters.from, "2026-10-28");
  assert.equal(read.filters.channel, null);
});

Deno.test("parseSalesFilters picks a grain that fits the period", () => {
  const grain = (query: string) => {
    const read = parse(query);
    return read.ok && read.filters.grain;
  };
  assert.equal(grain("from=2026-10-01&to=2026-11-24"), "day");
  assert.equal(grain("from=2026-01-01&to=2026-11-24"), "week");
  assert.equal(grain("from=2023-11-25&to=2026-11-24"), "month");
});

Deno.test("salesQuery and parseSalesFilters are each other's inverse", () => {
  for (
    const query of [
      "",
      "from=2026-01-01&to=2026-03-31&compare=none&grain=month&currency=cad&channel=none&subsidiary=2&by=item&sort=name&page=3&rows=50&q=a%26b",
      "from=2026-01-01&to=2026-03-31&sort=orders&dir=asc&channel=12",
    ]
  ) {
    const read = parse(query);
    assert.ok(read.ok);
    const again = parse(salesQuery(read.filters));
    assert.deepEqual(again, read);
  }
});

Deno.test("parseSalesRecords wants by and id together, and recordsQuery is its inverse", () => {
  const half = parseSalesRecords(new URLSearchParams("from=2026-11-01&to=2026-11-19&currency=USD&by=item"));
  assert.ok(!half.ok);
  assert.deepEqual(half.issues, [{ field: "id", message: "is missing: it belongs to by" }]);
  const short = parseSalesRecords(new URLSearchParams("from=2026-11-01"));
  assert.deepEqual(short.ok || short.issues, [
    { field: "to", message: "is missing: it is a day written YYYY-MM-DD, such as 2026-11-19" },
    { field: "currency", message: "is missing: it is a currency code of three letters, such as USD" },
  ]);
  const query = "from=2026-11-01&to=2026-11-19&currency=USD&channel=4&by=customer&id=none&page=2&rows=50";
  const read = parseSalesRecords(new URLSearchParams(query));
  assert.ok(read.ok);
  assert.deepEqual(read.filters.of, { by: "customer", id: "none" });
  assert.equal(recordsQuery(read.filters), query);
});
