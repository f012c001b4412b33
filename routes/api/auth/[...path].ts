import { callerAddress, peerOf } from "../../../lib/access/mod.ts";
import { define } from "../../../utils.ts";

/** Hands requests about sessions to the account library, with the caller's address as far as it can be trusted. */
export const handler = define.handlers((ctx) => {
  const { access, config } = ctx.state.services;
  const address = callerAddress(peerOf(ctx.info), ctx.req.headers, config.trustProxy);
  return access.handler(new Request(ctx.url, ctx.req), address);
});
