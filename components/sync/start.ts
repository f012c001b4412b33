import type { RunRequest } from "../../lib/sync/request.ts";
import type { RunView } from "../../lib/sync/views.ts";
import { listed } from "../format.ts";
import type { Flash } from "../flash.ts";
import { kindName } from "./progress.ts";

/** A run as its form asks for it: every field as text, also while it is wrong. */
export interface StartDraft {
  kind: string;
  /** Empty: all. */
  streams: string[];
  from: string;
  to: string;
  isDryRun: boolean;
}

/** Kinds of runs, with what each does. */
export const KINDS = [
  ["incremental", "Incremental", "reads what has changed since the watermark"],
  ["full", "Full", "reads every record, finds what is gone, then proves it"],
  ["proof", "Proof", "reads what has changed, then compares everything and repairs what differs"],
  ["backfill", "Backfill", "reads again what lies in a range of dates"],
] as const satisfies readonly (readonly [RunRequest["kind"], string, string])[];

/** What was sent, or what a link asks the form to begin with (`?kind=full&stream=items`). */
export function readStart(form: URLSearchParams, today: string): StartDraft {
  const text = (name: string) => form.get(name)?.trim().slice(0, 100) ?? "";
  const monthAgo = new Date(Date.parse(`${today}T00:00:00Z`) - 29 * 86_400_000).toISOString().slice(0, 10);
  return {
    kind: text("kind") || "incremental",
    streams: form.getAll("stream").slice(0, 100),
    from: form.has("from") ? text("from") : monthAgo,
    to: form.has("to") ? text("to") : today,
    isDryRun: form.has("dry"),
  };
}

/** The request of a draft; null when its kind is none. The engine checks the rest. */
export function requestOf({ kind, streams, from, to, isDryRun }: StartDraft, requestedBy: string): RunRequest | null {
  const known = KINDS.find(([name]) => name === kind)?.[0];
  if (!known) return null;
  return { kind: known, streams, requestedBy, isDryRun, ...(known === "backfill" ? { range: { from, to } } : {}) };
}

/** What to say of a run that was just asked for. */
export function startedWords(run: RunView): Flash {
  const name = `${run.isDryRun ? "Dry run: " : ""}${kindName(run)} run ${run.id}`;
  if (run.waitsFor.length === 0) return { tone: "good", text: `${name} has been asked for.` };
  const others = listed(run.waitsFor.map((id) => `run ${id}`));
  return { tone: "note", text: `${name} waits for the end of ${others}, which reads the same streams.` };
}
