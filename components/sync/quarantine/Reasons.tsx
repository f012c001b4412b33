import type { QuarantinePage } from "../../../lib/sync/views.ts";
import { Card } from "../../Card.tsx";
import { count } from "../../format.ts";
import { InlineBar } from "../../Progress.tsx";
import { type QuarantineAddress, queryOf } from "./address.ts";

export interface ReasonsProps {
  page: QuarantinePage;
  asked: QuarantineAddress;
}

/** How many rows each reason and each stream has; a click shows those alone, another one all again. */
export function Reasons({ page: { byReason, byStream }, asked }: ReasonsProps) {
  return (
    <div class="grid content-start gap-4">
      <Card title="By reason" subtitle="Values left out, so that rows that fail alike stand together">
        <Bars
          parts={byReason.map(({ reason, rows }) => ({
            name: reason,
            rows,
            isOn: reason === asked.reason,
            href: `/sync/quarantine${queryOf({ ...asked, after: "", reason: reason === asked.reason ? "" : reason })}`,
          }))}
        />
      </Card>
      <Card title="By stream">
        <Bars
          parts={byStream.map(({ stream, rows }) => ({
            name: stream,
            rows,
            isOn: stream === asked.stream,
            href: `/sync/quarantine${queryOf({ ...asked, after: "", stream: stream === asked.stream ? "" : stream })}`,
          }))}
        />
      </Card>
    </div>
  );
}

function Bars({ parts }: { parts: { name: string; rows: number; isOn: boolean; href: string }[] }) {
  const most = Math.max(1, ...parts.map(({ rows }) => rows));
  return (
    <ul class="-mx-2 grid gap-0.5">
      {parts.map(({ name, rows, isOn, href }) => (
        <li key={name}>
          <a
            class={`block rounded-lg px-2 py-1.5 text-list hover:bg-hover ${isOn ? "bg-hover font-medium" : ""}`}
            href={href}
            aria-current={isOn ? "true" : undefined}
          >
            <span class="flex items-baseline gap-3">
              <span class="min-w-0 flex-1 wrap-anywhere">{name}</span>
              <span class="num">{count(rows)}</span>
            </span>
            <span class="mt-1 block">
              <InlineBar share={rows / most} />
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
