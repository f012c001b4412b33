import type { QuarantineView } from "../../../lib/sync/views.ts";
import { count } from "../../format.ts";
import { Moment } from "../../Moment.tsx";

/** Where a refused row comes from, and what the mirror shows of it meanwhile. */
export function RowFacts({ row, now }: { row: QuarantineView; now: string }) {
  return (
    <dl class="facts">
      <dt>Stream</dt>
      <dd>
        <a class="go" href={`/sync/streams/${row.stream}`}>{row.stream}</a>
      </dd>
      <dt>First seen</dt>
      <dd>
        <Moment at={row.firstSeenAt} now={now} />
      </dd>
      <dt>Last seen</dt>
      <dd>
        <Moment at={row.lastSeenAt} now={now} />
        {row.runId > 0 && (
          <>
            , <a class="go" href={`/sync/runs/${row.runId}`}>run {row.runId}</a>
          </>
        )}
      </dd>
      <dt>Refused</dt>
      <dd class="num">{count(row.times)} {row.times === 1 ? "time" : "times"}</dd>
      <dt>In the mirror</dt>
      <dd>{row.isMirrored ? "An older version of the record" : "Nothing: the record is missing"}</dd>
      {row.isEdited && (
        <>
          <dt>Edited</dt>
          <dd>
            by {row.editedBy}, <Moment at={row.editedAt} now={now} />
          </dd>
        </>
      )}
    </dl>
  );
}
