import { HttpError, page } from "fresh";
import { ProviderRefusal } from "../../../components/account/ProviderRefusal.tsx";
import { callerAddress, type OidcRefusal, peerOf } from "../../../lib/access/mod.ts";
import { define } from "../../../utils.ts";

interface Data {
  refusal: OidcRefusal;
  label: string;
}

/** Where the sign-in provider leads back to, with a code in the address that works once. */
export const handler = define.handlers({
  async GET(ctx) {
    const { access: { oidc }, config } = ctx.state.services;
    if (oidc === null) throw new HttpError(404);
    const { headers } = ctx.req;
    const address = callerAddress(peerOf(ctx.info), headers, config.trustProxy);
    const finished = await oidc.finish(ctx.url.search, { address, userAgent: headers.get("User-Agent"), headers });
    if (finished.outcome === "refused") {
      return page<Data>({ refusal: finished.refusal, label: oidc.label }, { status: finished.refusal.status });
    }
    const { session } = finished;
    if (session.outcome === "off") {
      const refusal: OidcRefusal = { reason: "switched_off", message: session.message, status: 403 };
      return page<Data>({ refusal, label: oidc.label }, { status: 403 });
    }
    if (session.outcome !== "done" && session.outcome !== "code") {
      throw new Error(`A session came out as ${session.outcome}`);
    }
    const on = new Headers({
      Location: session.outcome === "code" ? `/sign-in/code?next=${encodeURIComponent(finished.next)}` : finished.next,
    });
    for (const cookie of [...finished.cookies, ...session.cookies]) on.append("Set-Cookie", cookie);
    return new Response(null, { status: 303, headers: on });
  },
});

export default define.page<typeof handler>(({ data }) => <ProviderRefusal {...data} />);
