/**
 * OAuth 2.0 client credentials: the token endpoint that takes a signed JWT, and the bearer tokens it gives.
 */
import type { LoginCause } from "./audit.ts";
import type { Verdict } from "./oauth1.ts";

export const TOKEN_PATH = "/services/rest/auth/oauth2/v1/token";
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const TOKEN_SECONDS = 3600;
const LONGEST_ASSERTION_SECONDS = 3600;

/** What each algorithm is to WebCrypto. RS256 is missing on purpose: a real account refuses it. */
const ALGORITHMS: Record<
  string,
  { key: RsaHashedImportParams | EcKeyImportParams; verify: RsaPssParams | EcdsaParams }
> = {
  PS256: rsaPss(256),
  PS384: rsaPss(384),
  PS512: rsaPss(512),
  ES256: ecdsa("P-256", 256),
  ES384: ecdsa("P-384", 384),
  ES512: ecdsa("P-521", 512),
};

function rsaPss(bits: number) {
  return { key: { name: "RSA-PSS", hash: `SHA-${bits}` }, verify: { name: "RSA-PSS", saltLength: bits / 8 } };
}
function ecdsa(namedCurve: string, bits: number) {
  return { key: { name: "ECDSA", namedCurve }, verify: { name: "ECDSA", hash: `SHA-${bits}` } };
}

/** A certificate mapping: the public half of the client's key under the id that the client names as `kid`. */
export interface Certificate {
  id: string;
  /** PEM of a SubjectPublicKeyInfo (`BEGIN PUBLIC KEY`). */
  publicKey: string;
  /** Last moment, ISO 8601; absent: never ends. */
  expiresAt?: string;
}

/** The token endpoint's refusal: OAuth's error code, and for people the reason. */
class Refused extends Error {
  constructor(
    readonly error: "invalid_client" | "invalid_request" | "unsupported_grant_type" | "invalid_scope",
    reason: string,
  ) {
    super(reason);
  }
}

/** Certificates and tokens of one integration. */
export class ClientCredentialsLogin {
  private readonly certificates = new Map<string, { spki: Uint8Array<ArrayBuffer>; expiresAt: number }>();
  private readonly tokens = new Map<string, number>();

  /** @param clientId the same text as the consumer key */
  constructor(private readonly clientId: string, private readonly accountId: string) {}

  /** @throws {TypeError} when the PEM is none */
  addCertificate({ id, publicKey, expiresAt }: Certificate): void {
    const body = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/.exec(publicKey)?.[1];
    if (!body) throw new TypeError(`Cannot add the certificate ${id}: publicKey must be PEM, "BEGIN PUBLIC KEY"`);
    const end = expiresAt === undefined ? Infinity : Date.parse(expiresAt);
    if (Number.isNaN(end)) throw new TypeError(`Cannot add the certificate ${id}: expiresAt is no time: ${expiresAt}`);
    this.certificates.set(id, { spki: fromBase64(body.replace(/\s/g, "")), expiresAt: end });
  }

  /** Tokens given so far are refused from now on. */
  revokeTokens(): void {
    this.tokens.clear();
  }

  /**
   * Answers POST {@link TOKEN_PATH}.
   *
   * @param url the endpoint as the client named it: the assertion's audience
   * @param seconds life of the token
   * @param gone why no certificate counts any more; null: they count
   */
  async answer(
    request: Request,
    url: string,
    now: Date,
    seconds = TOKEN_SECONDS,
    gone: string | null = null,
  ): Promise<{ response: Response; verdict: Verdict }> {
    try {
      await this.check(request, url, now.getTime() / 1000, gone);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const headers: Record<string, string> = error.error === "invalid_client"
        ? { "www-authenticate": `Basic realm="${this.accountId}"` }
        : {};
      const response = Response.json({ error: error.error }, {
        status: error.error === "invalid_client" ? 401 : 400,
        headers,
      });
      return { response, verdict: { cause: "invalid_token", detail: error.message } };
    }
    const token = `standin.${crypto.randomUUID().replaceAll("-", "")}${crypto.randomUUID().replaceAll("-", "")}`;
    this.tokens.set(token, now.getTime() + seconds * 1000);
    const response = Response.json({ access_token: token, expires_in: String(seconds), token_type: "Bearer" });
    return { response, verdict: { cause: "ok", detail: "" } };
  }

