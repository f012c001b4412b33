/** Why a form could not start a run, by the code that its redirect carries: an address must not carry free text. */
const PROBLEMS: Record<string, string> = {
  run_in_progress: "A run is in progress. The next one can start when it has ended.",
  unknown_stream: "A stream of that name does not exist. The table below lists those that do.",
  bad_kind: "The run did not start: its kind must be full or incremental.",
};

/** The sentence for a code; null for no code and for unknown ones. */
export function problemText(code: string | null): string | null {
  return code === null || !Object.hasOwn(PROBLEMS, code) ? null : PROBLEMS[code] ?? null;
}
