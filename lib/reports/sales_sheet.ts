import { type Cell, decimalOf, type Sheet } from "../files/cells.ts";
import type { SalesReport } from "./sales_types.ts";

/** What the page shows between name and figures. */
const DETAILS: Partial<Record<SalesReport["table"]["by"], string>> = { customer: "Sales rep", rep: "Title" };
const HEADS = { customer: "Customer", item: "Item", rep: "Sales rep", channel: "Channel", class: "Class" } as const;

/**
 * The table of a report as a file: the columns and the rows that the page shows, in its order, all pages, and the total.
 *
 * @param report made with `everyRow`
 */
export function salesSheet(report: SalesReport): Sheet {
  const { table, comparison, currency } = report;
  const code = currency?.code ?? "";
  const precision = currency?.precision ?? 2;
  const money = (minor: number | null) => decimalOf(minor, precision);
  const named = table.by === "customer" || table.by === "item";
  const detail = DETAILS[table.by];
  const compared = (previous: number | null, change: number | null): Cell[] =>
    comparison ? [money(previous), change === null ? null : { share: Math.round(change * 1e4) / 1e4 }] : [];
  const head = [
    HEADS[table.by],
    ...(named ? [table.by === "item" ? "SKU" : "Number"] : []),
    ...(detail ? [detail] : []),
    "NetSuite id",
    "Orders",
    "Units",
    `Per order ${code}`.trim(),
    `Revenue ${code}`.trim(),
    ...(comparison ? [`Compared ${comparison.from} to ${comparison.to} ${code}`.trim(), "Change"] : []),
  ];
  const rows = table.rows.map((row): Cell[] => [
    row.name,
    ...(named ? [row.code] : []),
    ...(detail ? [row.detail] : []),
    row.id,
    row.orders,
    row.units,
    money(row.averageMinor),
    money(row.revenueMinor),
    ...compared(row.previousMinor, row.change),
  ]);
  const { total } = table;
  const last: Cell[] = [
    `All ${table.matching}`,
    ...(named ? [null] : []),
    ...(detail ? [null] : []),
    null,
    total.orders,
    total.units,
    money(total.averageMinor),
    money(total.revenueMinor),
    ...compared(total.previousMinor, total.change),
  ];
  return { name: `Sales by ${HEADS[table.by].toLowerCase()}`, head, rows, total: () => last };
}

/** The name of the file, with what it holds: `sales-by-customer-2026-11-01-to-2026-11-19-USD`. */
export function salesFileName({ filters, period }: SalesReport): string {
  const currency = filters.currency === null ? "" : `-${filters.currency}`;
  return `sales-by-${filters.by}-${period.from}-to-${period.to}${currency}`;
}
