import assert from "node:assert/strict";
import { allowPlainHttp, secureHeaders, secureTheRest } from "./headers.ts";

Deno.test("secureHeaders adds the headers and keeps status, body and every cookie", async () => {
  const headers = new Headers({ "Content-Type": "text/plain" });
  headers.append("Set-Cookie", "a=1");
  headers.append("Set-Cookie", "b=2");
  const secured = secureHeaders(new Response("hi", { status: 201, headers }), { https: false, personal: true });
  assert.equal(secured.status, 201);
  assert.equal(await secured.text(), "hi");
  assert.deepEqual(secured.headers.getSetCookie(), ["a=1", "b=2"]);
  assert.equal(secured.headers.get("X-Content-Type-Options"), "nosniff");
  assert.equal(secured.headers.get("X-Frame-Options"), "DENY");
  assert.equal(secured.headers.get("Cache-Control"), "private, no-store");
  assert.equal(secured.headers.get("Strict-Transport-Security"), null);
});

Deno.test("secureHeaders: strict transport over https, no cache rule for what is not personal, a given rule stays", () => {
  const open = secureHeaders(new Response(""), { https: true, personal: false });
  assert.match(open.headers.get("Strict-Transport-Security") ?? "", /^max-age=31536000; includeSubDomains$/);
  assert.equal(open.headers.get("Cache-Control"), null);
  const given = secureHeaders(new Response("", { headers: { "Cache-Control": "no-store" } }), {
    https: false,
    personal: true,
  });
  assert.equal(given.headers.get("Cache-Control"), "no-store");
});

Deno.test("secureTheRest gives an error page everything that middlewares would add, and allows it no script", () => {
  const bare = new Response("<p>No</p>", { status: 500, headers: { "Content-Type": "text/html; charset=utf-8" } });
  const { headers } = secureTheRest(bare, true);
  assert.equal(headers.get("X-Frame-Options"), "DENY");
  assert.equal(headers.get("Cache-Control"), "private, no-store");
  assert.match(headers.get("Strict-Transport-Security") ?? "", /max-age/);
  assert.match(headers.get("Content-Security-Policy") ?? "", /^default-src 'none'/);
  assert.doesNotMatch(headers.get("Content-Security-Policy") ?? "", /script-src/);
});

Deno.test("secureTheRest leaves a file its cache rule, and what is secured already as it is", () => {
  const file = new Response("", { headers: { "Content-Type": "text/css", "Cache-Control": "public, max-age=60" } });
  const secured = secureTheRest(file, false);
  assert.deepEqual(
    [secured.headers.get("Cache-Control"), secured.headers.get("X-Content-Type-Options")],
    ["public, max-age=60", "nosniff"],
  );
  assert.equal(secured.headers.get("Content-Security-Policy"), null);
  assert.equal(secureTheRest(secured, false), secured);
});

Deno.test("allowPlainHttp takes only the upgrade out of the policy", async () => {
  const policy = "default-src 'self'; form-action 'self'; upgrade-insecure-requests";
  const headers = { "Content-Security-Policy": policy, "X-Other": "1" };
  const plain = allowPlainHttp(new Response("hi", { status: 404, headers }));
  assert.equal(plain.headers.get("Content-Security-Policy"), "default-src 'self'; form-action 'self'");
  assert.deepEqual([plain.status, plain.headers.get("X-Other"), await plain.text()], [404, "1", "hi"]);
  const untouched = new Response("hi");
  assert.equal(allowPlainHttp(untouched), untouched);
});
