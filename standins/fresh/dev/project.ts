import { basename, extname } from "node:path";
import { fromFileUrl, toFileUrl } from "../server/file_url.ts";
import { type FoundFile, isModule, isPrivate, isPrivateIsland, listFiles } from "./crawl.ts";
import type { ResolvedBuildConfig } from "./config.ts";

/** An island's file. */
export interface IslandFile {
  /** Unique in the project; part of the browser module's name. */
  name: string;
  full: string;
}

/** The modules of a project that a build is made of. */
export interface Project {
  routes: FoundFile[];
  islands: IslandFile[];
}

/** Looks through the folders of routes and islands. */
export async function readProject(config: ResolvedBuildConfig, registered: readonly string[]): Promise<Project> {
  const wanted = (full: string) => !config.ignore.some((rule) => new RegExp(rule.source, rule.flags).test(full));
  const inRoutes = (await listFiles(config.routeDir, () => true)).filter(({ path, full }) =>
    isModule(path) && wanted(full)
  );
  const inIslands = (await listFiles(config.islandDir, () => true)).filter(({ path, full }) =>
    isModule(path) && wanted(full)
  );
  const paths = [
    ...inIslands.map(({ full }) => full),
    ...inRoutes.filter(({ path }) => isPrivateIsland(path)).map(({ full }) => full),
    ...registered.map(registeredPath),
  ];
  return { routes: inRoutes.filter(({ path }) => !isPrivate(path)), islands: nameIslands(paths) };
}

function registeredPath(specifier: string): string {
  const found = specifier.startsWith("file:") || specifier.startsWith("/") ? specifier : import.meta.resolve(specifier);
  if (!found.startsWith("file:") && !found.startsWith("/")) {
    throw new TypeError(`Cannot register the island "${specifier}": it must be a file of this machine`);
  }
  return found.startsWith("file:") ? fromFileUrl(found) : found;
}

/** Names are taken from the file; of several files of one name, the later ones get a number. */
function nameIslands(paths: string[]): IslandFile[] {
  const taken = new Map<string, number>();
  return [...new Set(paths)].map((full) => {
    const base = basename(full, extname(full)).replace(/[^\w]/g, "_");
    const count = taken.get(base) ?? 0;
    taken.set(base, count + 1);
    return { name: count === 0 ? base : `${base}_${count + 1}`, full };
  });
}

/** Imports a module of the project. */
export async function importModule(full: string): Promise<unknown> {
  return await import(toFileUrl(full).href);
}
