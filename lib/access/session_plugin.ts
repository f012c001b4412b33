import { createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { z } from "zod";

/**
 * Teaches the account library to open a session for somebody whom we know by our own means: by a password that we compared,
 * or by an identity provider. Callable from here only (`auth.api.openSession`); it has no URL.
 */
export function sessionPlugin() {
  return {
    id: "tidemark-sessions",
    endpoints: {
      openSession: createAuthEndpoint.serverOnly(
        {
          method: "POST",
          body: z.object({ personId: z.string(), remember: z.boolean(), secondFactor: z.string().nullable() }),
        },
        async (ctx) => {
          const { personId, remember, secondFactor } = ctx.body;
          const user = await ctx.context.internalAdapter.findUserById(personId);
          if (!user) throw new Error("Cannot open a session: the account is gone");
          const session = await ctx.context.internalAdapter.createSession(personId, !remember, { secondFactor });
          await setSessionCookie(ctx, { session, user }, !remember);
          return { id: session.id };
        },
      ),
    },
  };
}
