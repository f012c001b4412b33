/**
 * Verifies OAuth 1.0a requests (RFC 5849) as token-based authentication does: HMAC-SHA256 over the request as it was sent.
 *
 * Written against the RFC alone. A client's signing code must not be shared with it, or both would agree on a fault.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { LoginCause } from "./audit.ts";

/** The four secrets of an integration and its account. */
export interface Credentials {
  /** As in the realm: upper-case with underscores, such as `1234567_SB1`. */
  accountId: string;
  consumerKey: string;
  consumerSecret: string;
  tokenId: string;
  tokenSecret: string;
}

/** A request as the wire had it. `target` is the path with the query, byte for byte; `host` the Host header. */
export interface SentRequest {
  method: string;
  scheme: "http" | "https";
  host: string;
  target: string;
  authorization: string;
}

const WINDOW_SECONDS = 300;
const UNRESERVED = /^[A-Za-z0-9\-._~]$/;

/** Percent-encoding of RFC 5849 3.6, over UTF-8 bytes. */
export function encode(text: string): string {
  let out = "";
  for (const byte of new TextEncoder().encode(text)) {
    const sign = String.fromCharCode(byte);
    out += byte < 128 && UNRESERVED.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}

/** Undoes percent-encoding; null when it is malformed. */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Name and value pairs of a raw query, decoded. A plus is a space, as in forms (RFC 5849 3.4.1.3.1). */
function queryPairs(query: string): [string, string][] | null {
  const pairs: [string, string][] = [];
  for (const part of query.split("&")) {
    if (part === "") continue;
    const at = part.indexOf("=");
    const name = decode((at < 0 ? part : part.slice(0, at)).replaceAll("+", " "));
    const value = decode((at < 0 ? "" : part.slice(at + 1)).replaceAll("+", " "));
    if (name === null || value === null) return null;
    pairs.push([name, value]);
  }
  return pairs;
}

const byteOrder = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The signature base string of RFC 5849 3.4.1. Null when the query cannot be decoded.
 *
 * @param oauth the protocol parameters of the header, realm and signature left out
 */
export function baseString(request: SentRequest, oauth: [string, string][]): string | null {
  const mark = request.target.indexOf("?");
  const path = mark < 0 ? request.target : request.target.slice(0, mark);
  const query = queryPairs(mark < 0 ? "" : request.target.slice(mark + 1));
  if (!query) return null;
  const host = request.host.toLowerCase().replace(request.scheme === "https" ? /:443$/ : /:80$/, "");
  const pairs = [...query, ...oauth].map(([name, value]) => [encode(name), encode(value)] as const);
  // The encoded form is ASCII, so that comparing strings compares bytes.
  pairs.sort((a, b) => byteOrder(a[0], b[0]) || byteOrder(a[1], b[1]));
  const normalized = pairs.map(([name, value]) => `${name}=${value}`).join("&");
  return [request.method.toUpperCase(), encode(`${request.scheme}://${host}${path}`), encode(normalized)].join("&");
}

/** HMAC-SHA256 of a base string, base64. */
export function sign(base: string, consumerSecret: string, tokenSecret: string): string {
  return createHmac("sha256", `${encode(consumerSecret)}&${encode(tokenSecret)}`).update(base).digest("base64");
}

/** Parameters of an `OAuth …` header in their order; null when it is malformed. */
export function parseHeader(header: string): [string, string][] | null {
  if (!/^OAuth\s/i.test(header)) return null;
  const pairs: [string, string][] = [];
  let rest = header.slice(5).trim();
  while (rest) {
    const part = /^([A-Za-z_%0-9]+)="([^"]*)"\s*(,\s*|$)/.exec(rest);
    const [name, value] = [decode(part?.[1] ?? "%"), decode(part?.[2] ?? "%")];
    if (!part || name === null || value === null) return null;
    pairs.push([name, value]);
    rest = rest.slice(part[0].length);
    if (!rest && part[3]) return null;
  }
  return pairs;
}

