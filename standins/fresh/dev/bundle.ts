import * as esbuild from "esbuild";
import { basename, join, relative } from "node:path";
import { fromFileUrl } from "../server/file_url.ts";
import { readProjectConfig } from "./import_map.ts";
import { withEsbuild } from "./esbuild_process.ts";
import { resolvePlugin } from "./resolve.ts";

const OWN_FOLDER = fromFileUrl(new URL("..", import.meta.url));
/** Where the browser finds the modules. */
export const MODULE_PATH = "/_fresh/js/";

export interface BundleOptions {
  root: string;
  mode: "development" | "production";
  target: string | string[];
  /** The entry modules, by a name that is unique. */
  entries: Record<string, string>;
  sourceMap?: SourceMapOptions;
  /** Leaves packages out, and says under which address, relative to a module's own, the browser finds them. */
  external?: (packageName: string) => string;
  /** How modules are called: as esbuild's options of these names. */
  entryNames?: string;
  chunkNames?: string;
}

/** What of source maps is made: as esbuild's options of these names. */
export interface SourceMapOptions {
  kind: boolean | "linked" | "inline" | "external" | "both";
  sourceRoot?: string;
  sourcesContent?: boolean;
}

export interface Bundle {
  /** The modules by their path, e.g. `/_fresh/js/Counter-ABC.js`. */
  files: Map<string, Uint8Array>;
  /** By the names of the entries. */
  entries: Record<string, BundledEntry>;
  /** What went in, as paths from the root. */
  inputs: string[];
}

export interface BundledEntry {
  url: string;
  /** Everything it imports before it can run. */
  imports: string[];
  /** The format of the file that it was made of; undefined for what is no script. */
  format: "cjs" | "esm" | undefined;
}

/**
 * Bundles the islands for the browser, what they share in modules of its own. The names hold a hash of the content, and
 * the same input gives the same names.
 */
export async function bundle(options: BundleOptions): Promise<Bundle> {
  const { root, mode } = options;
  const project = await readProjectConfig(root);
  const own = await readProjectConfig(OWN_FOLDER);
  const configs = [project, own].filter((config) => config !== null);
  const production = mode === "production";
  const { kind = production ? false : "linked", sourceRoot, sourcesContent } = options.sourceMap ?? {};

  const result = await withEsbuild(() =>
    esbuild.build({
      entryPoints: Object.entries(options.entries).map(([name, path]) => ({ in: path, out: name })),
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "browser",
      target: options.target,
      absWorkingDir: root,
      outdir: join(root, "_fresh_js"), // nothing is written: only names are taken from it
      entryNames: options.entryNames ?? "[hash]/[name]",
      chunkNames: options.chunkNames ?? "[hash]/shared",
      assetNames: "[hash]/[name]",
      write: false,
      metafile: true,
      minify: production,
      treeShaking: true,
      sourcemap: kind,
      sourceRoot,
      sourcesContent,
      jsx: "automatic",
      jsxImportSource: project?.jsxImportSource ?? "preact",
      // A compiler option of the server's: esbuild would read it from a tsconfig it finds.
      tsconfigRaw: { compilerOptions: { experimentalDecorators: false } },
      // What packages ask for. No other variable may reach the browser.
      define: { "process.env": JSON.stringify({ NODE_ENV: mode }), "process.env.NODE_ENV": JSON.stringify(mode) },
      legalComments: "none",
      logLevel: "silent",
      plugins: [
        resolvePlugin(configs, [root, ...configs.map(({ folder }) => folder), OWN_FOLDER], options.external),
      ],
    })
  ).catch((error) => {
    throw new Error(`Cannot bundle the islands: ${explain(error)}`, { cause: error });
  });

  const outdir = join(root, "_fresh_js");
  const files = new Map(
    result.outputFiles.map((
      { path, contents },
    ) => [MODULE_PATH + relative(outdir, path).replaceAll("\\", "/"), contents]),
  );
  return { files, entries: readEntries(result.metafile), inputs: Object.keys(result.metafile.inputs) };
}

function readEntries(meta: esbuild.Metafile): Bundle["entries"] {
  const urlOf = (path: string) => MODULE_PATH + path.replace(/^_fresh_js\//, "");
  const entries: Bundle["entries"] = {};
  for (const [path, { entryPoint }] of Object.entries(meta.outputs)) {
    if (entryPoint === undefined || !path.endsWith(".js")) continue;
    const seen = new Set<string>();
    const visit = (at: string) => {
      for (const { path, kind, external } of meta.outputs[at]?.imports ?? []) {
        const imported = external ? join(at, "..", path) : path;
        if (kind !== "import-statement" || seen.has(imported)) continue;
        seen.add(imported);
        visit(imported);
      }
    };
    visit(path);
    entries[basename(path, ".js")] = {
      url: urlOf(path),
      imports: [...seen].map(urlOf).sort(),
      format: meta.inputs[entryPoint]?.format,
    };
  }
  return entries;
}

function explain(error: unknown): string {
  const { errors } = error as Partial<esbuild.BuildFailure>;
  if (!Array.isArray(errors)) return error instanceof Error ? error.message : String(error);
  return errors.map(({ text, location }) =>
    location === null ? text : `${location.file}:${location.line}:${location.column}: ${text}`
  ).join("\n");
}
