import { join } from "node:path";
import type { StaticFile } from "../server/build.ts";
import { toFileUrl } from "../server/file_url.ts";
import { openContent, typeOf } from "../server/snapshot.ts";
import type { ResolvedBuildConfig } from "./config.ts";
import { isVisible, listFiles } from "./crawl.ts";
import { urlPath } from "./static.ts";
import type { Transforms } from "./transforms.ts";

/**
 * Looks static files up as they are now, for development: a new file needs no restart. Transforms run when a file is
 * first asked for, and again when it has been saved.
 *
 * @param built looks up what the build made
 */
export function liveFiles(
  config: ResolvedBuildConfig,
  transforms: Transforms,
  built: (path: string) => Promise<StaticFile | null>,
): (path: string) => Promise<StaticFile | null> {
  const made = new Map<string, { savedAt: number; files: Map<string, Uint8Array> }>();

  async function transformed(folder: string, full: string): Promise<Map<string, Uint8Array> | null> {
    const savedAt = (await Deno.stat(full)).mtime?.getTime() ?? 0;
    const kept = made.get(full);
    if (kept?.savedAt === savedAt) return kept.files;
    const results = await transforms.run(full, { root: config.root, target: config.target, mode: "development" });
    if (results === null) return null;
    const files = new Map(results.map(({ path, content }) => [urlPath(folder, path), content]));
    made.set(full, { savedAt, files });
    return files;
  }

  return async function findFile(path) {
    const own = await built(path);
    if (own !== null) return own;
    const inner = path.slice(1);
    if (!isSafe(inner)) return null;
    for (const folder of config.staticDir) {
      const full = await existingFile(folder, inner);
      if (full !== null) {
        const files = transforms.wants(full) ? await transformed(folder, full) : null;
        if (files === null) return fileOnDisk(full);
        const content = files.get(path);
        if (content !== undefined) return inMemory(path, content);
      }
      // It may be what a transform makes of a file of another name.
      for (const other of await listFiles(folder, (path) => isVisible(path) && join(folder, path) !== config.outDir)) {
        if (!transforms.wants(other.full)) continue;
        const content = (await transformed(folder, other.full))?.get(path);
        if (content !== undefined) return inMemory(path, content);
      }
    }
    return null;
  };
}

function isSafe(path: string): boolean {
  if (path === "" || path.includes("\\") || path.includes("\0")) return false;
  return path.split("/").every((part) => part !== "" && part !== "..") && isVisible(path);
}

/** The whole path of a file, null where it is none or a link leads out of the folder. */
async function existingFile(folder: string, inner: string): Promise<string | null> {
  try {
    const full = join(folder, inner);
    const real = await Deno.realPath(full);
    if (!real.startsWith(`${await Deno.realPath(folder)}/`)) return null;
    return (await Deno.stat(real)).isFile ? full : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
}

async function fileOnDisk(full: string): Promise<StaticFile> {
  const { size } = await Deno.stat(full);
  return {
    contentType: typeOf(full),
    size,
    hash: null,
    immutable: false,
    open: () => openContent(toFileUrl(full), size),
  };
}

function inMemory(path: string, content: Uint8Array): StaticFile {
  return {
    contentType: typeOf(path),
    size: content.byteLength,
    hash: null,
    immutable: false,
    open: () => Promise.resolve(content as Uint8Array<ArrayBuffer>),
  };
}
