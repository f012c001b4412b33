import type { AnyComponent, ComponentChildren, JSX, RenderableProps } from "preact";
import type { Context } from "./context.ts";
import type { RouteHandler } from "./handlers.ts";

/** The HTTP methods an app can answer. */
export type Method = "HEAD" | "GET" | "POST" | "PATCH" | "PUT" | "DELETE" | "OPTIONS";

/** Every method, in the order `Allow` lists them. */
export const METHODS: readonly Method[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Something that is loaded when first needed. */
export type Lazy<T> = () => Promise<T>;

/** A value, or a function that loads it. */
export type MaybeLazy<T> = T | Lazy<T>;

/** A step of a request: answers itself, or hands on with `ctx.next()`. */
export type Middleware<State> = (ctx: Context<State>) => Response | Promise<Response>;

/** The old name of {@link Middleware}. */
export type MiddlewareFn<State> = Middleware<State>;

/** A middleware, or a function that loads one at the first request. */
export type MaybeLazyMiddleware<State> = (
  ctx: Context<State>,
) => Response | Promise<Response | Middleware<State>>;

/** What of the layouts around it a page or a layout leaves out. */
export interface LayoutConfig {
  /** Leave out the layouts of the scopes above. */
  skipInheritedLayouts?: boolean;
  /** Leave out the app wrapper. */
  skipAppWrapper?: boolean;
}

export interface RouteConfig extends LayoutConfig {
  /** A `URLPattern` path in place of the one that the file name gives. */
  routeOverride?: string;
  /** The methods of a route that is loaded lazily, whose handler is not known at start. */
  methods?: "ALL" | Method[];
}

/** What a page, layout or wrapper gets as its props. */
export type PageProps<Data = unknown, State = unknown> =
  & Pick<
    Context<State>,
    | "config"
    | "url"
    | "req"
    | "params"
    | "info"
    | "state"
    | "isPartial"
    | "Component"
    | "error"
    | "route"
  >
  & { data: Data };

/** A component that may be an `async` function and may answer with a `Response`. */
export type AsyncAnyComponent<P> = {
  // deno-lint-ignore no-explicit-any -- Preact's own signature for a component's context
  (props: RenderableProps<P>, context?: any): Promise<JSX.Element | ComponentChildren | Response>;
  displayName?: string;
};

export type RouteComponent<State> =
  | AnyComponent<PageProps<unknown, State>>
  | AsyncAnyComponent<PageProps<unknown, State>>;

/** A page: what it does (`handler`) and what it shows (`component`). */
export interface Route<State> {
  component?: RouteComponent<State>;
  config?: RouteConfig;
  handler?: RouteHandler<unknown, State>;
  /** Stylesheets that the page needs besides. */
  css?: string[];
}
