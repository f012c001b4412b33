import type { HistoryDayView } from "../../../lib/sync/views.ts";
import { count, duration, percent } from "../../format.ts";
import type { LegendEntry } from "../../ChartFrame.tsx";

/** One line of figures over the days. Null where nothing is known of a day. */
export interface HistorySeries {
  label: string;
  swatch: Exclude<LegendEntry["swatch"], "prev">;
  values: (number | null)[];
}

/** What the history can show. */
export interface Measure {
  label: string;
  /** One line: what is counted, in which unit. */
  says: string;
  look: "bars" | "stack" | "line";
  /** How a figure is written. */
  unit: "count" | "seconds" | "share";
  series: (days: HistoryDayView[]) => HistorySeries[];
}

const of = (
  days: HistoryDayView[],
  label: string,
  swatch: HistorySeries["swatch"],
  pick: (day: HistoryDayView) => number | null,
): HistorySeries => ({ label, swatch, values: days.map(pick) });

/** Every measure by the name it has in the address. */
export const MEASURES = {
  runs: {
    label: "Runs",
    says: "Runs that ended on the day, by outcome",
    look: "stack",
    unit: "count",
    series: (days) => [
      of(days, "Complete", "c1", ({ runs }) => runs.complete),
      of(days, "Incomplete", "c2", ({ runs }) => runs.incomplete),
      of(days, "Failed", "c5", ({ runs }) => runs.failed),
      of(days, "Cancelled", "c3", ({ runs }) => runs.cancelled),
    ],
  },
  rows: {
    label: "Rows",
    says: "Rows of NetSuite read, documents written",
    look: "bars",
    unit: "count",
    series: (days) => [
      of(days, "Read", "c1", ({ rowsRead }) => rowsRead),
      of(days, "Written", "c2", ({ written }) => written),
    ],
  },
  requests: {
    label: "Requests",
    says: "Requests to NetSuite, and how many it refused as too many",
    look: "bars",
    unit: "count",
    series: (days) => [
      of(days, "Requests", "c1", ({ requests }) => requests),
      of(days, "Refused as too many", "c2", ({ throttled }) => throttled),
    ],
  },
  duration: {
    label: "Duration",
    says: "How long incremental runs took",
    look: "line",
    unit: "seconds",
    series: (days) => [
      of(days, "Median", "c1", ({ medianSeconds }) => medianSeconds),
      of(days, "Longest", "c2", ({ longestSeconds }) => longestSeconds),
    ],
  },
  slots: {
    label: "Slots",
    says: "Mean share of the slots in use while runs were under way",
    look: "bars",
    unit: "share",
    series: (days) => [of(days, "In use", "c1", ({ slotShare }) => slotShare)],
  },
  lag: {
    label: "Lag",
    says: "The oldest change that was not yet in the mirror, at its worst on the day",
    look: "line",
    unit: "seconds",
    series: (days) => [of(days, "Worst lag", "c1", ({ worstLagSeconds }) => worstLagSeconds)],
  },
} as const satisfies Record<string, Measure>;

/** Name of a measure in the address. */
export type MeasureName = keyof typeof MEASURES;

/** Spans that can be shown, in days. */
export const SPANS: readonly number[] = [30, 90, 400];

/** Reads the address; what is not known is the usual. */
export function readHistoryAddress(search: URLSearchParams): { show: MeasureName; days: number } {
  const show = search.get("show") ?? "", days = Number(search.get("days"));
  return {
    show: Object.hasOwn(MEASURES, show) ? show as MeasureName : "runs",
    days: SPANS.includes(days) ? days : SPANS[0]!,
  };
}

/** The history's address. */
export function historyHref(show: MeasureName, days: number): string {
  return `/sync/history?show=${show}&days=${days}`;
}

/** A figure as the chart and its table write it. */
export function figure(value: number | null, unit: Measure["unit"]): string {
  if (value === null) return "–";
  return unit === "count" ? count(value) : unit === "share" ? percent(value) : duration(value * 1000);
}

/** What the chart says, in a sentence: sums of what can be added up, the highest of what cannot. */
export function finding(measure: Measure, days: HistoryDayView[]): string {
  const parts = measure.series(days).map(({ label, values }) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${label}: nothing known`;
    if (measure.unit === "count") return `${label}: ${count(known.reduce((sum, value) => sum + value, 0))} in all`;
    const most = Math.max(...known);
    return `${label}: ${figure(most, measure.unit)} at most, on ${days[values.indexOf(most)]?.date}`;
  });
  return `${measure.says}, ${days.length} days. ${parts.join("; ")}.`;
}
