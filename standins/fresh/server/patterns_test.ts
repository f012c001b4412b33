import assert from "node:assert/strict";
import { coverScopes, joinPattern, patternScopes } from "./patterns.ts";

Deno.test("joinPattern puts a prefix before a pattern", () => {
  assert.equal(joinPattern("", "/foo"), "/foo");
  assert.equal(joinPattern("/", "/foo"), "/foo");
  assert.equal(joinPattern("/foo/bar", "/"), "/foo/bar");
  assert.equal(joinPattern("/foo/bar", "/baz"), "/foo/bar/baz");
  assert.equal(joinPattern("*", "/baz"), "/baz");
  assert.equal(joinPattern("/foo", "*"), "/foo/*");
  assert.equal(joinPattern("/foo", "/*"), "/foo/*");
  assert.equal(joinPattern("", "*"), "/*");
  assert.equal(joinPattern("/foo/*", "/x"), "/foo/x");
  assert.equal(joinPattern("/foo", "{/:id}?"), "/foo{/:id}?");
});

Deno.test("patternScopes cuts a pattern at its slashes, optional parts as well", () => {
  assert.deepEqual(patternScopes("/"), []);
  assert.deepEqual(patternScopes("/a/:b/c"), ["a", ":b", "c"]);
  assert.deepEqual(patternScopes("/a{/:b}?/c/"), ["a", ":b", "c"]);
  assert.deepEqual(patternScopes("/a/(x|y/z)"), ["a", "(x|y/z)"]);
});

Deno.test("coverScopes takes a star as the folder itself", () => {
  assert.deepEqual(coverScopes("*"), []);
  assert.deepEqual(coverScopes("/admin/*"), ["admin"]);
  assert.deepEqual(coverScopes("/admin"), ["admin"]);
});
