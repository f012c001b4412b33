import assert from "node:assert/strict";
import { baseString, encode, type SentRequest, sign, TokenLogin } from "./oauth1.ts";

const KEYS = {
  accountId: "1234567_SB1",
  consumerKey: "1".repeat(62) + "aa",
  consumerSecret: "2".repeat(62) + "bb",
  tokenId: "3".repeat(62) + "cc",
  tokenSecret: "4".repeat(62) + "dd",
};
const ORACLE = {
  accountId: "123456",
  consumerKey: "ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4",
  consumerSecret: "d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5",
  tokenId: "2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc",
  tokenSecret: "c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295",
};
const HOST = "1234567-sb1.suitetalk.api.netsuite.com";

interface Vector {
  keys: typeof KEYS;
  method: string;
  host: string;
  target: string;
  nonce: string;
  stamp: number;
  signature: string;
}

const A: Vector = {
  keys: KEYS,
  method: "POST",
  host: HOST,
  target: "/services/rest/query/v1/suiteql?limit=1000&offset=0",
  nonce: "Nonce0000000000000001",
  stamp: 1760000000,
  signature: "OTUAAqUP/p1mIAImgvJ/ePHgNlX06RnDok8sAXs4IW0=",
};
const VECTORS: Record<string, Vector> = {
  A,
  B: {
    ...A,
    method: "GET",
    target:
      "/services/rest/record/v1/customer?q=companyName%20CONTAIN%20%22O%27Neil%20%26%20Co%20%28Z%C3%BCrich%29%2A%21%22&limit=5",
    nonce: "Nonce0000000000000002",
    stamp: 1760000001,
    signature: "dyrv6tFMEOJVGUW4uKRuX0f5MdVzSC3vf0JpYPq88DQ=",
  },
  C: {
    ...A,
    method: "PATCH",
    target: "/services/rest/record/v1/salesOrder/eid:WEB-1001?replace=item",
    nonce: "Nonce0000000000000003",
    stamp: 1760000002,
    signature: "2KziT1cjVW3hlEwf0jGjXJvv512DFzojEhcsu+eUW88=",
  },
  D: {
    keys: ORACLE,
    method: "GET",
    host: "123456.suitetalk.api.netsuite.com",
    target: "/services/rest/record/v1/employee/40",
    nonce: "fjaLirsIcCGVZWzBX0pg",
    stamp: 1508242306,
    signature: "B5OIWznZ2YP0OB7VrJrGkYsTh+8H+5T9Hag+o92q0zY=",
  },
};

function request(v: Vector, change: Record<string, string | null> = {}, more = ""): SentRequest {
  const fields: Record<string, string | null> = {
    realm: v.keys.accountId,
    oauth_consumer_key: v.keys.consumerKey,
    oauth_token: v.keys.tokenId,
    oauth_signature_method: "HMAC-SHA256",
    oauth_timestamp: String(v.stamp),
    oauth_nonce: v.nonce,
    oauth_version: "1.0",
    oauth_signature: v.signature,
    ...change,
  };
  const written = Object.entries(fields).filter(([, value]) => value !== null).map(([name, value]) =>
    `${name}="${encode(value!)}"`
  );
  return {
    method: v.method,
    scheme: "https",
    host: v.host,
    target: v.target,
    authorization: `OAuth ${written.join(", ")}${more}`,
  };
}

const at = (stamp: number) => new Date(stamp * 1000);
const verify = (v: Vector, sent = request(v), now = v.stamp) => new TokenLogin(v.keys).verify(sent, at(now)).cause;
/** The vector with a fresh signature over changed protocol parameters. */
function resigned(v: Vector, change: Record<string, string>): SentRequest {
  const fields: [string, string][] = Object.entries({
    oauth_consumer_key: v.keys.consumerKey,
    oauth_token: v.keys.tokenId,
    oauth_signature_method: "HMAC-SHA256",
    oauth_timestamp: String(v.stamp),
    oauth_nonce: v.nonce,
    oauth_version: "1.0",
    ...change,
  });
  const base = baseString({ ...request(v), authorization: "" }, fields)!;
  return request(v, { ...change, oauth_signature: sign(base, v.keys.consumerSecret, v.keys.tokenSecret) });
}

for (const [name, vector] of Object.entries(VECTORS)) {
  Deno.test(`vector ${name} is let in`, () => assert.equal(verify(vector), "ok"));
  Deno.test(`vector ${name} with one byte of the target changed is refused`, () => {
    const sent = { ...request(vector), target: vector.target.replace("v1", "v2") };
    assert.equal(verify(vector, sent), "InvalidSignature");
  });
}

Deno.test("vector A: the base string is the published one", () => {
  const fields: [string, string][] = [
    ["oauth_consumer_key", KEYS.consumerKey],
    ["oauth_token", KEYS.tokenId],
    ["oauth_signature_method", "HMAC-SHA256"],
    ["oauth_timestamp", "1760000000"],
    ["oauth_nonce", "Nonce0000000000000001"],
    ["oauth_version", "1.0"],
  ];
  assert.equal(
    baseString(request(A), fields),
    "POST&https%3A%2F%2F1234567-sb1.suitetalk.api.netsuite.com%2Fservices%2Frest%2Fquery%2Fv1%2Fsuiteql&limit%3D1000%26" +
      `oauth_consumer_key%3D${KEYS.consumerKey}%26oauth_nonce%3DNonce0000000000000001%26oauth_signature_method%3DHMAC-SHA256%26` +
      `oauth_timestamp%3D1760000000%26oauth_token%3D${KEYS.tokenId}%26oauth_version%3D1.0%26offset%3D0`,
  );
});

