import { type ComponentChildren, Fragment, type FunctionComponent, h, isValidElement, type VNode } from "preact";
import type { Build } from "./build.ts";
import type { ResolvedFreshConfig } from "./config.ts";
import { renderPage } from "./page.ts";
import { streamBody, type StreamSource } from "./stream.ts";
import type { LayoutConfig, RouteComponent } from "./types.ts";

/** A layout that holds for the scope a request has reached. */
export interface ActiveLayout<State> {
  component: RouteComponent<State>;
}

/** What the framework keeps with a request; applications have no way to it. */
export interface Internals<State> {
  build: Build<State> | null;
  /** The app wrapper that holds where the request is now. */
  wrapper: RouteComponent<State> | null;
  /** The layouts that hold there, outermost first. */
  layouts: ActiveLayout<State>[];
  /** Set by `csp({ useNonce })`: rendered pages put a nonce on their script and style elements. */
  wantsNonce: boolean;
  /** The nonce of the page that was rendered for this request. */
  nonce: string | null;
  /** Set once the not-found page has been asked, so that its own 404 goes on to the error pages. */
  triedNotFound: boolean;
  /** Stylesheets of the route. */
  css: string[];
}

let readInternals: <State>(ctx: Context<State>) => Internals<State>;

/** The framework's own part of a context. */
export function internalsOf<State>(ctx: Context<State>): Internals<State> {
  return readInternals(ctx);
}

/** Everything about one request. Made once per request and handed to each middleware, handler and page. */
export class Context<State> {
  /** The request as it came. */
  readonly req: Request;
  /** Its URL, with runs of slashes made one, and as the visitor sees it where a proxy is trusted. */
  readonly url: URL;
  /** Who asked: the address of the other end. */
  readonly info: Deno.ServeHandlerInfo;
  /** Decoded values of the pattern's groups; empty optional groups are `""`. */
  readonly params: Record<string, string>;
  /** The pattern that matched, null where none did. */
  readonly route: string | null;
  /** What middlewares leave for those after them. Starts as `{}`. */
  readonly state: State = {} as State;
  readonly config: ResolvedFreshConfig;
  /** Whether only a part of the page is asked for. */
  readonly isPartial: boolean;
  /** The data of the page being rendered. */
  data: unknown = undefined;
  /** What was thrown last, for error pages. */
  error: unknown | null = null;
  /** Goes on to the next middleware or the handler. */
  next: () => Promise<Response>;
  /** In layouts and the wrapper: what they wrap. */
  Component: FunctionComponent = empty;

  readonly #internals: Internals<State>;

  static {
    readInternals = (ctx) => ctx.#internals;
  }

  constructor(
    req: Request,
    url: URL,
    info: Deno.ServeHandlerInfo,
    match: { params: Record<string, string>; route: string | null },
    config: ResolvedFreshConfig,
    next: () => Promise<Response>,
    build: Build<State> | null,
  ) {
    this.req = req;
    this.url = url;
    this.info = info;
    this.params = match.params;
    this.route = match.route;
    this.config = config;
    this.isPartial = url.search !== "" && url.searchParams.has("fresh-partial");
    this.next = next;
    this.#internals = {
      build,
      wrapper: null,
      layouts: [],
      wantsNonce: false,
      nonce: null,
      triedNotFound: false,
      css: [],
    };
  }

  /**
   * An answer that sends the browser elsewhere. Runs of slashes in a local path are made one, since `//host` would lead
   * to another site.
   */
  redirect(pathOrUrl: string, status = 302): Response {
    let location = pathOrUrl;
    if (pathOrUrl !== "/" && pathOrUrl.startsWith("/")) {
      const end = pathOrUrl.search(/[?#]/);
      const path = end === -1 ? pathOrUrl : pathOrUrl.slice(0, end);
      // Browsers read a backslash as a slash, so "/\host" would leave the site as well.
      location = path.replace(/[\\/]{2,}/g, "/") + (end === -1 ? "" : pathOrUrl.slice(end));
    }
    if (this.isPartial) location = carryPartial(location, this.url);
    return new Response(null, { status, headers: { location } });
  }

  /**
   * Renders an element as the page, inside the layouts and the app wrapper that hold here.
   *
   * @throws {Error} where there is no element to render
   */
  async render(
    // deno-lint-ignore no-explicit-any -- an element of whatever component
    vnode: VNode<any> | null,
    init: ResponseInit | undefined = {},
    config: LayoutConfig = {},
  ): Promise<Response> {
    if (arguments.length === 0) throw new Error("Cannot render a page: ctx.render() was called without an element");
    if (vnode !== null && !isValidElement(vnode)) {
      throw new Error(`Cannot render a page: ctx.render() needs an element, got ${describe(vnode)}`);
    }
    return await renderPage(this, vnode, init, config);
  }

  /** A plain text answer. */
  text(body: string, init?: ResponseInit): Response {
    return new Response(body, withType(init, "text/plain; charset=utf-8"));
  }

  /** An answer of ready HTML. */
  html(body: string, init?: ResponseInit): Response {
    return new Response(body, withType(init, "text/html; charset=utf-8"));
  }

  /** A JSON answer. */
  // deno-lint-ignore no-explicit-any -- anything JSON.stringify takes
  json(body: any, init?: ResponseInit): Response {
    return Response.json(body, init);
  }

  /** An answer that is sent piece by piece as the source gives them; a source that throws cuts the connection. */
  stream(source: StreamSource, init?: ResponseInit): Response {
    return new Response(streamBody(source), init);
  }
}

/** The old name of {@link Context}. */
export type FreshContext<State = unknown> = Context<State>;

function empty(): VNode {
  return h(Fragment, null);
}

function withType(init: ResponseInit | undefined, type: string): ResponseInit {
  const headers = new Headers(init?.headers);
  if (!headers.has("content-type")) headers.set("content-type", type);
  return { ...init, headers };
}

function carryPartial(location: string, from: URL): string {
  const hash = location.indexOf("#");
  const [path, end] = hash === -1 ? [location, ""] : [location.slice(0, hash), location.slice(hash)];
  const value = encodeURIComponent(from.searchParams.get("fresh-partial") ?? "true");
  return `${path}${path.includes("?") ? "&" : "?"}fresh-partial=${value}${end}`;
}

function describe(value: ComponentChildren): string {
  return value === undefined ? "undefined" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
