/** A developer's day: a page and an island are saved, and the browser shows it. */
import assert from "node:assert/strict";
import { fromFileUrl } from "../server/file_url.ts";
import { findChromium, startBrowser } from "../testing/browser.ts";
import { makeProject, type TestProject } from "../testing/project.ts";

const CONFIG = fromFileUrl(new URL("../../../deno.json", import.meta.url));
const page = (title: string) =>
  `import X from "../islands/X.tsx";
export default () => <html lang="en"><body><h1>${title}</h1><X /></body></html>;`;
const island = (text: string) =>
  `import { useState } from "preact/hooks";
export default function X() {
  const [n, set] = useState(0);
  return <button onClick={() => set(n + 1)}>${text} {n}</button>;
}`;
const PROJECT = {
  "main.ts": `import { App, staticFiles } from "fresh";
export const app = new App().use(staticFiles()).fsRoutes();`,
  "dev.ts": `import { Builder } from "fresh/dev";
await new Builder({ root: import.meta.dirname }).listen(() => import("./main.ts"), { port: Number(Deno.env.get("PORT")) });`,
  "routes/index.tsx": page("first"),
  "routes/fails.tsx": `export default function Fails() {\n  throw new Error("lost in the page");\n}`,
  "islands/X.tsx": island("one"),
  "node_modules/.keep": "", // where bundled packages are kept
};
const chromium = findChromium();

Deno.test({
  name: "what is saved is shown: page, island, mistake" +
    (chromium === null ? " (skipped: no Chromium; set CHROMIUM to its path)" : ""),
  ignore: chromium === null,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using project = await makeProject(PROJECT);
    await using server = await watch(project);
    const browser = await startBrowser(chromium ?? "");
    try {
      const tab = await browser.newPage();
      await tab.goto(server.address, { waitUntil: "load" });
      const shows = async (selector: string, text: string) => {
        await tab.waitForFunction(
          ([selector, text]) => document.querySelector(selector!)?.textContent?.includes(text!),
          [selector, text],
          { timeout: 30_000 },
        );
      };
      await shows("h1", "first");
      await tab.click("button");
      await shows("button", "one 1");
      const after = async (path: string, content: string, selector: string, text: string) => {
        const saved = performance.now();
        await project.write(path, content);
        await shows(selector, text);
        const shown = Math.round(performance.now() - saved);
        console.log(`${path}: built in ${server.builtIn()} ms, shown ${shown} ms after it was saved`);
      };
      await after("routes/index.tsx", page("second"), "h1", "second");
      await after("islands/X.tsx", island("two"), "button", "two 0");
      await tab.click("button"); // the new island is alive
      await shows("button", "two 1");

      const response = await fetch(`${server.address}/fails`, { headers: { accept: "text/html" } });
      const text = await response.text();
      assert.equal(response.status, 500);
      assert.match(text, /lost in the page/);
      assert.match(text, /fails\.tsx:2/, "the source line is named");
    } finally {
      await browser.close();
    }
  },
});

/** Starts the development server as `deno task dev` does, and waits until it answers. */
async function watch(project: TestProject): Promise<AsyncDisposable & { address: string; builtIn(): number }> {
  const port = freePort(), address = `http://127.0.0.1:${port}`;
  const args = ["run", "-A", "--config", CONFIG, "--watch=routes/,islands/", "dev.ts"];
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd: project.root,
    stdout: "piped",
    stderr: "null",
    env: { NO_COLOR: "1", PORT: String(port) },
  }).spawn();
  let printed = "";
  const reading = child.stdout.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({ write: (text) => void (printed += text) }),
  );
  for (const end = performance.now() + 60_000;;) {
    try {
      await (await fetch(address)).body?.cancel();
      break;
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
  return {
    address,
    builtIn: () => Number(/.*Built in (\d+) ms/s.exec(printed)?.[1] ?? assert.fail(`no build is told of: ${printed}`)),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await reading;
    },
  };
}

/** The server is restarted on the same port, so it cannot be left to choose one each time. */
function freePort(): number {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  return port;
}
