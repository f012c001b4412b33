import type { Context } from "../server/context.ts";
import type { Middleware } from "../server/types.ts";

export interface CORSOptions<State = unknown> {
  /** Who may read answers: `*` (the default), an origin, some, or a function that gives the origin to allow. */
  origin?:
    | string
    | string[]
    | ((origin: string, context: Context<State>) => string | undefined | null);
  allowMethods?: string[];
  allowHeaders?: string[];
  /** Seconds a browser may keep the answer to a preflight. */
  maxAge?: number;
  credentials?: boolean;
  exposeHeaders?: string[];
}

const METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"];

/** Lets other sites read answers, and answers their preflight requests (every OPTIONS) with 204. */
export function cors<State>(options: CORSOptions<State> = {}): Middleware<State> {
  const { origin: allowed = "*", allowMethods = METHODS, allowHeaders = [], exposeHeaders = [] } = options;

  return async function shareAcrossOrigins(ctx) {
    const preflight = ctx.req.method === "OPTIONS";
    const answer = preflight ? new Response(null, { status: 204 }) : await ctx.next();
    const response = new Response(answer.body, answer);
    const { headers } = response;

    const origin = allowedOrigin(allowed, ctx.req.headers.get("origin") ?? "", ctx);
    if (origin) headers.set("access-control-allow-origin", origin);
    if (allowed !== "*") headers.append("vary", "Origin");
    if (options.credentials) headers.set("access-control-allow-credentials", "true");
    if (exposeHeaders.length > 0) headers.set("access-control-expose-headers", exposeHeaders.join(","));
    if (!preflight) return response;

    if (options.maxAge !== undefined) headers.set("access-control-max-age", String(options.maxAge));
    if (allowMethods.length > 0) headers.set("access-control-allow-methods", allowMethods.join(","));
    const asked = ctx.req.headers.get("access-control-request-headers")?.split(/\s*,\s*/) ?? [];
    const names = allowHeaders.length > 0 ? allowHeaders : asked;
    if (names.length > 0) {
      headers.set("access-control-allow-headers", names.join(","));
      headers.append("vary", "Access-Control-Request-Headers");
    }
    return response;
  };
}

function allowedOrigin<State>(
  allowed: NonNullable<CORSOptions<State>["origin"]>,
  origin: string,
  ctx: Context<State>,
): string | null | undefined {
  if (typeof allowed === "function") return allowed(origin, ctx);
  if (typeof allowed === "string") return allowed === "*" || allowed === origin ? allowed : null;
  return allowed.includes(origin) ? origin : null;
}
