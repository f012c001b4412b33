import type { SalesRecords } from "../../lib/reports/sales_types.ts";
import { recordsQuery } from "../../lib/reports/sales_filters.ts";
import { Card } from "../Card.tsx";
import { Empty } from "../Empty.tsx";
import { counted, day, dayRange, MISSING, money } from "../format.ts";
import { ExportMenu } from "../ExportMenu.tsx";
import { Icon } from "../Icon.tsx";
import { Notice } from "../Notice.tsx";
import { PageHead } from "../PageHead.tsx";
import { Head, Paging, Table, TotalRow } from "../Table.tsx";
import { pieces } from "./SalesTiles.tsx";
import { BY_WORDS, statusWord } from "./words.ts";

export interface RecordsViewProps {
  records: SalesRecords;
  /** Today, for dates without a year. */
  today: string;
  /** The report that the figure stands in. */
  back: string;
  /** Whether this person may download. */
  mayExport: boolean;
  /** The page of a sales order in NetSuite; null where it has none (a stand-in). */
  netsuite: ((id: number) => string) | null;
  stale?: preact.ComponentChildren;
}

/** A column that a phone leaves out. */
const WIDE = "max-sm:hidden";

/** The orders that add up to a figure, with the figure in the heading. */
export function RecordsView({ records, today, back, mayExport, netsuite, stale }: RecordsViewProps) {
  const { query, total, currency, subject } = records;
  const byLine = query.of?.by === "item" || query.of?.by === "class";
  const word = query.of && BY_WORDS[query.of.by].one;
  return (
    <>
      <PageHead
        title={subject ? subject.name : "All orders"}
        actions={
          <>
            <a class="btn" href={back}>Back to Sales</a>
            {mayExport && total.orders > 0 && (
              <ExportMenu
                hrefs={{
                  csv: `/sales/records/export.csv?${recordsQuery(query)}`,
                  xlsx: `/sales/records/export.xlsx?${recordsQuery(query)}`,
                }}
              />
            )}
          </>
        }
      >
        {[
          word && subject?.code ? `${word} ${subject.code}` : word,
          dayRange(query.from, query.to),
          `in ${currency.code}`,
        ]
          .filter((part) => part).join(" · ")}
      </PageHead>
      <div class="flex flex-col gap-4">
        {stale}
        {differs(records) && (
          <Notice tone="note" title="These orders are changing.">
            The list is newer than the figure in its heading, which is being counted again.
          </Notice>
        )}
        <Card
          flush
          class="[&_.scroll]:relative"
          title={
            <span class="num">
              Orders behind {money(total.revenueMinor, currency.code, true)}
            </span>
          }
          subtitle={
            <>
              {counted(total.orders, "order")}, {pieces(total.units)} units
              {byLine && ". The amount is that of the lines that count; an order may hold more"}
            </>
          }
        >
          {records.rows.length === 0
            ? <Empty title="No orders add up to this figure" action={<a class="go" href={back}>Back to Sales</a>} />
            : <Rows {...{ records, today, byLine, netsuite }} />}
          <Paging
            label="orders"
            page={records.page}
            rows={query.rows}
            total={total.orders}
            sizes={total.orders > 10 ? [10, 25, 50, 100] : []}
            href={(page, rows) => `/sales/records?${recordsQuery(query, { page, rows: rows as typeof query.rows })}`}
          />
        </Card>
      </div>
    </>
  );
}

function Rows({ records, today, byLine, netsuite }: {
  records: SalesRecords;
  today: string;
  byLine: boolean;
  netsuite: RecordsViewProps["netsuite"];
}) {
  const { currency, query, total } = records;
  const named = query.of?.by !== "customer";
  return (
    <Table caption="Orders, newest first">
      <thead>
        <tr>
          <Head>Order</Head>
          <Head class={WIDE}>Date</Head>
          {named && <Head>Customer</Head>}
          <Head class={WIDE}>State</Head>
          <Head numeric class={WIDE}>Units</Head>
          {byLine && <Head numeric class={WIDE}>Whole order</Head>}
          <Head numeric>Amount, {currency.code}</Head>
        </tr>
      </thead>
      <tbody>
        {records.rows.map((order) => (
          <tr key={order.id}>
            <th scope="row">
              {netsuite
                ? (
                  <a class="go inline-flex items-center gap-1" href={netsuite(order.id)} rel="noreferrer">
                    {order.number}
                    <Icon name="external" size={12} label="in NetSuite" />
                  </a>
                )
                : order.number}
              <span class="block text-xs font-normal text-muted sm:hidden">{day(order.date, today)}</span>
            </th>
            <td class={WIDE}>
              <time datetime={order.date}>{day(order.date, today)}</time>
            </td>
            {named && (
              <td>
                <span class="block max-w-36 truncate sm:max-w-64" title={order.customer.name}>
                  {order.customer.name}
                </span>
              </td>
            )}
            <td class={`text-muted ${WIDE}`}>{statusWord(order.status) ?? MISSING}</td>
            <td class={`n ${WIDE} ${order.units === 0 ? "zero" : ""}`}>{pieces(order.units)}</td>
            {byLine && <td class={`n ${WIDE}`}>{money(order.orderMinor, currency.code, true)}</td>}
            <td class="n font-semibold">{money(order.amountMinor, currency.code, true)}</td>
          </tr>
        ))}
      </tbody>
      <TotalRow total={total.orders}>
        <td class={WIDE} />
        {named && <td />}
        <td class={WIDE} />
        <td class={`n ${WIDE}`}>{pieces(total.units)}</td>
        {byLine && <td class={WIDE} />}
        <td class="n">{money(total.revenueMinor, currency.code, true)}</td>
      </TotalRow>
    </Table>
  );
}

/** Whether all orders are on the page and do not add up: they changed after the figure was counted. */
function differs({ rows, total, pages }: SalesRecords): boolean {
  if (pages > 1) return false;
  return rows.length !== total.orders || rows.reduce((sum, row) => sum + row.amountMinor, 0) !== total.revenueMinor;
}
