/**
 * The server's side of the framework: the app, what its middlewares and pages get, and the middlewares that ship with it.
 */
export { App } from "./server/app.ts";
export type { ListenOptions } from "./server/listen.ts";
export type { FreshConfig, ResolvedFreshConfig } from "./server/config.ts";
export type { Context, FreshContext } from "./server/context.ts";
export { createDefine, type Define } from "./server/define.ts";
export {
  type HandlerByMethod,
  type HandlerFn,
  page,
  type PageResponse,
  type RouteData,
  type RouteHandler,
} from "./server/handlers.ts";
export type {
  LayoutConfig,
  Lazy,
  MaybeLazy,
  Method,
  Middleware,
  MiddlewareFn,
  PageProps,
  Route,
  RouteConfig,
} from "./server/types.ts";
export { HttpError } from "./shared/http_error.ts";
export { csp, type CSPOptions } from "./middlewares/csp.ts";
export { csrf, type CsrfOptions } from "./middlewares/csrf.ts";
export { staticFiles } from "./middlewares/static_files.ts";
