import type { SalesRow } from "../../lib/reports/sales_types.ts";
import { count, money } from "../format.ts";
import { Card } from "../Card.tsx";
import { InlineBar } from "../Progress.tsx";
import { Delta } from "../StatTile.tsx";
import { ReportLink } from "./ReportLink.tsx";
import { deltaOf } from "./words.ts";

/** The rows with the most revenue, each with a bar against the first. */
export function Ranking({ title, rows, total, all, href, currency }: {
  title: string;
  rows: SalesRow[];
  /** How many rows there are in all, and the table that lists them. */
  total: number;
  all: string;
  /** The records behind a row. */
  href: (row: SalesRow) => string;
  currency: string;
}) {
  const most = Math.max(0, ...rows.map((row) => row.revenueMinor));
  return (
    <Card
      title={title}
      class="print:self-start"
      actions={<ReportLink class="go num" href={all}>All {count(total)}</ReportLink>}
    >
      <ol class="flex flex-col gap-3">
        {rows.map((row) => {
          const delta = deltaOf(row.revenueMinor, row.previousMinor);
          return (
            <li key={row.id}>
              <a class="group block rounded" href={href(row)}>
                <span class="mb-1.5 flex items-baseline gap-3 text-list">
                  <span class="min-w-0 flex-1 truncate font-medium group-hover:underline" title={row.name}>
                    {row.name}
                  </span>
                  <span class="num">{money(row.revenueMinor, currency, false)}</span>
                  {delta && (
                    <span class="num flex w-16 justify-end">
                      <Delta {...delta} plain />
                    </span>
                  )}
                </span>
                <InlineBar share={most === 0 ? 0 : row.revenueMinor / most} />
              </a>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
