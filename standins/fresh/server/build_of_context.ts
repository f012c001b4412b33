import type { Build } from "./build.ts";
import { type Context, internalsOf } from "./context.ts";

/** The build behind a request, for middlewares that ship with the framework; null where the app has none. */
export function buildOfContext<State>(ctx: Context<State>): Build<State> | null {
  return internalsOf(ctx).build;
}
