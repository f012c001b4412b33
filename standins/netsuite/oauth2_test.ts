import assert from "node:assert/strict";
import { TOKEN_PATH } from "./oauth2.ts";
import { type NetSuiteStandIn, startNetSuite } from "./server.ts";

const ES256 = { name: "ECDSA", namedCurve: "P-256" };
const PS256 = { name: "RSA-PSS", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes)).replace(/=/g, "").replaceAll("+", "-").replaceAll("/", "_");
const part = (value: unknown) => base64url(new TextEncoder().encode(JSON.stringify(value)));

async function pemOf(key: CryptoKey): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.exportKey("spki", key));
  return `-----BEGIN PUBLIC KEY-----\n${
    btoa(String.fromCharCode(...bytes)).replace(/(.{64})/g, "$1\n")
  }\n-----END PUBLIC KEY-----\n`;
}

interface Change {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  form?: Record<string, string>;
  sign?: AlgorithmIdentifier | RsaPssParams | EcdsaParams;
}

/** Asks for a token the documented way, but for the changes. */
async function ask(ns: NetSuiteStandIn, key: CryptoKey, alg: string, change: Change = {}) {
  const url = ns.settings.NETSUITE_BASE_URL + TOKEN_PATH;
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: ns.settings.NETSUITE_CONSUMER_KEY,
    scope: ["rest_webservices"],
    aud: url,
    iat: now,
    exp: now + 300,
    ...change.claims,
  };
  const signed = `${part({ typ: "JWT", alg, kid: "cert1", ...change.header })}.${part(claims)}`;
  const how = alg === "PS256" ? { name: "RSA-PSS", saltLength: 32 } : { name: "ECDSA", hash: "SHA-256" };
  const signature = new Uint8Array(await crypto.subtle.sign(change.sign ?? how, key, new TextEncoder().encode(signed)));
  const form = {
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: `${signed}.${base64url(signature)}`,
    ...change.form,
  };
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(form) });
  return { response, body: await response.json() };
}

const serverTime = (ns: NetSuiteStandIn, token: string) =>
  fetch(`${ns.settings.NETSUITE_BASE_URL}/services/rest/system/v1/serverTime`, {
    headers: { authorization: `Bearer ${token}` },
  });

for (const [alg, params] of [["ES256", ES256], ["PS256", PS256]] as const) {
  Deno.test(`a client that signs with ${alg} gets a token and is let in until it expires`, async () => {
    const pair = await crypto.subtle.generateKey(params, true, ["sign", "verify"]) as CryptoKeyPair;
    const ns = await startNetSuite({
      company: "none",
      certificates: [{ id: "cert1", publicKey: await pemOf(pair.publicKey) }],
    });
    try {
      ns.faults.set({ tokenSeconds: 600 });
      const { response, body } = await ask(ns, pair.privateKey, alg);
      assert.equal(response.status, 200);
      assert.deepEqual([body.expires_in, body.token_type], ["600", "Bearer"]);
      const good = await serverTime(ns, body.access_token);
      assert.equal(good.status, 200);
      await good.body?.cancel();
      ns.account.setClock(601);
      const late = await serverTime(ns, body.access_token);
      assert.equal(late.status, 401);
      assert.match(late.headers.get("www-authenticate") ?? "", /^Bearer realm="1234567_SB1", error="invalid_token"/);
      assert.match(await late.text(), /INVALID_LOGIN/);
      assert.deepEqual([ns.audit.last?.cause, ns.audit.last?.detail], ["invalid_token", "the token has expired"]);
    } finally {
      await ns.close();
    }
  });
}

Deno.test("assertions that break a rule are refused, each for its reason", async () => {
  const pair = await crypto.subtle.generateKey(PS256, true, ["sign", "verify"]) as CryptoKeyPair;
  const other = await crypto.subtle.generateKey(PS256, true, ["sign", "verify"]) as CryptoKeyPair;
  const publicKey = await pemOf(pair.publicKey);
  const certificates = [{ id: "cert1", publicKey }, { id: "old", publicKey, expiresAt: "2020-01-01T00:00:00Z" }];
  const ns = await startNetSuite({ company: "none", certificates });
  const now = Math.floor(Date.now() / 1000);
  const cases: [Change, status: number, error: string, detail: RegExp, key?: CryptoKey][] = [
    [{ header: { alg: "RS256" } }, 401, "invalid_client", /RS256/],
    [{ header: { alg: "none" } }, 401, "invalid_client", /none/],
    [{ header: { alg: "ES256" } }, 401, "invalid_client", /signature/],
    [{ header: { kid: "cert2" } }, 401, "invalid_client", /no certificate cert2/],
    [{ header: { kid: "old" } }, 401, "invalid_client", /expired/],
    [{}, 401, "invalid_client", /signature/, other.privateKey],
    [{ sign: { name: "RSA-PSS", saltLength: 20 } }, 401, "invalid_client", /signature/],
    [{ claims: { iss: "someone" } }, 401, "invalid_client", /iss/],
    [{ claims: { aud: "https://system.netsuite.com/token" } }, 401, "invalid_client", /aud/],
    [{ claims: { exp: now + 3700 } }, 401, "invalid_client", /3600/],
    [{ claims: { iat: now - 400, exp: now - 100 } }, 401, "invalid_client", /time/],
    [{ claims: { scope: ["everything"] } }, 400, "invalid_scope", /everything/],
    [{ form: { grant_type: "password" } }, 400, "unsupported_grant_type", /client_credentials/],
    [{ form: { client_assertion: "abc" } }, 400, "invalid_request", /JWT/],
  ];
  try {
    for (const [change, status, error, detail, key = pair.privateKey] of cases) {
      const { response, body } = await ask(ns, key, "PS256", change);
      assert.deepEqual([response.status, body], [status, { error }], JSON.stringify(change));
      assert.match(ns.audit.last?.detail ?? "", detail);
    }
    assert.equal(
      (await ask(ns, pair.privateKey, "PS256", { claims: { scope: "rest_webservices,restlets" } })).response.status,
      200,
    );
    const unknown = await serverTime(ns, "standin.nothing");
    assert.equal(unknown.status, 401);
    await unknown.body?.cancel();
    assert.throws(() => ns.clientCredentials.addCertificate({ id: "x", publicKey: "no PEM" }), TypeError);
  } finally {
    await ns.close();
  }
});

Deno.test("expired certificates and a sandbox refresh end the giving of tokens, as the switches say", async () => {
  const pair = await crypto.subtle.generateKey(ES256, true, ["sign", "verify"]) as CryptoKeyPair;
  const ns = await startNetSuite({
    company: "none",
    certificates: [{ id: "cert1", publicKey: await pemOf(pair.publicKey) }],
  });
  try {
    for (
      const [faults, says] of [[{ certificatesExpired: true }, /has expired/], [
        { revoked: true },
        /not mapped/,
      ]] as const
    ) {
      ns.faults.set(faults);
      const { response, body } = await ask(ns, pair.privateKey, "ES256");
      assert.deepEqual([response.status, body.error], [401, "invalid_client"]);
      assert.match(ns.audit.last!.detail, says);
      ns.faults.clear();
      assert.equal((await ask(ns, pair.privateKey, "ES256")).response.status, 200);
    }
  } finally {
    await ns.close();
  }
});
