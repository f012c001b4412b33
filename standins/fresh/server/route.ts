import { type Context, internalsOf } from "./context.ts";
import type { PageResponse, RouteHandler } from "./handlers.ts";
import { pageProps, renderComponent } from "./page.ts";
import { type Method, METHODS, type Middleware, type Route } from "./types.ts";

/** The methods a route answers. A function or a lone component answers all; a component beside an object adds GET. */
export function routeMethods<State>(route: Route<State>): Method[] {
  const { handler, component } = route;
  if (handler === undefined || typeof handler === "function") return [...METHODS];
  const methods = METHODS.filter((method) => typeof handler[method] === "function");
  if (component !== undefined && !methods.includes("GET")) methods.push("GET");
  return methods;
}

/** Whether an error or not-found page was given as a route and not as a middleware. */
export function isRoute<State>(page: Route<State> | Middleware<State>): page is Route<State> {
  return typeof page !== "function";
}

/**
 * Answers with a route: its handler first, then its component with the handler's data.
 *
 * @param status of the page where the handler names none: 200, or an error's own
 */
export async function runRoute<State>(ctx: Context<State>, route: Route<State>, status = 200): Promise<Response> {
  const { component, config, css } = route;
  let headers: HeadersInit | undefined;
  const handle = pickHandler(route.handler, ctx.req.method);
  if (handle !== undefined) {
    const result: unknown = await handle(ctx);
    if (result instanceof Response) return result;
    if (!isPageResponse(result)) {
      throw new Error(
        `Cannot answer ${ctx.req.method} ${ctx.url.pathname}: the handler of "${ctx.route}" must return a Response or page(data)`,
      );
    }
    ctx.data = result.data;
    headers = result.headers;
    status = result.status ?? status;
  }
  if (component === undefined) {
    throw new Error(
      `Cannot answer ${ctx.req.method} ${ctx.url.pathname}: "${ctx.route}" has no page component, so its handler must return a Response`,
    );
  }
  if (css !== undefined) internalsOf(ctx).css.push(...css);
  const vnode = await renderComponent(component, pageProps(ctx, ctx.Component));
  if (vnode instanceof Response) return vnode;
  return await ctx.render(vnode, { status, headers }, config);
}

function pickHandler<State>(handler: RouteHandler<unknown, State> | undefined, method: string) {
  if (handler === undefined || typeof handler === "function") return handler;
  const own = (name: string) => Object.hasOwn(handler, name) ? handler[name as Method] : undefined;
  return own(method) ?? (method === "HEAD" ? own("GET") : undefined);
}

function isPageResponse(value: unknown): value is PageResponse<unknown> {
  return typeof value === "object" && value !== null && "data" in value;
}
