import assert from "node:assert/strict";
import { join } from "node:path";
import { fromFileUrl } from "../server/file_url.ts";
import { makeProject, type TestProject } from "../testing/project.ts";

/** The `deno.json` by which the names `fresh`, `fresh/runtime` and `fresh/dev` are known. */
const CONFIG = fromFileUrl(new URL("../../../deno.json", import.meta.url));

const PROJECT = {
  "main.ts": `import { App, staticFiles } from "fresh";
export const app = new App().use(staticFiles()).fsRoutes();
if (import.meta.main) {
  const server = import("./_fresh/server.js");
  Deno.serve({ port: 0 }, async (req, info) => (await server).default.fetch(req, info));
}`,
  "dev.ts": `import { Builder } from "fresh/dev";
const builder = new Builder({ root: import.meta.dirname });
builder.onTransformStaticFile({ pluginName: "upper", filter: /\\.css$/ }, ({ text }) => ({ content: text.toUpperCase() }));
if (Deno.args.includes("build")) await builder.build();
else await builder.listen(() => import("./main.ts"), { port: 0 });`,
  "routes/index.tsx": `import { asset } from "fresh/runtime";
import X from "../islands/X.tsx";
const early = asset("/early.png");
export default () => <p><X />{early} {asset("/late.png")}</p>;`,
  "routes/fails.ts": `export const handler = () => { throw new Error("broken <page>"); };`,
  "islands/X.tsx": `export default () => <b>island</b>;`,
  "static/a.css": "b{}",
  "static/b c#.txt": "plain",
};

const deno = (project: TestProject, args: string[]) =>
  new Deno.Command(Deno.execPath(), {
    args: [args[0] ?? "", "-A", "--config", CONFIG, ...args.slice(1)],
    cwd: project.root,
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  });

async function build(project: TestProject) {
  const { success, stderr } = await deno(project, ["run", "dev.ts", "build"]).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

/** Starts a server as a process and waits for the address that it prints. */
async function start(project: TestProject, args: string[]): Promise<AsyncDisposable & { address: string }> {
  const child = deno(project, args).spawn();
  const found = Promise.withResolvers<string>();
  let said = "";
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)) {
      said += text;
      const port = /https?:\/\/[^\s:]+:(\d+)/.exec(said)?.[1];
      if (port !== undefined) found.resolve(`http://127.0.0.1:${port}`);
    }
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)])
    .then(() => found.reject(new Error(`The server ended: ${said}`)));
  return {
    address: await found.promise,
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.status;
      await reading;
    },
  };
}

async function checkBuilt(address: string) {
  const page = await fetch(address);
  const html = await page.text();
  assert.match(html, /<!--fi:0--><b>island<\/b><!--\/fi-->/);
  const ids = new Set([...html.matchAll(/__frsh_c=(\w+)/g)].map(([, id]) => id));
  assert.equal(ids.size, 1, "the same while modules load and later");
  for (const [, url] of (page.headers.get("link") ?? "").matchAll(/<([^>]+)>/g)) {
    const script = await fetch(address + url);
    assert.equal(script.status, 200, url);
    await script.body?.cancel();
  }
  const css = await fetch(`${address}/a.css?__frsh_c=${[...ids][0]}`);
  assert.equal(await css.text(), "B{}");
  assert.match(css.headers.get("cache-control") ?? "", /immutable/);
  assert.equal(await (await fetch(`${address}/b%20c%23.txt`)).text(), "plain");
  const failed = await fetch(`${address}/fails`, { headers: { accept: "text/html" } });
  assert.deepEqual([failed.status, await failed.text()], [500, "Internal server error"]);
}

Deno.test("a build is served by deno serve _fresh/server.js, and stays whole when static/ changes", async () => {
  await using project = await makeProject(PROJECT);
  await build(project);
  await project.write("static/b c#.txt", "something longer than before");
  await using server = await start(project, ["serve", "--port", "0", "_fresh/server.js"]);
  await project.write("static/b c#.txt", "plain");
  await checkBuilt(server.address);
});

Deno.test("a build is served by main.ts, which imports it without waiting", async () => {
  await using project = await makeProject(PROJECT);
  await build(project);
  await using server = await start(project, ["run", "main.ts"]);
  await checkBuilt(server.address);
});

Deno.test("a build may be moved with its project", async () => {
  await using project = await makeProject(PROJECT);
  await build(project);
  const text = await Deno.readTextFile(join(project.root, "_fresh/snapshot.js")) +
    await Deno.readTextFile(join(project.root, "_fresh/server.js"));
  assert.doesNotMatch(text, new RegExp(project.root));
});

Deno.test("a server entry without an app says what it must export", async () => {
  await using project = await makeProject({ ...PROJECT, "main.ts": "export const other = 1;" });
  await build(project);
  const { stderr } = await deno(project, ["serve", "--port", "0", "_fresh/server.js"]).output();
  assert.match(new TextDecoder().decode(stderr), /main\.ts must export the app/);
});

Deno.test("Builder.listen serves for development and tells pages when the process is another", async () => {
  await using project = await makeProject(PROJECT);
  const alive = async (address: string) => {
    const abort = new AbortController();
    const response = await fetch(`${address}/_fresh/alive`, { signal: abort.signal });
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    const reader = response.body?.getReader();
    const text = new TextDecoder().decode((await reader?.read())?.value);
    abort.abort();
    assert.match(text, /^retry: 200\ndata: .+\n\n$/);
    return text;
  };
  const seen = new Set<string>();
  for (let i = 0; i < 2; i++) {
    await using server = await start(project, ["run", "dev.ts"]);
    seen.add(await alive(server.address));
    const html = await (await fetch(server.address)).text();
    assert.match(html, /src="\/_fresh\/js\/\w+\/fresh-reload.js"/);
    assert.equal(await (await fetch(`${server.address}/a.css`)).text(), "B{}");
    await project.write("static/a.css", "new{}");
    assert.equal(await (await fetch(`${server.address}/a.css`)).text(), "NEW{}");
    await project.write("static/a.css", "b{}");
    const failed = await fetch(`${server.address}/fails`, { headers: { accept: "text/html" } });
    assert.match(await failed.text(), /Error: broken &lt;page&gt;.*routes\/fails\.ts:1.*throw new Error/s);
  }
  assert.equal(seen.size, 2);
});