/** The outcome of a verification; `detail` holds no secret. */
export interface Verdict {
  cause: LoginCause;
  detail: string;
}

const refused = (cause: LoginCause, detail: string): Verdict => ({ cause, detail });

/** Checks logins of one integration and remembers nonces. */
export class TokenLogin {
  private readonly nonces = new Map<string, number>();

  constructor(private readonly credentials: Credentials) {}

  /** @param now the account's clock */
  verify(request: SentRequest, now: Date): Verdict {
    const fields = parseHeader(request.authorization);
    if (!fields) {
      return refused("MissingTokenPassportRequiredFields", "the Authorization header is no OAuth 1.0a header");
    }
    const twice = fields.find(([name], i) => fields.findIndex(([other]) => other === name) !== i);
    if (twice) return refused("parameter_rejected", `${twice[0]} was sent twice`);
    const given = new Map(fields);
    for (
      const name of [
        "realm",
        "oauth_consumer_key",
        "oauth_token",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_nonce",
        "oauth_signature",
      ]
    ) {
      if (!given.has(name)) return refused("MissingTokenPassportRequiredFields", `${name} is missing`);
      if (given.get(name) === "") return refused("parameter_rejected", `${name} is empty`);
    }
    const value = (name: string) => given.get(name)!;
    if (value("oauth_signature_method") !== "HMAC-SHA256") {
      return refused(
        "UnknownAlgorithm",
        `oauth_signature_method is ${value("oauth_signature_method")}, only HMAC-SHA256 is taken`,
      );
    }
    const version = given.get("oauth_version");
    if (version !== undefined && version !== "1.0") {
      return refused("VersionRejected", `oauth_version is ${version}, not 1.0`);
    }
    if (value("realm") !== this.credentials.accountId) {
      return refused("permission_denied", `realm is "${value("realm")}", the account is ${this.credentials.accountId}`);
    }
    if (value("oauth_consumer_key") !== this.credentials.consumerKey) {
      return refused("consumer_key_unknown", "no such consumer key");
    }
    if (value("oauth_token") !== this.credentials.tokenId) return refused("token_rejected", "no such token");
    const stamp = value("oauth_timestamp");
    const skew = Number(stamp) - now.getTime() / 1000;
    if (!/^\d{1,12}$/.test(stamp)) return refused("parameter_rejected", `oauth_timestamp is "${stamp}", not seconds`);
    if (Math.abs(skew) > WINDOW_SECONDS) {
      return refused(
        "InvalidTimestamp",
        `oauth_timestamp is ${Math.round(Math.abs(skew))} s ${skew < 0 ? "behind" : "ahead"}`,
      );
    }
    const nonce = value("oauth_nonce");
    if (!/^[A-Za-z0-9]{6,64}$/.test(nonce)) {
      return refused("nonce_rejected", "oauth_nonce must be 6 to 64 letters and digits");
    }
    if (this.nonces.has(`${stamp} ${nonce}`)) return refused("nonce_used", `the nonce ${nonce} was used at ${stamp}`);
    const base = baseString(request, fields.filter(([name]) => name !== "realm" && name !== "oauth_signature"));
    if (base === null) return refused("parameter_rejected", "the query is malformed");
    const right = sign(base, this.credentials.consumerSecret, this.credentials.tokenSecret);
    if (!equal(right, value("oauth_signature"))) {
      return refused("InvalidSignature", `the signature does not fit: base string was ${base}`);
    }
    this.remember(`${stamp} ${nonce}`, Number(stamp), now);
    return { cause: "ok", detail: "" };
  }

  /** A nonce may be forgotten as soon as its timestamp would be refused anyway. */
  private remember(key: string, stamp: number, now: Date): void {
    this.nonces.set(key, stamp);
    if (this.nonces.size % 1000) return;
    const oldest = now.getTime() / 1000 - WINDOW_SECONDS;
    for (const [old, at] of this.nonces) if (at < oldest) this.nonces.delete(old);
  }
}

function equal(a: string, b: string): boolean {
  const [left, right] = [new TextEncoder().encode(a), new TextEncoder().encode(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
