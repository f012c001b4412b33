import { HttpError } from "fresh";
import { define } from "../../../utils.ts";

/** Leads to where the sign-in provider signs people out. A link again: the content security policy lets forms lead nowhere. */
export const handler = define.handlers({
  async GET(ctx) {
    const { oidc } = ctx.state.services.access;
    if (oidc === null) throw new HttpError(404);
    return new Response(null, { status: 303, headers: { Location: await oidc.leaveUrl() ?? "/sign-in" } });
  },
});
