import type { ComponentChildren } from "preact";
import { addDays } from "../../lib/marts/days.ts";
import type { FilterIssue, SalesFilters, SalesReport } from "../../lib/reports/sales_types.ts";
import { Card } from "../Card.tsx";
import { Empty } from "../Empty.tsx";
import { dayRange } from "../format.ts";
import { ReportLink } from "./ReportLink.tsx";
import { salesHref } from "./words.ts";

/** Why there is no figure, and the one act that helps: read NetSuite, take a filter away, or look where orders are. */
export function NothingSold({ report, asked }: { report: SalesReport; asked: SalesFilters }) {
  const { asOf, recorded } = report;
  if (recorded === null) {
    return asOf.state === "never"
      ? (
        <Answer
          title="No orders have been read yet"
          action={<a class="btn btn-primary" href="/sync">Open Sync</a>}
          icon="plug"
        >
          A first full run reads them from NetSuite. This page fills as soon as it is complete.
        </Answer>
      )
      : (
        <Answer title="NetSuite has no sales orders" action={<a class="go" href="/sync">Open Sync</a>}>
          Transactions were read to the end, and no live sales order is among them.
        </Answer>
      );
  }
  const set = asked.channel !== null || asked.subsidiary !== null || asked.currency !== null;
  const inPeriod = recorded.from <= asked.to && asked.from <= recorded.to;
  const last = { from: addDays(recorded.to, -27), to: recorded.to };
  return (
    <Answer
      title={set ? "No orders match these filters" : "No orders in this period"}
      action={set && inPeriod
        ? (
          <ReportLink class="go" href={salesHref(asked, { channel: null, subsidiary: null, currency: null })}>
            Remove the filters
          </ReportLink>
        )
        : <ReportLink class="go" href={salesHref(asked, last)}>Show {dayRange(last.from, last.to)}</ReportLink>}
    >
      {`Orders are recorded for ${dayRange(recorded.from, recorded.to)}.`}
    </Answer>
  );
}

/** What is wrong with an address, and the way back. */
export function WrongFilters({ issues, given, back }: {
  issues: FilterIssue[];
  given: URLSearchParams;
  /** The address that shows the report as it is without filters. */
  back: string;
}) {
  return (
    <Card title="This address asks for something the report cannot answer">
      <ul class="flex flex-col gap-1.5 text-list">
        {issues.map(({ field, message }) => (
          <li key={field}>
            <code class="rounded bg-hover px-1.5 py-0.5 font-semibold">{field}</code> {said(given.get(field), message)}
          </li>
        ))}
      </ul>
      <p class="mt-4">
        <a class="btn btn-primary" href={back}>Show the last 28 days</a>
      </p>
    </Card>
  );
}

function said(value: string | null, message: string): string {
  if (!message.startsWith("must be")) return message;
  return value === null ? message : `is “${value.slice(0, 60)}” but ${message}`;
}

function Answer({ title, action, icon, children }: {
  title: string;
  action: ComponentChildren;
  icon?: "plug";
  children: ComponentChildren;
}) {
  return (
    <Card>
      <Empty icon={icon} title={title} action={action}>{children}</Empty>
    </Card>
  );
}
