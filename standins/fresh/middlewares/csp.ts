import { type Context, internalsOf } from "../server/context.ts";
import type { Middleware } from "../server/types.ts";

export interface CSPOptions {
  /** Only report what would be blocked. */
  reportOnly?: boolean;
  /** Where reports go. */
  reportTo?: string;
  /** Directives, each replacing the default one of its name, e.g. `"img-src 'self' https://images.example"`. */
  csp?: string[];
  /** Allow inline scripts and styles of rendered pages by a nonce, in place of `'unsafe-inline'`. */
  useNonce?: boolean;
}

const DEFAULTS = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "media-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "upgrade-insecure-requests",
];

/**
 * Sends a Content-Security-Policy. With `useNonce`, pages that the app renders get a new nonce each, which every script
 * and style element of the page carries; other responses keep the plain policy. A `style` attribute is blocked then.
 */
export function csp<State>(options: CSPOptions = {}): Middleware<State> {
  const policy = mergeDirectives(options.csp ?? []);
  if (options.reportTo !== undefined) policy.push("report-to csp-endpoint", `report-uri ${options.reportTo}`);
  const plain = policy.join("; ");
  const name = options.reportOnly ? "content-security-policy-report-only" : "content-security-policy";

  return async function addPolicy(ctx: Context<State>) {
    const internals = internalsOf(ctx);
    if (options.useNonce) internals.wantsNonce = true;
    const answer = await ctx.next();
    const { nonce } = internals;
    const isPage = nonce !== null && answer.headers.get("content-type")?.startsWith("text/html");
    const value = options.useNonce && isPage ? plain.replaceAll("'unsafe-inline'", `'nonce-${nonce}'`) : plain;

    const response = writable(answer);
    response.headers.set(name, value);
    if (options.reportTo !== undefined) {
      response.headers.set("reporting-endpoints", `csp-endpoint="${options.reportTo}"`);
    }
    return response;
  };
}

function mergeDirectives(given: string[]): string[] {
  const nameOf = (directive: string) => directive.trim().split(/\s+/)[0]?.toLowerCase() ?? "";
  const own = new Map(given.map((directive) => [nameOf(directive), directive.trim()]));
  own.delete("");
  return [...DEFAULTS.filter((directive) => !own.has(nameOf(directive))), ...own.values()];
}

/** Responses that came from `fetch` or `Response.redirect` have headers that cannot be changed. */
function writable(response: Response): Response {
  try {
    response.headers.delete("x-never-set");
    return response;
  } catch {
    return new Response(response.body, response);
  }
}
