import assert from "node:assert/strict";
import { Router } from "./router.ts";

const url = (path: string) => new URL(path, "http://localhost");

Deno.test("Router finds fixed paths before patterns, whatever was registered first", () => {
  const router = new Router<string>();
  router.add("GET", "/:id", "pattern");
  router.add("GET", "/about", "fixed");
  assert.equal(router.match("GET", url("/about")).item, "fixed");
  assert.equal(router.match("GET", url("/other")).item, "pattern");
});

Deno.test("Router takes a fixed path with and without a slash at its end, the exact form first", () => {
  const router = new Router<string>();
  router.add("GET", "/one", "one");
  router.add("GET", "/two", "two");
  router.add("GET", "/two/", "two/");
  assert.equal(router.match("GET", url("/one/")).item, "one");
  assert.equal(router.match("GET", url("/two")).item, "two");
  assert.equal(router.match("GET", url("/two/")).item, "two/");
});

Deno.test("Router tries patterns in the order of registration", () => {
  const router = new Router<string>();
  router.add("GET", "/:a/x", "first");
  router.add("GET", "/y/:b", "second");
  assert.equal(router.match("GET", url("/y/x")).item, "first");
  assert.equal(router.match("GET", url("/y/z")).item, "second");
});

Deno.test("Router keeps the first item of a method and pattern", () => {
  const router = new Router<string>();
  router.add("GET", "/a", "first");
  router.add("GET", "/a", "second");
  router.add("POST", "/a", "post");
  assert.equal(router.match("GET", url("/a")).item, "first");
  assert.equal(router.match("POST", url("/a")).item, "post");
});

Deno.test("Router answers HEAD with the item of GET, unless there is one of its own", () => {
  const router = new Router<string>();
  router.add("GET", "/a", "get");
  router.add("GET", "/b", "get");
  router.add("HEAD", "/b", "head");
  assert.equal(router.match("HEAD", url("/a")).item, "get");
  assert.equal(router.match("HEAD", url("/b")).item, "head");
});

Deno.test("Router says which methods a pattern has when the asked one is missing", () => {
  const router = new Router<string>();
  router.add("GET", "/a", "get");
  router.add("PUT", "/a", "put");
  const match = router.match("DELETE", url("/a"));
  assert.equal(match.item, null);
  assert.equal(match.route, "/a");
  assert.deepEqual(match.allowed.sort(), ["GET", "HEAD", "PUT"]);
});

Deno.test("Router decodes parameters, and leaves a broken escape as it stands", () => {
  const router = new Router<string>();
  router.add("GET", "/:id/:rest*", "x");
  assert.deepEqual({ ...router.match("GET", url("/a%20%C3%BC/b/c")).params }, { id: "a ü", rest: "b/c" });
  assert.deepEqual({ ...router.match("GET", url("/%E0%A4%A")).params }, { id: "%E0%A4%A", rest: "" });
  assert.equal(router.match("GET", url("/a%2Fb/c")).params.id, "a/b");
});

Deno.test("Router gives empty optional groups as empty text, also at the root", () => {
  const router = new Router<string>();
  router.add("GET", "/shop{/:id}?", "shop");
  router.add("GET", "/:rest*", "rest");
  assert.deepEqual({ ...router.match("GET", url("/shop")).params }, { id: "" });
  assert.deepEqual({ ...router.match("GET", url("/")).params }, { rest: "" });
});

Deno.test("Router matches fixed paths with characters that URLs encode", () => {
  const router = new Router<string>();
  router.add("GET", "/über uns", "x");
  assert.equal(router.match("GET", url("/%C3%BCber%20uns")).item, "x");
  assert.equal(router.match("GET", url("/über uns")).item, "x");
});

Deno.test("Router has no route where nothing matches", () => {
  const router = new Router<string>();
  router.add("GET", "/a", "x");
  assert.deepEqual(router.match("GET", url("/__proto__")), { route: null, params: {}, item: null, allowed: [] });
});

Deno.test("Router refuses what is no pattern, naming it", () => {
  assert.throws(() => new Router<string>().add("GET", "/(", "x"), /Cannot use "\/\(" as a route/);
});
