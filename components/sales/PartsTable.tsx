import type { SalesFilters, SalesReport, SalesRow, SalesSort } from "../../lib/reports/sales_types.ts";
import { Card } from "../Card.tsx";
import { Segments } from "../ChartFrame.tsx";
import { Empty } from "../Empty.tsx";
import { count, counted, MISSING, money } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { Delta } from "../StatTile.tsx";
import { Num, Paging, type Sort, SortHead, Table, TotalRow } from "../Table.tsx";
import { Kept } from "./FilterBar.tsx";
import { ReportLink } from "./ReportLink.tsx";
import { pieces } from "./SalesTiles.tsx";
import { BY_WORDS, deltaOf, salesHref } from "./words.ts";

export interface PartsTableProps {
  report: SalesReport;
  asked: SalesFilters;
  /** The records behind a row. */
  href: (row: SalesRow) => string;
}

const BYS = ["customer", "item", "rep", "channel", "class"] as const;
/** What stands in the third column, where there is something to say. */
const DETAIL: Partial<Record<SalesFilters["by"], string>> = { customer: "Sales rep", rep: "Title" };
const CODE: Partial<Record<SalesFilters["by"], string>> = { customer: "Number", item: "SKU" };

/** The table: who or what sold, searched, sorted and paged by links, with the total of all rows that match. */
export function PartsTable({ report, asked, href }: PartsTableProps) {
  const { table } = report;
  const words = BY_WORDS[table.by];
  return (
    <Card id="table" class="scroll-mt-32 [&_.scroll]:relative" flush>
      <div class="card-head flex-wrap">
        <div class="min-w-0 flex-1 max-sm:basis-full">
          <h2 class="text-sm">{words.many}</h2>
          <p class="mt-0.5 text-xs text-muted">
            {asked.q === ""
              ? `${counted(table.all, words.small, words.smalls)} with orders in this period`
              : `${count(table.matching)} of ${counted(table.all, words.small, words.smalls)} match “${asked.q}”`}
          </p>
        </div>
        <Search asked={asked} what={words.smalls} />
        <span class="max-w-full overflow-x-auto">
          <Segments
            label="What the table lists"
            options={BYS.map((by) => ({
              label: BY_WORDS[by].one,
              href: `${salesHref(asked, { by, q: "" })}#table`,
              current: by === asked.by,
            }))}
          />
        </span>
      </div>
      {table.rows.length === 0
        ? (
          <Empty
            icon="search"
            title={`No ${words.small} matches “${asked.q}”`}
            action={
              <ReportLink class="go" href={`${salesHref(asked, { q: "" })}#table`}>
                Show all {count(table.all)}
              </ReportLink>
            }
          />
        )
        : <Rows report={report} asked={asked} href={href} />}
      {table.matching > 10 && (
        <Paging
          label={words.smalls}
          page={table.page}
          rows={asked.rows}
          total={table.matching}
          sizes={[10, 25, 50, 100]}
          href={(page, rows) => `${salesHref(asked, { page, rows: rows as SalesFilters["rows"] })}#table`}
        />
      )}
    </Card>
  );
}

function Search({ asked, what }: { asked: SalesFilters; what: string }) {
  return (
    <form
      class="flex min-w-0 items-center gap-2 max-sm:basis-full print:hidden"
      action="/sales#table"
      role="search"
      aria-label={`Search ${what}`}
    >
      <Kept asked={asked} but={["q", "page"]} />
      <label class="input h-8 w-52 gap-2 text-list max-sm:h-11 max-sm:w-auto max-sm:min-w-0 max-sm:flex-1">
        <Icon name="search" size={14} class="text-muted" />
        <span class="sr-only">Search {what}</span>
        <input type="search" name="q" value={asked.q} maxLength={100} placeholder={`Search ${what}`} />
      </label>
      <button class="btn hidden max-sm:inline-flex max-sm:h-11" type="submit">Search</button>
    </form>
  );
}

