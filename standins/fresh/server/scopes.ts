import { HttpError } from "../shared/http_error.ts";
import { type ActiveLayout, type Context, internalsOf } from "./context.ts";
import { isRoute, runRoute } from "./route.ts";
import type { LayoutConfig, Middleware, Route, RouteComponent } from "./types.ts";

/** An error or not-found page. */
export type ErrorPage<State> = Route<State> | Middleware<State>;

/** What a scope holds. `folder` says that it came from a file of the folder, which does not cover a page beside the folder. */
interface Held<T> {
  value: T;
  folder: boolean;
}

/** One segment of the patterns, with what was registered for it so far. */
export class Scope<State> {
  readonly middlewares: Held<Middleware<State>>[] = [];
  layout: Held<{ component: RouteComponent<State>; config: LayoutConfig }> | null = null;
  errorPage: Held<ErrorPage<State>> | null = null;
  readonly #inner = new Map<string, Scope<State>>();

  constructor(readonly parent: Scope<State> | null = null) {}

  /** The scope below this one by these segments; made where there is none. */
  below(segments: string[]): Scope<State> {
    // deno-lint-ignore no-this-alias -- walks down from here
    let scope: Scope<State> = this;
    for (const segment of segments) {
      let next = scope.#inner.get(segment);
      if (next === undefined) scope.#inner.set(segment, next = new Scope(scope));
      scope = next;
    }
    return scope;
  }
}

/** What holds for the whole app. `notFound` is read when it is needed, so it may be registered last. */
export interface Root<State> {
  scope: Scope<State>;
  wrapper: RouteComponent<State> | null;
  notFound: ErrorPage<State> | null;
}

/**
 * The steps of a request that reaches `scope`, as things stand now: what is registered later does not change them.
 * Each scope adds one guard, which sets the layouts and catches what is thrown further in, then its middlewares.
 *
 * @param besideFolder the route is a page beside the folder of the last scope (`admin.tsx` beside `admin/`), so what the
 *   folder's own files say does not hold for it
 */
export function stepsTo<State>(
  root: Root<State>,
  scope: Scope<State>,
  besideFolder: boolean,
): Middleware<State>[] {
  const chain: Scope<State>[] = [];
  for (let at: Scope<State> | null = scope; at !== null; at = at.parent) chain.unshift(at);

  const steps: Middleware<State>[] = [];
  let wrapper = root.wrapper;
  let layouts: ActiveLayout<State>[] = [];
  for (const [i, at] of chain.entries()) {
    const last = i === chain.length - 1;
    const holds = (held: Held<unknown>) => !(besideFolder && last && i > 0 && held.folder);
    const layout = at.layout !== null && holds(at.layout) ? at.layout.value : null;
    if (layout !== null) {
      if (layout.config.skipAppWrapper) wrapper = null;
      const active = { component: layout.component };
      layouts = layout.config.skipInheritedLayouts ? [active] : [...layouts, active];
    }
    const errorPage = at.errorPage !== null && holds(at.errorPage) ? at.errorPage.value : null;
    if (i === 0 || last || layout !== null || errorPage !== null) steps.push(guard(root, wrapper, layouts, errorPage));
    for (const held of at.middlewares) if (holds(held)) steps.push(held.value);
  }
  return steps;
}

function guard<State>(
  root: Root<State>,
  wrapper: RouteComponent<State> | null,
  layouts: ActiveLayout<State>[],
  errorPage: ErrorPage<State> | null,
): Middleware<State> {
  return async function scopeGuard(ctx) {
    const internals = internalsOf(ctx);
    const outer = { wrapper: internals.wrapper, layouts: internals.layouts };
    internals.wrapper = wrapper;
    internals.layouts = layouts;
    try {
      return await ctx.next();
    } catch (thrown) {
      internals.wrapper = wrapper;
      internals.layouts = layouts;
      let error = thrown;
      if (statusOf(error) === 404 && root.notFound !== null && !internals.triedNotFound) {
        internals.triedNotFound = true;
        try {
          return await runPage(ctx, root.notFound, error);
        } catch (own) {
          error = own; // the not-found page failed: from here on that is the error
        }
      }
      if (errorPage !== null) return await runPage(ctx, errorPage, error);
      throw error;
    } finally {
      internals.wrapper = outer.wrapper;
      internals.layouts = outer.layouts;
    }
  };
}

/** A page that fails hands its own error outwards: the next page above sees that one. */
async function runPage<State>(ctx: Context<State>, page: ErrorPage<State>, error: unknown): Promise<Response> {
  ctx.error = error;
  ctx.data = undefined; // of the page that failed
  return isRoute(page) ? await runRoute(ctx, page, statusOf(error)) : await page(ctx);
}

function statusOf(error: unknown): number {
  return error instanceof HttpError ? error.status : 500;
}
