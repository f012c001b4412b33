import type { DriftView } from "../../lib/sync/views.ts";
import { Badge } from "../Badge.tsx";
import { Card } from "../Card.tsx";
import { Moment } from "../Moment.tsx";

const STATES = {
  appeared: ["note", "Appeared"],
  vanished: ["attention", "Vanished"],
  type_changed: ["note", "Type changed"],
} as const;

export interface DriftCardProps {
  drift: DriftView[];
  now: string;
  /** Where the list has pages: whether this is the first one, and the last change of it if older ones follow. */
  paging?: { isFirst: boolean; next: string | null };
}

/** Tables and columns of NetSuite that came, went or changed their type, newest first. Nothing where there are none. */
export function DriftCard({ drift, now, paging }: DriftCardProps) {
  if (drift.length === 0) return null;
  return (
    <Card title="Schema changes" subtitle="Newest first; kept for 400 days" flush>
      <ul class="divide-y divide-line px-(--card-pad) pb-2">
        {drift.map(({ id, table, change, at, text }) => (
          <li key={id} class="flex gap-4 py-2.5 text-list max-sm:flex-col max-sm:gap-1">
            <span class="w-32 shrink-0">
              <Badge state={STATES[change][0]}>{STATES[change][1]}</Badge>
            </span>
            <span class="min-w-0 flex-1 wrap-anywhere">
              {text}
              <span class="block text-muted">Table {table}</span>
            </span>
            <span class="num shrink-0 text-muted">
              <Moment at={at} now={now} />
            </span>
          </li>
        ))}
      </ul>
      {paging && (!paging.isFirst || paging.next !== null) && (
        <nav class="paging" aria-label="Pages of changes">
          <span class="ml-auto flex gap-2">
            {!paging.isFirst && <a class="btn small" href="/sync/changes">Newest</a>}
            {paging.next !== null && (
              <a class="btn small" href={`/sync/changes?before=${encodeURIComponent(paging.next)}`}>Older</a>
            )}
          </span>
        </nav>
      )}
    </Card>
  );
}
