import assert from "node:assert/strict";
import { UpstreamBusyError, UpstreamLoginError, UpstreamRefusedError } from "../../errors.ts";
import { errorOf, retryAfterMs } from "./answers.ts";

const now = new Date("2026-11-24T10:00:00Z");
const body = (code: string, detail: string) => JSON.stringify({ "o:errorDetails": [{ detail, "o:errorCode": code }] });
const error = (status: number, text: string, retryAfter: string | null = null) =>
  errorOf("a page of items", { status, body: text, retryAfter }, now);

Deno.test("errorOf sorts answers by what to do next", () => {
  const login = error(401, body("INVALID_LOGIN", "Invalid login attempt."));
  assert.ok(login instanceof UpstreamLoginError && login.recovery === "fix_config");
  const throttled = error(429, body("CONCURRENCY_LIMIT_EXCEEDED", "Concurrent request limit exceeded."), "2");
  assert.ok(throttled instanceof UpstreamBusyError && throttled.code === "upstream_throttled");
  assert.equal((throttled as UpstreamBusyError).retryAfterMs, 2000);
  for (const status of [500, 502, 503, 504]) {
    const busy = error(status, "<html><body>maintenance</body></html>");
    assert.ok(busy instanceof UpstreamBusyError && busy.code === "upstream_busy", `${status}`);
  }
  const refused = error(400, body("INVALID_PARAMETER", "Record 'subsidiary' was not found."));
  assert.ok(refused instanceof UpstreamRefusedError && refused.recovery === "abort");
  assert.match(refused.message, /Record 'subsidiary' was not found/);
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
