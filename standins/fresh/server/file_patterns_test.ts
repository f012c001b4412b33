import assert from "node:assert/strict";
import { compareRouteFiles, filePattern, folderScopes } from "./file_patterns.ts";

Deno.test("filePattern makes a pattern of a file's path", () => {
  const cases: [string, string][] = [
    ["index", "/"],
    ["about", "/about"],
    ["foo/index", "/foo"],
    ["foo/[name]", "/foo/:name"],
    ["foo/[name]/bar/[bob]", "/foo/:name/bar/:bob"],
    ["foo/[...name]", "/foo/:name*"],
    ["[...name]", "/:name*"],
    ["foo/[mod]@[version]", "/foo/:mod@:version"],
    ["foo/[bar].json", "/foo/:bar.json"],
    ["foo/foo[bar]", "/foo/foo:bar"],
    ["foo/[[name]]", "/foo{/:name}?"],
    ["[[name]]", "{/:name}?"],
    ["foo/[[name]]/bar/[[bob]]", "/foo{/:name}?/bar{/:bob}?"],
    ["(group)/index", "/"],
    ["foo/(group)/bar", "/foo/bar"],
  ];
  for (const [path, pattern] of cases) assert.equal(filePattern(path), pattern, path);
});

Deno.test("filePattern refuses brackets that make no parameter, naming the file", () => {
  for (
    const path of [
      "foo/[a][b]",
      "foo/foo]",
      "foo/[foo",
      "foo/[foo]]",
      "foo/foo-[[name]]",
      "foo/[[name]]-bar",
      "foo/x-[[name]]-bar/baz",
    ]
  ) {
    assert.throws(() => filePattern(path), {
      name: "SyntaxError",
      message: new RegExp(path.replace(/[[\]]/g, "\\$&")),
    });
  }
});

Deno.test("folderScopes counts groups, which are no part of the URL", () => {
  assert.deepEqual(folderScopes("(shop)/admin/[id]/"), ["(shop)", "admin", ":id"]);
  assert.deepEqual(folderScopes("[[lang]]/[...all]/"), [":lang", ":all*"]);
  assert.deepEqual(folderScopes(""), []);
});

Deno.test("compareRouteFiles puts the more particular pattern first", () => {
  const sorted = [
    "index",
    "auth/index",
    "auth/login",
    "foo/bar",
    "foo/bar/baz",
    "foo/bar/[...rest]",
    "foo/[id]",
    "foo/[id]/edit",
    "foo/[...slug]",
    "(app)/about",
    "(app)/[org]/index",
    "[slug]",
    "[...rest]",
  ];
  assert.deepEqual([...sorted].reverse().sort(compareRouteFiles), sorted);
});
