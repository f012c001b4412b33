import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { copyFonts } from "./fonts.ts";
import { compileStyles, tailwind } from "./tailwind.ts";

const SHEET = fileURLToPath(new URL("../static/styles.css", import.meta.url));
const BUDGET_BYTES = 15_000;

Deno.test("the stylesheet has both themes, follows the device, and keeps its budget", async () => {
  const css = await compileStyles(await Deno.readTextFile(SHEET), SHEET, true);
  assert.match(css, /data-theme="?tidemark-dark/);
  assert.match(css, /prefers-color-scheme:\s*dark/);
  assert.match(css, /--tm-c6:/);
  assert.match(css, /\.tile\b/);
  assert.match(css, /\.text-progress\b/); // a class that only a component names
  const packed = new Blob([css]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = (await new Response(packed).arrayBuffer()).byteLength;
  assert.ok(bytes <= BUDGET_BYTES, `${bytes} bytes gzipped, at most ${BUDGET_BYTES} are allowed`);
});

Deno.test("tailwind leaves other stylesheets alone and says what cannot be resolved", async () => {
  type Transform = Parameters<Parameters<typeof tailwind>[0]["onTransformStaticFile"]>[1];
  const registered: Transform[] = [];
  tailwind({ onTransformStaticFile: (_options, transform) => void registered.push(transform) });
  const file = {
    path: "/x/plain.css",
    text: "a { color: red }",
    content: new Uint8Array(),
    mode: "production" as const,
  };
  const args = { ...file, root: "/x", target: [] } as unknown as Parameters<Transform>[0];
  assert.equal(await registered[0]!(args), undefined);
  await assert.rejects(
    compileStyles('@import "tailwindcss"; @plugin "no-such-plugin";', SHEET, false),
    /no-such-plugin/,
  );
});

Deno.test("copyFonts puts a woff2 in place, once", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const folder = new URL(`file://${dir}/`);
    const path = await copyFonts(folder);
    const head = (await Deno.readFile(path)).subarray(0, 4);
    assert.equal(new TextDecoder().decode(head), "wOF2");
    const written = (await Deno.stat(path)).mtime?.getTime();
    await copyFonts(folder);
    assert.equal((await Deno.stat(path)).mtime?.getTime(), written);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
