import { join } from "node:path";

/** A file below a folder: its path inside of it, with slashes, and its whole path. */
export interface FoundFile {
  path: string;
  full: string;
}

/**
 * Lists the files below a folder, sorted. Links are followed only where they stay inside the folder.
 *
 * @param accepts whether to take a file, or to enter a folder, by its path inside
 */
export async function listFiles(folder: string, accepts: (path: string) => boolean): Promise<FoundFile[]> {
  const root = await realPath(folder);
  if (root === null) return [];
  const files: FoundFile[] = [];
  const visit = async (inner: string, seen: string[]): Promise<void> => {
    const full = join(folder, inner);
    for await (const entry of Deno.readDir(full)) {
      const path = inner === "" ? entry.name : `${inner}/${entry.name}`;
      if (!accepts(path)) continue;
      let { isFile, isDirectory } = entry;
      const whole = join(full, entry.name);
      if (entry.isSymlink) {
        const target = await realPath(whole);
        if (target === null || !target.startsWith(`${root}/`) || seen.includes(target)) continue;
        ({ isFile, isDirectory } = await Deno.stat(target));
        if (isDirectory) await visit(path, [...seen, target]);
      } else if (isDirectory) await visit(path, seen);
      if (isFile) files.push({ path, full: whole });
    }
  };
  await visit("", [root]);
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}

async function realPath(path: string): Promise<string | null> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

const SOURCE = /\.(tsx|ts|jsx|js|mts|mjs)$/;
const TEST = /[._]test\.(tsx|ts|jsx|js|mts|mjs)$/;

/** Whether a file is a module of the program: no test, no declaration. */
export function isModule(path: string): boolean {
  return SOURCE.test(path) && !TEST.test(path) && !path.endsWith(".d.ts");
}

/** Whether a file lies in a `(_anything)` folder, which holds no routes. */
export function isPrivate(path: string): boolean {
  return path.split("/").slice(0, -1).some((part) => part.startsWith("(_") && part.endsWith(")"));
}

/** Whether a file lies in a `(_islands)` folder. */
export function isPrivateIsland(path: string): boolean {
  return path.split("/").slice(0, -1).includes("(_islands)");
}

/** Dot files are nobody's business, but for `.well-known`. */
export function isVisible(path: string): boolean {
  return path.split("/").every((part) => !part.startsWith(".") || part === ".well-known");
}
