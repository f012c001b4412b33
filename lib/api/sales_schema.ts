import { z } from "@hono/zod-openapi";
import type { SalesReport } from "../reports/sales_types.ts";

/** The shape of the Sales report in the API's description. `satisfies` keeps it equal to what the report returns. */

const day = z.iso.date().openapi({ example: "2026-11-19" });
const count = z.number().int().min(0);
const minor = z.number().int().openapi({ description: "Whole minor units of the report's currency" });
const part = z.number().nullable().openapi({ description: "1 is 100 %; null where there is nothing to compare with" });
const ref = z.union([z.number().int(), z.literal("none")]);

const figure = z.object({
  value: z.number().nullable(),
  previous: z.number().nullable(),
  change: part,
  spark: z.array(z.number().nullable()),
}).openapi("SalesFigure");

const amounts = z.object({ revenueMinor: minor, orders: count, units: z.number() });

const row = amounts.extend({
  id: z.number().int().nullable(),
  name: z.string(),
  code: z.string().nullable(),
  detail: z.string().nullable(),
  averageMinor: z.number().nullable(),
  previousMinor: z.number().nullable(),
  change: part,
}).openapi("SalesRow");

const by = z.enum(["customer", "item", "rep", "channel", "class"]);
const grain = z.enum(["day", "week", "month"]);

const filters = z.object({
  from: day,
  to: day,
  compare: z.enum(["previous_year", "previous_period", "none"]),
  grain,
  currency: z.string().nullable(),
  channel: ref.nullable(),
  subsidiary: z.number().int().nullable(),
  by,
  sort: z.enum(["name", "orders", "units", "average", "revenue", "change"]),
  dir: z.enum(["asc", "desc"]),
  page: z.number().int(),
  rows: z.union([z.literal(10), z.literal(25), z.literal(50), z.literal(100)]),
  q: z.string(),
});

const table = z.object({
  by,
  rows: z.array(row),
  total: z.object({
    revenueMinor: minor,
    units: z.number(),
    orders: count.nullable(),
    averageMinor: z.number().nullable(),
    previousMinor: z.number().nullable(),
    change: part,
  }),
  matching: count,
  all: count,
  page: z.number().int(),
  pages: z.number().int(),
});

export const SalesReportSchema = z.object({
  filters,
  today: day,
  period: z.object({ from: day, to: day, through: day, unfinished: z.boolean() }),
  comparison: z.object({
    kind: z.enum(["previous_year", "previous_period"]),
    from: day,
    to: day,
    daysBack: z.number().int(),
    complete: z.boolean(),
    untilClock: z.string().nullable(),
  }).nullable(),
  currency: z.object({ code: z.string(), name: z.string(), precision: z.number().int() }).nullable(),
  tiles: z.object({ revenue: figure, orders: figure, average: figure, units: figure, customers: figure }),
  series: z.object({
    grain,
    points: z.array(z.object({
      from: day,
      to: day,
      now: amounts.nullable(),
      previous: amounts.extend({ from: day, to: day }).nullable(),
      soFar: z.boolean(),
    })),
  }),
  topCustomers: z.array(row),
  topItems: z.array(row),
  counts: z.object({ customers: count, items: count }),
  table,
  holdings: z.array(z.object({ currency: z.string(), revenueMinor: minor, orders: count })),
  choices: z.object({
    currencies: z.array(z.string()),
    channels: z.array(z.object({ id: ref, name: z.string() })),
    subsidiaries: z.array(z.object({ id: ref, name: z.string() })),
  }),
  recorded: z.object({ from: day, to: day }).nullable(),
  asOf: z.object({
    state: z.enum(["known", "never"]),
    watermark: z.string().nullable(),
    stream: z.string().nullable(),
    pendingDays: count,
  }),
}).openapi("SalesReport") satisfies z.ZodType<SalesReport>;
