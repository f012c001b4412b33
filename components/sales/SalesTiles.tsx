import type { SalesFigure, SalesReport } from "../../lib/reports/sales_types.ts";
import { count, day, money } from "../format.ts";
import { StatTiles } from "../StatTile.tsx";
import { deltaOf } from "./words.ts";

/** The five figures of the page. Each leads to the orders or to the rows behind it. */
export function SalesTiles({ report, orders, table }: {
  report: SalesReport;
  /** Where all orders of the period are listed. */
  orders: string;
  /** The table by customer and by item. */
  table: { customer: string; item: string };
}) {
  const code = report.currency?.code ?? "USD";
  const { tiles } = report;
  const inMoney = (value: number) => money(value, code);
  const tile = (label: string, figure: SalesFigure, write: (value: number) => string, href: string) => ({
    label,
    value: figure.value === null ? null : write(figure.value),
    delta: deltaOf(figure.value, figure.previous),
    note: noteOf(report, figure, write),
    spark: figure.spark,
    href,
  });
  return (
    <StatTiles
      label="Figures of the period"
      tiles={[
        tile("Revenue", tiles.revenue, inMoney, orders),
        tile("Orders", tiles.orders, count, orders),
        tile("Average order", tiles.average, inMoney, orders),
        tile("Units", tiles.units, pieces, table.item),
        tile("Customers", tiles.customers, count, table.customer),
      ]}
    />
  );
}

/** Pieces: whole where they are whole. */
export function pieces(value: number): string {
  return Number.isInteger(value) ? count(value) : value.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

function noteOf(report: SalesReport, figure: SalesFigure, write: (value: number) => string): string {
  if (figure.value === null) return "No orders in this period";
  if (figure.previous !== null) return `vs ${write(figure.previous)}`;
  if (!report.comparison) return "";
  if (report.recorded && report.comparison.to < report.recorded.from) {
    return `nothing recorded before ${day(report.recorded.from, report.today)}`;
  }
  return "no orders then";
}
