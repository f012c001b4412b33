import { join } from "node:path";
import type { Plugin, PluginBuild } from "esbuild";
import { fromFileUrl } from "../server/file_url.ts";
import { lookUp, packageName, type ProjectConfig } from "./import_map.ts";

const OWN_FOLDER = fromFileUrl(new URL("..", import.meta.url));
const SERVER_ONLY = ["mod.ts", "dev.ts"].map((name) => join(OWN_FOLDER, name));

/**
 * Finds modules for the browser as Deno finds them for the server: by the import map of the project's `deno.json`, then
 * in `node_modules`. The framework's own imports fall back on the map beside the framework.
 *
 * @param external leaves packages out, and gives the address under which the browser finds one
 */
export function resolvePlugin(
  configs: ProjectConfig[],
  folders: string[],
  external?: (packageName: string) => string,
): Plugin {
  return {
    name: "import-map",
    setup(build) {
      // Only names: a relative path needs no map, and each call from esbuild to here costs time.
      build.onResolve({ filter: /^[^./]/ }, async (args) => {
        const { path, pluginData } = args;
        if (pluginData === RESOLVED || args.kind === "entry-point" && !path.startsWith("npm:")) return undefined;
        if (isInPackage(args.importer) && !path.startsWith("npm:")) return undefined; // a package's own business
        const target = follow(path, configs);
        if (/^(node:|jsr:|https?:)/.test(target)) throw new Error(notForBrowsers(path, target));
        if (target.startsWith("file:") || target.startsWith("/")) {
          const file = target.startsWith("/") ? target : fromFileUrl(target);
          if (SERVER_ONLY.includes(file)) throw new Error(notForIslands(path));
          return await build.resolve(file, { kind: args.kind, resolveDir: args.resolveDir, pluginData: RESOLVED });
        }
        const bare = target.startsWith("npm:") ? packageName(target) : target;
        if (external !== undefined) return { path: external(bare), external: true };
        return await inPackages(build, bare, args.kind, [args.resolveDir, ...folders]);
      });
    },
  };
}

const RESOLVED = Symbol("resolved");

function follow(path: string, configs: ProjectConfig[]): string {
  if (/^(\.{0,2}\/|[a-z]+:)/.test(path)) return path;
  for (const { imports, folder } of configs) {
    const target = lookUp(imports, path);
    if (target !== null) return /^\.{1,2}\//.test(target) ? join(folder, target) : target;
  }
  return path;
}

async function inPackages(
  build: PluginBuild,
  name: string,
  kind: Parameters<PluginBuild["resolve"]>[1] extends infer O ? NonNullable<O> extends { kind?: infer K } ? K : never
    : never,
  folders: string[],
) {
  let first: Awaited<ReturnType<PluginBuild["resolve"]>> | null = null;
  for (const resolveDir of new Set(folders)) {
    const found = await build.resolve(name, { kind, resolveDir, pluginData: RESOLVED });
    if (found.errors.length === 0) return found;
    first ??= found;
  }
  return first ?? undefined;
}

function isInPackage(importer: string): boolean {
  return /[\\/]node_modules[\\/]/.test(importer);
}

function notForIslands(path: string): string {
  return `Cannot send "${path}" to the browser: islands may import "fresh/runtime", and of "fresh" only types`;
}

function notForBrowsers(path: string, target: string): string {
  const mapped = path === target ? "" : ` (that is "${target}")`;
  return `Cannot bundle "${path}"${mapped} for the browser: islands may import files of the project and npm packages`;
}
