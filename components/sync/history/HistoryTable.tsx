import type { HistoryDayView } from "../../../lib/sync/views.ts";
import { day } from "../../format.ts";
import { Head, Table } from "../../Table.tsx";
import { figure, type Measure } from "./measures.ts";

/** The chart's figures day by day, newest first. */
export function HistoryTable({ days, measure, now }: { days: HistoryDayView[]; measure: Measure; now: string }) {
  const series = measure.series(days);
  return (
    <Table caption={measure.says}>
      <thead>
        <tr>
          <Head>Day</Head>
          {series.map(({ label }) => <Head key={label} numeric>{label}</Head>)}
        </tr>
      </thead>
      <tbody>
        {days.map((_, i) => days.length - 1 - i).map((at) => (
          <tr key={days[at]!.date}>
            <th scope="row">{day(days[at]!.date, now)}{at === days.length - 1 && " so far"}</th>
            {series.map(({ label, values }) => (
              <td key={label} class={`n ${values[at] ? "" : "zero"}`}>{figure(values[at] ?? null, measure.unit)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
