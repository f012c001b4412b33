import type { SalesPoint, SalesReport } from "../../lib/reports/sales_types.ts";
import { count, dayRange, money } from "../format.ts";
import { deltaOf } from "./words.ts";

/** One bar as the island draws it: numbers for the plot, everything that is read already written out. */
export interface ChartPoint {
  /** Under the bar. */
  label: string;
  /** At the head of the tooltip. */
  title: string;
  /** Minor units; null is a gap. */
  now: number | null;
  previous: number | null;
  nowText: string;
  ordersText: string;
  previousTitle: string;
  previousText: string;
  changeText: string;
  direction: "up" | "down" | "flat";
  /** The records behind the bar; null where there are none. */
  href: string | null;
}

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The points of the chart. */
export function chartPoints(
  report: Pick<SalesReport, "series" | "currency">,
  href: (point: SalesPoint) => string,
): ChartPoint[] {
  const code = report.currency?.code ?? "USD";
  const years = new Set(report.series.points.map((point) => point.from.slice(0, 4))).size > 1;
  return report.series.points.map((point) => {
    const { now, previous } = point;
    const delta = deltaOf(now?.revenueMinor ?? null, previous?.revenueMinor ?? null);
    return {
      label: axisLabel(point, report.series.grain, years),
      title: bucketName(point) + (point.soFar && now ? ", so far" : ""),
      now: now && now.revenueMinor,
      previous: previous && previous.revenueMinor,
      nowText: now ? money(now.revenueMinor, code, false) : "to come",
      ordersText: now ? `${count(now.orders)} ${now.orders === 1 ? "order" : "orders"}` : "",
      previousTitle: previous ? bucketName(previous) : "",
      previousText: previous ? money(previous.revenueMinor, code, false) : "",
      changeText: delta?.text ?? "",
      direction: delta?.direction ?? "flat",
      href: now && now.orders > 0 ? href(point) : null,
    };
  });
}

/** A bucket in words: `Tue 17 Nov 2026` or `2–8 Nov 2026`. */
export function bucketName({ from, to }: { from: string; to: string }): string {
  return from === to ? `${WEEKDAYS[new Date(`${from}T00:00Z`).getUTCDay()]} ${dayRange(from, to)}` : dayRange(from, to);
}

/** The sentence that stands for the plot where it cannot be seen. */
export function chartFinding(points: ChartPoint[], title: string): string {
  const told = points.filter((point) => point.now !== null);
  const most = told.reduce<ChartPoint | null>(
    (best, p) => best === null || (p.now ?? 0) > (best.now ?? 0) ? p : best,
    null,
  );
  return most
    ? `${title}: ${told.length} bars, the highest is ${most.title} with ${most.nowText}. The table holds every figure.`
    : `${title}: no orders.`;
}

function axisLabel({ from }: SalesPoint, grain: SalesReport["series"]["grain"], years: boolean): string {
  const month = MONTHS[Number(from.slice(5, 7)) - 1] ?? "";
  if (grain === "month") return years ? `${month} ${from.slice(0, 4)}` : month;
  return `${Number(from.slice(8))} ${month}`;
}
