import { contentType } from "mime-types";
import type { Build, IslandExport, StaticFile } from "./build.ts";
import type { RouteFile } from "./fs_routes.ts";

/** A file as the build knows it. */
export interface SnapshotFile {
  /** Of the content. */
  hash: string;
  size: number;
  /** Where it lies: a path below the snapshot's base folder, or the content itself. */
  at: string | Uint8Array;
  immutable?: boolean;
}

/** What a build leaves behind: written to `_fresh/snapshot.js`, or kept in memory. */
export interface Snapshot {
  id: string;
  mode: "development" | "production";
  routes: RouteFile[];
  islands: { name: string; module: unknown; url: string; imports: string[] }[];
  boot: Build["boot"];
  /** By decoded path, e.g. `/my logo.svg`. */
  files: [path: string, file: SnapshotFile][];
}

/**
 * Makes the build that an app works with.
 *
 * @param root the project's folder, as a path
 * @param base the folder that the files' paths start from
 */
export function openSnapshot<State>(snapshot: Snapshot, root: string, base: URL): Build<State> {
  const files = new Map(snapshot.files);
  return {
    id: snapshot.id,
    mode: snapshot.mode,
    root,
    routes: snapshot.routes,
    islands: indexIslands(snapshot.islands),
    boot: snapshot.boot,
    live: false,
    file: (path) => {
      const file = files.get(path);
      return Promise.resolve(file === undefined ? null : describeFile(path, file, base));
    },
  };
}

/** Islands are known by their functions: every function that an island's file exports is one. */
export function indexIslands(islands: Snapshot["islands"]): Map<unknown, IslandExport> {
  const index = new Map<unknown, IslandExport>();
  for (const { name, module, url, imports } of islands) {
    for (const [exportName, value] of Object.entries(module as Record<string, unknown>)) {
      if (typeof value === "function") index.set(value, { name, exportName, url, imports });
    }
  }
  return index;
}

/** The type of a file by its extension. */
export function typeOf(path: string): string {
  const type = contentType(path.slice(path.lastIndexOf("/") + 1)) || "application/octet-stream";
  return type.replace("charset=utf-8", "charset=UTF-8");
}

/** Small files are read at once, large ones piece by piece as they are sent. */
export async function openContent(url: URL, size: number): Promise<BodyInit> {
  return size <= READ_AT_ONCE ? await Deno.readFile(url) : (await Deno.open(url)).readable;
}

const READ_AT_ONCE = 256 * 1024;

function describeFile(path: string, file: SnapshotFile, base: URL): StaticFile {
  const { at } = file;
  return {
    contentType: typeOf(path),
    size: file.size,
    hash: file.hash,
    immutable: file.immutable ?? false,
    open: async () => {
      if (typeof at !== "string") return at as Uint8Array<ArrayBuffer>;
      return await openContent(new URL(at, base), file.size);
    },
  };
}
