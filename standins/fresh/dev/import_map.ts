import { dirname, join, resolve } from "node:path";
import { parseJsonc } from "./jsonc.ts";

/** What `deno.json` says that a browser bundle must follow as well. */
export interface ProjectConfig {
  /** The folder of the file. */
  folder: string;
  imports: Record<string, string>;
  jsxImportSource: string;
}

/** Reads the nearest `deno.json` or `deno.jsonc` in or above a folder; null where there is none. */
export async function readProjectConfig(folder: string): Promise<ProjectConfig | null> {
  for (let at = resolve(folder);; at = dirname(at)) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      const config = await readConfig(join(at, name));
      if (config !== null) return await toProjectConfig(at, config);
    }
    if (dirname(at) === at) return null;
  }
}

interface RawConfig {
  imports?: Record<string, string>;
  importMap?: string;
  compilerOptions?: { jsxImportSource?: string };
}

async function readConfig(path: string): Promise<RawConfig | null> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
  try {
    return parseJsonc(text) as RawConfig;
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${path}: it is no valid JSON`, { cause });
  }
}

async function toProjectConfig(folder: string, raw: RawConfig): Promise<ProjectConfig> {
  let imports = raw.imports;
  if (imports === undefined && raw.importMap !== undefined) {
    imports = (await readConfig(join(folder, raw.importMap)))?.imports;
  }
  return { folder, imports: imports ?? {}, jsxImportSource: raw.compilerOptions?.jsxImportSource ?? "preact" };
}

/**
 * What a bare name stands for by the import map: as in Deno, an entry for a package covers what lies below it
 * (`preact` covers `preact/hooks`). Null where the map does not know it.
 */
export function lookUp(imports: Record<string, string>, name: string): string | null {
  const exact = imports[name];
  if (exact !== undefined) return exact;
  let best: string | null = null;
  for (const key of Object.keys(imports)) {
    const covers = key.endsWith("/") ? name.startsWith(key) : name.startsWith(`${key}/`) && isPackage(imports[key]);
    if (covers && key.length > (best?.length ?? -1)) best = key;
  }
  if (best === null) return null;
  return imports[best] + name.slice(best.length);
}

function isPackage(target: string | undefined): boolean {
  return target !== undefined && /^(npm|jsr):/.test(target);
}

/** `npm:preact@10.29.8/hooks` as the name a bundler looks for in `node_modules`: `preact/hooks`. */
export function packageName(specifier: string): string {
  const found = /^npm:\/?((?:@[^/@]+\/)?[^/@]+)(?:@[^/]*)?(\/.*)?$/.exec(specifier);
  if (found === null) throw new TypeError(`Cannot bundle "${specifier}": it is no valid npm specifier`);
  return (found[1] ?? "") + (found[2] ?? "");
}
