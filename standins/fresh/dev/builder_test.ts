import assert from "node:assert/strict";
import { join } from "node:path";
import { App, staticFiles } from "../mod.ts";
import { Builder, type BuildOptions } from "../dev.ts";
import { ask, askText } from "../testing/ask.ts";
import { makeProject } from "../testing/project.ts";

const ISLAND = `import { useState } from "preact/hooks";
export default function X({ n }: { n: number }) {
  const [count, set] = useState(n);
  return <button onClick={() => set(count + 1)}>{count}</button>;
}`;
const PAGE = `import X from "../islands/X.tsx";
export default () => <X n={2} />;`;

async function inMemory(root: string, options: BuildOptions = {}, mode?: "development" | "production") {
  const apply = await new Builder({ root, ...options }).build({ snapshot: "memory", mode });
  const app = new App().use(staticFiles()).fsRoutes();
  apply(app);
  return app;
}
const scriptsOf = (response: Response) =>
  [...(response.headers.get("link") ?? "").matchAll(/<([^>]+)>/g)].map(([, url]) => url ?? "");

Deno.test("Builder.build in memory serves routes, islands and static files", async () => {
  await using project = await makeProject({
    "routes/index.tsx": PAGE,
    "routes/index_test.tsx": "throw new Error('a test is no route')",
    "islands/X.tsx": ISLAND,
    "islands/x.test.ts": "throw new Error('a test is no island')",
    "static/a b.txt": "hello",
    "static/.secret": "no",
    "static/.well-known/x.txt": "yes",
  });
  const app = await inMemory(project.root);
  const response = await ask(app)("/");
  assert.match(await response.text(), /<button\s*>2<\/button>/);
  const scripts = scriptsOf(response);
  assert.ok(scripts.length >= 2);
  for (const url of scripts) {
    assert.match(url, /^\/_fresh\/js\/[A-Z0-9]+\/\w/);
    const script = await ask(app)(url);
    assert.equal(script.headers.get("content-type"), "text/javascript; charset=UTF-8");
    assert.equal(script.headers.get("cache-control"), "public, max-age=31536000, immutable");
    await script.body?.cancel();
  }
  assert.equal(await askText(app)("/a%20b.txt"), "hello");
  assert.equal(await askText(app)("/.well-known/x.txt"), "yes");
  assert.equal((await ask(app)("/.secret")).status, 404);
  assert.deepEqual([...Deno.readDirSync(project.root)].map(({ name }) => name).sort(), ["islands", "routes", "static"]);
});

Deno.test("Builder.build: equal input gives equal names and an equal build id, other input others", async () => {
  const files = { "routes/index.tsx": PAGE, "islands/X.tsx": ISLAND, "static/a.txt": "a", "main.ts": "" };
  await using one = await makeProject(files);
  await using two = await makeProject(files);
  await using other = await makeProject({ ...files, "islands/X.tsx": ISLAND.replace("+ 1", "+ 2") });
  const built = async (root: string) => {
    await new Builder({ root }).build();
    return await Deno.readTextFile(join(root, "_fresh/snapshot.js"));
  };
  const first = await built(one.root);
  assert.equal(await built(one.root), first);
  assert.equal(await built(two.root), first);
  assert.notEqual(await built(other.root), first);
});

Deno.test("Builder finds islands in (_islands) folders, of equal names too, and routes beside them", async () => {
  const island = (text: string) => `export default function Foo() { return <b>${text}</b>; }`;
  await using project = await makeProject({
    "routes/a/(_islands)/Foo.tsx": island("one"),
    "routes/b/(_islands)/Foo.tsx": island("two"),
    "routes/(_private)/index.tsx": "throw new Error('no route')",
    "routes/index.tsx": `import A from "./a/(_islands)/Foo.tsx";
import B from "./b/(_islands)/Foo.tsx";
export default () => <><A /><B /></>;`,
  });
  const app = await inMemory(project.root);
  const html = await askText(app)("/");
  assert.match(html, /<!--fi:0--><b>one<\/b><!--\/fi--><!--fi:1--><b>two<\/b>/);
  assert.match(html, /\/Foo\.js".*\/Foo_2\.js"/s);
});

Deno.test("Builder.registerIsland takes a file from elsewhere", async () => {
  await using project = await makeProject({
    "other/Foo.tsx": `export const Foo = () => <b>ok</b>;`,
    "routes/index.tsx": `import { Foo } from "../other/Foo.tsx"; export default () => <Foo />;`,
  });
  const builder = new Builder({ root: project.root });
  builder.registerIsland(new URL(`file://${project.root}/other/Foo.tsx`).href);
  const app = new App().fsRoutes();
  (await builder.build({ snapshot: "memory" }))(app);
  assert.match(await askText(app)("/"), /<!--fi:0--><b>ok<\/b>/);
});

Deno.test("Builder takes folders, file addresses and patterns to ignore", async () => {
  await using project = await makeProject({
    "pages/index.tsx": `import X from "../live/X.tsx"; export default () => <X n={1} />;`,
    "pages/skip.tsx": "throw new Error('ignored')",
    "live/X.tsx": ISLAND,
    "one/a.txt": "one",
    "two/a.txt": "two",
    "two/b.txt": "two",
  });
  const app = await inMemory(`file://${project.root}`, {
    routeDir: "pages",
    islandDir: "live",
    staticDir: ["one", "two"],
    ignore: [/skip\.tsx$/],
  });
  assert.match(await askText(app)("/"), /fi:0/);
  assert.equal(await askText(app)("/a.txt"), "one");
  assert.equal(await askText(app)("/b.txt"), "two");
});

