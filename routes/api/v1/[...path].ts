import { define } from "../../../utils.ts";

/** Hands every request below `/api/v1` to the JSON API. Who asks was decided by the middleware. */
export const handler = define.handlers((ctx) => ctx.state.services.api.fetch(ctx.req, ctx.state.person));