const REFUSED: [name: string, cause: string, sent: SentRequest, now?: number][] = [
  [
    "the query left out of the base string",
    "InvalidSignature",
    request(A, { oauth_signature: "tasFS94SNESzN6mRd6cGPex3+Q/h3IXASAW4y3kNWgU=" }),
  ],
  [
    "the realm put into the base string",
    "InvalidSignature",
    request(A, { oauth_signature: "fYLbpn2lAfoXd90OhWJpNeLcOrNFCv0His25LFDILqk=" }),
  ],
  ["another method", "InvalidSignature", { ...request(A), method: "GET" }],
  ["another host", "InvalidSignature", { ...request(A), host: "7654321.suitetalk.api.netsuite.com" }],
  ["another scheme", "InvalidSignature", { ...request(A), scheme: "http" }],
  ["an unsigned version", "InvalidSignature", request(A, { oauth_version: null })],
  ["HMAC-SHA1", "UnknownAlgorithm", request(A, { oauth_signature_method: "HMAC-SHA1" })],
  ["version 1.0a", "VersionRejected", request(A, { oauth_version: "1.0a" })],
  ["a realm in lower case with a hyphen", "permission_denied", request(A, { realm: "1234567-sb1" })],
  ["no realm", "MissingTokenPassportRequiredFields", request(A, { realm: null })],
  ["an unknown consumer key", "consumer_key_unknown", request(A, { oauth_consumer_key: "5".repeat(64) })],
  ["an unknown token", "token_rejected", request(A, { oauth_token: "5".repeat(64) })],
  ["no nonce", "MissingTokenPassportRequiredFields", request(A, { oauth_nonce: null })],
  ["an empty nonce", "parameter_rejected", request(A, { oauth_nonce: "" })],
  ["a nonce of 5 characters", "nonce_rejected", resigned(A, { oauth_nonce: "Nonce" })],
  ["a nonce with other signs", "nonce_rejected", resigned(A, { oauth_nonce: "Nonce-0001" })],
  ["a timestamp 301 s old", "InvalidTimestamp", request(A), A.stamp + 301],
  ["a timestamp 301 s ahead", "InvalidTimestamp", request(A), A.stamp - 301],
  ["a timestamp in milliseconds", "parameter_rejected", request(A, { oauth_timestamp: "1760000000000" })],
  ["a parameter sent twice", "parameter_rejected", request(A, {}, `, oauth_nonce="${A.nonce}"`)],
  ["a bearer token", "MissingTokenPassportRequiredFields", { ...request(A), authorization: "Bearer abc" }],
  ["no header at all", "MissingTokenPassportRequiredFields", { ...request(A), authorization: "" }],
  ["a header that ends in a comma", "MissingTokenPassportRequiredFields", request(A, {}, ", ")],
  ["a malformed escape in the query", "parameter_rejected", {
    ...request(A),
    target: "/services/rest/query/v1/suiteql?limit=%GG",
  }],
];

for (const [name, cause, sent, now] of REFUSED) {
  Deno.test(`a login with ${name} is refused as ${cause}`, () => assert.equal(verify(A, sent, now), cause));
}

Deno.test("300 seconds of skew either way are let in", () => {
  assert.equal(verify(A, request(A), A.stamp + 300), "ok");
  assert.equal(verify(A, request(A), A.stamp - 300), "ok");
});

Deno.test("a login without oauth_version is let in when it is signed so", () => {
  const fields: [string, string][] = [
    ["oauth_consumer_key", KEYS.consumerKey],
    ["oauth_token", KEYS.tokenId],
    ["oauth_signature_method", "HMAC-SHA256"],
    ["oauth_timestamp", "1760000000"],
    ["oauth_nonce", A.nonce],
  ];
  const signature = sign(baseString(request(A), fields)!, KEYS.consumerSecret, KEYS.tokenSecret);
  assert.equal(verify(A, request(A, { oauth_version: null, oauth_signature: signature })), "ok");
});

Deno.test("a nonce is taken once at one timestamp, and again at another", () => {
  const login = new TokenLogin(KEYS);
  assert.equal(login.verify(request(A), at(A.stamp)).cause, "ok");
  assert.equal(login.verify(request(A), at(A.stamp + 10)).cause, "nonce_used");
  assert.equal(login.verify(resigned(A, { oauth_timestamp: "1760000001" }), at(A.stamp + 10)).cause, "ok");
});

Deno.test("a refused signature does not use up its nonce", () => {
  const login = new TokenLogin(KEYS);
  assert.equal(login.verify(request(A, { oauth_signature: "AAAA" }), at(A.stamp)).cause, "InvalidSignature");
  assert.equal(login.verify(request(A), at(A.stamp)).cause, "ok");
});

Deno.test("ports: the default one is left out of the base string, others stay", () => {
  const base = (scheme: "http" | "https", host: string) =>
    baseString({ ...request(A), scheme, host }, [])!.split("&")[1]!.split("%2Fservices")[0];
  assert.equal(base("https", "Example.COM:443"), "https%3A%2F%2Fexample.com");
  assert.equal(base("http", "127.0.0.1:8080"), "http%3A%2F%2F127.0.0.1%3A8080");
});
