import { dirname, join } from "node:path";
import { type Bundle, bundle, type BundleOptions } from "./bundle.ts";
import { hashOf } from "./hash.ts";

/** What is kept between two starts of the development server. */
interface Kept {
  /** Of the options, the names and versions of packages, and the modules that went in. */
  fingerprint: string;
  /** The project's own modules that went in; packages are covered by the lock file. */
  inputs: string[];
  files: [path: string, text: string][];
  entries: Bundle["entries"];
}

/**
 * As `bundle()`, for development: `deno run --watch` starts anew with each save, mostly of a page, while the islands are
 * what they were. The last bundle is kept in `node_modules/.fresh/` and used again as long as nothing of it has changed.
 */
export async function bundleAgain(options: BundleOptions): Promise<Bundle> {
  const folder = join(options.root, "node_modules");
  const path = join(folder, ".fresh", "bundle.json");
  const kept = await readKept(path);
  if (kept !== null && kept.fingerprint === await fingerprint(options, kept.inputs)) {
    const encoder = new TextEncoder();
    return {
      files: new Map(kept.files.map(([path, text]) => [path, encoder.encode(text)])),
      entries: kept.entries,
      inputs: kept.inputs,
    };
  }
  const made = await bundle(options);
  if (await exists(folder)) await keep(path, options, made); // a project without node_modules is left without it
  return made;
}

async function keep(path: string, options: BundleOptions, made: Bundle): Promise<void> {
  const decoder = new TextDecoder();
  const kept: Kept = {
    fingerprint: await fingerprint(options, made.inputs),
    inputs: made.inputs,
    files: [...made.files].map(([path, content]) => [path, decoder.decode(content)]),
    entries: made.entries,
  };
  await Deno.mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${crypto.randomUUID()}`;
  await Deno.writeTextFile(draft, JSON.stringify(kept));
  await Deno.rename(draft, path); // whole or not at all, should two servers start at once
}

async function readKept(path: string): Promise<Kept | null> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch {
    return null; // none yet, or one that was cut off: it is made again
  }
}

async function fingerprint(options: BundleOptions, inputs: string[]): Promise<string> {
  const config = ["deno.json", "deno.jsonc", "deno.lock"].map((name) => join(options.root, name));
  const stamps = await Promise.all([...config, ...inputs].map(stampOf));
  const env = Object.entries(Deno.env.toObject()).filter(([name]) => name.startsWith("FRESH_PUBLIC_")).sort();
  return await hashOf(new TextEncoder().encode(JSON.stringify([options, stamps, env])));
}

async function stampOf(path: string): Promise<string> {
  try {
    const { mtime, size } = await Deno.stat(path);
    return `${path} ${mtime?.getTime()} ${size}`;
  } catch {
    return `${path} none`;
  }
}

async function exists(path: string): Promise<boolean> {
  return !(await stampOf(path)).endsWith(" none");
}
