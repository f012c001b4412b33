import { z } from "zod";
import { addDays, countDays, isDay } from "../marts/days.ts";
import type { FilterIssue, SalesFilters, SalesRecordsQuery, SalesRef } from "./sales_types.ts";

/** The longest period a report covers: ten years. */
export const MOST_DAYS = 3660;

/** The most bars of a chart: by day a good year, by week seven. */
export const MOST_POINTS = 400;

/** Days of the period when the URL names none: four whole weeks that end today. */
const USUAL_DAYS = 28;

const day = z.string("is missing: it is a day written YYYY-MM-DD, such as 2026-11-19").refine(
  isDay,
  "must be a day of the calendar written YYYY-MM-DD, such as 2026-11-19",
)
  .refine((text) => !isDay(text) || (text >= "1900-01-01" && text <= "2199-12-31"), "must lie from 1900 to 2199");
const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: `must be one of ${words.join(", ")}` });
const whole = (what: string) =>
  z.string().regex(/^-?\d{1,15}$/, `must be ${what}, a whole number such as 12`).transform(Number);
const ref = (what: string): z.ZodType<SalesRef, string> =>
  z.union([z.literal("none"), whole(what)], { error: `must be ${what}, such as 12, or none` });
const currency = z.string("is missing: it is a currency code of three letters, such as USD").transform((text) =>
  text.toUpperCase()
).pipe(
  z.string().regex(/^[A-Z]{3}$/, "must be a currency code of three letters, such as USD"),
);
const rows = z.enum(["10", "25", "50", "100"], { error: "must be 10, 25, 50 or 100" })
  .transform((text) => Number(text) as 10 | 25 | 50 | 100);
const page = z.string().regex(/^[1-9]\d{0,8}$/, "must be a page number from 1").transform(Number);
const bys = ["customer", "item", "rep", "channel", "class"] as const;

const Given = z.object({
  from: day.optional(),
  to: day.optional(),
  compare: oneOf(["previous_year", "previous_period", "none"]).default("previous_year"),
  grain: oneOf(["day", "week", "month"]).optional(),
  currency: currency.optional(),
  channel: ref("the id of a department").optional(),
  subsidiary: whole("the id of a subsidiary").optional(),
  by: oneOf(bys).default("customer"),
  sort: oneOf(["name", "orders", "units", "average", "revenue", "change"]).default("revenue"),
  dir: oneOf(["asc", "desc"]).optional(),
  page: page.default(1),
  rows: rows.default(10),
  q: z.string().max(100, "must be at most 100 characters").default(""),
});

/** What reading a URL gives: the question, or everything that is wrong with it. */
export type Parsed<T> = { ok: true; filters: T } | { ok: false; issues: FilterIssue[] };

/**
 * Reads the filters of the Sales report out of a URL's query. The only place that knows the parameters: the page, the
 * export and the API call it. Parameters that are empty count as not given (a form sends them so); unknown ones are left alone.
 *
 * @param params the query, e.g. `ctx.url.searchParams`
 * @param today the business day; the period ends here when the URL names none
 * @returns the filters with every default filled in, or one issue per wrong parameter
 */
export function parseSalesFilters(params: URLSearchParams, today: string): Parsed<SalesFilters> {
  const read = Given.safeParse(given(params));
  if (!read.success) return { ok: false, issues: issuesOf(read.error) };
  const g = read.data;
  const to = g.to ?? (g.from !== undefined && g.from > today ? g.from : today);
  const from = g.from ?? addDays(to, 1 - USUAL_DAYS);
  const wrong = periodIssue(from, to) ?? grainIssue(from, to, g.grain);
  if (wrong) return { ok: false, issues: [wrong] };
  return {
    ok: true,
    filters: {
      from,
      to,
      compare: g.compare,
      grain: g.grain ?? usualGrain(from, to),
      currency: g.currency ?? null,
      channel: g.channel ?? null,
      subsidiary: g.subsidiary ?? null,
      by: g.by,
      sort: g.sort,
      dir: g.dir ?? usualDir(g.sort),
      page: g.page,
      rows: g.rows,
      q: g.q.trim(),
    },
  };
}

/**
 * The query of a URL that asks the same, with some filters changed. Defaults that do not depend on the day are left out, so
 * that links stay short; the period is always written, so that a link means the same tomorrow.
 */
