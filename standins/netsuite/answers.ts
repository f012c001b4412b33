/**
 * The bodies and headers of a real account's answers, errors first.
 */

const ERROR_TYPE = "application/vnd.oracle.resource+json; type=error";
const RFC9110 = "https://www.rfc-editor.org/rfc/rfc9110.html";

/** One entry of `o:errorDetails`. */
export interface ErrorDetail {
  detail: string;
  "o:errorCode": string;
  "o:errorQueryParam"?: string;
  "o:errorHeader"?: string;
  "o:errorPath"?: string;
  "o:errorUrl"?: string;
}

/** 204 with the address of what was written. */
export function written(location?: string): Response {
  return new Response(null, { status: 204, headers: location === undefined ? {} : { location } });
}

function failure(
  status: number,
  title: string,
  type: string,
  detail: ErrorDetail,
  more: object = {},
  headers: HeadersInit = {},
): Response {
  const body = JSON.stringify({ type, title, status, ...more, "o:errorDetails": [detail] });
  const made = new Headers(headers);
  made.set("content-type", ERROR_TYPE);
  return new Response(body, { status, headers: made });
}

/**
 * 400. `reason` says to a person what the stand-in did not like; no real account sends it.
 */
export function badRequest(detail: ErrorDetail, reason?: string): Response {
  const headers = reason ? { "x-standin-reason": headerText(reason) } : undefined;
  return failure(400, "Bad Request", `${RFC9110}#section-15.5.1`, detail, {}, headers);
}

/** 400 for a statement that SuiteQL refuses. */
export function badQuery(detail: string, reason: string): Response {
  const text = `Invalid search query. Detailed unprocessed description follows. ${detail}`;
  return badRequest({ detail: text, "o:errorQueryParam": "q", "o:errorCode": "INVALID_PARAMETER" }, reason);
}

/** 401: the same for every cause. */
export function unauthorized(): Response {
  return failure(401, "Unauthorized", `${RFC9110}#section-15.5.2`, {
    detail: "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at " +
      "Setup > Users/Roles > User Management > View Login Audit Trail.",
    "o:errorCode": "INVALID_LOGIN",
  });
}

export function forbidden(): Response {
  return failure(403, "Forbidden", `${RFC9110}#section-15.5.4`, {
    detail: "You do not have permissions to perform this action.",
    "o:errorCode": "INSUFFICIENT_PERMISSION",
  });
}

export function notFound(url: string): Response {
  return failure(404, "Not Found", `${RFC9110}#section-15.5.5`, {
    detail: "Record does not exist.",
    "o:errorUrl": url,
    "o:errorCode": "NONEXISTENT_ID",
  });
}

export function methodNotAllowed(allow: string): Response {
  return failure(
    405,
    "Method Not Allowed",
    `${RFC9110}#section-15.5.6`,
    {
      detail: `Method not allowed. Allowed: ${allow}.`,
      "o:errorCode": "METHOD_NOT_ALLOWED",
    },
    {},
    { allow },
  );
}

/** 429; the title really reads "Bad Request". */
export function tooManyRequests(): Response {
  return failure(429, "Bad Request", "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html", {
    detail: "Concurrent request limit exceeded. Request blocked.",
    "o:errorCode": "CONCURRENCY_LIMIT_EXCEEDED",
  }, { "o:errorCode": "USER_ERROR" });
}

export function unexpectedError(id: string): Response {
  return failure(500, "Internal Server Error", `${RFC9110}#section-15.6.1`, {
    detail: `An unexpected error occurred. Error ID: ${id}`,
    "o:errorCode": "UNEXPECTED_ERROR",
  });
}

/** What a gateway in front of the account says: no JSON. */
export function badGateway(): Response {
  const html = "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n" +
    "<body><h1>Bad Gateway</h1><p>The server is temporarily unable to service your request.</p></body></html>\n";
  return new Response(html, { status: 502, headers: { "content-type": "text/html; charset=utf-8" } });
}

/** 421: the host name is another account's. */
export function misdirected(): Response {
  return new Response("<!DOCTYPE html>\n<html><body><h1>Misdirected Request</h1></body></html>\n", {
    status: 421,
    headers: { "content-type": "text/html; charset=utf-8" },
  });
}

/** 200 with a resource: `type` is `collection` or `singular`. */
export function resource(json: string, type: "collection" | "singular"): Response {
  return new Response(json, { headers: { "content-type": `application/vnd.oracle.resource+json; type=${type}` } });
}

/** Header values hold Latin-1 only, and no line breaks. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, "?").slice(0, 300);
}
