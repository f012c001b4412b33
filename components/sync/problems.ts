/** Why a form could not start a run, by the code that its redirect carries: an address must not carry free text. */
const PROBLEMS: Record<string, string> = {
  run_in_progress: "A run is in progress. The next one can start when it has ended.",
  same_run_waits: "A run that asks for the same has not begun yet. Wait for it, or cancel it first.",
  run_over: "The run is over: nothing of it is left to pause, resume or cancel.",
  bad_range: "A backfill needs two dates, the first not after the second, written as year-month-day.",
  no_range: "Not every stream that was named can be read by dates: some rows have neither a date nor a time of change.",
  unknown_stream: "A stream of that name does not exist. The table below lists those that do.",
  bad_kind: "The run did not start: its kind must be full or incremental.",
};

/** The sentence for a code; null for no code and for unknown ones. */
export function problemText(code: string | null): string | null {
  return code === null || !Object.hasOwn(PROBLEMS, code) ? null : PROBLEMS[code] ?? null;
}
