/** The query name that makes a static file's address new with each build, so that it can be cached for good. */
export const CACHE_PARAM = "__frsh_c";

/** Until a build is known: an app without one has no files to cache. */
const site = { buildId: "unbuilt", basePath: "" };

/** Tells `asset()` the build and the base path: the server at start, the browser before the first island is loaded. */
export function setAssetSite(buildId: string | undefined, basePath: string): void {
  site.buildId = buildId ?? "unbuilt";
  site.basePath = basePath === "/" ? "" : basePath;
}

/** Puts the base path in front of a local path, once. */
export function withBasePath(path: string, basePath: string): string {
  if (basePath === "" || path === basePath || path.startsWith(basePath + "/")) return path;
  return basePath + path;
}

/**
 * The address of a static file for this build. Local paths (`/logo.svg`) get the build id as a query and the base path in
 * front; other addresses come back as they are. The same on the server and in the browser.
 */
export function asset(path: string): string {
  if (!path.startsWith("/") || path.startsWith("//")) return path;
  try {
    const url = new URL(path, "http://local.invalid");
    if (url.origin !== "http://local.invalid" || url.searchParams.has(CACHE_PARAM)) return path;
    return withBasePath(url.pathname, site.basePath) + addParam(url.search, CACHE_PARAM, site.buildId) + url.hash;
  } catch {
    return path; // not an address at all, e.g. "/%"
  }
}

/** `asset()` for each candidate of a `srcset`: `"/a.png 1x, /b.png 2x"`. Text that is no such list comes back as it is. */
export function assetSrcSet(srcset: string): string {
  if (srcset.includes("(")) return srcset; // a function of CSS: commas in it part nothing
  const candidates = srcset.split(",").map((candidate) => candidate.trim());
  if (candidates.some((candidate) => candidate === "")) return srcset;
  return candidates.map((candidate) => {
    const [url = "", ...size] = candidate.split(/\s+/);
    return [asset(url), ...size].join(" ");
  }).join(", ");
}

function addParam(search: string, name: string, value: string): string {
  return `${search === "" ? "?" : search + "&"}${name}=${encodeURIComponent(value)}`;
}
