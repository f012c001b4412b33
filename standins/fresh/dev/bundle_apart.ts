import { dirname, join } from "node:path";
import { type Bundle, bundle, type BundleOptions } from "./bundle.ts";
import { hashOf } from "./hash.ts";
import { readProjectConfig } from "./import_map.ts";

/** Where the browser finds packages, below the path of modules. */
const FOLDER = "packages";

/** The packages, bundled once and kept between two starts of the development server. */
interface Packages {
  /** Of the options, the import map and the lock file. */
  fingerprint: string;
  files: [path: string, text: string][];
  entries: Bundle["entries"];
}

/**
 * As `bundle()`, for development: `deno run --watch` starts anew with each save, and packages take twenty times as long as
 * the project's own modules. So they are bundled apart, once for the versions of the lock file, each under a fixed name that
 * islands import; they are kept in `node_modules/.fresh/`. No source maps are made of them.
 *
 * Where that would not be the same program, everything is bundled at once: a package in CommonJS has no names that a
 * module of its own could export, and a package's file that is imported by its path would be there twice.
 *
 * @throws {Error} as `bundle()`
 */
export async function bundleApart(options: BundleOptions): Promise<Bundle> {
  const names = new Set<string>();
  const external = (name: string) => {
    names.add(name);
    return `../${FOLDER}/${moduleName(name)}.js`;
  };
  const own = await bundle({ ...options, external });
  if (own.inputs.some((path) => path.includes("node_modules/"))) return await bundle(options);
  const packages = await packagesOf([...names].sort(), options);
  if (packages === null) return await bundle(options);

  const byUrl = new Map(Object.values(packages.entries).map((entry) => [entry.url, entry.imports]));
  const entries = Object.fromEntries(
    Object.entries(own.entries).map(([name, entry]) => {
      const imports = new Set(entry.imports.flatMap((url) => [url, ...byUrl.get(url) ?? []]));
      return [name, { ...entry, imports: [...imports].sort() }];
    }),
  );
  const encoder = new TextEncoder();
  const files = new Map(own.files);
  for (const [path, text] of packages.files) files.set(path, encoder.encode(text));
  return { files, entries, inputs: own.inputs };
}

/** A name for a file: that of a package has no plus sign. */
function moduleName(packageName: string): string {
  return packageName.replaceAll("/", "+");
}

/** The packages of these names; null where they cannot be bundled apart from the project's own modules. */
async function packagesOf(names: string[], options: BundleOptions): Promise<Packages | null> {
  const folder = join(options.root, "node_modules");
  const path = join(folder, ".fresh", "packages.json");
  const wanted = await fingerprint(options);
  const kept = await readKept(path);
  const isWhole = kept?.fingerprint === wanted && names.every((name) => kept.entries[moduleName(name)] !== undefined);
  const packages = isWhole ? kept : await makePackages(names, options, wanted);
  if (packages === null || names.some((name) => packages.entries[moduleName(name)]?.format !== "esm")) return null;
  if (!isWhole && await stampOf(folder) !== null) await keep(path, packages); // no node_modules: none is made
  return packages;
}

async function makePackages(names: string[], options: BundleOptions, fingerprint: string): Promise<Packages | null> {
  const decoder = new TextDecoder();
  try {
    const { files, entries } = await bundle({
      ...options,
      sourceMap: { kind: false },
      entries: Object.fromEntries(names.map((name) => [moduleName(name), `npm:${name}`])),
      entryNames: `${FOLDER}/[name]`,
      chunkNames: `${FOLDER}/[hash]/shared`,
    });
    return { fingerprint, entries, files: [...files].map(([path, content]) => [path, decoder.decode(content)]) };
  } catch {
    return null; // said better by the bundle of everything: that names the module that imports it
  }
}

async function keep(path: string, packages: Packages): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${crypto.randomUUID()}`;
  await Deno.writeTextFile(draft, JSON.stringify(packages));
  await Deno.rename(draft, path); // whole or not at all, should two servers start at once
}

async function readKept(path: string): Promise<Packages | null> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch {
    return null; // none yet, or one that was cut off: it is made again
  }
}

async function fingerprint({ root, target }: BundleOptions): Promise<string> {
  const folder = (await readProjectConfig(root))?.folder ?? root;
  const config = ["deno.json", "deno.jsonc", "deno.lock"].map((name) => join(folder, name));
  const parts = [root, target, config, await Promise.all(config.map(stampOf))];
  return await hashOf(new TextEncoder().encode(JSON.stringify(parts)));
}

/** When a file was changed, and its size; null where there is none. */
async function stampOf(path: string): Promise<string | null> {
  try {
    const { mtime, size } = await Deno.stat(path);
    return `${mtime?.getTime()} ${size}`;
  } catch {
    return null;
  }
}
