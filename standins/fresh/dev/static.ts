import { join, relative } from "node:path";
import type { Snapshot, SnapshotFile } from "../server/snapshot.ts";
import { toFileUrl } from "../server/file_url.ts";
import type { ResolvedBuildConfig } from "./config.ts";
import { isVisible, listFiles } from "./crawl.ts";
import { hashOf } from "./hash.ts";
import type { TransformMode, Transforms } from "./transforms.ts";

/**
 * The static files of a project as they are served: changed ones with their new content, others by their path in the
 * project.
 */
export async function readStaticFiles(
  config: ResolvedBuildConfig,
  transforms: Transforms,
  mode: TransformMode,
): Promise<Snapshot["files"]> {
  const files = new Map<string, SnapshotFile>();
  const add = (path: string, file: SnapshotFile) => {
    if (!files.has(path)) files.set(path, file);
  };
  for (const folder of config.staticDir) {
    const isOutput = (path: string) => join(folder, path) === config.outDir;
    for (const { path, full } of await listFiles(folder, (path) => isVisible(path) && !isOutput(path))) {
      const changed = await transforms.run(full, { root: config.root, target: config.target, mode });
      if (changed === null) {
        const content = await Deno.readFile(toFileUrl(full));
        add(`/${path}`, { hash: await hashOf(content), size: content.byteLength, at: pathFrom(config.root, full) });
      } else {
        for (const { path, content } of changed) {
          add(urlPath(folder, path), { hash: await hashOf(content), size: content.byteLength, at: content });
        }
      }
    }
  }
  return [...files];
}

/** The address of a file in a static folder. */
export function urlPath(folder: string, full: string): string {
  return `/${relative(folder, full).replaceAll("\\", "/")}`;
}

/** A file's place as a relative address: what stands in a URL must be escaped. */
export function pathFrom(folder: string, full: string): string {
  const path = relative(folder, full).replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
  return join("./", path).startsWith("..") ? path : `./${path}`;
}
