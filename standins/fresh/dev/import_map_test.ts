import assert from "node:assert/strict";
import { join } from "node:path";
import { makeProject } from "../testing/project.ts";
import { lookUp, packageName, readProjectConfig } from "./import_map.ts";
import { parseJsonc } from "./jsonc.ts";

Deno.test("parseJsonc reads comments and trailing commas, and leaves texts alone", () => {
  const text = `{ // one
    "a": "http://x/*y*/", /* two */
    "b": [1, 2, /* three */ ], // four
    "c": "q\\"//,]",
  }`;
  assert.deepEqual(parseJsonc(text), { a: "http://x/*y*/", b: [1, 2], c: 'q"//,]' });
});

Deno.test("lookUp finds names, folders and what lies below a package, the longest key first", () => {
  const imports = {
    "preact": "npm:preact@10",
    "preact/hooks": "./own.ts",
    "@/": "./",
    "@/lib/": "./code/",
    "x": "./x.ts",
  };
  assert.equal(lookUp(imports, "preact"), "npm:preact@10");
  assert.equal(lookUp(imports, "preact/jsx-runtime"), "npm:preact@10/jsx-runtime");
  assert.equal(lookUp(imports, "preact/hooks"), "./own.ts");
  assert.equal(lookUp(imports, "@/a.ts"), "./a.ts");
  assert.equal(lookUp(imports, "@/lib/a.ts"), "./code/a.ts");
  assert.equal(lookUp(imports, "x/y"), null);
  assert.equal(lookUp(imports, "preactive"), null);
});

Deno.test("packageName takes version and scheme off", () => {
  assert.equal(packageName("npm:preact@10.29.8/hooks"), "preact/hooks");
  assert.equal(packageName("npm:@preact/signals@^2"), "@preact/signals");
  assert.equal(packageName("npm:/chart.js"), "chart.js");
  assert.throws(() => packageName("npm:"), /valid npm specifier/);
});

Deno.test("readProjectConfig looks in the folder and above, and follows importMap", async () => {
  await using project = await makeProject({
    "deno.json": `{ "importMap": "./map.json", "compilerOptions": { "jsxImportSource": "other" } }`,
    "map.json": `{ "imports": { "a": "./a.ts" } }`,
    "deep/er/x.txt": "",
    "bad/deno.json": "{",
  });
  const config = await readProjectConfig(join(project.root, "deep/er"));
  assert.deepEqual(config, { folder: project.root, imports: { a: "./a.ts" }, jsxImportSource: "other" });
  await assert.rejects(readProjectConfig(join(project.root, "bad")), /bad\/deno\.json/);
});
