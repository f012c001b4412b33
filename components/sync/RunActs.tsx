import type { RunView } from "../../lib/sync/views.ts";
import { Button } from "../Button.tsx";
import { Icon } from "../Icon.tsx";
import { isOpen, kindName } from "./progress.ts";

/** What a person can do to a run under way. */
export type RunAct = "pause" | "resume" | "cancel";

export interface RunActsProps {
  run: RunView;
  /** The page to come back to: the Sync page, or the run's own. */
  back: "sync" | "run";
  /** Takes the place of sending the form. */
  onAct?: (act: RunAct) => void;
}

/** Pause or resume, and cancel, which asks first. Forms and a popover, so that all of it works without scripts. */
export function RunActs({ run, back, onAct }: RunActsProps) {
  if (!isOpen(run) || run.status === "cancelled") return null;
  const name = `${kindName(run).toLowerCase()} run ${run.id}`;
  const dialog = `cancel-${run.id}`;
  const send = (act: RunAct) =>
    onAct && ((event: Event) => {
      event.preventDefault();
      if (act === "cancel") document.getElementById(dialog)?.hidePopover();
      onAct(act);
    });
  const form = (act: RunAct, words: string) => (
    <form method="post" action={`/sync/runs/${run.id}`} onSubmit={send(act)}>
      <input type="hidden" name="back" value={back} />
      <input type="hidden" name="act" value={act} />
      <Button
        small={act !== "cancel"}
        icon={act === "pause" ? "bars" : act === "resume" ? "play" : undefined}
        look={act === "cancel" ? "danger" : "secondary"}
      >
        {words} {act !== "cancel" && <span class="sr-only">{name}</span>}
      </Button>
    </form>
  );
  return (
    <div class="run-acts">
      {run.status === "paused" ? form("resume", "Resume") : form("pause", "Pause")}
      <button class="btn small" type="button" popovertarget={dialog}>
        <Icon name="cross" size={14} />
        Cancel run <span class="sr-only">{run.id}</span>
      </button>
      <div class="ask" id={dialog} popover="auto" role="dialog" aria-labelledby={`${dialog}-title`}>
        <h3 class="text-sm" id={`${dialog}-title`}>Cancel {name}?</h3>
        <p class="mt-1 text-list text-muted">
          {run.isDryRun
            ? "It writes nothing anyway; what it has found so far stays on its page."
            : "What it has written stays. Streams that it has not read to their end keep their watermark, so the next run reads what this one leaves."}
        </p>
        <div class="mt-4 flex flex-wrap justify-end gap-2">
          <button class="btn" type="button" popovertarget={dialog} popovertargetaction="hide" autofocus>
            Keep running
          </button>
          {form("cancel", "Cancel run")}
        </div>
      </div>
    </div>
  );
}
