import assert from "node:assert/strict";
import { App, staticFiles } from "../mod.ts";
import { ask } from "../testing/ask.ts";
import { FAKE_BUILD_ID, type FakeBuild, withBuild } from "../testing/fake_build.ts";

const files: FakeBuild["files"] = {
  "/foo.css": "body {}",
  "/C#.svg": "x",
  "/西安市.png": "x",
  "/a b,c.txt": "x",
  "/100%.txt": "x",
  "/_fresh/js/1/X.js": { content: "1", immutable: true },
};
const serve = (fake: FakeBuild = {}, basePath = "") =>
  ask(
    withBuild(new App({ basePath }).use(staticFiles()).all("/*", () => new Response("next")), { files, ...fake }),
  );
const FOR_GOOD = "public, max-age=31536000, immutable";
const NEVER = "no-cache, no-store, max-age=0, must-revalidate";

Deno.test("staticFiles serves a file with its type, length and tag", async () => {
  const response = await serve()("/foo.css");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/css; charset=UTF-8");
  assert.equal(response.headers.get("content-length"), "7");
  assert.equal(response.headers.get("etag"), 'W/"hash-7"');
  assert.equal(response.headers.get("vary"), "If-None-Match");
  assert.equal(response.headers.get("cache-control"), NEVER);
  assert.equal(await response.text(), "body {}");
});

Deno.test("staticFiles lets browsers keep build output, and files asked for by build", async () => {
  const request = serve();
  assert.equal((await request("/_fresh/js/1/X.js")).headers.get("cache-control"), FOR_GOOD);
  assert.equal((await request(`/foo.css?__frsh_c=${FAKE_BUILD_ID}`)).headers.get("cache-control"), FOR_GOOD);
});

Deno.test("staticFiles sends a wrong build id to the address without it", async () => {
  const response = await serve()("/foo.css?a=1&__frsh_c=old");
  assert.deepEqual([response.status, response.headers.get("location")], [307, "/foo.css?a=1"]);
});

Deno.test("staticFiles answers 304 to the tag, in whatever form", async () => {
  for (const tag of ['W/"hash-7"', '"hash-7"', "hash-7", 'W/"other", W/"hash-7"']) {
    const response = await serve()("/foo.css", { headers: { "if-none-match": tag } });
    assert.equal(response.status, 304, tag);
    assert.equal(await response.text(), "");
  }
  assert.equal((await serve()("/foo.css", { headers: { "if-none-match": '"other"' } })).status, 200);
});

Deno.test("staticFiles in development sends no tag and lets nobody keep anything", async () => {
  const request = serve({ mode: "development" });
  const response = await request(`/foo.css?__frsh_c=whatever`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("etag"), null);
  assert.equal(response.headers.get("cache-control"), NEVER);
});

Deno.test("staticFiles answers HEAD without the body, other methods with 405", async () => {
  const head = await serve()("/foo.css", { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-length"), await head.text()], [200, "7", ""]);
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    assert.equal((await serve()("/foo.css", { method })).status, 405);
    assert.equal(await (await serve()("/unknown", { method })).text(), "next");
  }
});

Deno.test("staticFiles hands on what it does not know, but for a missing favicon", async () => {
  for (const path of ["/", "/foo", "/__proto__", "/constructor", "/foo.css/", "/..%2f..%2fetc/passwd", "/%00"]) {
    assert.equal(await (await serve()(path)).text(), "next", path);
  }
  assert.equal((await serve()("/favicon.ico")).status, 404);
});

Deno.test("staticFiles knows names by their decoded form", async () => {
  for (
    const path of [
      "/C%23.svg",
      "/%E8%A5%BF%E5%AE%89%E5%B8%82.png",
      "/西安市.png",
      "/a%20b,c.txt",
      "/a b%2Cc.txt",
      "/100%25.txt",
    ]
  ) {
    assert.equal((await serve()(path)).status, 200, path);
    assert.notEqual(await (await serve()(path)).text(), "next", path);
  }
});

Deno.test("staticFiles looks below the base path only", async () => {
  const request = serve({}, "/base");
  assert.equal(await (await request("/base/foo.css")).text(), "body {}");
  assert.equal((await request("/foo.css")).status, 404);
  assert.equal((await request("/basefoo.css")).status, 404);
});
