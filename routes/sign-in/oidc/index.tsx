import { HttpError, page } from "fresh";
import { ProviderRefusal } from "../../../components/account/ProviderRefusal.tsx";
import { callerAddress, type OidcRefusal, peerOf, safeReturnPath } from "../../../lib/access/mod.ts";
import { define } from "../../../utils.ts";

interface Data {
  refusal: OidcRefusal;
  label: string;
}

/**
 * Leads to the sign-in provider. A link and no form: the content security policy lets forms lead nowhere else. Another site
 * that sends somebody here only brings them to their own provider, and back to nothing but a session of their own.
 */
export const handler = define.handlers({
  async GET(ctx) {
    const { access: { oidc }, config } = ctx.state.services;
    if (oidc === null) throw new HttpError(404);
    const next = ctx.url.searchParams.get("next");
    const other = ctx.url.searchParams.get("other") === "1";
    if (ctx.state.person && !other) return ctx.redirect(safeReturnPath(next), 303);
    const address = callerAddress(peerOf(ctx.info), ctx.req.headers, config.trustProxy);
    const begun = await oidc.begin({ next, other }, { address, headers: ctx.req.headers });
    if (begun.outcome === "refused") {
      const { status, retryAfterSeconds: seconds } = begun.refusal;
      const headers: HeadersInit = seconds === undefined ? {} : { "Retry-After": String(seconds) };
      return page<Data>({ refusal: begun.refusal, label: oidc.label }, { status, headers });
    }
    const headers = new Headers({ Location: begun.to });
    for (const cookie of begun.cookies) headers.append("Set-Cookie", cookie);
    return new Response(null, { status: 303, headers });
  },
});

export default define.page<typeof handler>(({ data }) => <ProviderRefusal {...data} />);
