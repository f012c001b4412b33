import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { businessDay } from "../marts/days.ts";
import { salesReport } from "../reports/sales.ts";
import { parseSalesFilters } from "../reports/sales_filters.ts";
import type { FilterIssue } from "../reports/sales_types.ts";
import type { Store } from "../store/connect.ts";
import { scopeOf } from "../access/scope.ts";
import { type ApiEnv, personOf, securedRoute } from "./app.ts";
import { strict } from "./faults.ts";
import { type FieldFault, InputError } from "./problem.ts";
import { SalesReportSchema } from "./sales_schema.ts";
import { ProblemSchema } from "./schemas.ts";

/** A filter as text: only its name is checked here, its value where the page's filters are read too. */
const filter = (description: string, ...words: string[]) =>
  z.string().optional().openapi({ description, ...(words.length > 0 ? { enum: words } : {}) });

const getSales = securedRoute(["sales:view"], {
  method: "get",
  path: "/reports/sales",
  tags: ["Reports"],
  summary: "Sales of a period",
  description:
    "Booked sales orders before tax and shipping, in one currency, with what they compare to: the Sales page " +
    "as JSON, by the same parameters. Amounts are whole minor units.",
  request: {
    query: strict({
      from: filter("First day, YYYY-MM-DD; 28 days ago when absent"),
      to: filter("Last day, YYYY-MM-DD; today when absent"),
      compare: filter("What the period is compared to", "previous_year", "previous_period", "none"),
      grain: filter("Width of a point of the series; by the length of the period when absent", "day", "week", "month"),
      currency: filter("Code such as USD; the one with the most revenue when absent"),
      channel: filter("Id of a department, or none"),
      subsidiary: filter("Id of a subsidiary"),
      by: filter("What the table lists", "customer", "item", "rep", "channel", "class"),
      sort: filter("What it is sorted by", "name", "orders", "units", "average", "revenue", "change"),
      dir: filter("Direction; names from A and figures from the largest when absent", "asc", "desc"),
      page: filter("Page of the table, from 1"),
      rows: filter("Rows on a page", "10", "25", "50", "100"),
      q: filter("Words to find in the table's names and numbers"),
    }),
  },
  responses: {
    200: { description: "The report", content: { "application/json": { schema: SalesReportSchema } } },
    400: { description: "A filter is wrong", content: { "application/problem+json": { schema: ProblemSchema } } },
  },
});

/** What the reports answer from. */
export interface ReportDeps {
  store: Pick<Store, "collection">;
  now: () => Date;
  /** The company's zone, which says what day is today. */
  zone: string;
}

/** Adds the Sales report. */
export function addSales(app: OpenAPIHono<ApiEnv>, { store, now, zone }: ReportDeps): void {
  app.openapi(getSales, async (c) => {
    const at = now();
    const { searchParams } = new URL(c.req.url);
    const read = parseSalesFilters(searchParams, businessDay(at, zone));
    if (!read.ok) throw new InputError(read.issues.map((issue) => faultOf(issue, searchParams)));
    return c.json(await salesReport(store, scopeOf(personOf(c)), read.filters, at, { zone }), 200);
  });
}

function faultOf({ field, message }: FilterIssue, given: URLSearchParams): FieldFault {
  const value = JSON.stringify(given.get(field)?.slice(0, 80) ?? "");
  const fault = message.startsWith("must be") ? `is ${value} but ${message}` : message;
  return { in: "query", field, detail: `"${field}" ${fault}.` };
}
