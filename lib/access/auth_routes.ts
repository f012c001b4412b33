import { z } from "zod";
import type { SignIns } from "./sign_in.ts";

const Given = z.object({
  email: z.string().min(1).max(254),
  password: z.string().min(1).max(1000),
  rememberMe: z.boolean().default(true),
});

/**
 * Answers `POST /api/auth/sign-in/email`; everything else below `/api/auth` is 404. A sign-in goes through the same door as
 * the one of the page. Nothing of the account library's own is reachable: its sign-out is not written down, and its answer
 * about a session holds what the cookie keeps from scripts.
 */
export function authRoutes(signIns: SignIns) {
  return async (req: Request, address: string | null = null): Promise<Response> => {
    const route = `${req.method} ${new URL(req.url).pathname.replace(/^\/api\/auth/, "")}`;
    if (route === "POST /sign-in/email") return await signInByJson(req, address, signIns);
    return new Response("Not found", { status: 404 });
  };
}

async function signInByJson(req: Request, address: string | null, signIns: SignIns): Promise<Response> {
  const type = req.headers.get("Content-Type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") return refused(415, "UNSUPPORTED_MEDIA_TYPE", "Send JSON (application/json).");
  const given = Given.safeParse(await req.json().catch(() => null));
  if (!given.success) {
    const message = "Send an e-mail and a password, and perhaps rememberMe (true or false), as JSON.";
    return refused(400, "VALIDATION_ERROR", message);
  }
  const { email, password, rememberMe: remember } = given.data;
  const userAgent = req.headers.get("User-Agent");
  const result = await signIns.signIn({ email, password, remember, address, userAgent, replaces: req.headers });
  switch (result.outcome) {
    case "done":
      return withCookies(Response.json({ signedIn: true }), result.cookies);
    case "code":
      return withCookies(Response.json({ signedIn: false, next: "/sign-in/code" }), result.cookies);
    case "wrong":
      return refused(401, "INVALID_EMAIL_OR_PASSWORD", "No account has this e-mail address and password.");
    case "off":
      return refused(403, "BANNED_USER", result.message);
    case "limited": {
      const seconds = String(result.retryAfterSeconds);
      const message = `Too many attempts came from your address. The next one is possible in ${seconds} s.`;
      return refused(429, "TOO_MANY_REQUESTS", message, { "Retry-After": seconds });
    }
  }
}

function refused(status: number, code: string, message: string, headers: HeadersInit = {}): Response {
  return Response.json({ code, message }, { status, headers });
}

function withCookies(response: Response, cookies: string[]): Response {
  for (const cookie of cookies) response.headers.append("Set-Cookie", cookie);
  return response;
}
