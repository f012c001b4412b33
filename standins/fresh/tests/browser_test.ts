import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { App, csp, staticFiles } from "../mod.ts";
import { Builder } from "../dev.ts";
import { findChromium, type OpenPage, openPage, startBrowser } from "../testing/browser.ts";
import { makeProject } from "../testing/project.ts";

/** A project whose pages each show one promise about islands. */
const FILES = {
  "islands/Counter.tsx": `import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";
export default function Counter({ n, name }: { n: Signal<number>; name: string }) {
  const id = useId();
  return <button id={id} class={name} onClick={() => n.value++}>{name}: {n}</button>;
}`,
  "islands/Self.tsx": `import { useState } from "preact/hooks";
import { useSignal } from "@preact/signals";
export function Self({ name }: { name: string }) {
  const [count, set] = useState(0);
  return <button class={name} onClick={() => set(count + 1)}>{name} {count}</button>;
}
export function WithSignal() {
  const n = useSignal(1);
  return <><i>{n}</i><button class="add" onClick={() => n.value++}>add</button></>;
}`,
  "islands/Box.tsx": `import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
export default function Box({ title, children, name, start = true }: {
  title?: ComponentChildren; children?: ComponentChildren; name: string; start?: boolean }) {
  const [open, set] = useState(start);
  return <section class={name}><button class={"toggle-" + name} onClick={() => set(!open)}>{open ? "close" : "open"}</button>
    <h2>{title}</h2>{open && <div>{children}</div>}</section>;
}`,
  "islands/Nest.tsx": `import Box from "./Box.tsx";
import { Self } from "./Self.tsx";
export default function Nest() {
  return <Box name="nest"><Self name="inner" /></Box>;
}`,
  "islands/Values.tsx": `import { useEffect, useState } from "preact/hooks";
import { asset } from "fresh/runtime";
export default function Values(props: Record<string, unknown>) {
  const [text, set] = useState("");
  useEffect(() => {
    const show = (v: unknown): string => v instanceof Map ? "Map" + show([...v]) : v instanceof Set ? "Set" + show([...v])
      : v instanceof Date ? v.toISOString() : v instanceof URL ? v.href : v instanceof RegExp ? String(v)
      : v instanceof Uint8Array ? "bytes" + [...v] : Array.isArray(v) ? "[" + v.map(show) + "]"
      : typeof v === "bigint" ? v + "n" : Object.is(v, -0) ? "-0" : typeof v === "object" && v ? JSON.stringify(v) : String(v);
    set(Object.entries(props).map(([k, v]) => k + "=" + show(v)).join(";") + ";" + asset("/a.png"));
  }, []);
  return <pre>{text}</pre>;
}`,
  "islands/List.tsx": `import { useState } from "preact/hooks";
export default function List() {
  const [rows, set] = useState(["a"]);
  return <>{rows.map((row) => <p key={row}>{row}</p>)}{rows.length > 1 && <hr />}
    <button class="more" onClick={() => set([...rows, "row" + rows.length])}>more</button>
    <button class="swap" onClick={() => set([...rows].reverse())}>swap</button></>;
}`,
  "islands/Title.tsx": `import { useState } from "preact/hooks";
import { Head } from "fresh/runtime";
export default function Title() {
  const [n, set] = useState(0);
  return <><Head><title>Count {n}</title></Head>
    <button class="more" onClick={() => set(n + 1)}>more</button></>;
}`,
  "islands/Broken.tsx": `export default function Broken() {
  if (typeof document !== "undefined") throw new Error("broken in the browser");
  return <p>from the server</p>;
}`,
  "routes/_app.tsx": `import type { PageProps } from "fresh";
export default ({ Component }: PageProps) => <html lang="en"><head><meta charset="utf-8" /><title>Base</title>
  <meta name="count" content="none" /><style key="s">{"i{}"}</style></head><body><Component /></body></html>;`,
  "routes/index.tsx": `export default () => <p>plain</p>;`,
  "routes/signals.tsx": `import { signal } from "@preact/signals";
import Counter from "../islands/Counter.tsx";
import Box from "../islands/Box.tsx";
export default () => { const n = signal(3); return <><Counter n={n} name="one" /><Counter n={n} name="two" />
  <Box name="box"><Counter n={n} name="three" /></Box></>; };`,
  "routes/self.tsx": `import { WithSignal } from "../islands/Self.tsx"; export default () => <WithSignal />;`,
  "routes/nest.tsx": `import Nest from "../islands/Nest.tsx"; export default () => <Nest />;`,
  "routes/slots.tsx": `import Box from "../islands/Box.tsx";
import { Self } from "../islands/Self.tsx";
export default () => <Box name="outer" title={<em id="title">title</em>}>
  text <b id="kept">bold</b>
  <Box name="left"><Self name="a" /></Box>
  <Box name="right" start={false}><Self name="b" /><label for="x">l</label><input id="x" type="checkbox" checked disabled />
    <select><option value="1">1</option><option value="2" selected>2</option></select>
    <svg viewBox="0 0 1 1"><path d="M0 0" /></svg><textarea>words</textarea></Box>
</Box>;`,
  "routes/values.tsx": `import Values from "../islands/Values.tsx";
export default () => <Values a={null} b={undefined} c={NaN} d={-0} e={-Infinity} f={10n ** 20n} g={"</script><!--"}
  h={new Date(0)} i={new URL("https://a.example/")} j={/a</g} k={new Map([["x", new Set([1])]])}
  l={new Uint8Array([1, 2, 3]).subarray(1)} m={{ n: [1] }} />;`,
  "routes/list.tsx": `import List from "../islands/List.tsx";
export default () => <main><List /><footer>end</footer></main>;`,
  "routes/title.tsx": `import Title from "../islands/Title.tsx"; export default () => <Title />;`,
  "routes/moved.tsx": `import Box from "../islands/Box.tsx";
import { Self } from "../islands/Self.tsx";
export default () => <><p><Box name="moved">x</Box></p><Self name="fine" /></>;`,
  "routes/broken.tsx": `import Broken from "../islands/Broken.tsx";
import { Self } from "../islands/Self.tsx";
export default () => <><Broken /><Self name="fine" /></>;`,
};

