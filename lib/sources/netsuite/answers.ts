import { AppError, UpstreamBusyError, UpstreamLoginError, UpstreamRefusedError } from "../../errors.ts";

/** What came back, read whole. */
export interface Answer {
  status: number;
  body: string;
  headers: Headers;
}

/** What NetSuite's error body says, as far as it says anything. */
export interface Details {
  code: string | null;
  detail: string | null;
  /** Field of the record that is wrong, e.g. `item.items[0].item`. */
  path: string | null;
}

/** A table or column that this account does not have, or that the role may not see: NetSuite tells neither apart. */
export class MissingError extends UpstreamRefusedError {
  override name = "MissingError";
  constructor(message: string, readonly kind: "table" | "column", readonly missing: string, status: number) {
    super(message, kind === "table" ? "upstream_no_table" : "upstream_no_column", status);
  }
}

/** A sign-in was refused. Not yet an alarm: overload has been seen as 401 too (docs/netsuite.md 5.2). */
export class SignInDoubt extends AppError {
  override name = "SignInDoubt";
  /** Which header was refused; not enumerable, so that no log and no inspection prints it. */
  declare readonly header: string | null;
  /**
   * @param serverDate NetSuite's clock, from the answer's `Date`
   * @param header the refused `Authorization`; null when it is the token itself that is not given
   */
  constructor(readonly serverDate: Date | null, header: string | null = null) {
    super("NetSuite refused a sign-in", "upstream_doubt", "fix_config");
    Object.defineProperty(this, "header", { value: header, enumerable: false });
  }
}

/** The sign-in is refused for certain, since this machine's clock is wrong: stamps are taken for at most 5 minutes. */
export class ClockError extends UpstreamLoginError {
  override name = "ClockError";
  override readonly code = "upstream_clock";
}

/** What a record's writer did wrong, in NetSuite's own words, or the record is not there. */
export class RecordError extends AppError {
  override name = "RecordError";
  /**
   * @param path the field that NetSuite names, e.g. `item.items[0].item`
   * @param location where NetSuite points to: the job that has the batch already
   */
  constructor(
    message: string,
    code: string,
    readonly path: string | null = null,
    readonly location: string | null = null,
  ) {
    super(message, code, "reject_request");
  }
}

/** No answer came to a request that must not be sent twice: it may have been done, or not. */
export class UnsureError extends AppError {
  override name = "UnsureError";
  constructor(asked: string, options: ErrorOptions) {
    super(
      `NetSuite did not say whether it did this: ${asked}. Look there before you send it again.`,
      "upstream_unsure",
      "abort",
      options,
    );
  }
}

const NO_COLUMN = /Unknown identifier '([^']+)'|\bField '([^']+)'|Unknown field name '([^']+)'/i;
const NO_TABLE = /Record '([^']+)' was not found|Invalid search type: ([A-Za-z0-9_]+)/i;
const NO_PERMISSION = /does not have permission|do not have permissions?/i;

/**
 * Turns an answer that is not 2xx into an error by what to do next (docs/netsuite.md 5.2). The body may be NetSuite's JSON,
 * or HTML from a gateway, or cut: nothing is assumed of it.
 *
 * @param asked what was asked, for the sentence: `SuiteQL page of transactions`
 * @param answer the answer
 * @param now the clock, for a `Retry-After` that is a date
 */