  /** Checks `Authorization: Bearer …`. */
  verify(authorization: string, now: Date): Verdict {
    const token = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/.exec(authorization)?.[1];
    const end = token === undefined ? undefined : this.tokens.get(token);
    const cause: LoginCause = end !== undefined && now.getTime() < end ? "ok" : "invalid_token";
    const detail = token === undefined
      ? "the bearer header is malformed"
      : end === undefined
      ? "no such token"
      : "the token has expired";
    return { cause, detail: cause === "ok" ? "" : detail };
  }

  private async check(request: Request, url: string, now: number, gone: string | null): Promise<void> {
    if (request.method !== "POST") throw new Refused("invalid_request", "the token endpoint takes POST");
    if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers.get("content-type") ?? "")) {
      throw new Refused("invalid_request", "the body must be a form");
    }
    const form = new URLSearchParams(await request.text());
    if (form.get("grant_type") !== "client_credentials") {
      throw new Refused("unsupported_grant_type", "grant_type must be client_credentials");
    }
    if (form.get("client_assertion_type") !== ASSERTION_TYPE) {
      throw new Refused("invalid_request", `client_assertion_type must be ${ASSERTION_TYPE}`);
    }
    const { header, claims, signed, signature } = readJwt(form.get("client_assertion") ?? "");
    const algorithm = typeof header.alg === "string" && Object.hasOwn(ALGORITHMS, header.alg)
      ? ALGORITHMS[header.alg]
      : undefined;
    if (!algorithm) throw new Refused("invalid_client", `alg ${header.alg} is not taken`);
    if (header.typ !== "JWT") throw new Refused("invalid_client", "typ must be JWT");
    const certificate = this.certificates.get(String(header.kid));
    if (!certificate) throw new Refused("invalid_client", `there is no certificate ${header.kid}`);
    if (gone !== null) throw new Refused("invalid_client", `the certificate ${header.kid} ${gone}`);
    if (certificate.expiresAt <= now * 1000) {
      throw new Refused("invalid_client", `the certificate ${header.kid} has expired`);
    }
    if (!await fits(algorithm, certificate.spki, signature, signed)) {
      throw new Refused("invalid_client", "the signature does not fit");
    }
    this.checkClaims(claims, url, now);
  }

  private checkClaims(claims: Record<string, unknown>, url: string, now: number): void {
    const { iss, aud, iat, exp, scope } = claims;
    if (iss !== this.clientId) throw new Refused("invalid_client", "iss is not the client id");
    if (aud !== url) throw new Refused("invalid_client", `aud is ${aud}, not ${url}`);
    if (typeof iat !== "number" || typeof exp !== "number") {
      throw new Refused("invalid_client", "iat and exp must be numbers");
    }
    if (exp - iat > LONGEST_ASSERTION_SECONDS) {
      throw new Refused("invalid_client", `exp is ${exp - iat} s after iat, at most 3600 s are allowed`);
    }
    if (exp <= now || iat > now + 300) throw new Refused("invalid_client", "the assertion is out of its time");
    const scopes = Array.isArray(scope) ? scope : String(scope ?? "").split(/[\s,]+/);
    const unknown = scopes.find((s) => !["rest_webservices", "restlets", "suite_analytics"].includes(s));
    if (unknown !== undefined || !scopes.includes("rest_webservices")) {
      throw new Refused("invalid_scope", `scope is ${scopes}`);
    }
  }
}

function readJwt(text: string) {
  const [head, body, signature, ...more] = text.split(".");
  try {
    if (!head || !body || !signature || more.length) throw new SyntaxError("not three parts");
    const json = (part: string) => JSON.parse(new TextDecoder().decode(fromBase64(part))) as Record<string, unknown>;
    return {
      header: json(head),
      claims: json(body),
      signed: new TextEncoder().encode(`${head}.${body}`),
      signature: fromBase64(signature),
    };
  } catch {
    throw new Refused("invalid_request", "client_assertion is no JWT");
  }
}

async function fits(
  { key, verify }: (typeof ALGORITHMS)[string],
  spki: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  try {
    const publicKey = await crypto.subtle.importKey("spki", spki, key, false, ["verify"]);
    return await crypto.subtle.verify(verify, publicKey, signature, signed);
  } catch {
    return false; // a key of another kind than the algorithm
  }
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}
