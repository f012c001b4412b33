import { Fragment, type FunctionComponent, h, type VNode } from "preact";
import { type Context, internalsOf } from "./context.ts";
import { renderDocument } from "./document.ts";
import type { AsyncAnyComponent, LayoutConfig, PageProps, RouteComponent } from "./types.ts";

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
    const wrapped = renderComponent(component, pageProps(ctx, ctx.Component));
    const ready = wrapped instanceof Promise ? await wrapped : wrapped;
    if (ready instanceof Response) return ready;
    page = ready;
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

/** Makes an element of a page component; an `async` one runs here, since elements below must be synchronous. */
export function renderComponent<State>(
  component: RouteComponent<State>,
  props: PageProps<unknown, State>,
): VNode | Promise<VNode | Response> {
  if (isAsync(component)) return runAsync(component, props);
  return h(component as FunctionComponent<PageProps<unknown, State>>, props) as VNode;
}

async function runAsync<State>(
  component: AsyncAnyComponent<PageProps<unknown, State>>,
  props: PageProps<unknown, State>,
): Promise<VNode | Response> {
  const result = await component(props);
  return result instanceof Response ? result : h(Fragment, null, result);
}

const AsyncFunction = (async () => {}).constructor;

function isAsync<State>(component: RouteComponent<State>): component is AsyncAnyComponent<PageProps<unknown, State>> {
  return component.constructor === AsyncFunction;
}
