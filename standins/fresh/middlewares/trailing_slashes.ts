import type { Middleware } from "../server/types.ts";

/** Sends every path to its form with, or without, a slash at the end. The query stays; `/` is left alone. */
export function trailingSlashes<State>(mode: "always" | "never"): Middleware<State> {
  return async function fixTrailingSlash(ctx) {
    const { pathname, search } = ctx.url;
    const hasSlash = pathname.endsWith("/");
    if (pathname !== "/" && hasSlash !== (mode === "always")) {
      return ctx.redirect((hasSlash ? pathname.replace(/\/+$/, "") : `${pathname}/`) + search);
    }
    return await ctx.next();
  };
}
