import { dirname, join, relative } from "node:path";
import { fromFileUrl, toFileUrl } from "../server/file_url.ts";
import type { SnapshotFile } from "../server/snapshot.ts";
import type { MadeBuild } from "./builder.ts";
import type { ResolvedBuildConfig } from "./config.ts";
import { pathFrom } from "./static.ts";

/**
 * Writes a build: `server.js` to start it, `snapshot.js` with what it is made of, and the browser's files in `static/`.
 * All paths in them are relative, so that the project may be moved with its build.
 */
export async function writeBuild(config: ResolvedBuildConfig, made: MadeBuild): Promise<void> {
  await removeOld(config.outDir);
  const files: [string, SnapshotFile][] = [];
  for (const [path, file] of made.files) {
    const full = join(config.outDir, "static", path);
    await Deno.mkdir(dirname(full), { recursive: true });
    // Copied, so that a build stays whole when somebody goes on working in static/.
    if (typeof file.at === "string") await Deno.copyFile(new URL(file.at, toFileUrl(`${config.root}/`)), full);
    else await Deno.writeFile(full, file.at);
    files.push([path, { ...file, at: pathFrom(config.outDir, full) }]);
  }
  await Deno.mkdir(config.outDir, { recursive: true });
  await Deno.writeTextFile(join(config.outDir, "snapshot.js"), snapshotModule(config, made, files));
  await Deno.writeTextFile(join(config.outDir, "server.js"), serverModule(config));
  await Deno.writeTextFile(join(config.outDir, "build_id.js"), idModule(config, made.id));
}

async function removeOld(folder: string): Promise<void> {
  try {
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function snapshotModule(config: ResolvedBuildConfig, made: MadeBuild, files: [string, SnapshotFile][]): string {
  const lines = ["// Written by the build. What is changed here is lost with the next one."];
  const importOf = (full: string, name: string) =>
    `import * as ${name} from ${JSON.stringify(specifier(config.outDir, full))};`;
  made.routes.forEach(({ full }, i) => lines.push(importOf(full, `route${i}`)));
  made.islands.forEach(({ full }, i) => lines.push(importOf(full, `island${i}`)));
  const routes = made.routes.map(({ path }, i) => `    { path: ${JSON.stringify(path)}, module: route${i} },`);
  const islands = made.islands.map(({ name, url, imports }, i) =>
    `    { name: ${JSON.stringify(name)}, url: ${JSON.stringify(url)}, imports: ${
      JSON.stringify(imports)
    }, module: island${i} },`
  );
  lines.push(
    "export const snapshot = {",
    `  id: ${JSON.stringify(made.id)},`,
    `  mode: ${JSON.stringify(made.mode)},`,
    `  boot: ${JSON.stringify(made.boot)},`,
    "  routes: [",
    ...routes,
    "  ],",
    "  islands: [",
    ...islands,
    "  ],",
    "  files: [",
    ...files.map((file) => `    ${JSON.stringify(file)},`),
    "  ],",
    "};",
    "",
  );
  return lines.join("\n");
}

/** Comes first, since modules may call `asset()` while they are loaded. */
function idModule(config: ResolvedBuildConfig, id: string): string {
  return `import { setAssetSite } from ${JSON.stringify(ownModule(config, "../shared/asset.ts"))};
setAssetSite(${JSON.stringify(id)}, "");
`;
}

function serverModule(config: ResolvedBuildConfig): string {
  const entry = specifier(config.outDir, config.serverEntry);
  const start = ownModule(config, "../server/start.ts");
  const root = relative(config.outDir, config.root).replaceAll("\\", "/");
  return `// Written by the build: "deno serve -A ${relative(config.root, config.outDir)}/server.js" starts it.
import "./build_id.js";
import * as entry from ${JSON.stringify(entry)};
import { startBuilt } from ${JSON.stringify(start)};
import { snapshot } from "./snapshot.js";

export default startBuilt(
  entry,
  ${JSON.stringify(relative(config.root, config.serverEntry))},
  snapshot,
  import.meta.url,
  new URL(${JSON.stringify(`${root === "" ? "." : root}/`)}, import.meta.url).href,
);
`;
}

/** A module of the framework, as the build names it. */
function ownModule(config: ResolvedBuildConfig, path: string): string {
  const url = new URL(path, import.meta.url);
  return url.protocol === "file:" ? specifier(config.outDir, fromFileUrl(url)) : url.href;
}

function specifier(from: string, full: string): string {
  const path = pathFrom(from, full);
  return path.startsWith(".") ? path : `./${path}`;
}
