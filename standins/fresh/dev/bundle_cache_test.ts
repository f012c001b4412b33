import assert from "node:assert/strict";
import { join } from "node:path";
import { makeProject } from "../testing/project.ts";
import { bundleAgain } from "./bundle_cache.ts";

Deno.test("bundleAgain makes a bundle anew only when something of it has changed", async () => {
  await using project = await makeProject({
    "islands/X.tsx": `import { word } from "../lib/word.ts"; export default () => <b>{word}</b>;`,
    "lib/word.ts": `export const word = "one";`,
    "lib/other.ts": "1",
    "node_modules/.keep": "",
  });
  const kept = join(project.root, "node_modules/.fresh/bundle.json");
  const run = async () => {
    const { files, entries } = await bundleAgain({
      root: project.root,
      mode: "development",
      target: "chrome99",
      entries: { X: join(project.root, "islands/X.tsx") },
    });
    assert.ok(files.has(entries.X?.url ?? ""));
    const text = [...files.values()].map((content) => new TextDecoder().decode(content)).join();
    return { text, madeAt: (await Deno.stat(kept)).ino };
  };
  const first = await run();
  assert.match(first.text, /"one"/);
  await project.write("lib/other.ts", "2");
  assert.deepEqual(await run(), first);
  await project.write("lib/word.ts", `export const word = "other";`);
  const second = await run();
  assert.match(second.text, /"other"/);
  await project.write("deno.json", `{}`);
  assert.notEqual((await run()).madeAt, second.madeAt);
  await Deno.writeTextFile(kept, "{ cut o");
  assert.match((await run()).text, /"other"/);
});
