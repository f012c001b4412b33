import { HttpError } from "../shared/http_error.ts";
import type { Build } from "./build.ts";
import type { Run } from "./commands.ts";
import type { ResolvedFreshConfig } from "./config.ts";
import { Context } from "./context.ts";
import { developerErrorPage } from "./developer_error.ts";
import type { Router } from "./router.ts";
import { type Method, METHODS } from "./types.ts";

/** Everything that answering a request needs, made once per handler. */
export interface Service<State> {
  router: Router<Run<State>>;
  /** The chain for a URL that no pattern matches, and for a method that a pattern lacks. */
  notFound: Run<State>;
  wrongMethod: Run<State>;
  config: ResolvedFreshConfig;
  build: Build<State> | null;
}

const KNOWN = new Set<string>(METHODS);
const NO_INFO: Deno.ServeHandlerInfo = {
  remoteAddr: { transport: "tcp", hostname: "localhost", port: 0 },
  completed: Promise.resolve(),
};

/** Answers one request; whatever happens, the answer is a response. */
export async function serveRequest<State>(
  service: Service<State>,
  req: Request,
  info: Deno.ServeHandlerInfo = NO_INFO,
): Promise<Response> {
  const { router, config, build } = service;
  const url = visibleUrl(req, config.trustProxy);
  const match = router.match(req.method as Method, url);
  let run = match.item;
  if (run === null) run = match.route === null ? service.notFound : service.wrongMethod;

  const chain = run;
  const ctx: Context<State> = new Context(req, url, info, match, config, () => chain(ctx), build);
  let response: Response;
  try {
    response = await run(ctx);
    if (!(response instanceof Response)) {
      throw new Error(
        `Cannot answer ${req.method} ${url.pathname}: a middleware or handler must return a Response, got ${response}`,
      );
    }
  } catch (error) {
    response = bareError(error, ctx, build);
  }
  if (match.item === null && match.route !== null && (response.status === 405 || req.method === "OPTIONS")) {
    response = withAllow(response, match.allowed);
  }
  if (req.method !== "HEAD") return response;
  await response.body?.cancel(); // an open file, say
  return new Response(null, response);
}

/** The last resort, where no error page caught it: plain text, and the log for what is a fault of ours. */
function bareError<State>(error: unknown, ctx: Context<State>, build: Build<State> | null): Response {
  if (error instanceof HttpError) {
    if (error.status >= 500) console.error(error);
    return new Response(error.message, {
      status: error.status,
      headers: { "content-type": "text/plain; charset=utf-8" },
    });
  }
  console.error(error);
  if (build?.live && ctx.req.headers.get("accept")?.includes("text/html")) return developerErrorPage(error);
  return new Response("Internal server error", {
    status: 500,
    headers: { "content-type": "text/plain; charset=utf-8" },
  });
}

function withAllow(response: Response, allowed: Method[]): Response {
  if (response.headers.has("allow")) return response;
  const headers = new Headers(response.headers);
  headers.set("allow", [...new Set(allowed)].filter((method) => KNOWN.has(method)).join(", "));
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/** The URL as routes see it: no runs of slashes in the path, and scheme and host as the visitor typed them. */
function visibleUrl(req: Request, trustProxy: boolean): URL {
  const url = new URL(req.url);
  if (url.pathname.includes("//")) url.pathname = url.pathname.replace(/\/{2,}/g, "/");
  if (!trustProxy) return url;
  const proto = firstOf(req.headers.get("x-forwarded-proto"));
  const host = firstOf(req.headers.get("x-forwarded-host"));
  if (proto === "http" || proto === "https") url.protocol = `${proto}:`;
  if (host !== null && /^[\w.\-:[\]]+$/.test(host)) {
    url.port = ""; // of the inner server: a forwarded host that names no port means the scheme's own
    url.host = host;
  }
  return url;
}

/** The outermost proxy writes the first of a list. */
function firstOf(header: string | null): string | null {
  const first = header?.split(",")[0]?.trim();
  return first === undefined || first === "" ? null : first;
}
