import { z } from "zod";
import { ADDRESS_HEADER } from "./address.ts";
import type { Auth } from "./auth.ts";
import type { SignIns } from "./sign_in.ts";

/** What of the account library's own routes is reachable, by method and path. */
const REACHABLE = new Set(["POST /sign-out", "GET /get-session"]);

const Given = z.object({
  email: z.string().min(1).max(254),
  password: z.string().min(1).max(1000),
  rememberMe: z.boolean().default(true),
});

/**
 * Answers `/api/auth/*`: `POST sign-in/email`, `POST sign-out`, `GET get-session`; everything else is 404. A sign-in goes
 * through the same door as the one of the page, and nothing of the library's own can go around it.
 */
export function authRoutes(auth: Auth, signIns: SignIns) {
  return async (req: Request, address: string | null = null): Promise<Response> => {
    const route = `${req.method} ${new URL(req.url).pathname.replace(/^\/api\/auth/, "")}`;
    if (route === "POST /sign-in/email") return await signInByJson(req, address, signIns);
    if (!REACHABLE.has(route)) return new Response("Not found", { status: 404 });
    return await auth.handler(withAddress(req, address));
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

/** The request with our own word about where it came from, in place of whatever the caller said. */
function withAddress(req: Request, address: string | null): Request {
  const headers = new Headers(req.headers);
  headers.delete(ADDRESS_HEADER);
  if (address !== null) headers.set(ADDRESS_HEADER, address);
  return new Request(req, { headers });
}
