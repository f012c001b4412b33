import { Button, LinkButton } from "../Button.tsx";

/** Kinds that a single press starts, over all streams. Everything else is chosen on the start page. */
export type RunKind = "incremental" | "full";

const NAMES: Record<RunKind, string> = { incremental: "Incremental", full: "Full" };
const ICONS = { incremental: "play", full: "sync" } as const;

export interface StartFormsProps {
  /** The kind that was just asked for and has not been answered. */
  asked?: RunKind | null;
  /** Nothing was ever read: then a full run is the thing to do. */
  first?: boolean;
  /** Takes the place of sending the form. */
  onStart?: (kind: RunKind) => void;
}

/** The ways to start a run, as forms, so that they work without scripts. */
export function StartForms({ asked = null, first = false, onStart }: StartFormsProps) {
  const form = (kind: RunKind) => (
    <form
      method="post"
      action="/sync/runs"
      onSubmit={onStart && ((event) => {
        event.preventDefault();
        if (asked === null) onStart(kind);
      })}
    >
      <input type="hidden" name="kind" value={kind} />
      <Button
        icon={ICONS[kind]}
        look={first && kind === "full" ? "primary" : "secondary"}
        disabled={asked !== null && asked !== kind}
        busy={asked === kind}
        shortcut={kind === "incremental" ? "I" : undefined}
      >
        <span>
          {`${NAMES[kind]} `}
          <span class="max-sm:sr-only">run</span>
        </span>
      </Button>
    </form>
  );
  return (
    <>
      {form("incremental")}
      {form("full")}
      <LinkButton icon="filter" href="/sync/start" shortcut="R" title="Kind, streams, dates, dry run">
        Other run
      </LinkButton>
    </>
  );
}
