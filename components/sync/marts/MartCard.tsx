import type { MartView } from "../../../lib/sync/views.ts";
import { Badge } from "../../Badge.tsx";
import { Card } from "../../Card.tsx";
import { age, ago, count, counted, day, MISSING } from "../../format.ts";
import { Moment } from "../../Moment.tsx";
import { Progress } from "../../Progress.tsx";
import { martShare, martWords } from "./words.ts";
import { RebuildForm } from "./RebuildForm.tsx";

export interface MartCardProps {
  mart: MartView;
  now: string;
  /** The person has `sync:manage`. */
  mayManage: boolean;
}

/** One mart: what it counts, whether it is level with the documents, and the form that counts it anew. */
export function MartCard({ mart, now, mayManage }: MartCardProps) {
  const { rebuild } = mart;
  const share = martShare(mart);
  const { state, text } = martWords(mart);
  return (
    <Card
      title="Sales by day"
      subtitle="Orders, revenue and units by subsidiary, channel, customer, item, rep and class"
      actions={<Badge state={state}>{text}</Badge>}
    >
      {share !== null && (
        <div class="mb-5">
          <p class="num mb-1 text-list text-muted">
            {rebuild && rebuild.total !== null
              ? `${count(rebuild.done)} of ${counted(rebuild.total, "month")} counted anew`
              : "Looking for the months there are"}
            {rebuild && (
              <>
                , begun <Moment at={rebuild.startedAt} now={now} />
              </>
            )}
          </p>
          <Progress share={share} label="Progress of the rebuild of Sales by day" />
        </div>
      )}
      <div class="grid gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,4fr)]">
        <dl class="facts content-start">
          <dt>Days counted</dt>
          <dd class="num">
            {count(mart.days)}
            {mart.first !== null && mart.last !== null && (
              <span class="text-muted">, {day(mart.first, now)} to {day(mart.last, now)}</span>
            )}
          </dd>
          <dt>Days to recount</dt>
          <dd class="num">
            {mart.isAllDirty ? "all" : count(mart.dirty)}
            {mart.oldestDirty !== null && <span class="text-muted">, the oldest {day(mart.oldestDirty, now)}</span>}
          </dd>
          <dt>Waiting since</dt>
          <dd class="num">
            {mart.dirtySince === null ? MISSING : (
              <>
                <Moment at={mart.dirtySince} now={now} />
                <span class="text-muted">, {age(+new Date(now) - +new Date(mart.dirtySince))}</span>
              </>
            )}
          </dd>
          <dt>Last settled</dt>
          <dd class="num">
            {mart.settledAt === null ? "never" : (
              <>
                <Moment at={mart.settledAt} now={now} />
                <span class="text-muted">, {ago(mart.settledAt, now)}</span>
              </>
            )}
          </dd>
          <dt>Counted from</dt>
          <dd>
            {mart.streams.map((stream, nth) => (
              <span key={stream}>
                {nth > 0 && ", "}
                <a class="go" href={`/sync/streams/${stream}`}>{stream}</a>
              </span>
            ))}
          </dd>
        </dl>
        {mayManage && <RebuildForm mart={mart} now={now} />}
      </div>
    </Card>
  );
}
