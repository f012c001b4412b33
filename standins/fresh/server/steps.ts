import type { Context } from "./context.ts";
import type { MaybeLazyMiddleware, Middleware } from "./types.ts";

/**
 * Makes a plain middleware of one that may be lazy: a function that resolves to the middleware. Which it is shows when it
 * is called first; the result then takes its place. Requests that arrive before it has may each load it.
 */
export function loadOnce<State>(given: MaybeLazyMiddleware<State>): Middleware<State> {
  let known: Middleware<State> | null = null;

  async function callFirst(ctx: Context<State>): Promise<Response> {
    const result: unknown = await given(ctx);
    if (typeof result === "function") {
      known = result as Middleware<State>;
      return await known(ctx);
    }
    known ??= given as Middleware<State>;
    return result as Response;
  }

  return (ctx) => known === null ? callFirst(ctx) : known(ctx);
}

/**
 * Makes one function of a list of middlewares. Each is called with `ctx.next` leading to the one after it; what it throws
 * is left in `ctx.error` for everybody further out.
 */
export function chainSteps<State>(steps: readonly Middleware<State>[]): (ctx: Context<State>) => Promise<Response> {
  async function run(ctx: Context<State>, at: number): Promise<Response> {
    const step = steps[at];
    if (step === undefined) throw new Error("Cannot go on: ctx.next() was called in the last handler of the chain");
    try {
      ctx.next = () => run(ctx, at + 1);
      return await step(ctx);
    } catch (error) {
      ctx.error = error;
      throw error;
    }
  }

  return (ctx) => run(ctx, 0);
}
