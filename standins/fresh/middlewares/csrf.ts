import { HttpError } from "../shared/http_error.ts";
import type { Context } from "../server/context.ts";
import type { Middleware } from "../server/types.ts";

export interface CsrfOptions<State = unknown> {
  /** Other origins that may send requests: one, some, or a function that decides. */
  origin?: string | string[] | ((origin: string, context: Context<State>) => boolean);
}

const HARMLESS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses requests that another site makes a visitor's browser send. Browsers say where a request comes from
 * (`Sec-Fetch-Site`, `Origin`); what says nothing is no browser and carries nobody's cookies.
 *
 * Behind TLS termination the app needs `trustProxy`, or its own origin is not the one that browsers name.
 *
 * @throws {HttpError} 403
 */
export function csrf<State>(options?: CsrfOptions<State>): Middleware<State> {
  return async function refuseForeignRequests(ctx) {
    if (HARMLESS.has(ctx.req.method)) return await ctx.next();
    const site = ctx.req.headers.get("sec-fetch-site");
    const origin = ctx.req.headers.get("origin");
    const passes = site === null
      ? origin === null || isAllowed(origin, options?.origin, ctx)
      : site === "same-origin" || site === "none" || (origin !== null && isAllowed(origin, options?.origin, ctx));
    if (!passes) throw new HttpError(403);
    return await ctx.next();
  };
}

function isAllowed<State>(origin: string, allowed: CsrfOptions<State>["origin"], ctx: Context<State>): boolean {
  if (allowed === undefined) return origin === ctx.url.origin;
  if (typeof allowed === "function") return allowed(origin, ctx);
  return typeof allowed === "string" ? origin === allowed : allowed.includes(origin);
}
