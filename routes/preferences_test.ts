import assert from "node:assert/strict";
import { cookiesFor } from "../lib/access/mod.ts";
import { handler } from "./preferences.ts";

type Ctx = Parameters<NonNullable<typeof handler.POST>>[0];

async function choose(fields: Record<string, string>, origin = "http://tidemark.test"): Promise<Response> {
  const req = new Request(`${origin}/preferences`, { method: "POST", body: new URLSearchParams(fields) });
  return await handler.POST({ req, state: { cookies: cookiesFor(origin.startsWith("https:")) } } as Ctx);
}

Deno.test("POST /preferences keeps a choice for a year and goes back", async () => {
  const response = await choose({ theme: "dark", back: "/sales?from=2026-11-01" });
  assert.equal(response.status, 303);
  assert.equal(response.headers.get("Location"), "/sales?from=2026-11-01");
  assert.deepEqual(response.headers.getSetCookie(), [
    "theme=dark; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax",
  ]);
});

Deno.test("POST /preferences marks its cookies Secure on https, and binds them to the host", async () => {
  const response = await choose({ rail: "on" }, "https://tidemark.test");
  assert.match(response.headers.getSetCookie()[0]!, /^__Host-rail=on;.*; Secure$/);
});

Deno.test("POST /preferences ignores values that are no choice, and never leads to another site", async () => {
  for (const [name, value] of [["theme", "x; Domain=evil.example"], ["rail", "1"], ["other", "dark"]] as const) {
    assert.deepEqual((await choose({ [name]: value })).headers.getSetCookie(), []);
  }
  for (const back of ["//evil.example", "https://evil.example/", "/\\evil.example", ""]) {
    assert.equal((await choose({ theme: "light", back })).headers.get("Location"), "/");
  }
});
