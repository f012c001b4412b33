import { CACHE_PARAM } from "../shared/asset.ts";
import type { Snapshot } from "../server/snapshot.ts";
import { toFileUrl } from "../server/file_url.ts";
import { hashOf } from "./hash.ts";

const URL_TOKEN = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^\s"')]+))\s*\)/g;

/**
 * Addresses the files that a stylesheet names by build, as `asset()` does in pages: fonts and pictures are then kept by
 * browsers for good, and a font that a page preloads is the one that its stylesheet asks for.
 */
export function addBuildId(css: string, buildId: string): string {
  return css.replace(URL_TOKEN, (all, double?: string, single?: string, bare?: string) => {
    const url = double ?? single ?? bare ?? "";
    if (url === "" || /^([a-z][a-z0-9+.-]*:|\/\/|#)/i.test(url) || url.includes(CACHE_PARAM)) return all;
    const [path = "", hash] = url.split("#", 2);
    const query = `${path.includes("?") ? "&" : "?"}${CACHE_PARAM}=${buildId}`;
    return `url("${path}${query}${hash === undefined ? "" : `#${hash}`}")`;
  });
}

/** Does so for all stylesheets among a build's files. The build id is that of the files as they were before. */
export async function lockStylesheets(files: Snapshot["files"], root: string, buildId: string): Promise<void> {
  for (const [path, file] of files) {
    if (!path.endsWith(".css")) continue;
    const content = typeof file.at === "string"
      ? await Deno.readFile(new URL(file.at, toFileUrl(`${root}/`)))
      : file.at;
    const css = new TextDecoder().decode(content);
    const locked = addBuildId(css, buildId);
    if (locked === css) continue;
    file.at = new TextEncoder().encode(locked);
    file.size = file.at.byteLength;
    file.hash = await hashOf(file.at);
  }
}
