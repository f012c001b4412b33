import type { RunView } from "../../lib/sync/views.ts";
import { Button } from "../Button.tsx";

/** Kinds that need nothing but a button; a backfill needs its dates. */
export type RunKind = Exclude<RunView["kind"], "backfill">;

const NAMES: Record<RunKind, string> = { incremental: "Incremental run", proof: "Proof", full: "Full run" };
const ICONS = { incremental: "play", proof: "circle-check", full: "sync" } as const;

export interface StartFormsProps {
  /** A run is in progress: another cannot start. */
  busy: boolean;
  /** The kind that was just asked for and has not been answered. */
  asked?: RunKind | null;
  /** Nothing was ever read: then a full run is the thing to do. */
  first?: boolean;
  /** Takes the place of sending the form. */
  onStart?: (kind: RunKind) => void;
}

/** The ways to start a run, as forms, so that they work without scripts. */
export function StartForms({ busy, asked = null, first = false, onStart }: StartFormsProps) {
  const off = busy && asked === null;
  const why = off ? "A run is in progress: the next can start when it has ended" : undefined;
  const form = (kind: RunKind) => (
    <form
      method="post"
      action="/sync/runs"
      onSubmit={onStart && ((event) => {
        event.preventDefault();
        if (!busy && asked === null) onStart(kind);
      })}
    >
      <input type="hidden" name="kind" value={kind} />
      <Button
        icon={ICONS[kind]}
        look={first && kind === "full" ? "primary" : "secondary"}
        disabled={off || (asked !== null && asked !== kind)}
        busy={asked === kind}
        shortcut={kind === "incremental" && onStart ? "I" : undefined}
        title={why}
      >
        {NAMES[kind]}
      </Button>
    </form>
  );
  return <>{form("incremental")}{form("proof")}{form("full")}</>;
}
