import type { App } from "./app.ts";
import type { RouteFile } from "./fs_routes.ts";

/** One function of an island's file, as pages refer to it. */
export interface IslandExport {
  /** The island's file by name, for messages. */
  name: string;
  /** Under which name the file exports it. */
  exportName: string;
  /** The path of its browser module, without the base path. */
  url: string;
  /** The modules that one imports in turn, for preloading. */
  imports: string[];
}

/** A file that `staticFiles()` can serve. */
export interface StaticFile {
  contentType: string;
  size: number;
  /** Of the content; null in development, where a file may change between two requests. */
  hash: string | null;
  /** Its address changes with its content, so that a browser may keep it for good. */
  immutable: boolean;
  /** Opens the content. */
  open(): Promise<BodyInit>;
}

/** What a build hands to an app. State is the app's own. */
export interface Build<State = unknown> {
  /** Changes when anything the browser loads has changed. */
  id: string;
  mode: "development" | "production";
  /** The project's folder. */
  root: string;
  routes: RouteFile[];
  islands: Map<unknown, IslandExport>;
  /** The module that starts islands, what it imports, what it needs for signals, and the one that reloads pages. */
  boot: { url: string; imports: string[]; signals: string[]; reload: string };
  /** Looks a decoded path up; null where there is no such file. */
  file(path: string): Promise<StaticFile | null>;
  /** Served by `Builder.listen()`: pages reload themselves, errors are shown. */
  live: boolean;
}

// deno-lint-ignore no-explicit-any -- apps of any state
const builds = new WeakMap<App<any>, Build<any>>();

/** Gives an app its build; it counts for handlers made afterwards. */
export function useBuild<State>(app: App<State>, build: Build<State>): void {
  builds.set(app, build);
  app.config.root = build.root;
  app.config.mode = build.mode;
}

/** The build of an app, null where it has none. */
export function buildOf<State>(app: App<State>): Build<State> | null {
  return builds.get(app) ?? null;
}
