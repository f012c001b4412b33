import assert from "node:assert/strict";
import { billOf, type Bom } from "./sbom.ts";

const ROOT = new URL("../", import.meta.url);

Deno.test("deno task sbom lists every package of deno.lock once, with version, hash, place and licence", async () => {
  const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "sbom"],
    cwd: ROOT.pathname,
    env: { DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const bom: Bom = JSON.parse(new TextDecoder().decode(stdout));
  assert.deepEqual([bom.bomFormat, bom.specVersion], ["CycloneDX", "1.6"]);
  const lock = JSON.parse(await Deno.readTextFile(new URL("deno.lock", ROOT)));
  const known = new Set(bom.components.map(({ name, version }) => `${name}@${version}`));
  assert.equal(known.size, bom.components.length);
  for (const key of Object.keys(lock.npm)) assert.ok(known.has(/^@?[^@]+@[^_]+/.exec(key)![0]), key);
  for (const { purl, hashes, version } of bom.components) {
    assert.match(purl, /^pkg:npm\/(%40[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+/);
    assert.match(version, /^\d+\.\d+\.\d+/);
    assert.match(hashes[0]!.content, /^[0-9a-f]{128}$/, purl);
    assert.equal(hashes[0]!.alg, "SHA-512");
  }
  // those for other machines are not installed here
  const named = bom.components.filter(({ licenses }) => licenses !== undefined);
  assert.ok(named.length > bom.components.length / 2, `${named.length} of ${bom.components.length}`);
  const mongodb = bom.components.find(({ name }) => name === "mongodb");
  assert.deepEqual(mongodb?.licenses, [{ expression: "Apache-2.0" }]);
});

Deno.test("billOf: scoped names, peers, a package twice, and what would be missing", () => {
  const integrity = `sha512-${btoa("x".repeat(64))}`;
  const lock = JSON.stringify({
    npm: { "@a/b@1.2.3_c@1.0.0": { integrity }, "@a/b@1.2.3": { integrity }, "c@1.0.0": { integrity } },
  });
  const { components } = billOf(lock, new Date(0));
  assert.deepEqual(components.map(({ purl }) => purl), ["pkg:npm/%40a/b@1.2.3", "pkg:npm/c@1.0.0"]);
  assert.throws(() => billOf(`{"jsr":{"@std/fs@1.0.0":{}}}`, new Date(0)), /deno\.lock has @std\/fs@1\.0\.0/);
});
