/** What the Record API refuses, in NetSuite's words. */
import { badRequest, type ErrorDetail, forbidden, notFound } from "../answers.ts";

/** A refused record request: carries the answer's status, code and text. */
export class RecordError extends Error {
  override name = "RecordError";
  constructor(readonly status: 400 | 403 | 404, readonly detail: ErrorDetail, readonly headers: HeadersInit = {}) {
    super(detail.detail);
  }

  /** The HTTP answer. */
  response(): Response {
    if (this.status === 404) return notFound(this.detail["o:errorUrl"] ?? "");
    if (this.status === 403) return forbidden();
    const response = badRequest(this.detail);
    for (const [name, value] of new Headers(this.headers)) response.headers.set(name, value);
    return response;
  }
}

/** 400: the body is not what the record type takes. `path` as in `item.items[0].quantity`. */
export function invalidContent(detail: string, path?: string): RecordError {
  return new RecordError(400, {
    detail: `Error while accessing a resource. ${detail}`,
    ...(path ? { "o:errorPath": path } : {}),
    "o:errorCode": "INVALID_CONTENT",
  });
}

/** 400: a value that the field cannot hold. */
export function invalidValue(value: unknown, field: string, path: string): RecordError {
  const shown = typeof value === "object" ? JSON.stringify(value) : String(value);
  return invalidContent(`You have entered an Invalid Field Value ${shown} for the following field: ${field}`, path);
}

/** 400: a rule of the business. */
export function userError(detail: string): RecordError {
  return new RecordError(400, { detail: `Error while accessing a resource. ${detail}`, "o:errorCode": "USER_ERROR" });
}

/** 400: a query parameter. */
export function invalidParameter(name: string, why: string, code = "INVALID_PARAMETER"): RecordError {
  return new RecordError(400, { detail: why, "o:errorQueryParam": name, "o:errorCode": code });
}

/** 404. `url` is the path behind the REST base. */
export function noRecord(url: string): RecordError {
  return new RecordError(404, { detail: "", "o:errorUrl": url, "o:errorCode": "NONEXISTENT_ID" });
}
