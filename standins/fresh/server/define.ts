import type { AnyComponent } from "preact";
import type { HandlerByMethod, HandlerFn, RouteHandler } from "./handlers.ts";
import type { Middleware, PageProps } from "./types.ts";

/** Functions that return what they are given, typed with the app's state. */
export interface Define<State> {
  /** A route's handler, or its handlers by method. */
  handlers<Data, Handlers extends RouteHandler<Data, State> = RouteHandler<Data, State>>(
    handlers: Handlers,
  ): typeof handlers;
  /** A page; `define.page<typeof handler>` takes the type of `data` from what the handler returns. */
  page<
    // deno-lint-ignore no-explicit-any -- any data is a handler's own business; it is inferred in the next parameter
    Handler extends RouteHandler<any, State> = never,
    Data = Handler extends HandlerFn<infer D, State> ? D : Handler extends HandlerByMethod<infer D, State> ? D : never,
  >(render: AnyComponent<PageProps<Data, State>>): typeof render;
  /** A layout or the app wrapper. */
  layout(render: AnyComponent<PageProps<unknown, State>>): typeof render;
  /** A middleware, or a list of them. */
  middleware<M extends Middleware<State> | Middleware<State>[]>(middleware: M): typeof middleware;
}

/** Makes the {@link Define} functions for one state type; an app does so once, in `utils.ts`. */
export function createDefine<State>(): Define<State> {
  return {
    handlers: (handlers) => handlers,
    page: (render) => render,
    layout: (render) => render,
    middleware: (middleware) => middleware,
  };
}
