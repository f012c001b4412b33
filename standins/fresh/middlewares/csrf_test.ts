import assert from "node:assert/strict";
import { App, csrf, type CsrfOptions } from "../mod.ts";
import { ask } from "../testing/ask.ts";

const status = async (
  headers: Record<string, string>,
  options?: CsrfOptions,
  method = "POST",
  app = new App(),
) => (await ask(app.use(csrf(options)).all("/", () => new Response("ok")))("/", { method, headers })).status;

Deno.test("csrf lets reading requests pass, wherever they come from", async () => {
  const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  for (const method of ["GET", "HEAD", "OPTIONS"]) assert.equal(await status(foreign, undefined, method), 200);
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) assert.equal(await status(foreign, undefined, method), 403);
});

Deno.test("csrf goes by Sec-Fetch-Site where the browser sends it", async () => {
  assert.equal(await status({ "sec-fetch-site": "same-origin" }), 200);
  assert.equal(await status({ "sec-fetch-site": "none" }), 200);
  assert.equal(await status({ "sec-fetch-site": "same-site" }), 403);
  assert.equal(await status({ "sec-fetch-site": "cross-site" }), 403);
  assert.equal(await status({ "sec-fetch-site": "cross-site", origin: "http://localhost" }), 200);
});

Deno.test("csrf goes by Origin where there is no Sec-Fetch-Site", async () => {
  assert.equal(await status({}), 200);
  assert.equal(await status({ origin: "http://localhost" }), 200);
  assert.equal(await status({ origin: "https://localhost" }), 403);
  assert.equal(await status({ origin: "null" }), 403);
});

Deno.test("csrf allows the origins it is told: one, some, or by a function", async () => {
  const headers = { origin: "https://a.example", "sec-fetch-site": "cross-site" };
  assert.equal(await status(headers, { origin: "https://a.example" }), 200);
  assert.equal(await status(headers, { origin: "https://b.example" }), 403);
  assert.equal(await status(headers, { origin: ["https://b.example", "https://a.example"] }), 200);
  assert.equal(await status(headers, { origin: (origin) => origin.endsWith(".example") }), 200);
  assert.equal(await status(headers, { origin: (_origin, ctx) => ctx.url.hostname === "other" }), 403);
});

Deno.test("csrf behind a proxy compares with what the visitor sees", async () => {
  const headers = { origin: "https://shop.example", "x-forwarded-proto": "https", "x-forwarded-host": "shop.example" };
  assert.equal(await status(headers, undefined, "POST", new App({ trustProxy: true })), 200);
  assert.equal(await status(headers), 403);
});
