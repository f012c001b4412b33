import { CACHE_PARAM } from "../shared/asset.ts";
import { buildOfContext } from "../server/build_of_context.ts";
import type { Middleware } from "../server/types.ts";

/**
 * Serves the build's own files and those of `static/`; what it does not know goes on to the next step.
 *
 * A file is kept by browsers for good where its address changes with it: build output, and whatever `asset()` wrote the
 * address of. Everything else is asked for anew each time, with a 304 as the usual answer.
 */
export function staticFiles<State>(): Middleware<State> {
  return async function serveStaticFiles(ctx) {
    const build = buildOfContext(ctx);
    const path = pathInside(ctx.url.pathname, ctx.config.basePath);
    if (path === null || path === "/") return await ctx.next();
    const file = await build?.file(path) ?? null;
    if (build === null || file === null) {
      return path === "/favicon.ico" ? new Response("Not Found", { status: 404 }) : await ctx.next();
    }

    const { method } = ctx.req;
    if (method !== "GET" && method !== "HEAD") {
      return new Response("Method Not Allowed", { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const asked = ctx.url.searchParams.get(CACHE_PARAM);
    const development = build.mode === "development";
    if (asked !== null && asked !== build.id && !development) {
      const url = new URL(ctx.url);
      url.searchParams.delete(CACHE_PARAM);
      return new Response(null, { status: 307, headers: { location: url.pathname + url.search } });
    }

    const headers = new Headers({ "content-type": file.contentType, vary: "If-None-Match" });
    const forGood = !development && (file.immutable || asked === build.id);
    headers.set(
      "cache-control",
      forGood ? "public, max-age=31536000, immutable" : "no-cache, no-store, max-age=0, must-revalidate",
    );
    if (file.hash !== null && !development) {
      const etag = `W/"${file.hash}"`;
      headers.set("etag", etag);
      if (matches(ctx.req.headers.get("if-none-match"), file.hash)) return new Response(null, { status: 304, headers });
    }
    headers.set("content-length", String(file.size));
    return new Response(method === "HEAD" ? null : await file.open(), { headers });
  };
}

/** The decoded path below the base path; null for one that lies elsewhere. A broken escape is taken as it stands. */
function pathInside(pathname: string, basePath: string): string | null {
  if (basePath !== "") {
    if (!pathname.startsWith(`${basePath}/`)) return null;
    pathname = pathname.slice(basePath.length);
  }
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

/** `If-None-Match` may list several tags, weak or strong, and some clients leave out the quotes. */
function matches(header: string | null, hash: string): boolean {
  if (header === null) return false;
  return header.split(",").some((tag) => {
    const bare = tag.trim().replace(/^W\//, "").replace(/^"(.*)"$/, "$1");
    return bare === hash || bare === "*";
  });
}
