import type { MartView } from "../../../lib/sync/views.ts";
import { Button } from "../../Button.tsx";
import { Icon } from "../../Icon.tsx";

/** Counts all days of a mart anew, or those of a range. Asks first; forms and a popover, so that it works without scripts. */
export function RebuildForm({ mart, now }: { mart: MartView; now: string }) {
  const dialog = `rebuild-${mart.name}`;
  const today = now.slice(0, 10);
  const last = mart.last ?? today;
  return (
    <form method="post" action="/sync/marts" class="rebuild-form">
      <input type="hidden" name="mart" value={mart.name} />
      <fieldset>
        <legend class="mb-1 text-list font-medium">Count anew</legend>
        <label class="flex min-h-8 items-center gap-2 text-list max-sm:min-h-11">
          <input class="radio radio-sm" type="radio" name="what" value="days" checked />
          <span>Some days</span>
        </label>
        <div class="range-fields mb-1 ml-6">
          <div class="flex flex-wrap items-center gap-3 text-list">
            <label class="flex items-center gap-2">
              <span class="max-sm:w-9">From</span>
              <input class="input num w-40 max-sm:h-11" type="date" name="from" value={`${last.slice(0, 8)}01`} />
            </label>
            <label class="flex items-center gap-2">
              <span class="max-sm:w-9">to</span>
              <input class="input num w-40 max-sm:h-11" type="date" name="to" value={last} />
            </label>
          </div>
        </div>
        <label class="flex min-h-8 items-center gap-2 text-list max-sm:min-h-11">
          <input class="radio radio-sm" type="radio" name="what" value="all" />
          <span>
            All days <span class="text-muted">month by month</span>
          </span>
        </label>
      </fieldset>
      <p class="mt-1 text-xs text-muted">
        For when a total is doubted: a database edited by hand, or restored in parts. Nothing is asked of NetSuite.
      </p>
      <button class="btn mt-3" type="button" popovertarget={dialog}>
        <Icon name="sync" size={14} />
        Rebuild
      </button>
      <div class="ask" id={dialog} popover="auto" role="dialog" aria-labelledby={`${dialog}-title`}>
        <h3 class="text-sm" id={`${dialog}-title`}>Count Sales by day anew?</h3>
        <p class="mt-1 text-list text-muted">
          Each total is replaced by what the documents of the mirror add up to. Documents, runs and reports stay as they
          are; reports go on meanwhile.
        </p>
        <div class="mt-4 flex flex-wrap justify-end gap-2">
          <button class="btn" type="button" popovertarget={dialog} popovertargetaction="hide" autofocus>
            Keep the totals
          </button>
          <Button look="primary">Count anew</Button>
        </div>
      </div>
    </form>
  );
}
