import type { SalesPoint, SalesReport } from "../../lib/reports/sales_types.ts";
import { MISSING, money } from "../format.ts";
import { Delta } from "../StatTile.tsx";
import { Head, Num, Table } from "../Table.tsx";
import { bucketName } from "./chart_points.ts";
import { deltaOf, GRAIN_WORDS } from "./words.ts";

/** The chart's figures as a table: what is there without scripts, to screen readers, and behind "Table". */
export function SeriesTable({ report, href }: { report: SalesReport; href: (point: SalesPoint) => string }) {
  const code = report.currency?.code ?? "USD";
  const compared = report.comparison !== null && report.series.points.some((point) => point.previous);
  return (
    <Table caption={`Revenue and orders per ${report.series.grain}`}>
      <thead>
        <tr>
          <Head>{GRAIN_WORDS[report.series.grain]}</Head>
          <Head numeric>Orders</Head>
          <Head numeric>Revenue, {code}</Head>
          {compared && <Head numeric>Compared</Head>}
          {compared && <Head numeric>Change</Head>}
        </tr>
      </thead>
      <tbody>
        {report.series.points.map((point) => (
          <Row key={point.from} point={point} code={code} compared={compared} href={href} />
        ))}
      </tbody>
    </Table>
  );
}

function Row({ point, code, compared, href }: {
  point: SalesPoint;
  code: string;
  compared: boolean;
  href: (point: SalesPoint) => string;
}) {
  const { now, previous } = point;
  const delta = deltaOf(now?.revenueMinor ?? null, previous?.revenueMinor ?? null);
  const name = bucketName(point);
  return (
    <tr>
      <th scope="row">
        {now && now.orders > 0 ? <a class="hover:underline" href={href(point)}>{name}</a> : name}
        {point.soFar && now && <span class="text-muted">, so far</span>}
      </th>
      <Num value={now ? now.orders : null}>{now ? undefined : MISSING}</Num>
      <Num value={now ? now.revenueMinor : null}>{now ? money(now.revenueMinor, code, false) : MISSING}</Num>
      {compared && (
        <Num value={previous ? previous.revenueMinor : null}>
          {previous ? money(previous.revenueMinor, code, false) : MISSING}
        </Num>
      )}
      {compared && <td class="n">{delta ? <Delta {...delta} plain /> : MISSING}</td>}
    </tr>
  );
}
