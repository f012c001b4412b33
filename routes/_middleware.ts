import { type Context, HttpError } from "fresh";
import {
  actAs,
  actorOf,
  callerAddress,
  cookiesFor,
  type FoundSession,
  isRuled,
  missing,
  needOf,
  noteRefusal,
  peerOf,
  refusalOf,
  SECOND_FACTOR_PAGE,
  secureHeaders,
} from "../lib/access/mod.ts";
import { isUnexpected, problemOf, problemResponse, refuse } from "../lib/api/mod.ts";
import { AppError, messageOf } from "../lib/errors.ts";
import { logOf } from "../lib/log.ts";
import type { Tide } from "../lib/sync/views.ts";
import { define, type State } from "../utils.ts";

/** The one path that tells everybody something: that the program is alive. */
const HEALTH = "/api/v1/health";

/** What pages for people who are not signed in get: nothing about the mirror. */
const NO_TIDE: Tide = { state: "never", share: null, watermark: null, text: "" };

/**
 * Stands before every page and API route: says who asks, lets nobody in without a session, nobody in without the
 * permission that the page needs, and puts on the headers that every answer carries. What no rule opens is closed.
 */
export const handler = define.middleware(async (ctx) => {
  return secureHeaders(await answer(ctx), { https: isHttps(ctx), personal: true });
});

/** True where people come by https: to us, or to the proxy before us. */
function isHttps({ url, state }: Context<State>): boolean {
  return url.protocol === "https:" || state.services.config.publicUrl?.startsWith("https:") === true;
}

async function answer(ctx: Context<State>): Promise<Response> {
  const api = ctx.url.pathname === "/api" || ctx.url.pathname.startsWith("/api/");
  try {
    return await admit(ctx, api);
  } catch (error) {
    if (error instanceof HttpError && !api) throw error;
    if (isUnexpected(error) && !(error instanceof HttpError)) {
      logOf("web").error("{method} {path} failed: {error}", {
        method: ctx.req.method,
        path: ctx.route ?? ctx.url.pathname,
        error,
      });
    }
    if (api) return problemResponse(problemOf(error));
    throw isUnexpected(error) ? error : httpErrorOf(error);
  }
}

async function admit(ctx: Context<State>, api: boolean): Promise<Response> {
  const { state, req, url } = ctx;
  state.cookies = cookiesFor(isHttps(ctx));
  const theme = state.cookies.read("theme", req.headers); // looks are kept in cookies, so that the first paint is right
  state.theme = theme === "light" || theme === "dark" ? theme : "system";
  state.rail = state.cookies.read("rail", req.headers) === "on";
  state.person = null;
  state.session = null;
  state.lacksSecondFactor = false;
  state.tide = NO_TIDE;
  if (url.pathname === HEALTH) return await ctx.next();

  const address = callerAddress(peerOf(ctx.info), req.headers, state.services.config.trustProxy);
  const caller = api ? await byKey(ctx) : null;
  if (caller instanceof Response) return caller;
  if (caller === null && isNameless(req)) {
    const detail = "This request does not say which site it comes from, so nothing was done.";
    throw new AppError(detail, "forbidden", "reject_request");
  }
  const session = caller ?? await state.services.access.session(req.headers);
  state.person = session.person;
  state.session = session.person && session.id;
  state.lacksSecondFactor = session.lacksSecondFactor;
  return await actAs(actorOf(state.person, address), () => admitPerson(ctx, api, session));
}

/**
 * True for what would change something by a cookie and says neither `Origin` nor `Sec-Fetch-Site`. Every browser says one
 * of them; one that does not could not be told from another site's doing. Programs use a key, which needs neither.
 */
function isNameless({ method, headers }: Request): boolean {
  return !["GET", "HEAD", "OPTIONS"].includes(method) && headers.has("Cookie") && !headers.has("Origin") &&
    !headers.has("Sec-Fetch-Site");
}

/**
 * Who an API key speaks for; null for a request without one. A request with a key is judged by the key alone: a session's
 * cookie beside it does not count.
 */
