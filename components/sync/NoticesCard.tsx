import type { NoticeView } from "../../lib/sync/notices.ts";
import { Badge } from "../Badge.tsx";
import { Card } from "../Card.tsx";
import { counted } from "../format.ts";
import { Moment } from "../Moment.tsx";

/** What NetSuite does not give us: nothing is left out in silence. Nothing at all where nothing is missing. */
export function NoticesCard({ notices, now }: { notices: NoticeView[]; now: string }) {
  if (notices.length === 0) return null;
  return (
    <Card
      title="Left out"
      subtitle={`${
        counted(notices.length, "thing")
      } that NetSuite does not have or the role may not see. Asked for again after a week`}
      flush
    >
      <ul class="divide-y divide-line px-(--card-pad) pb-2">
        {notices.map((notice) => (
          <li key={notice.name} class="flex gap-4 py-2.5 text-list max-sm:flex-col max-sm:gap-1">
            <span class="w-32 shrink-0">
              {notice.backAt === null
                ? <Badge state={notice.kind === "table" ? "attention" : "note"}>{notice.kind}</Badge>
                : <Badge state="repaired">there again</Badge>}
            </span>
            <span class="min-w-0">
              {notice.text}
              <span class="mt-0.5 block text-muted">
                {notice.advice} Since <Moment at={notice.since} now={now} />
                {notice.backAt === null && (
                  <>
                    , asked for again <Moment at={notice.retryAt} now={now} />
                  </>
                )}.
              </span>
              <details class="mt-1">
                <summary class="go inline-block text-xs">What NetSuite says</summary>
                <span class="mt-1 block text-xs wrap-anywhere text-muted">{notice.said}</span>
              </details>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