export function errorOf(asked: string, answer: Answer, now: Date): AppError {
  const { code, detail, path } = detailsOf(answer.body);
  const said = detail ? `: ${detail}` : "";
  const { status } = answer;
  if (status === 401 || code === "INVALID_LOGIN") return new SignInDoubt(dateOf(answer));
  if (status === 429 || code === "CONCURRENCY_LIMIT_EXCEEDED" || code === "SSS_REQUEST_LIMIT_EXCEEDED") {
    return new UpstreamBusyError(
      `NetSuite has too many requests at once for ${asked}${said}`,
      "upstream_throttled",
      retryAfterMs(answer.headers.get("Retry-After"), now),
    );
  }
  if (status >= 500 || status === 408) {
    return new UpstreamBusyError(
      `NetSuite answered ${status} to ${asked}${said}`,
      code === "UNEXPECTED_ERROR" ? "upstream_error" : "upstream_busy", // the former may also be a bad column
      retryAfterMs(answer.headers.get("Retry-After"), now),
    );
  }
  if (status >= 300 && status < 400) {
    return new UpstreamRefusedError(
      `NetSuite sent ${asked} elsewhere (${status}). A signed request is never sent to another address: check the account id.`,
      "upstream_redirect",
      status,
    );
  }
  return refusalOf(asked, status, { code, detail, path }, answer.headers.get("Location"));
}

function refusalOf(asked: string, status: number, details: Details, location: string | null): AppError {
  const { code, detail, path } = details;
  const said = detail ? `: ${detail}` : "";
  if (status === 403 || code === "INSUFFICIENT_PERMISSION" || NO_PERMISSION.test(detail ?? "")) {
    return new UpstreamRefusedError(`NetSuite does not allow ${asked}${said}`, "upstream_forbidden", status);
  }
  if (code === "INVALID_PARAMETER" && detail) {
    const column = NO_COLUMN.exec(detail), table = NO_TABLE.exec(detail);
    const sentence = `NetSuite refused ${asked} (${status})${said}`;
    if (column) return new MissingError(sentence, "column", column[1] ?? column[2] ?? column[3]!, status);
    if (table) return new MissingError(sentence, "table", table[1] ?? table[2]!, status);
    if (/unsupported search/i.test(detail)) return new UpstreamRefusedError(sentence, "upstream_query", status);
  }
  if (status === 404 || code === "NONEXISTENT_ID") {
    return new RecordError(`NetSuite has no such record: ${asked}${said}`, "upstream_gone");
  }
  if (code === "IDEMPOTENCY_ERROR") {
    return new RecordError(`NetSuite has this batch already: ${asked}${said}`, "upstream_repeated", null, location);
  }
  if (/record has been changed/i.test(detail ?? "") || code === "RCRD_HAS_BEEN_CHANGED") {
    return new RecordError(`The record was changed meanwhile, so nothing was saved: ${asked}${said}`, "record_changed");
  }
  if (/locked/i.test(detail ?? "")) {
    return new RecordError(`NetSuite keeps the record locked: ${asked}${said}`, "record_locked", path);
  }
  if (code === "USER_ERROR" || code === "INVALID_CONTENT") {
    return new RecordError(detail ?? `NetSuite refused ${asked} (${status})`, "record_refused", path); // shown verbatim
  }
  return new UpstreamRefusedError(`NetSuite refused ${asked} (${status})${said}`, "upstream_refused", status);
}

/**
 * Error code and detail of NetSuite's error body, where there is one.
 *
 * @param body the body as text
 */
export function detailsOf(body: string): Details {
  try {
    const parsed = JSON.parse(body);
    const first = parsed["o:errorDetails"]?.[0];
    return {
      code: string(first?.["o:errorCode"] ?? parsed["o:errorCode"] ?? parsed.error?.code),
      detail: string(first?.detail ?? parsed.error?.message ?? parsed.title),
      path: string(first?.["o:errorPath"]),
    };
  } catch {
    return { code: null, detail: null, path: null };
  }
}

/** `Retry-After` in milliseconds: seconds or an HTTP date (RFC 9110 10.2.3); null where absent or unreadable. */
export function retryAfterMs(value: string | null, now: Date): number | null {
  if (value === null || value.trim() === "") return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - +now);
}

/** NetSuite's clock as its answer's `Date` tells it, to the second. */
export function dateOf(answer: Answer): Date | null {
  const time = Date.parse(answer.headers.get("Date") ?? "");
  return Number.isNaN(time) ? null : new Date(time);
}

function string(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value.slice(0, 500) : null;
}
