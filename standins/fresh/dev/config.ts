import { resolve } from "node:path";
import { fromFileUrl } from "../server/file_url.ts";
import type { SourceMapOptions } from "./bundle.ts";

/** What a build may be told. Paths are taken from `root`. */
export interface BuildOptions {
  /** The project's folder, as a path or a `file:` address; the working folder without it. */
  root?: string;
  /** Where the build is written: `_fresh`. */
  outDir?: string;
  /** The folder, or folders, of static files: `static`. An earlier folder's file hides a later one's. */
  staticDir?: string | string[];
  /** `islands` */
  islandDir?: string;
  /** `routes` */
  routeDir?: string;
  /** The module that exports `app`: `main.ts`. */
  serverEntry?: string;
  /** The browsers that scripts must run in. */
  target?: string | string[];
  /** Files of routes and islands whose whole path matches are left out. */
  ignore?: RegExp[];
  sourceMap?: SourceMapOptions;
}

/** The old name of {@link BuildOptions}. */
export type FreshBuildConfig = BuildOptions;

export interface ResolvedBuildConfig {
  root: string;
  outDir: string;
  staticDir: string[];
  islandDir: string;
  routeDir: string;
  serverEntry: string;
  target: string | string[];
  ignore: RegExp[];
  sourceMap?: SourceMapOptions;
}

/** Fills in the defaults and makes the paths whole. */
export function resolveBuildOptions(options: BuildOptions): ResolvedBuildConfig {
  const given = options.root ?? ".";
  const root = resolve(given.startsWith("file:") ? fromFileUrl(given) : given);
  const inRoot = (path: string) => path.startsWith("file:") ? fromFileUrl(path) : resolve(root, path);
  return {
    root,
    outDir: inRoot(options.outDir ?? "_fresh"),
    staticDir: [options.staticDir ?? "static"].flat().map(inRoot),
    islandDir: inRoot(options.islandDir ?? "islands"),
    routeDir: inRoot(options.routeDir ?? "routes"),
    serverEntry: inRoot(options.serverEntry ?? "main.ts"),
    target: options.target ?? ["chrome99", "firefox99", "safari15"],
    ignore: options.ignore ?? [],
    sourceMap: options.sourceMap,
  };
}
