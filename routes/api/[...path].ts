import { refuse } from "../../lib/api/mod.ts";
import { define } from "../../utils.ts";

/** Everything below `/api` that no other route answers. */
export const handler = define.handlers((ctx) =>
  refuse("not_found", `There is nothing at ${ctx.url.pathname}. The API is described at /api/v1/openapi.json.`)
);
