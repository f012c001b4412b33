import { dirname, join, relative } from "node:path";
import { fromFileUrl, toFileUrl } from "../server/file_url.ts";
import type { SnapshotFile } from "../server/snapshot.ts";
import type { MadeBuild } from "./builder.ts";
import type { ResolvedBuildConfig } from "./config.ts";
import { pathFrom } from "./static.ts";

const START = new URL("../server/start.ts", import.meta.url);

/**
 * Writes a build: `server.js` to start it, `snapshot.js` with what it is made of, and the browser's files in `static/`.
 * All paths in them are relative, so that the project may be moved with its build.
 */
export async function writeBuild(config: ResolvedBuildConfig, made: MadeBuild): Promise<void> {
  await removeOld(config.outDir);
  const files: [string, SnapshotFile][] = [];
  for (const [path, file] of made.files) {
    let at: string;
    if (typeof file.at === "string") {
      at = pathFrom(config.outDir, fromFileUrl(new URL(file.at, toFileUrl(`${config.root}/`))));
    } else {
      const full = join(config.outDir, "static", path);
      await Deno.mkdir(dirname(full), { recursive: true });
      await Deno.writeFile(full, file.at);
      at = pathFrom(config.outDir, full);
    }
    files.push([path, { ...file, at }]);
  }
  await Deno.mkdir(config.outDir, { recursive: true });
  await Deno.writeTextFile(join(config.outDir, "snapshot.js"), snapshotModule(config, made, files));
  await Deno.writeTextFile(join(config.outDir, "server.js"), serverModule(config));
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

function serverModule(config: ResolvedBuildConfig): string {
  const entry = specifier(config.outDir, config.serverEntry);
  const start = START.protocol === "file:" ? specifier(config.outDir, fromFileUrl(START)) : START.href;
  const root = relative(config.outDir, config.root).replaceAll("\\", "/");
  return `// Written by the build: "deno serve -A ${relative(config.root, config.outDir)}/server.js" starts it.
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

function specifier(from: string, full: string): string {
  const path = pathFrom(from, full);
  return path.startsWith(".") ? path : `./${path}`;
}