async function byKey(ctx: Context<State>): Promise<FoundSession | Response | null> {
  const given = ctx.req.headers.get("Authorization");
  if (given === null) return null;
  const text = /^Bearer +(\S+)$/i.exec(given)?.[1] ?? "";
  const used = await ctx.state.services.access.keys.use(text);
  switch (used.outcome) {
    case "done":
      return { person: used.person, id: null, cookies: [], lacksSecondFactor: false };
    case "limited": {
      const seconds = used.retryAfterSeconds;
      const detail = `The key has used up its requests of this minute. The next one is possible in ${seconds} s.`;
      return refuse("key_limited", detail, { "Retry-After": String(seconds) });
    }
    case "wrong":
      return refuse("bad_key", "The key in Authorization is unknown, revoked or expired.", {
        "WWW-Authenticate": "Bearer",
      });
  }
}

async function admitPerson(ctx: Context<State>, api: boolean, session: FoundSession): Promise<Response> {
  const { state, req } = ctx;
  const { cookies } = session;
  // by the pattern that the router matched, not by the path as typed; null is an unknown path, for signed-in people a 404
  const need = ctx.route === null ? [] : needOf(req.method, ctx.route);
  if (session.lacksSecondFactor && ctx.route !== SECOND_FACTOR_PAGE) {
    if (need !== "public") return api ? refuseWithoutFactor() : toSecondFactor();
    state.person = null; // pages for everybody show what they show to nobody
  }
  if (need === "public") return withCookies(await ctx.next(), cookies);
  if (state.person === null) return api ? refuseApi() : toSignIn(ctx);
  if (need === "unlisted") {
    if (isRuled(ctx.route!)) throw new HttpError(405);
    logOf("web").error("{route} has no rule in lib/access/rules.ts, so nobody may open it", { route: ctx.route });
    throw new HttpError(403, "Nobody may open this page: no rule says who may.");
  }
  const lacking = missing(state.person, need);
  if (lacking !== null) {
    noteRefusal(state.person, lacking, `${req.method} ${ctx.route}`);
    throw new HttpError(403, refusalOf(lacking));
  }
  if (!api) state.tide = await tideOf(state);
  return withCookies(await ctx.next(), cookies);
}

/** The foot of the page must not take the page down with it. */
async function tideOf(state: State): Promise<Tide> {
  try {
    return await state.services.sync.tide();
  } catch (error) {
    logOf("web").error("Cannot read the tide: {message}", { message: messageOf(error) });
    return { state: "failing", share: null, watermark: null, text: "State unknown" };
  }
}

function refuseApi(): Response {
  return refuse("not_signed_in", "This needs a signed-in person. Sign in at /sign-in.");
}

function refuseWithoutFactor(): Response {
  const detail = `Your role needs a second factor. Set one up at ${SECOND_FACTOR_PAGE}.`;
  return refuse("second_factor_missing", detail);
}

/** The one page that somebody reaches who must have a second factor and has none. */
function toSecondFactor(): Response {
  return new Response(null, { status: 303, headers: { Location: SECOND_FACTOR_PAGE } });
}

/** Leads to the sign-in and, for pages, back again afterwards. */
function toSignIn(ctx: Context<State>): Response {
  const reads = ctx.req.method === "GET" || ctx.req.method === "HEAD";
  const path = ctx.url.pathname + ctx.url.search;
  const back = reads && path !== "/" ? `?next=${encodeURIComponent(path)}` : "";
  return new Response(null, { status: 303, headers: { Location: `/sign-in${back}` } });
}

/** Errors of ours with the status that the API would give them, so that the error page has it and the sentence. */
function httpErrorOf(error: unknown): HttpError {
  const { status, detail } = problemOf(error);
  return new HttpError(status as ConstructorParameters<typeof HttpError>[0], detail, { cause: error });
}

/** Adds the session's cookies, unless the route has set the same ones: a sign-in must not be undone by an old session. */
function withCookies(response: Response, cookies: string[]): Response {
  const nameOf = (cookie: string) => cookie.slice(0, cookie.indexOf("="));
  const set = new Set(response.headers.getSetCookie().map(nameOf));
  const added = cookies.filter((cookie) => !set.has(nameOf(cookie)));
  if (added.length === 0) return response;
  const headers = new Headers(response.headers);
  for (const cookie of added) headers.append("Set-Cookie", cookie);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
