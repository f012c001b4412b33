import assert from "node:assert/strict";
import { join } from "node:path";
import { makeProject } from "../testing/project.ts";
import { bundle, type BundleOptions } from "./bundle.ts";
import { bundleApart } from "./bundle_apart.ts";

const PACKAGE = { "name": "words", "version": "1.0.0", "exports": { ".": "./main.js", "./more": "./more.js" } };
const FILES = {
  "deno.json": `{ "imports": { "w": "npm:words@1", "@/": "./" } }`,
  "islands/X.tsx":
    `import { word } from "w"; import { own } from "@/lib/own.ts"; export default () => <b>{word}{own}</b>;`,
  "islands/Y.tsx": `import { more } from "w/more"; export default () => more;`,
  "lib/own.ts": `export const own = "own one";`,
  "node_modules/words/package.json": JSON.stringify({ ...PACKAGE, type: "module" }),
  "node_modules/words/main.js": `export { word } from "./shared.js";`,
  "node_modules/words/more.js": `import { word } from "./shared.js"; export const more = word + "!";`,
  "node_modules/words/shared.js": `export const word = "package one";`,
};

async function runIn(files: Record<string, string>) {
  const project = await makeProject(files);
  const options: BundleOptions = {
    root: project.root,
    mode: "development",
    target: "chrome99",
    entries: { X: join(project.root, "islands/X.tsx"), Y: join(project.root, "islands/Y.tsx") },
  };
  const textOf = (files: Map<string, Uint8Array>) =>
    [...files.values()].map((content) => new TextDecoder().decode(content)).join();
  const kept = join(project.root, "node_modules/.fresh/packages.json");
  return {
    ...project,
    kept,
    options,
    textOf,
    async run() {
      const made = await bundleApart(options);
      return { ...made, text: textOf(made.files) };
    },
  };
}

Deno.test("bundleApart bundles packages once, and own modules each time", async () => {
  await using project = await runIn(FILES);
  const first = await project.run();
  assert.match(first.text, /package one/);
  const { ino } = await Deno.stat(project.kept);
  await project.write("lib/own.ts", `export const own = "own two";`);
  const second = await project.run();
  assert.match(second.text, /own two/);
  assert.equal((await Deno.stat(project.kept)).ino, ino, "the packages are what they were");
  assert.notEqual(second.entries.X?.url, first.entries.X?.url);

  await project.write("islands/Y.tsx", `export { word as more } from "w/other"; export default () => 1;`);
  await project.write("node_modules/words/other.js", `export const word = "package other";`);
  const grown = { ...PACKAGE, type: "module", exports: { ...PACKAGE.exports, "./other": "./other.js" } };
  await project.write("node_modules/words/package.json", JSON.stringify(grown));
  assert.match((await project.run()).text, /package other/, "a package that is new");
  await project.write("node_modules/words/shared.js", `export const word = "package two";`);
  await project.write("deno.lock", `{ "version": "5" }`);
  assert.match((await project.run()).text, /package two/, "another version");
  await Deno.writeTextFile(project.kept, "{ cut o");
  assert.match((await project.run()).text, /package two/);
});

Deno.test("bundleApart names everything that a module needs before it can run, and all of it is there", async () => {
  await using project = await runIn(FILES);
  const { files, entries } = await project.run();
  assert.ok(entries.X?.imports.includes("/_fresh/js/packages/words.js"));
  assert.ok(entries.X?.imports.some((url) => url.endsWith("/shared.js")), "what the package imports itself");
  for (const { url, imports } of Object.values(entries)) {
    for (const path of [url, ...imports]) {
      const text = new TextDecoder().decode(files.get(path) ?? assert.fail(`${path} is missing`));
      for (const [, target = ""] of text.matchAll(/(?:from|import)\s*"([^"]+)"/g)) {
        assert.ok(files.has(new URL(target, `http://x${path}`).pathname), `${path} imports ${target}`);
      }
    }
  }
  const sharing = [...files].filter(([, content]) => new TextDecoder().decode(content).includes("package one"));
  assert.equal(sharing.length, 1, "two modules of one package share what they share");
});

Deno.test("bundleApart bundles all at once where packages cannot stand apart", async () => {
  const cases = {
    "CommonJS": {
      "node_modules/words/package.json": JSON.stringify(PACKAGE),
      "node_modules/words/main.js": `exports.word = "package one";`,
      "node_modules/words/more.js": `exports.more = "package one";`,
    },
    "a package's file by its path": {
      "islands/Y.tsx": `import { word } from "@/node_modules/words/shared.js"; export default () => word;`,
    },
  };
  for (const [name, files] of Object.entries(cases)) {
    await using project = await runIn({ ...FILES, ...files });
    const { text } = await project.run();
    assert.equal(text, project.textOf((await bundle(project.options)).files), name);
  }
});

Deno.test("bundleApart names the module that imports a package which is not there", async () => {
  await using project = await runIn({ ...FILES, "islands/Y.tsx": `import "missing"; export default () => 1;` });
  await assert.rejects(project.run(), /islands\/Y\.tsx:1:.*"missing"/);
});
