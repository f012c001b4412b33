import { createServer } from "node:http";
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import Provider from "oidc-provider";

/** Somebody who has an account at the provider of the tests: what it tells about them. `sub` is their name there. */
export type Claims = { sub: string } & Record<string, unknown>;

/** What may be changed in an answer of the provider on its way. */
export interface Tampering {
  /** Makes another ID token of the claims of the right one. */
  idToken?: (claims: JWTPayload, sign: Sign) => Promise<string> | string;
  /** Changes what the discovery document says. */
  discovery?: (document: Record<string, unknown>) => Record<string, unknown>;
  /** Answers in place of the provider; null lets it answer itself. */
  answer?: (path: string) => Promise<Response> | Response | null;
}

/** Signs claims with the provider's own key, or as told. */
export type Sign = (
  claims: JWTPayload,
  header?: { alg?: string; kid?: string },
  key?: CryptoKey | Uint8Array,
) => Promise<string>;

/** How a client shows its secret at the token endpoint. */
export type SecretWay = "client_secret_basic" | "client_secret_post";

/** A real provider (npm `oidc-provider`) on a free port, behind a proxy of ours that can change its answers. */
export interface TestProvider extends AsyncDisposable {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who sits before the browser; signs in at the provider without further questions. Null refuses. */
  user: Claims | null;
  tampering: Tampering;
  /** Paths that were asked for, in order. */
  asked: string[];
  /** Tokens and codes that it gave out: to be found nowhere. */
  given: string[];
  /** Stops listening, and listens again on the same port. */
  down(): Promise<void>;
  up(): void;
  /**
   * Goes to the provider as a browser does and comes back.
   *
   * @param from where Tidemark led to
   * @returns the whole address at Tidemark to which the provider leads
   */
  visit(from: string): Promise<URL>;
}

/**
 * Starts the provider.
 *
 * @param redirectUri where it may lead back to
 * @param way how the client secret must be shown, and that its discovery document tells
 */
export async function startProvider(
  redirectUri: string,
  way: SecretWay = "client_secret_basic",
): Promise<TestProvider> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk: JWK = { ...await exportJWK(privateKey), kid: "first", alg: "RS256", use: "sig" };
  const port = freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const clientId = "tidemark";
  const clientSecret = "canary-client-secret-71c0a9e2d5";
  const provider = new Provider(issuer, {
    clients: [{
      client_id: clientId,
      client_secret: clientSecret,
      token_endpoint_auth_method: way,
      redirect_uris: [redirectUri],
      post_logout_redirect_uris: [new URL("/sign-in", redirectUri).href],
    }],
    jwks: { keys: [jwk] },
    claims: {
      openid: ["sub"],
      email: ["email", "email_verified"],
      profile: ["name"],
      groups: ["groups", "realm_access"],
    },
    scopes: ["openid", "email", "profile", "groups"],
    conformIdTokenClaims: false,
    clientAuthMethods: [way],
    pkce: { required: () => true },
    cookies: { keys: ["for tests only"] },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    interactions: { url: (_ctx: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: () => test.user && ({ accountId: test.user.sub, claims: () => test.user }),
    // everybody agrees to everything: the page that asks is not what is tested
    loadExistingGrant: async (ctx: GrantContext) => {
      const grant = new ctx.oidc.provider.Grant({ clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope("openid email profile groups");
      await grant.save();
      return grant;
    },
  });
  provider.proxy = true;
  const inner = createServer((req, res) => {
    if (!req.url?.startsWith("/interaction/")) return provider.callback()(req, res);
    const result = test.user
      ? { login: { accountId: test.user.sub } }
      : { error: "access_denied", error_description: "<b>the person said no</b>" };
    provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
  });
  await new Promise<void>((done) => inner.listen(0, "127.0.0.1", done));
  const behind = `http://127.0.0.1:${(inner.address() as { port: number }).port}`;

  const sign: Sign = (claims, { alg = "RS256", kid = "first" } = {}, key = privateKey) =>
    new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(key);

  async function through(req: Request): Promise<Response> {
    const { pathname, search } = new URL(req.url);
    test.asked.push(pathname);
    const instead = await test.tampering.answer?.(pathname);
    if (instead) return instead;
    const headers = new Headers(req.headers);
    headers.set("X-Forwarded-Host", `127.0.0.1:${port}`);
    headers.set("X-Forwarded-Proto", "http");
    const body = req.body ? await req.text() : undefined;
    const answer = await fetch(behind + pathname + search, { method: req.method, headers, body, redirect: "manual" });
    const changed = new Headers(answer.headers);
    for (const name of ["content-length", "content-encoding", "transfer-encoding", "connection"]) changed.delete(name);
    let text = await answer.text();
    if (pathname === "/.well-known/openid-configuration" && test.tampering.discovery) {
      text = JSON.stringify(test.tampering.discovery(JSON.parse(text)));
    }
    if (pathname === "/token" && answer.ok) {
      const tokens = JSON.parse(text);
      if (test.tampering.idToken) tokens.id_token = await test.tampering.idToken(claimsOf(tokens.id_token), sign);
      test.given.push(tokens.id_token, tokens.access_token);
      text = JSON.stringify(tokens);
    }
    return new Response(text === "" ? null : text, { status: answer.status, headers: changed });
  }

  let server: Deno.HttpServer | null = null;
  const test: TestProvider = {
    issuer,
    clientId,
    clientSecret,
    user: null,
    tampering: {},
    asked: [],
    given: [],
    async down() {
      await server?.shutdown();
      server = null;
    },
    up() {
      server ??= Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, through);
    },
    async visit(from) {
      let at = new URL(from);
      const cookies = new Map<string, string>();
      for (let steps = 0; steps < 10 && at.href.startsWith(issuer); steps++) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
        const answer = await fetch(at, { headers: { cookie }, redirect: "manual" });
        const text = await answer.text();
        for (const set of answer.headers.getSetCookie()) {
          const [pair = ""] = set.split(";");
          cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
        }
        const to = answer.headers.get("Location");
        if (to === null) throw new Error(`The provider answered ${answer.status} at ${at.pathname}: ${text}`);
        at = new URL(to, at);
      }
      const code = at.searchParams.get("code");
      if (code) test.given.push(code);
      return at;
    },
    async [Symbol.asyncDispose]() {
      await test.down();
      inner.closeAllConnections();
      await new Promise((done) => inner.close(done));
    },
  };
  test.up();
  return test;
}

interface GrantContext {
  oidc: {
    provider: {
      Grant: new (
        of: { clientId: string; accountId: string },
      ) => { addOIDCScope(scope: string): void; save(): Promise<string> };
    };
    session: { accountId: string };
  };
}

/** The claims of a token, unchecked. */
export function claimsOf(token: string): JWTPayload {
  const [, payload = ""] = token.split(".");
  return JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(payload, { alphabet: "base64url" })));
}

/** The issuer's port must be known before the provider is made. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
