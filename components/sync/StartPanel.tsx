import SyncStreamPicker from "../../islands/SyncStreamPicker.tsx";
import { Button, LinkButton } from "../Button.tsx";
import { Card } from "../Card.tsx";
import { KindField } from "./KindField.tsx";
import { KINDS, type StartDraft } from "./start.ts";

/** A run as a form: kind, streams, dates of a backfill, dry run. */
export function StartPanel({ draft, streams }: { draft: StartDraft; streams: string[] }) {
  return (
    <form method="post" action="/sync/start" class="start-form max-w-4xl">
      <Card label="The run">
        <div class="grid gap-6">
          <KindField legend="Kind" kinds={KINDS} chosen={draft.kind} />
          <fieldset class="range-fields">
            <legend class="mb-1.5 text-list font-medium">Dates, both included</legend>
            <div class="flex flex-wrap items-center gap-3 text-list">
              <label class="flex items-center gap-2">
                <span class="max-sm:w-9">From</span>
                <input class="input num w-40 max-sm:h-11" type="date" name="from" value={draft.from} />
              </label>
              <label class="flex items-center gap-2">
                <span class="max-sm:w-9">to</span>
                <input class="input num w-40 max-sm:h-11" type="date" name="to" value={draft.to} />
              </label>
            </div>
            <p class="mt-1.5 text-xs text-muted">
              By the record's business date; where it has none, by its last change.
            </p>
          </fieldset>
          <SyncStreamPicker names={streams} chosen={draft.streams} />
          <label class="flex min-h-8 items-center gap-2 text-list max-sm:min-h-11">
            <input class="checkbox checkbox-sm" type="checkbox" name="dry" checked={draft.isDryRun} />
            <span>
              Dry run <span class="text-muted">reads, checks and reports, writes nothing</span>
            </span>
          </label>
          <div class="flex flex-wrap gap-2">
            <Button look="primary" icon="play">Start run</Button>
            <LinkButton href="/sync">Cancel</LinkButton>
          </div>
        </div>
      </Card>
    </form>
  );
}
