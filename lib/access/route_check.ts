import { AppError } from "../errors.ts";
import { isRuled } from "./rules.ts";

/** A page of `routes/`. */
export interface RouteFile {
  /** Path below the folder, e.g. `sync/runs/[id].tsx`. */
  file: string;
  /** The pattern of its URL, e.g. `/sync/runs/:id`. */
  route: string;
}

/** Every page of a folder of routes, in order. Files that begin with `_` are frames, folders that begin with `(_` hold none. */
export async function listRoutes(folder: URL): Promise<RouteFile[]> {
  const found: RouteFile[] = [];
  async function walk(at: URL, path: string): Promise<void> {
    for await (const { name, isDirectory } of Deno.readDir(at)) {
      if (isDirectory && name.startsWith("(_")) continue; // no routes, by Fresh's own rule
      if (isDirectory) await walk(new URL(`${name}/`, at), `${path}${name}/`);
      else if (/\.tsx?$/.test(name) && !name.startsWith("_") && !/[._]test\.tsx?$/.test(name)) {
        found.push({ file: `${path}${name}`, route: patternOf(`${path}${name}`) });
      }
    }
  }
  await walk(folder, "");
  return found.sort((a, b) => a.file < b.file ? -1 : 1);
}

/**
 * Makes sure that every page says who may open it. Called at each start, so that a page without a rule is found by whoever
 * adds it and not by whoever finds it open or closed.
 *
 * @throws {AppError} `bad_config`, naming each file and the line to add
 */
export async function checkRoutes(folder: URL): Promise<void> {
  const unruled = (await listRoutes(folder)).filter(({ route }) => !isRuled(route));
  if (unruled.length === 0) return;
  const lines = unruled.map(({ file, route }) =>
    `  routes/${file}: add to RULES, with the rights it needs:  "${route}": { GET: ["sync:view"] },`
  );
  throw new AppError(
    `Cannot start, pages without a rule in lib/access/rules.ts:\n${lines.join("\n")}`,
    "bad_config",
    "fix_config",
  );
}

/** `sync/runs/[id].tsx` is `/sync/runs/:id`, as the router has it. */
function patternOf(file: string): string {
  const path = file.replace(/\.tsx?$/, "").split("/")
    .filter((part) => !/^\(.*\)$/.test(part)) // a folder in brackets only groups
    .map((part) => part.replaceAll(/\[\.\.\.(\w+)\]/g, ":$1*").replaceAll(/\[(\w+)\]/g, ":$1")).join("/");
  return `/${path}`.replace(/\/index$/, "") || "/";
}