const chromium = findChromium();

Deno.test({
  name: "islands in a browser" + (chromium === null ? " (skipped: no Chromium; set CHROMIUM to its path)" : ""),
  ignore: chromium === null,
  // The browser is one process for all steps; its pipe and timers belong to no single one.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    await using project = await makeProject(FILES);
    const browser: Browser = await startBrowser(chromium ?? "");
    const apply = await new Builder({ root: project.root }).build({ snapshot: "memory" });
    const open = (path: string, basePath = ""): Promise<OpenPage> => {
      // The policy is what forbids inline code and eval: everything below runs under it.
      const app = new App({ basePath }).use(csp({ useNonce: true, csp: ["upgrade-insecure-requests"] }))
        .use(staticFiles()).fsRoutes();
      apply(app);
      return openPage(browser, app, basePath + path);
    };
    try {
      await t.step("a page without islands loads no script", async () => {
        await using opened = await open("/");
        assert.deepEqual(opened.loaded.filter((path) => path.endsWith(".js")), []);
        assert.deepEqual(opened.errors, []);
      });

      await t.step("islands share a signal, also one in a slot of another", async () => {
        await using opened = await open("/signals");
        const { page } = opened;
        await page.click(".one");
        await page.click(".three");
        for (const name of ["one", "two", "three"]) assert.equal(await page.textContent(`.${name}`), `${name}: 5`);
        assert.deepEqual(opened.errors, []);
      });

      await t.step("ids of useId differ and are those of the server", async () => {
        await using opened = await open("/signals");
        const ids = await opened.page.$$eval("button[id]", (buttons) => buttons.map((button) => button.id));
        const served = [...(await (await fetch(`${opened.address}/signals`)).text()).matchAll(/<button id="([^"]+)"/g)];
        assert.equal(new Set(ids).size, 3);
        assert.deepEqual(ids, served.map(([, id]) => id));
      });

      await t.step("an island makes signals of its own, and has two root elements", async () => {
        await using opened = await open("/self");
        await opened.page.click(".add");
        assert.equal(await opened.page.textContent("i"), "2");
        assert.deepEqual(opened.errors, []);
      });

      await t.step("an island inside of an island works as part of it", async () => {
        await using opened = await open("/nest");
        await opened.page.click(".inner");
        assert.equal(await opened.page.textContent(".inner"), "inner 1");
        await opened.page.click(".toggle-nest");
        assert.equal(await opened.page.$(".inner"), null);
        assert.deepEqual(opened.errors, []);
      });

      await t.step("JSX props keep the server's elements, and their islands live", async () => {
        await using opened = await open("/slots");
        const { page } = opened;
        await page.click(".a");
        assert.equal(await page.textContent(".a"), "a 1");
        assert.equal(await page.textContent("#title"), "title");
        // Closed and opened again: made anew of what the server sent.
        await page.click(".toggle-outer");
        assert.equal(await page.$("#kept"), null);
        await page.click(".toggle-outer");
        assert.equal(await page.textContent("#kept"), "bold");
        await page.click(".a");
        assert.equal(await page.textContent(".a"), "a 1");
        assert.deepEqual(opened.errors, []);
      });

      await t.step("the elements of a slot are the very ones that the server sent", async () => {
        await using opened = await open("/slots");
        const { page } = opened;
        await page.addInitScript(() => {
          new MutationObserver(() => {
            const kept = document.getElementById("kept");
            if (kept !== null) Object.assign(globalThis, { first: (globalThis as { first?: Element }).first ?? kept });
          }).observe(document, { childList: true, subtree: true });
        });
        await page.reload({ waitUntil: "networkidle" });
        await page.click(".a");
        assert.ok(
          await page.evaluate(() => (globalThis as { first?: Element }).first === document.getElementById("kept")),
        );
      });

      await t.step("JSX that is not shown at first appears with attributes, form state and islands", async () => {
        await using opened = await open("/slots");
        const { page } = opened;
        assert.equal(await page.$(".b"), null);
        await page.click(".toggle-right");
        await page.click(".b");
        assert.equal(await page.textContent(".b"), "b 1");
        const state = await page.$eval("#x", (input) => {
          const box = input as HTMLInputElement;
          return [box.checked, box.disabled, box.labels?.length];
        });
        assert.deepEqual(state, [true, true, 1]);
        assert.equal(await page.$eval("select", (select) => (select as HTMLSelectElement).value), "2");
        assert.equal(await page.$eval("textarea", (area) => (area as HTMLTextAreaElement).value), "words");
        assert.equal(await page.$eval("path", (path) => path.namespaceURI), "http://www.w3.org/2000/svg");
        assert.equal(await page.$("template"), null);
        assert.deepEqual(opened.errors, []);
      });

      await t.step("values arrive as they were, and asset() is the same on both sides", async () => {
        await using opened = await open("/values");
        const text = await opened.page.textContent("pre") ?? "";
        assert.ok(
          text.startsWith(
            "a=null;b=undefined;c=NaN;d=-0;e=-Infinity;f=100000000000000000000n;g=</script><!--;h=1970-01-01T00:00:00.000Z;" +
              'i=https://a.example/;j=/a</g;k=Map[[x,Set[1]]];l=bytes2,3;m={"n":[1]};/a.png?__frsh_c=',
          ),
          text,
        );
        assert.deepEqual(opened.errors, []);
      });

      await t.step("an island adds and moves elements within its place", async () => {
        await using opened = await open("/list");
        const { page } = opened;
        for (let i = 0; i < 3; i++) await page.click(".more");
        await page.click(".swap");
        const tags = await page.$eval(
          "main",
          (main) => Array.from(main.children, (el) => el.textContent || el.localName),
        );
        assert.deepEqual(tags, ["row3", "row2", "row1", "a", "hr", "more", "swap", "end"]);
        assert.deepEqual(opened.errors, []);
      });

      await t.step("<Head> in an island updates the title", async () => {
        await using opened = await open("/title");
        const { page } = opened;
        await page.click(".more");
        await page.waitForFunction(() => document.title === "Count 1");
      });

      await t.step("elements that the browser moved leave their island static, and no other", async () => {
        await using opened = await open("/moved");
        const { page } = opened;
        assert.match(opened.errors.join(), /Island 0 stays as it is/);
        await page.click(".fine");
        assert.equal(await page.textContent(".fine"), "fine 1");
        assert.equal(await page.textContent(".toggle-moved"), "close");
      });

      await t.step("an island that throws is reported, and leaves the others alone", async () => {
        await using opened = await open("/broken");
        const { page } = opened;
        assert.match(opened.errors.join(), /broken in the browser/);
        await page.click(".fine");
        assert.equal(await page.textContent(".fine"), "fine 1");
      });

      await t.step("islands work below a base path", async () => {
        await using opened = await open("/signals", "/base");
        await opened.page.click(".one");
        assert.equal(await opened.page.textContent(".two"), "two: 4");
        assert.ok(
          opened.loaded.filter((path) => path.endsWith(".js")).every((path) => path.startsWith("/base/_fresh/js/")),
        );
        assert.deepEqual(opened.errors, []);
      });
    } finally {
      await browser.close();
    }
  },
});
