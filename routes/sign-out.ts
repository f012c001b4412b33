import { define } from "../utils.ts";

/** Ends the session. A form posts here, never a link: following one must not sign anybody out. */
export const handler = define.handlers({
  async POST(ctx) {
    // what a page of this session has left behind goes too; cookies of looks stay
    const headers = new Headers({ Location: "/sign-in", "Clear-Site-Data": '"cache", "storage"' });
    for (const cookie of await ctx.state.services.access.signOut(ctx.req.headers)) headers.append("Set-Cookie", cookie);
    return new Response(null, { status: 303, headers });
  },
});