Deno.test("Builder in development serves static files as they are, new ones too, without tags", async () => {
  await using project = await makeProject({
    "static/a.txt": "one",
    "static/dot/.hidden": "no",
    "static/style.up": "up",
    "secret.txt": "secret",
  });
  await Deno.symlink(join(project.root, "secret.txt"), join(project.root, "static/link.txt"));
  const builder = new Builder({ root: project.root });
  builder.onTransformStaticFile(
    { pluginName: "up", filter: /\.up$/ },
    ({ text, path }) => ({ content: text.toUpperCase(), path: path.replace(".up", ".txt") }),
  );
  const app = new App().use(staticFiles());
  (await builder.build({ snapshot: "memory", mode: "development" }))(app);
  assert.equal(app.config.mode, "development");
  const text = askText(app);
  assert.equal(await text("/a.txt"), "one");
  await project.write("static/a.txt", "two");
  await project.write("static/new.txt", "new");
  assert.equal(await text("/a.txt"), "two");
  assert.equal(await text("/new.txt"), "new");
  assert.equal(await text("/style.txt"), "UP");
  for (const path of ["/dot/.hidden", "/link.txt", "/..%2Fsecret.txt", "/%2e%2e/secret.txt", "/dot", "/a.txt/b"]) {
    assert.equal((await ask(app)(path)).status, 404, path);
  }
  assert.equal((await ask(app)("/a.txt")).headers.get("etag"), null);
});

Deno.test("Builder in production leaves out links that lead out of the static folder", async () => {
  await using project = await makeProject({
    "static/a.txt": "a",
    "secret.txt": "secret",
    "routes/index.ts": "export const handler = () => new Response();",
  });
  await Deno.symlink(join(project.root, "secret.txt"), join(project.root, "static/out.txt"));
  await Deno.symlink(join(project.root, "static/a.txt"), join(project.root, "static/in.txt"));
  const app = await inMemory(project.root);
  assert.equal((await ask(app)("/out.txt")).status, 404);
  assert.equal(await askText(app)("/in.txt"), "a");
});

Deno.test("Builder names the file and the reason when an island cannot be bundled", async () => {
  const failing = async (island: string) => {
    await using project = await makeProject({ "islands/Bad.tsx": island });
    return await new Builder({ root: project.root }).build({ snapshot: "memory" }).then(
      () => "",
      (error) => String(error),
    );
  };
  assert.match(await failing(`import x from "./missing.ts"; export default () => x;`), /Bad\.tsx:1.*missing\.ts/);
  assert.match(
    await failing(`import { App } from "fresh"; export default () => App;`),
    /Bad\.tsx:1.*Cannot send "fresh" to the browser/,
  );
  assert.match(await failing(`import fs from "node:fs"; export default () => fs;`), /Cannot bundle "node:fs"/);
  assert.match(await failing(`export default () => <p>`), /Bad\.tsx/);
});

Deno.test("Builder follows the import map and JSON imports of the project", async () => {
  await using project = await makeProject({
    "deno.jsonc": `{ // a comment
      "imports": { "@/": "./", "words": "./lib/words.ts", "preact": "npm:preact@10.29.8", },
    }`,
    "lib/words.ts": `import data from "./data.json" with { type: "json" };
export const words = data.words;`,
    "lib/data.json": `{ "words": "from json" }`,
    "islands/X.tsx": `import { words } from "words";
import { words as same } from "@/lib/words.ts";
export default () => <p>{words}{same}</p>;`,
  });
  await new Builder({ root: project.root }).build();
  const files = [...Deno.readDirSync(join(project.root, "_fresh/static/_fresh/js"))];
  const texts = await Promise.all(files.map(async ({ name }) => {
    const folder = join(project.root, "_fresh/static/_fresh/js", name);
    return await Deno.readTextFile(join(folder, [...Deno.readDirSync(folder)][0]?.name ?? ""));
  }));
  assert.ok(texts.some((text) => text.includes("from json")));
});

Deno.test("Builder tells packages the mode, and lets no variable reach the browser", async () => {
  Deno.env.set("PRIVATE_COLOR", "private-value");
  try {
    await using project = await makeProject({
      "routes/index.tsx": `import X from "../islands/X.tsx"; export default () => <X />;`,
      "islands/X.tsx": `export default () => <p>{[process.env.PRIVATE_COLOR, process.env.NODE_ENV].join()}</p>;`,
    });
    const app = await inMemory(project.root);
    const url = scriptsOf(await ask(app)("/")).find((path) => path.endsWith("/X.js")) ?? "";
    const script = await askText(app)(url);
    assert.match(script, /"production"/);
    assert.doesNotMatch(script, /private-value|\bprocess\b/);
  } finally {
    Deno.env.delete("PRIVATE_COLOR");
  }
});

Deno.test("Builder: a build on disk is not for the process that made it", async () => {
  await using project = await makeProject({ "routes/index.ts": "export const handler = () => new Response();" });
  const apply = await new Builder({ root: project.root }).build();
  assert.throws(() => apply(new App()), /_fresh\/server\.js/);
});
