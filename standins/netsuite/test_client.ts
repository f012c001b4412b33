/**
 * A client for tests of the stand-in: signs with the textbook method, apart from the verifier's code.
 */
import { createHmac, randomUUID } from "node:crypto";

const pct = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** What tests change about a login. */
export interface LoginChange {
  consumerSecret?: string;
  tokenSecret?: string;
  realm?: string;
  nonce?: string;
  stampSeconds?: number;
}

/** An Authorization header for one request. */
export function authorize(
  settings: Record<string, string>,
  method: string,
  url: string,
  change: LoginChange = {},
): string {
  const { origin, pathname, searchParams } = new URL(url);
  const fields: [string, string][] = [
    ["oauth_consumer_key", settings.NETSUITE_CONSUMER_KEY!],
    ["oauth_token", settings.NETSUITE_TOKEN_ID!],
    ["oauth_signature_method", "HMAC-SHA256"],
    ["oauth_timestamp", String(change.stampSeconds ?? Math.floor(Date.now() / 1000))],
    ["oauth_nonce", change.nonce ?? randomUUID().replaceAll("-", "")],
    ["oauth_version", "1.0"],
  ];
  const pairs = [...searchParams, ...fields].map(([name, value]) => `${pct(name)}=${pct(value)}`).sort();
  const base = [method, pct(origin + pathname), pct(pairs.join("&"))].join("&");
  const { consumerSecret = settings.NETSUITE_CONSUMER_SECRET!, tokenSecret = settings.NETSUITE_TOKEN_SECRET! } = change;
  const signature = createHmac("sha256", `${consumerSecret}&${tokenSecret}`).update(base).digest("base64");
  const written = [...fields, ["oauth_signature", signature]].map(([name, value]) => `${name}="${pct(value!)}"`);
  return `OAuth realm="${change.realm ?? settings.NETSUITE_ACCOUNT_ID}", ${written.join(", ")}`;
}

/** Sends a signed request; `path` with its query. */
export function send(
  settings: Record<string, string>,
  method: string,
  path: string,
  init: RequestInit = {},
  change: LoginChange = {},
) {
  const url = settings.NETSUITE_BASE_URL + path;
  const headers = new Headers(init.headers);
  headers.set("authorization", authorize(settings, method, url, change));
  return fetch(url, { ...init, method, headers });
}

/** Runs SuiteQL. `page` is the query string. */
export function query(settings: Record<string, string>, q: string, page = "", params?: string[], change?: LoginChange) {
  return send(settings, "POST", `/services/rest/query/v1/suiteql${page}`, {
    headers: { "content-type": "application/json", prefer: "transient" },
    body: JSON.stringify(params ? { q, params } : { q }),
  }, change);
}
