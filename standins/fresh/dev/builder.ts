import type { App } from "../server/app.ts";
import { type Build, useBuild } from "../server/build.ts";
import { toFileUrl } from "../server/file_url.ts";
import { type ListenOptions, startServer } from "../server/listen.ts";
import { openSnapshot, type Snapshot, type SnapshotFile } from "../server/snapshot.ts";
import { fromFileUrl } from "../server/file_url.ts";
import { bundle } from "./bundle.ts";
import { bundleApart } from "./bundle_apart.ts";
import { type BuildOptions, resolveBuildOptions, type ResolvedBuildConfig } from "./config.ts";
import { setAssetSite } from "../shared/asset.ts";
import { lockStylesheets } from "./css_urls.ts";
import { hashOf } from "./hash.ts";
import { withLiveReload } from "./live_reload.ts";
import { liveFiles } from "./live_files.ts";
import { importModule, readProject } from "./project.ts";
import { readStaticFiles } from "./static.ts";
import { type OnTransformOptions, type TransformFn, type TransformMode, Transforms } from "./transforms.ts";
import { writeBuild } from "./write.ts";

const CLIENT = (name: string) => fromFileUrl(new URL(`../client/${name}.ts`, import.meta.url));

/** Makes builds of a project: for production on disk, for tests in memory, and for development while it serves. */
// deno-lint-ignore no-explicit-any -- the state is the app's business, not the build's
export class Builder<State = any> {
  readonly config: ResolvedBuildConfig;
  readonly #transforms = new Transforms();
  readonly #islands: string[] = [];

  constructor(options: BuildOptions = {}) {
    this.config = resolveBuildOptions(options);
  }

  /** Makes a file an island that lies outside of the folders of islands: a `file:` address or a whole path. */
  registerIsland(specifier: string): void {
    this.#islands.push(specifier);
  }

  /** Has static files changed on their way out, e.g. a stylesheet compiled. */
  onTransformStaticFile(options: OnTransformOptions, transform: TransformFn): void {
    this.#transforms.add(options, transform);
  }

  /**
   * Builds the project.
   *
   * @param options `snapshot: "memory"` writes nothing, for tests; the default writes `outDir`
   * @returns gives the build to an app, whose `handler()` then serves it
   * @throws {Error} naming the file, where an island cannot be bundled or a static file cannot be transformed
   */
  async build(
    options: { mode?: TransformMode; snapshot?: "disk" | "memory" } = {},
  ): Promise<(app: App<State>) => void> {
    const mode = options.mode ?? "production";
    const made = await this.#make(mode);
    if (options.snapshot !== "memory") await writeBuild(this.config, made);
    const modules = options.snapshot === "memory" ? await loadModules(made) : null;
    return (app) => {
      if (modules === null) throw new Error(`Cannot use a build on disk here: start ${this.config.outDir}/server.js`);
      useBuild(app, this.#open(modules));
    };
  }

  /**
   * Serves the project for its developer: static files as they are now, errors shown in the browser, and open pages
   * reloaded when this process has been restarted (`deno run --watch`).
   */
  async listen(
    importApp: () => Promise<App<State> | { app: App<State> }>,
    options: ListenOptions = {},
  ): Promise<void> {
    const began = performance.now();
    const made = await this.#make("development", bundleApart);
    console.log(`Built in ${Math.round(performance.now() - began)} ms`);
    const snapshot = await loadModules(made);
    const imported = await importApp();
    const app = "app" in imported ? imported.app : imported;
    useBuild(app, { ...this.#open(snapshot), live: true });
    startServer(withLiveReload(app.handler(), app.config.basePath), options, app.config.basePath);
  }

  /** In development, static files are looked up as they are when they are asked for. */
  #open(snapshot: Snapshot): Build<State> {
    const build = openSnapshot<State>(snapshot, this.config.root, toFileUrl(`${this.config.root}/`));
    return snapshot.mode === "development"
      ? { ...build, file: liveFiles(this.config, this.#transforms, build.file) }
      : build;
  }

  async #make(mode: TransformMode, runBundler = bundle): Promise<MadeBuild> {
    const { config } = this;
    const project = await readProject(config, this.#islands);
    const entries: Record<string, string> = {
      "fresh-runtime": CLIENT("boot"),
      "fresh-signals": CLIENT("signals"),
      "fresh-reload": CLIENT("reload"),
    };
    for (const island of project.islands) entries[island.name] = island.full;
    const bundled = await runBundler({
      root: config.root,
      mode,
      target: config.target,
      entries,
      sourceMap: config.sourceMap,
    });
    const entry = (name: string) => {
      const found = bundled.entries[name];
      if (found === undefined) throw new Error(`Cannot find the browser module of "${name}" in the bundle`);
      return found;
    };
    const files: [string, SnapshotFile][] = [];
    for (const [path, content] of bundled.files) {
      files.push([path, { hash: await hashOf(content), size: content.byteLength, at: content, immutable: true }]);
    }
    if (mode === "production") files.push(...await readStaticFiles(config, this.#transforms, mode));
    files.sort(([a], [b]) => a < b ? -1 : 1);
    const id = await hashOf(new TextEncoder().encode(JSON.stringify(files.map(([path, { hash }]) => [path, hash]))));
    await lockStylesheets(files, config.root, id);
    return {
      id,
      mode,
      routes: project.routes,
      islands: project.islands.map(({ name, full }) => ({ name, full, ...entry(name) })),
      boot: {
        ...entry("fresh-runtime"),
        signals: [entry("fresh-signals").url, ...entry("fresh-signals").imports],
        reload: entry("fresh-reload").url,
      },
      files,
    };
  }
}

/** A build whose modules are not loaded yet: paths stand in their place. */
export interface MadeBuild {
  id: string;
  mode: TransformMode;
  routes: { path: string; full: string }[];
  islands: { name: string; full: string; url: string; imports: string[] }[];
  boot: Snapshot["boot"];
  files: Snapshot["files"];
}

async function loadModules(made: MadeBuild): Promise<Snapshot> {
  setAssetSite(made.id, ""); // for modules that call asset() while they are loaded
  const routes = await Promise.all(
    made.routes.map(async ({ path, full }) => ({ path, module: await importModule(full) })),
  );
  const islands = await Promise.all(
    made.islands.map(async ({ name, full, url, imports }) => ({
      name,
      module: await importModule(full),
      url,
      imports,
    })),
  );
  return { ...made, routes, islands };
}