function Rows({ report, asked, href }: PartsTableProps) {
  const { table } = report;
  const code = report.currency?.code ?? "USD";
  const words = BY_WORDS[table.by];
  const codeHead = CODE[table.by];
  const detailHead = DETAIL[table.by];
  const sort: Sort = { column: asked.sort, dir: asked.dir };
  const sorted = (next: Sort | null) =>
    `${
      salesHref(asked, next ? { sort: next.column as SalesSort, dir: next.dir } : { sort: "revenue", dir: "desc" })
    }#table`;
  const head = { sort, href: sorted };
  const { total } = table;
  // a phone shows who, revenue and change; the other columns come back with the width
  const narrow = report.comparison
    ? "max-sm:[&_tr>:nth-last-child(n+3):not(:first-child)]:hidden"
    : "max-sm:[&_tr>:nth-last-child(n+2):not(:first-child)]:hidden";
  return (
    <div class={`max-sm:[&_tr>*]:px-2 max-sm:[&_tr>*:first-child]:pl-4 max-sm:[&_tr>*:last-child]:pr-4 ${narrow}`}>
      <Table caption={`${words.many} with orders in this period`}>
        <thead>
          <tr>
            <SortHead column="name" label={words.one} {...head} />
            {codeHead && <Hidden as="th">{codeHead}</Hidden>}
            {detailHead && <Hidden as="th">{detailHead}</Hidden>}
            <SortHead column="orders" label="Orders" numeric {...head} />
            <SortHead column="units" label="Units" numeric {...head} />
            <SortHead column="average" label="Per order" numeric {...head} />
            <SortHead column="revenue" label={`Revenue, ${code}`} numeric {...head} />
            {report.comparison
              ? (
                <SortHead
                  column="change"
                  label="Change"
                  numeric
                  {...head}
                />
              )
              : null}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <a
                  class="block max-w-[8rem] truncate hover:underline sm:max-w-[22rem]"
                  href={href(row)}
                  title={row.name}
                >
                  {row.name}
                </a>
              </th>
              {codeHead && <Hidden as="td">{row.code ?? MISSING}</Hidden>}
              {detailHead && <Hidden as="td">{row.detail ?? MISSING}</Hidden>}
              <Num value={row.orders} />
              <Num value={row.units}>{pieces(row.units)}</Num>
              <Num value={row.averageMinor}>{money(row.averageMinor, code, false)}</Num>
              <td class="n font-semibold">{money(row.revenueMinor, code, false)}</td>
              {report.comparison && <ChangeCell now={row.revenueMinor} previous={row.previousMinor} />}
            </tr>
          ))}
        </tbody>
        <TotalRow total={table.matching}>
          {codeHead && <td class="max-md:hidden" />}
          {detailHead && <td class="max-md:hidden" />}
          <Num value={total.orders}>
            {total.orders === null
              ? <span title="Rows can share an order, so the orders of some rows cannot be added">{MISSING}</span>
              : count(total.orders)}
          </Num>
          <Num value={total.units}>{pieces(total.units)}</Num>
          <Num value={total.averageMinor}>{money(total.averageMinor, code, false)}</Num>
          <td class="n">{money(total.revenueMinor, code, false)}</td>
          {report.comparison && <ChangeCell now={total.revenueMinor} previous={total.previousMinor} />}
        </TotalRow>
      </Table>
    </div>
  );
}

/** A cell that a narrow screen leaves out. */
function Hidden({ as, children }: { as: "th" | "td"; children: string }) {
  return as === "th" ? <th scope="col" class="max-md:hidden">{children}</th> : (
    <td class="text-muted max-md:hidden">
      <span class="block max-w-48 truncate" title={children}>{children}</span>
    </td>
  );
}

function ChangeCell({ now, previous }: { now: number; previous: number | null }) {
  const delta = deltaOf(now, previous);
  return <td class="n">{delta ? <Delta {...delta} plain /> : <span class="text-muted">{MISSING}</span>}</td>;
}
