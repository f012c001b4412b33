/**
 * The program's own errors, grouped by what to do next.
 *
 * The place that throws knows most, so it says what should happen; the place that catches only obeys. Every error has a
 * stable `code`, which the API returns, the log prints and the Sync page shows beside a sentence.
 */

/** What the catcher should do: try again, leave the one record out, end the run, ask a person for a setting, tell the caller. */
export type Recovery = "retry" | "skip_record" | "abort" | "fix_config" | "reject_request";

/** Root of every error thrown on purpose. Anything else that reaches the top is a bug: logged whole, answered as a 500. */
export class AppError extends Error {
  override name = "AppError";
  /**
   * @param message what failed, with the value and what would be right; never a secret
   * @param code stable name, snake_case
   * @param recovery what to do next
   * @param options `cause` keeps the first error
   */
  constructor(message: string, readonly code: string, readonly recovery: Recovery, options?: ErrorOptions) {
    super(message, options);
  }
}

/** The source throttles or is briefly away (429, 502, 503, 504, time-out, cut answer). Safe to ask again. */
export class UpstreamBusyError extends AppError {
  override name = "UpstreamBusyError";
  /**
   * @param message what was asked and what came instead
   * @param code `upstream_busy`, `upstream_throttled`, `upstream_timeout` or `upstream_broken`
   * @param retryAfterMs how long the source asked us to wait, or null where it did not say
   */
  constructor(message: string, code: string, readonly retryAfterMs: number | null = null, options?: ErrorOptions) {
    super(message, code, "retry", options);
  }
}

/** The source refuses our sign-in. Asking again with the same settings will not help (and may lock the account). */
export class UpstreamLoginError extends AppError {
  override name = "UpstreamLoginError";
  constructor(message: string, options?: ErrorOptions) {
    super(message, "upstream_login", "fix_config", options);
  }
}

/** The source understood the request and says no: a table or column it lacks, a missing permission, a bad query of ours. */
export class UpstreamRefusedError extends AppError {
  override name = "UpstreamRefusedError";
  /** @param status HTTP status of the answer */
  constructor(message: string, code: string, readonly status: number, options?: ErrorOptions) {
    super(message, code, "abort", options);
  }
}

/** A column of the source with a value that does not fit it. */
export interface Unfit {
  table: string;
  column: string;
  /** What would have been right, e.g. `T or F`; never the value itself. */
  right: string;
}

/** A row that does not have the shape its stream declares. The row goes to quarantine; the others go on. */
export class RowError extends AppError {
  override name = "RowError";
  /**
   * @param reasons one sentence per wrong column, each naming the column, the value and what would be right
   * @param unfit the columns whose values do not fit
   */
  constructor(readonly reasons: string[], readonly unfit: Unfit[] = []) {
    super(reasons.join("; "), "bad_row", "skip_record");
  }
}

/** Another worker holds the chunk now: this one must stop at once and change nothing more. */
export class LeaseLostError extends AppError {
  override name = "LeaseLostError";
  constructor(chunkId: string) {
    super(`Cannot go on with chunk ${chunkId}: its lease has passed to another worker`, "lease_lost", "abort");
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
