import { createHmac } from "node:crypto";
import OAuth from "oauth-1.0a";
import { type Clock, systemClock } from "../../clock.ts";

/** The four secrets of token-based authentication, and the realm. */
export interface TbaKeys {
  realm: string;
  consumerKey: string;
  consumerSecret: string;
  tokenId: string;
  tokenSecret: string;
}

/** Makes the `Authorization` header of one request. Every try needs a new one: nonce and stamp may be used once only. */
export type Signer = (method: string, url: string) => string;

/** Where nonce and stamp come from; tests give fixed ones. */
export interface Stamps {
  nonce(): string;
  /** Unix seconds. */
  timestamp(): number;
}

/**
 * Signs by OAuth 1.0a with HMAC-SHA256, the only method NetSuite still takes (its help: "The Signature for Web Services
 * and RESTlets"). JSON bodies are not signed, and the realm is no part of what is signed.
 *
 * The URL must be byte for byte what is sent: build its query with {@link queryOf}, never with `URLSearchParams`, which
 * writes `+` for a space.
 *
 * @param stamps replaces nonce and stamp in tests; by default 20 random letters and digits, and the clock
 */
export function tbaSigner(keys: TbaKeys, stamps?: Stamps, clock: Clock = systemClock): Signer {
  const oauth = new OAuth({
    consumer: { key: keys.consumerKey, secret: keys.consumerSecret },
    signature_method: "HMAC-SHA256",
    realm: keys.realm,
    nonce_length: 20,
    hash_function: (base: string, key: string) => createHmac("sha256", key).update(base).digest("base64"),
  });
  oauth.getNonce = stamps ? stamps.nonce : randomNonce; // the library's own draws from Math.random
  oauth.getTimeStamp = stamps ? stamps.timestamp : () => Math.floor(+clock.now() / 1000);
  // the library's own leaves names encoded and drops all but the last of repeated empty values
  oauth.getParameterString = ({ url }, fields) => parameterString(url, Object.entries(fields) as [string, string][]);
  const token = { key: keys.tokenId, secret: keys.tokenSecret };
  return (method, url) => oauth.toHeader(oauth.authorize({ method, url }, token)).Authorization;
}

/** Percent-encodes by RFC 5849 3.6: everything but letters, digits and `- . _ ~`. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());
}

/**
 * The normalised parameters of RFC 5849 3.4.1.3.2: every decoded pair of the query and every protocol field, encoded once,
 * in the order of bytes by name, then by value. A plus in the query is a space, as in forms.
 */
export function parameterString(url: string, fields: [string, string][]): string {
  const mark = url.indexOf("?");
  const query = mark < 0 ? [] : url.slice(mark + 1).split("&").filter((part) => part !== "").map((part) => {
    const at = part.indexOf("=");
    const plain = (text: string) => decodeURIComponent(text.replaceAll("+", " "));
    return at < 0 ? [plain(part), ""] : [plain(part.slice(0, at)), plain(part.slice(at + 1))];
  });
  const pairs = [...query, ...fields].map(([name, value]) => [encode(name!), encode(value!)] as const);
  const order = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0;
  return pairs.sort((a, b) => order(a[0], b[0]) || order(a[1], b[1])).map((pair) => pair.join("=")).join("&");
}

/**
 * A query string that signs and sends alike, with its `?`; empty for no parameters.
 *
 * @param parameters by name, or as pairs where a name is given more than once
 */
export function queryOf(parameters: Record<string, string | number> | [string, string | number][]): string {
  const given = Array.isArray(parameters) ? parameters : Object.entries(parameters);
  const pairs = given.map(([name, value]) => `${encode(name)}=${encode(String(value))}`);
  return pairs.length ? `?${pairs.join("&")}` : "";
}

function randomNonce(): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from(crypto.getRandomValues(new Uint8Array(20)), (byte) => letters[byte % letters.length]).join("");
}
