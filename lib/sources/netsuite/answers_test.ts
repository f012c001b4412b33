import assert from "node:assert/strict";
import { UpstreamBusyError, UpstreamRefusedError } from "../../errors.ts";
import { errorOf, MissingError, RecordError, retryAfterMs, SignInDoubt } from "./answers.ts";

const now = new Date("2026-11-24T10:00:00Z");
const body = (code: string, detail: string) => JSON.stringify({ "o:errorDetails": [{ detail, "o:errorCode": code }] });
const error = (status: number, text: string, retryAfter: string | null = null) =>
  errorOf(
    "a page of items",
    { status, body: text, headers: new Headers(retryAfter === null ? {} : { "Retry-After": retryAfter }) },
    now,
  );

Deno.test("errorOf sorts answers by what to do next", () => {
  const login = error(401, body("INVALID_LOGIN", "Invalid login attempt."));
  assert.ok(login instanceof SignInDoubt, "a refused sign-in is a doubt until it is probed");
  const throttled = error(429, body("CONCURRENCY_LIMIT_EXCEEDED", "Concurrent request limit exceeded."), "2");
  assert.ok(throttled instanceof UpstreamBusyError && throttled.code === "upstream_throttled");
  assert.equal((throttled as UpstreamBusyError).retryAfterMs, 2000);
  for (const status of [500, 502, 503, 504]) {
    const busy = error(status, "<html><body>maintenance</body></html>");
    assert.ok(busy instanceof UpstreamBusyError && busy.code === "upstream_busy", `${status}`);
  }
  const busy = error(500, body("UNEXPECTED_ERROR", "An unexpected error occurred. Error ID: mx3kq0t1abcd"));
  assert.deepEqual([busy.code, busy.recovery], ["upstream_error", "retry"]);
  const query = error(400, body("INVALID_PARAMETER", "Search error occurred: Invalid or unsupported search."));
  assert.ok(query instanceof UpstreamRefusedError && query.code === "upstream_query" && query.recovery === "abort");
  assert.equal(error(302, "").code, "upstream_redirect");
  assert.equal(error(403, body("INSUFFICIENT_PERMISSION", "no")).code, "upstream_forbidden");
});

Deno.test("errorOf takes a 400 with a concurrency code for what it is", () => {
  assert.equal(error(400, '{"error":{"code":"SSS_REQUEST_LIMIT_EXCEEDED","message":"x"}}').code, "upstream_throttled");
});

Deno.test("retryAfterMs reads seconds and dates", () => {
  assert.equal(retryAfterMs("1.5", now), 1500);
  assert.equal(retryAfterMs("Tue, 24 Nov 2026 10:00:30 GMT", now), 30_000);
  assert.equal(retryAfterMs("Tue, 24 Nov 2026 09:00:00 GMT", now), 0);
  assert.equal(retryAfterMs("soon", now), null);
  assert.equal(retryAfterMs(null, now), null);
});

Deno.test("errorOf names the table or column that is missing", () => {
  const table = [[`Search error occurred: Record 'subsidiary' was not found.`, "subsidiary"], [
    "Search error occurred: Invalid search type: Bin.",
    "Bin",
  ]];
  for (const [detail, name] of table) {
    const found = error(400, body("INVALID_PARAMETER", `Invalid search query. ${detail}`));
    assert.ok(found instanceof MissingError && found.kind === "table" && found.missing === name, detail);
  }
  const column = error(
    400,
    body("INVALID_PARAMETER", "Unknown identifier 'url'. Available identifiers are: {customer=customer}."),
  );
  assert.ok(column instanceof MissingError && column.kind === "column" && column.missing === "url");
});

Deno.test("errorOf keeps NetSuite's own words about a record, and tells permission, lock and absence apart", () => {
  const rule = error(400, body("USER_ERROR", "Bitte Wert(e) eingeben für: Standort"));
  assert.ok(rule instanceof RecordError);
  assert.deepEqual([rule.message, rule.code], ["Bitte Wert(e) eingeben für: Standort", "record_refused"]);
  const text = JSON.stringify({
    "o:errorDetails": [{
      detail: "Invalid Field Value 9",
      "o:errorPath": "item.items[0].item",
      "o:errorCode": "INVALID_CONTENT",
    }],
  });
  assert.equal((error(400, text) as RecordError).path, "item.items[0].item");
  const codes: [number, string, string, string][] = [
    [400, "USER_ERROR", "Your current role does not have permission to perform this action.", "upstream_forbidden"],
    [400, "USER_ERROR", "This record has been locked by a user defined workflow.", "record_locked"],
    [400, "USER_ERROR", "Record has been changed", "record_changed"],
    [404, "NONEXISTENT_ID", "Record does not exist.", "upstream_gone"],
    [400, "IDEMPOTENCY_ERROR", "A request with the same idempotency key is already submitted.", "upstream_repeated"],
  ];
  for (const [status, code, detail, expected] of codes) assert.equal(error(status, body(code, detail)).code, expected);
});
