import { type AppError, UpstreamBusyError, UpstreamLoginError, UpstreamRefusedError } from "../../errors.ts";

/** What came back, read whole. */
export interface Answer {
  status: number;
  body: string;
  retryAfter: string | null;
}

/**
 * Turns an answer that is not 2xx into an error by what to do next (netsuite.md 5.2). The body may be NetSuite's JSON,
 * or HTML from a gateway, or cut: nothing is assumed of it.
 *
 * @param asked what was asked, for the sentence: `SuiteQL page of transactions`
 * @param answer the answer
 * @param now the clock, for a `Retry-After` that is a date
 */
export function errorOf(asked: string, answer: Answer, now: Date): AppError {
  const { code, detail } = detailsOf(answer.body);
  const said = detail ? `: ${detail}` : "";
  const { status } = answer;
  if (status === 401 || code === "INVALID_LOGIN") {
    return new UpstreamLoginError(
      "NetSuite refused our sign-in. It does not say why; the account's administrator sees the cause in Setup > " +
        "Users/Roles > View Login Audit Trail.",
    );
  }
  if (status === 429 || code === "CONCURRENCY_LIMIT_EXCEEDED" || code === "SSS_REQUEST_LIMIT_EXCEEDED") {
    return new UpstreamBusyError(
      `NetSuite has too many requests at once for ${asked}${said}`,
      "upstream_throttled",
      retryAfterMs(answer.retryAfter, now),
    );
  }
  if (status >= 500 || status === 408) {
    return new UpstreamBusyError(
      `NetSuite answered ${status} to ${asked}${said}`,
      "upstream_busy",
      retryAfterMs(answer.retryAfter, now),
    );
  }
  if (status >= 300 && status < 400) {
    return new UpstreamRefusedError(
      `NetSuite sent ${asked} elsewhere (${status}). A signed request is never sent to another address: check the account id.`,
      "upstream_redirect",
      status,
    );
  }
  if (status === 403 || code === "INSUFFICIENT_PERMISSION") {
    return new UpstreamRefusedError(`NetSuite does not allow ${asked}${said}`, "upstream_forbidden", status);
  }
  return new UpstreamRefusedError(`NetSuite refused ${asked} (${status})${said}`, "upstream_refused", status);
}

/**
 * Error code and detail of NetSuite's error body, where there is one.
 *
 * @param body the body as text
 */
export function detailsOf(body: string): { code: string | null; detail: string | null } {
  try {
    const parsed = JSON.parse(body);
    const first = parsed["o:errorDetails"]?.[0];
    return {
      code: string(first?.["o:errorCode"] ?? parsed["o:errorCode"] ?? parsed.error?.code),
      detail: string(first?.detail ?? parsed.error?.message ?? parsed.title),
    };
  } catch {
    return { code: null, detail: null };
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

function string(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value.slice(0, 500) : null;
}
