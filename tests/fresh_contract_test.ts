/**
 * The app must run on the framework itself as well as on the stand-in, so it may name only what both have: the public names
 * of Fresh 2 (fresh.deno.dev/docs), by the three entries of the import map.
 */
import assert from "node:assert/strict";
import { join } from "node:path";

const ROOT = new URL("..", import.meta.url).pathname;

/** What Fresh 2 exports, as far as an app of ours may rely on it. */
const PUBLIC: Record<string, readonly string[]> = {
  "fresh": [
    "App",
    "Context",
    "FreshConfig",
    "FreshContext",
    "Handlers",
    "HttpError",
    "LayoutConfig",
    "Lazy",
    "MaybeLazy",
    "Method",
    "Middleware",
    "MiddlewareFn",
    "PageProps",
    "PageResponse",
    "ResolvedFreshConfig",
    "Route",
    "RouteComponent",
    "RouteConfig",
    "RouteHandler",
    "createDefine",
    "csp",
    "csrf",
    "page",
    "staticFiles",
  ],
  "fresh/runtime": ["Head", "HttpError", "IS_BROWSER", "asset", "assetSrcSet"],
  "fresh/dev": ["BuildOptions", "Builder", "OnTransformOptions", "ResolvedBuildConfig"],
};
/** The rooms of the app: all but the stand-ins, and tests of them. */
const ROOMS = ["routes", "islands", "components", "lib", "build"];
const FILES = ["main.ts", "dev.ts", "utils.ts", "fresh.config.ts"];

async function* modules(): AsyncGenerator<string> {
  yield* FILES;
  const rooms = [...ROOMS];
  for (let room = rooms.pop(); room !== undefined; room = rooms.pop()) {
    for await (const { name, isDirectory } of Deno.readDir(join(ROOT, room))) {
      if (isDirectory) rooms.push(`${room}/${name}`);
      else if (/\.tsx?$/.test(name)) yield `${room}/${name}`;
    }
  }
}

const IMPORT =
  /(?:import|export)\s+(?:type\s+)?(?:([\w$]+)\s*,?\s*)?(?:\{([^}]*)\}|\*\s+as\s+\w+)?\s*from\s*"([^"]+)"/g;

Deno.test("The app names of the framework only what is public, and no stand-in", async () => {
  const wrong: string[] = [];
  let named = 0;
  for await (const path of modules()) {
    const text = await Deno.readTextFile(join(ROOT, path));
    for (const [whole, single, list = "", from = ""] of text.matchAll(IMPORT)) {
      if (from.includes("standins/") && !path.endsWith("_test.ts") && !path.endsWith("_test.tsx")) {
        wrong.push(`${path} imports ${from}`);
      }
      if (from !== "fresh" && !from.startsWith("fresh/")) continue;
      const allowed = PUBLIC[from];
      if (!allowed) wrong.push(`${path} imports ${from}: the framework has no such entry`);
      if (single || /\*\s+as/.test(whole)) wrong.push(`${path}: ${whole}: name what is needed, one by one`);
      for (const part of list.split(",").map((part) => part.trim()).filter(Boolean)) {
        const name = part.replace(/^type\s+/, "").split(/\s+as\s+/)[0]!;
        named++;
        if (allowed && !allowed.includes(name)) wrong.push(`${path} imports ${name} of ${from}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(named > 10, `only ${named} names were found: the search is broken`);
});

Deno.test("One folder of the import map is all that stands between the app and the framework itself", () => {
  const { imports } = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json")));
  const own = Object.entries(imports as Record<string, string>).filter(([, target]) =>
    target.startsWith("./standins/")
  );
  assert.deepEqual(own.map(([name]) => name), ["fresh", "fresh/runtime", "fresh/dev"]);
});
