import assert from "node:assert/strict";
import { asset, assetSrcSet, setAssetSite } from "./asset.ts";

Deno.test("asset adds the build id to local paths, behind a query and before a hash", () => {
  setAssetSite("id", "");
  assert.equal(asset("/a.css"), "/a.css?__frsh_c=id");
  assert.equal(asset("/a.css?x=1#y"), "/a.css?x=1&__frsh_c=id#y");
  assert.equal(asset("/a.css?__frsh_c=old"), "/a.css?__frsh_c=old");
});

Deno.test("asset leaves other addresses alone", () => {
  setAssetSite("id", "");
  for (
    const other of ["https://a.example/b", "//a.example/b", "a.css", "./a.css", "data:image/png;base64,AA", "#a", ""]
  ) {
    assert.equal(asset(other), other);
  }
});

Deno.test("asset puts the base path in front, once", () => {
  setAssetSite("id", "/base");
  assert.equal(asset("/a.css"), "/base/a.css?__frsh_c=id");
  assert.equal(asset("/base/a.css"), "/base/a.css?__frsh_c=id");
  setAssetSite("id", "");
});

Deno.test("assetSrcSet changes each candidate, and nothing that is no list", () => {
  setAssetSite("id", "");
  assert.equal(assetSrcSet("/a.png 1x, /b.png 2x"), "/a.png?__frsh_c=id 1x, /b.png?__frsh_c=id 2x");
  assert.equal(assetSrcSet("/a.png"), "/a.png?__frsh_c=id");
  assert.equal(assetSrcSet("https://a.example/b.png 1x"), "https://a.example/b.png 1x");
  assert.equal(assetSrcSet("/a.png 1x, "), "/a.png 1x, ");
});
