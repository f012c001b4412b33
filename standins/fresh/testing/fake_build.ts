import type { App } from "../server/app.ts";
import { type Build, type StaticFile, useBuild } from "../server/build.ts";
import { indexIslands, typeOf } from "../server/snapshot.ts";

/** What a test gives an app in place of a build. */
export interface FakeBuild {
  /** Modules of `routes/` by their file name. */
  routes?: Record<string, unknown>;
  /** Modules of `islands/` by their name. */
  islands?: Record<string, unknown>;
  /** Static files by their path: the content, or with the mark of build output. */
  files?: Record<string, string | { content: string; immutable: boolean }>;
  mode?: "development" | "production";
  live?: boolean;
}

export const FAKE_BUILD_ID = "build-1";

/** Gives an app a build that was never made, so that routing and rendering can be tested without files. */
export function withBuild<State>(app: App<State>, fake: FakeBuild): App<State> {
  const files = new Map(Object.entries(fake.files ?? {}));
  const islands = Object.entries(fake.islands ?? {}).map(([name, module]) => ({
    name,
    module,
    url: `/_fresh/js/1/${name}.js`,
    imports: ["/_fresh/js/2/shared.js"],
  }));
  const build: Build<State> = {
    id: FAKE_BUILD_ID,
    mode: fake.mode ?? "production",
    root: "/project",
    live: fake.live ?? false,
    routes: Object.entries(fake.routes ?? {}).map(([path, module]) => ({ path, module })),
    islands: indexIslands(islands),
    boot: {
      url: "/_fresh/js/3/fresh-runtime.js",
      imports: ["/_fresh/js/2/shared.js"],
      signals: ["/_fresh/js/4/fresh-signals.js"],
      reload: "/_fresh/js/5/fresh-reload.js",
    },
    file: (path) => {
      const file = files.get(path);
      return Promise.resolve(file === undefined ? null : fakeFile(path, file, fake.mode));
    },
  };
  useBuild(app, build);
  return app;
}

function fakeFile(
  path: string,
  file: string | { content: string; immutable: boolean },
  mode: FakeBuild["mode"],
): StaticFile {
  const { content, immutable } = typeof file === "string" ? { content: file, immutable: false } : file;
  return {
    contentType: typeOf(path),
    size: new TextEncoder().encode(content).byteLength,
    hash: mode === "development" ? null : `hash-${content.length}`,
    immutable,
    open: () => Promise.resolve(content),
  };
}
