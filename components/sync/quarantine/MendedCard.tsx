import type { AppliedEdit } from "../../../lib/sync/quarantine_desk.ts";
import { Button } from "../../Button.tsx";
import { Card } from "../../Card.tsx";
import { Moment } from "../../Moment.tsx";
import { rowHref } from "./address.ts";
import { nameOf } from "./QuarantineTable.tsx";

/** Rows that stand in the mirror as a person has mended them, each with a way back. Nothing where there are none. */
export function MendedCard({ rows, now, mayMend }: { rows: AppliedEdit[]; now: string; mayMend: boolean }) {
  if (rows.length === 0) return null;
  return (
    <Card
      title="Mended by hand"
      subtitle="In the mirror as a person has edited them, until NetSuite's own row changes"
      flush
    >
      <ul class="divide-y divide-line px-(--card-pad) pb-2">
        {rows.map((row) => (
          <li key={row.id} class="flex min-h-11 items-center gap-3 py-1.5 text-list">
            <span class="font-medium">{nameOf(row)}</span>
            <span class="text-muted">
              by {row.by}, <Moment at={row.at} now={now} />
            </span>
            {mayMend && (
              <form class="ml-auto" method="post" action={rowHref(row)}>
                <input type="hidden" name="act" value="undo" />
                <Button small icon="return" title={`Take the edit of ${nameOf(row)} back`}>Undo edit</Button>
              </form>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
