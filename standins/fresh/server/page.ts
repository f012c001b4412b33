import { Fragment, type FunctionComponent, h, type VNode } from "preact";
import { type Context, internalsOf } from "./context.ts";
import { renderDocument } from "./document.ts";
import type { LayoutConfig, PageProps, RouteComponent } from "./types.ts";

/**
 * Renders an element inside the layouts (innermost first) and the app wrapper that hold for the request.
 *
 * Layouts may be `async` and may answer with a `Response` of their own, which then is the answer.
 */
export async function renderPage<State>(
  ctx: Context<State>,
  vnode: VNode | null,
  init: ResponseInit,
  config: LayoutConfig,
): Promise<Response> {
  const { layouts, wrapper } = internalsOf(ctx);
  const around = config.skipInheritedLayouts ? [] : layouts.map((layout) => layout.component);
  if (wrapper !== null && !config.skipAppWrapper) around.unshift(wrapper);

  let page: VNode = vnode ?? h(Fragment, null);
  for (let i = around.length - 1; i >= 0; i--) {
    const inner = page;
    const component = around[i];
    if (component === undefined) continue;
    ctx.Component = () => inner;
    const wrapped = await renderComponent(component, pageProps(ctx, ctx.Component));
    if (wrapped instanceof Response) return wrapped;
    page = wrapped;
  }
  return renderDocument(ctx, page, init);
}

/** The props of a page, layout or wrapper. */
export function pageProps<State>(ctx: Context<State>, Component: FunctionComponent): PageProps<unknown, State> {
  return {
    config: ctx.config,
    url: ctx.url,
    req: ctx.req,
    params: ctx.params,
    info: ctx.info,
    state: ctx.state,
    isPartial: ctx.isPartial,
    Component,
    error: ctx.error,
    route: ctx.route,
    data: ctx.data,
  };
}

/** Makes an element of a page component; an `async` one is awaited here, since elements below must be synchronous. */
export async function renderComponent<State>(
  component: RouteComponent<State>,
  props: PageProps<unknown, State>,
): Promise<VNode | Response> {
  if (!isAsync(component)) return h(component as FunctionComponent<PageProps<unknown, State>>, props) as VNode;
  const result = await (component as (props: PageProps<unknown, State>) => Promise<unknown>)(props);
  if (result instanceof Response) return result;
  return h(Fragment, null, result as VNode);
}

function isAsync(component: unknown): boolean {
  return typeof component === "function" && component.constructor.name === "AsyncFunction";
}
