import { define } from "../utils.ts";

/** Ends the session. A form posts here, never a link: following one must not sign anybody out. */
export const handler = define.handlers({
  async POST(ctx) {
    const { access } = ctx.state.services;
    const linked = ctx.state.person && access.oidc ? (await access.people.find(ctx.state.person.id))?.linkedAt : null;
    // what a page of this session has left behind goes too; cookies of looks stay
    const headers = new Headers({
      Location: linked ? "/sign-in?left=1" : "/sign-in",
      "Clear-Site-Data": '"cache", "storage"',
    });
    for (const cookie of await access.signOut(ctx.req.headers)) headers.append("Set-Cookie", cookie);
    return new Response(null, { status: 303, headers });
  },
});