export function salesQuery(filters: SalesFilters, change: Partial<SalesFilters> = {}): string {
  const f = { ...filters, ...change };
  const query = new URLSearchParams({ from: f.from, to: f.to });
  const put = (name: string, value: string | number | null, usual: string | number | null) => {
    if (value !== usual && value !== null) query.set(name, String(value));
  };
  put("compare", f.compare, "previous_year");
  put("grain", f.grain, usualGrain(f.from, f.to));
  put("currency", f.currency, null);
  put("channel", f.channel, null);
  put("subsidiary", f.subsidiary, null);
  put("by", f.by, "customer");
  put("sort", f.sort, "revenue");
  put("dir", f.dir, usualDir(f.sort));
  put("page", f.page, 1);
  put("rows", f.rows, 10);
  put("q", f.q, "");
  return query.toString();
}

const GivenRecords = z.object({
  from: day,
  to: day,
  currency,
  channel: ref("the id of a department").optional(),
  subsidiary: whole("the id of a subsidiary").optional(),
  by: oneOf(bys).optional(),
  id: ref("the id of a record").optional(),
  page: page.default(1),
  rows: rows.default(25),
});

/** Reads which orders to list out of a URL's query; `by` and `id` belong together. Same rules as `parseSalesFilters`. */
export function parseSalesRecords(params: URLSearchParams): Parsed<SalesRecordsQuery> {
  const read = GivenRecords.safeParse(given(params));
  if (!read.success) return { ok: false, issues: issuesOf(read.error) };
  const { by, id, ...g } = read.data;
  const wrong = periodIssue(g.from, g.to);
  if (wrong) return { ok: false, issues: [wrong] };
  if ((by === undefined) !== (id === undefined)) {
    const [field, other] = by === undefined ? ["by", "id"] : ["id", "by"];
    return { ok: false, issues: [{ field, message: `is missing: it belongs to ${other}` }] };
  }
  return {
    ok: true,
    filters: {
      ...g,
      channel: g.channel ?? null,
      subsidiary: g.subsidiary ?? null,
      of: by === undefined || id === undefined ? null : { by, id },
    },
  };
}

/** The query of a URL that lists these orders. */
export function recordsQuery(query: SalesRecordsQuery, change: Partial<SalesRecordsQuery> = {}): string {
  const q = { ...query, ...change };
  const out = new URLSearchParams({ from: q.from, to: q.to, currency: q.currency });
  if (q.channel !== null) out.set("channel", String(q.channel));
  if (q.subsidiary !== null) out.set("subsidiary", String(q.subsidiary));
  if (q.of) {
    out.set("by", q.of.by);
    out.set("id", String(q.of.id));
  }
  if (q.page !== 1) out.set("page", String(q.page));
  if (q.rows !== 25) out.set("rows", String(q.rows));
  return out.toString();
}

/** The grain that fits a period when the URL names none: at most about 60 bars. */
export function usualGrain(from: string, to: string): SalesFilters["grain"] {
  const days = countDays(from, to);
  return days <= 62 ? "day" : days <= 400 ? "week" : "month";
}

/** Whether a period has few enough bars of this width. */
export function grainFits(from: string, to: string, grain: SalesFilters["grain"]): boolean {
  return countDays(from, to) / { day: 1, week: 7, month: 30 }[grain] <= MOST_POINTS;
}

/** The direction that a first click on a column means: names from A, figures from the largest. */
export function usualDir(sort: SalesFilters["sort"]): "asc" | "desc" {
  return sort === "name" ? "asc" : "desc";
}

function given(params: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...params].reverse().filter(([, value]) => value.trim() !== "")); // the first of a name wins
}

function periodIssue(from: string, to: string): FilterIssue | null {
  const days = countDays(from, to);
  if (days < 1) return { field: "from", message: `is ${from}, which lies after the last day ${to}` };
  if (days > MOST_DAYS) {
    return { field: "from", message: `to the last day are ${days} days; a report covers at most ${MOST_DAYS}` };
  }
  return null;
}

function grainIssue(from: string, to: string, grain: SalesFilters["grain"] | undefined): FilterIssue | null {
  if (grain === undefined || grainFits(from, to, grain)) return null;
  return { field: "grain", message: `is ${grain}, too fine for ${countDays(from, to)} days; take week or month` };
}

function issuesOf(error: z.ZodError): FilterIssue[] {
  return error.issues.map((issue) => ({ field: String(issue.path[0] ?? ""), message: issue.message }));
}
