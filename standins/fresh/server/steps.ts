import type { Context } from "./context.ts";
import type { MaybeLazyMiddleware, Middleware } from "./types.ts";

/**
 * Makes one function of a list of middlewares. Each is called with `ctx.next` leading to the one after it; what it throws
 * is left in `ctx.error` for everybody further out.
 *
 * A middleware may also be a function that resolves to one: its result takes its place at the first request.
 */
export function chainSteps<State>(
  given: readonly MaybeLazyMiddleware<State>[],
): (ctx: Context<State>) => Promise<Response> {
  const steps = [...given];

  async function run(ctx: Context<State>, at: number): Promise<Response> {
    const step = steps[at];
    if (step === undefined) throw new Error("Cannot go on: ctx.next() was called in the last handler of the chain");
    try {
      ctx.next = () => run(ctx, at + 1);
      const result: unknown = await step(ctx);
      if (typeof result !== "function") return result as Response;
      steps[at] = result as Middleware<State>;
      ctx.next = () => run(ctx, at + 1);
      return await (result as Middleware<State>)(ctx);
    } catch (error) {
      ctx.error = error;
      throw error;
    }
  }

  return (ctx) => run(ctx, 0);
}
