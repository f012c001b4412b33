import assert from "node:assert/strict";
import fc from "fast-check";
import { exportPKCS8, exportSPKI, generateKeyPair, SignJWT } from "jose";
import { readConfig } from "../lib/config.ts";
import { UpstreamLoginError } from "../lib/errors.ts";
import { type NetSuite, openNetSuite } from "../lib/sources/netsuite/client.ts";
import { openTokens } from "../lib/sources/netsuite/oauth2.ts";
import { encode, queryOf, tbaSigner } from "../lib/sources/netsuite/tba.ts";
import { type Credentials, TokenLogin } from "../standins/netsuite/oauth1.ts";
import { type NetSuiteStandIn, startNetSuite } from "../standins/netsuite/server.ts";
import { until } from "./support/engine.ts";
import { testSeed } from "./support/seed.ts";

const KEYS: Credentials = {
  accountId: "1234567_SB1",
  consumerKey: "1a".repeat(32),
  consumerSecret: "2b".repeat(32),
  tokenId: "3c".repeat(32),
  tokenSecret: "4d".repeat(32),
};
const NOW = new Date("2026-11-24T10:00:00Z");
const clock = { now: () => NOW };
const HOST = "1234567-sb1.suitetalk.api.netsuite.com";
const SEED = testSeed(42);

/** What the wire has of a signed request; the verifier sees nothing else. */
function signed(method: string, target: string, keys = KEYS, at = clock) {
  const sign = tbaSigner({ realm: keys.accountId, ...keys }, undefined, at);
  return {
    method,
    scheme: "https" as const,
    host: HOST,
    target,
    authorization: sign(method, `https://${HOST}${target}`),
  };
}

const method = fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE");
const piece = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(..."!'()*+%&=/?:;,@#$ ~-._äß漢😀\"<>|"), minLength: 1, maxLength: 12 }),
).filter((text) => text !== "." && text !== ".." && text.isWellFormed());
const path = fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) =>
  `/services/rest/${parts.map(encode).join("/")}`
);
/** Names repeat, and values may be empty. */
const query = fc.array(
  fc.tuple(fc.oneof(piece, fc.constantFrom("q", "limit", "oauth_nonce_")), fc.oneof(piece, fc.constant(""))),
  { maxLength: 6 },
).chain((pairs) => fc.boolean().map((twice) => twice ? [...pairs, ...pairs] : pairs)).map((pairs) => queryOf(pairs));
const target = fc.tuple(path, query).map((parts) => parts.join(""));

Deno.test("TBA: whatever is asked, the stand-in's verifier takes the client's header", () => {
  fc.assert(
    fc.property(method, target, (method, target) => {
      const verdict = new TokenLogin(KEYS).verify(signed(method, target), NOW);
      assert.equal(verdict.cause, "ok", verdict.detail);
    }),
    { numRuns: 1000, seed: SEED },
  );
});

Deno.test("TBA: a request as it was signed is sent byte for byte", () => {
  fc.assert(
    fc.property(target, (target) => assert.equal(new URL(`https://${HOST}${target}`).href, `https://${HOST}${target}`)),
    { numRuns: 1000, seed: SEED },
  );
});

/** Another letter or digit in the place of one. */
function changed(text: string, at: number): string {
  const n = at % text.length, now = text[n]!;
  const other = /[0-9]/.test(now)
    ? String((Number(now) + 1) % 10)
    : now === "a"
    ? "b"
    : now === "A"
    ? "B"
    : /[a-z]/.test(now)
    ? "a"
    : "A";
  return text.slice(0, n) + other + text.slice(n + 1);
}

Deno.test("TBA: any changed byte of method, address, nonce, stamp, key or signature is refused", () => {
  const what = fc.constantFrom(
    "method",
    "target",
    "host",
    "realm",
    "oauth_nonce",
    "oauth_timestamp",
    "oauth_consumer_key",
    "oauth_token",
    "oauth_signature",
    "oauth_version",
  );
  fc.assert(
    fc.property(method, target, what, fc.nat(1000), (method, target, what, at) => {
      const request = signed(method, target);
      if (what === "method") request.method = changed(request.method, at);
      else if (what === "host") request.host = changed(request.host, at);
      else if (what === "target") {
        request.target = changed(request.target, at);
        if (meaning(request.target) === meaning(target)) return; // in a query, %2f means what %2F does
      } else {
        request.authorization = request.authorization.replace(
          new RegExp(`${what}="([^"]*)"`),
          (_, value: string) => `${what}="${encode(changed(decodeURIComponent(value), at))}"`,
        );
      }
      const verdict = new TokenLogin(KEYS).verify(request, NOW);
      assert.notEqual(verdict.cause, "ok", `${what} was changed: ${JSON.stringify(request)}`);
    }),
    { numRuns: 2000, seed: SEED },
  );
});

Deno.test("TBA: a header is taken once, within five minutes, and with the right secrets only", () => {
  const login = new TokenLogin(KEYS), request = signed("GET", "/services/rest/record/v1/customer/107");
  assert.equal(login.verify(request, NOW).cause, "ok");
  assert.equal(login.verify(request, NOW).cause, "nonce_used");
  const off = (seconds: number) => {
    const at = { now: () => new Date(+NOW + seconds * 1000) };
    return new TokenLogin(KEYS).verify(signed("GET", "/a", KEYS, at), NOW).cause;
  };
  assert.deepEqual([off(300), off(-300), off(301), off(-301)], ["ok", "ok", "InvalidTimestamp", "InvalidTimestamp"]);
  for (const name of ["consumerSecret", "tokenSecret"] as const) {
    const wrong = { ...KEYS, [name]: changed(KEYS[name], 3) };
    assert.equal(new TokenLogin(KEYS).verify(signed("GET", "/a", wrong), NOW).cause, "InvalidSignature");
  }
});

/** A path as it is written, and a query by what it says. */
function meaning(target: string): string {
  const [path, query = ""] = target.split("?");
  return `${path} ${JSON.stringify([...new URLSearchParams(query)].sort())}`;
}

/** A key pair as an administrator makes one: the private half for us, the public one for NetSuite. */
async function certificate(algorithm: "PS256" | "ES256") {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return { pem: await exportPKCS8(privateKey), publicKey: await exportSPKI(publicKey) };
}

function settingsOf(netsuite: NetSuiteStandIn, more: Record<string, string>) {
  const { NETSUITE_BASE_URL, NETSUITE_ACCOUNT_ID, NETSUITE_CONSUMER_KEY } = netsuite.settings;
  return {
    APP_SECRET: "for tests only, for tests only, for tests",
    MONGODB_URI: "mongodb://127.0.0.1/none",
    NETSUITE_BASE_URL,
    NETSUITE_ACCOUNT_ID,
    NETSUITE_CLIENT_ID: NETSUITE_CONSUMER_KEY,
    ...more,
  };
}

/** A clock that can be moved, and waits that take no time. */
function moving() {
  let aheadMs = 0;
  return {
    parts: {
      clock: { now: () => new Date(Date.now() + aheadMs) },
      wait: () => new Promise<void>((done) => setTimeout(done, 1)),
    },
    pass: (ms: number) => aheadMs += ms,
  };
}

const ask = (netsuite: NetSuite, asked = "its clock") =>
  netsuite.serverTime({ asked, meter: { requests: 0, throttled: 0 } });

for (const algorithm of ["PS256", "ES256"] as const) {
  Deno.test(`OAuth 2.0, ${algorithm}: one token serves many requests, renewed once at 80 % of its life`, async () => {
    await using stop = new AsyncDisposableStack();
    const { pem, publicKey } = await certificate(algorithm);
    const time = moving();
    const account = await startNetSuite({
      company: "none",
      certificates: [{ id: "cert-1", publicKey }],
      now: time.parts.clock.now,
    });
    stop.defer(() => account.close());
    const env = settingsOf(account, { NETSUITE_CERTIFICATE_ID: "cert-1", NETSUITE_PRIVATE_KEY: pem });
    const netsuite = openNetSuite(readConfig(env).netsuite, time.parts);
    assert.equal(netsuite.loginKind, "oauth2");
    const tokens = () => account.requests.byKind.token ?? 0;

    await Promise.all(Array.from({ length: 20 }, () => ask(netsuite)));
    assert.equal(tokens(), 1);
    time.pass(3600_000 * 0.79);
    await ask(netsuite);
    assert.equal(tokens(), 1);
    time.pass(3600_000 * 0.02);
    await Promise.all(Array.from({ length: 20 }, () => ask(netsuite)));
    await until("the token is renewed", 5_000, () => Promise.resolve(tokens() > 1 ? true : null));
    await ask(netsuite);
    assert.equal(tokens(), 2, "renewed by one request, while the old token served");
    assert.equal(account.requests.byStatus[401], undefined);
    time.pass(3600_000 * 2);
    await Promise.all(Array.from({ length: 20 }, () => ask(netsuite)));
    assert.equal(tokens(), 3);
    assert.equal(account.requests.byStatus[401], undefined, "a token that has ended is never sent");
  });
}

Deno.test("OAuth 2.0: a renewal that was under way while the machine slept brings no ended token into use", async () => {
  await using stop = new AsyncDisposableStack();
  const time = moving();
  let issued = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => {
    if (++issued === 1) time.pass(3600_000 * 2); // the answer is on its way for two hours
    return Response.json({ access_token: `token-${issued}`, expires_in: "3600", token_type: "bearer" });
  });
  stop.defer(() => server.shutdown());
  const { pem } = await certificate("ES256");
  const tokens = openTokens(
    {
      kind: "oauth2",
      clientId: "client",
      certificates: [{ id: "cert-1", privateKey: pem, algorithm: "ES256" }],
    },
    { tokenUrl: `http://127.0.0.1:${server.addr.port}/token`, timeoutMs: 5_000, clock: time.parts.clock },
  );
  const given = await Promise.all(Array.from({ length: 5 }, () => tokens.token()));
  assert.deepEqual([...new Set(given)], ["token-2"]);
  assert.equal(issued, 2);
});

Deno.test("OAuth 2.0: tokens that are revoked before their time cost no failed request", async () => {
  await using stop = new AsyncDisposableStack();
  const { pem, publicKey } = await certificate("ES256");
  const account = await startNetSuite({ company: "none", certificates: [{ id: "cert-1", publicKey }] });
  stop.defer(() => account.close());
  const env = settingsOf(account, { NETSUITE_CERTIFICATE_ID: "cert-1", NETSUITE_PRIVATE_KEY: pem });
  const netsuite = openNetSuite(readConfig(env).netsuite, moving().parts);
  await ask(netsuite);
  account.clientCredentials.revokeTokens();
  await Promise.all(Array.from({ length: 10 }, () => ask(netsuite)));
  assert.equal(account.requests.byKind.token, 2);
});

Deno.test("OAuth 2.0: two certificates, so that changing one costs no failed request at any step", async () => {
  await using stop = new AsyncDisposableStack();
  const time = moving();
  const [old, young] = [await certificate("PS256"), await certificate("ES256")];
  const account = await startNetSuite({
    company: "none",
    now: time.parts.clock.now,
    certificates: [{
      id: "old",
      publicKey: old.publicKey,
      expiresAt: new Date(Date.now() + 3 * 3600_000).toISOString(),
    }],
  });
  stop.defer(() => account.close());
  const env = settingsOf(account, {
    NETSUITE_CERTIFICATE_ID: "old",
    NETSUITE_PRIVATE_KEY: old.pem,
    NETSUITE_CERTIFICATE_ID_2: "young", // not yet known to NetSuite
    NETSUITE_PRIVATE_KEY_2: young.pem,
  });
  const netsuite = openNetSuite(readConfig(env).netsuite, time.parts);
  await ask(netsuite);
  const checks = await netsuite.tryCertificates();
  assert.deepEqual(checks.map(({ certificateId, error }) => [certificateId, error === null]), [["old", true], [
    "young",
    false,
  ]]);
  account.clientCredentials.addCertificate({ id: "young", publicKey: young.publicKey });
  for (let hour = 0; hour < 8; hour++) { // the old one expires in between
    await ask(netsuite);
    time.pass(3600_000);
  }
  const last = await netsuite.tryCertificates();
  assert.deepEqual(last.map(({ certificateId, error }) => [certificateId, error === null]), [["old", false], [
    "young",
    true,
  ]]);
});

/** Sends a token request with this assertion. */
async function tokenRequest(account: NetSuiteStandIn, assertion: string): Promise<Response> {
  return await fetch(`${account.settings.NETSUITE_BASE_URL}/services/rest/auth/oauth2/v1/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
    }),
  });
}

Deno.test("OAuth 2.0: RS256, a foreign audience, a foreign key and an expired certificate are refused alike", async () => {
  await using stop = new AsyncDisposableStack();
  const { privateKey, publicKey } = await generateKeyPair("PS256", { extractable: true });
  const other = await generateKeyPair("PS256", { extractable: true });
  const rs256 = await crypto.subtle.importKey(
    "pkcs8",
    await crypto.subtle.exportKey("pkcs8", privateKey),
    { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const spki = await exportSPKI(publicKey);
  const account = await startNetSuite({
    company: "none",
    certificates: [{ id: "good", publicKey: spki }, {
      id: "ended",
      publicKey: spki,
      expiresAt: "2026-01-01T00:00:00Z",
    }],
  });
  stop.defer(() => account.close());
  const aud = `${account.settings.NETSUITE_BASE_URL}/services/rest/auth/oauth2/v1/token`;
  const assertion = (key: CryptoKey, alg: string, kid: string, audience: string) =>
    new SignJWT({ scope: ["rest_webservices"] }).setProtectedHeader({ typ: "JWT", alg, kid })
      .setIssuer(account.settings.NETSUITE_CONSUMER_KEY!).setAudience(audience).setIssuedAt().setExpirationTime("300s")
      .sign(key);
  const good = await tokenRequest(account, await assertion(privateKey, "PS256", "good", aud));
  assert.equal(good.status, 200);
  await good.body?.cancel();
  const bad = [
    await assertion(rs256, "RS256", "good", aud),
    await assertion(
      privateKey,
      "PS256",
      "good",
      "https://7654321.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token",
    ),
    await assertion(other.privateKey, "PS256", "good", aud),
    await assertion(privateKey, "PS256", "ended", aud),
    await assertion(privateKey, "PS256", "unknown", aud),
  ];
  const answers = await Promise.all(bad.map(async (text) => {
    const response = await tokenRequest(account, text);
    return { status: response.status, body: await response.text() };
  }));
  for (const answer of answers) assert.deepEqual(answer, { status: 401, body: answers[0]!.body });
});

Deno.test("An API call is refused with one and the same 401, whatever the cause", async () => {
  await using stop = new AsyncDisposableStack();
  const account = await startNetSuite({ company: "none" });
  stop.defer(() => account.close());
  const url = `${account.settings.NETSUITE_BASE_URL}/services/rest/system/v1/serverTime`;
  const { NETSUITE_CONSUMER_KEY: consumerKey, NETSUITE_CONSUMER_SECRET: consumerSecret } = account.settings;
  const { NETSUITE_TOKEN_ID: tokenId, NETSUITE_TOKEN_SECRET: tokenSecret, NETSUITE_ACCOUNT_ID: realm } =
    account.settings;
  const keys = {
    realm: realm!,
    consumerKey: consumerKey!,
    consumerSecret: consumerSecret!,
    tokenId: tokenId!,
    tokenSecret: tokenSecret!,
  };
  const late = { now: () => new Date(Date.now() - 301_500) };
  const replayed = tbaSigner(keys)("GET", url);
  await (await fetch(url, { headers: { Authorization: replayed } })).body?.cancel();
  const headers = [
    replayed,
    tbaSigner({ ...keys, tokenSecret: "0".repeat(64) })("GET", url),
    tbaSigner({ ...keys, tokenId: "0".repeat(64) })("GET", url),
    tbaSigner({ ...keys, consumerKey: "0".repeat(64) })("GET", url),
    tbaSigner({ ...keys, realm: "7654321" })("GET", url),
    tbaSigner(keys, undefined, late)("GET", url),
    tbaSigner(keys)("POST", url),
    "Bearer nonsense",
  ];
  const bodies = await Promise.all(headers.map(async (Authorization) => {
    const response = await fetch(url, { headers: { Authorization } });
    assert.equal(response.status, 401);
    return await response.text();
  }));
  assert.equal(new Set(bodies).size, 1);
  assert.match(bodies[0]!, /INVALID_LOGIN/);
});

Deno.test("Certificates that are all dead: the sign-in is refused by name, after few requests, and nothing more is sent for a minute", async () => {
  await using stop = new AsyncDisposableStack();
  const { pem } = await certificate("ES256");
  const account = await startNetSuite({ company: "none" });
  stop.defer(() => account.close());
  const time = moving();
  const env = settingsOf(account, { NETSUITE_CERTIFICATE_ID: "gone", NETSUITE_PRIVATE_KEY: pem });
  const netsuite = openNetSuite(readConfig(env).netsuite, time.parts);
  for (let n = 0; n < 5; n++) await assert.rejects(ask(netsuite), UpstreamLoginError);
  assert.equal(account.requests.byKind.token, 2, "one try and one probe");
  time.pass(61_000);
  await assert.rejects(ask(netsuite), /sandbox: a refresh wipes/);
  assert.equal(account.requests.byKind.token, 4);
});

Deno.test("Wrong keys at the start cost one refusal and one probe, however many ask at once", async () => {
  await using stop = new AsyncDisposableStack();
  const account = await startNetSuite({ company: "none" });
  stop.defer(() => account.close());
  const config = readConfig({
    ...settingsOf(account, {}),
    NETSUITE_CLIENT_ID: "",
    ...account.settings,
    NETSUITE_TOKEN_SECRET: "00".repeat(32),
  });
  const netsuite = openNetSuite(config.netsuite, moving().parts);
  await Promise.all(Array.from({ length: 12 }, () => assert.rejects(ask(netsuite), UpstreamLoginError)));
  assert.equal(account.audit.refused.length, 2);
});

Deno.test("A clock that is six minutes off is named as the cause", async () => {
  await using stop = new AsyncDisposableStack();
  const account = await startNetSuite({ company: "none" });
  stop.defer(() => account.close());
  for (const seconds of [360, -360]) {
    account.faults.set({ clockSkewSeconds: seconds });
    const config = readConfig({ ...settingsOf(account, {}), NETSUITE_CLIENT_ID: "", ...account.settings });
    const refused = await ask(openNetSuite(config.netsuite, moving().parts)).then(() => null, (error) => error);
    assert.equal(refused?.code, "upstream_clock");
    assert.match(refused.message, seconds > 0 ? /3\d\d s behind NetSuite's/ : /3\d\d s ahead of NetSuite's/);
  }
});

Deno.test("A redirect is not followed: what was signed for one address reaches no other", async () => {
  await using stop = new AsyncDisposableStack();
  let reached = 0;
  const other = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => (reached++, new Response("{}")));
  stop.defer(() => other.shutdown());
  const front = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response(null, { status: 302, headers: { Location: `http://127.0.0.1:${other.addr.port}/stolen` } }),
  );
  stop.defer(() => front.shutdown());
  const { pem } = await certificate("ES256");
  const account = {
    settings: {
      NETSUITE_BASE_URL: `http://127.0.0.1:${front.addr.port}`,
      NETSUITE_ACCOUNT_ID: "1234567",
      NETSUITE_CONSUMER_KEY: "ck",
    },
  } as unknown as NetSuiteStandIn;
  const oauth2 = settingsOf(account, { NETSUITE_CERTIFICATE_ID: "c", NETSUITE_PRIVATE_KEY: pem });
  const tba = {
    ...settingsOf(account, {}),
    NETSUITE_CLIENT_ID: "",
    NETSUITE_CONSUMER_KEY: "a",
    NETSUITE_CONSUMER_SECRET: "b",
    NETSUITE_TOKEN_ID: "c",
    NETSUITE_TOKEN_SECRET: "d",
  };
  for (const env of [oauth2, tba]) {
    const refused = await ask(openNetSuite(readConfig(env).netsuite, moving().parts)).then(
      () => null,
      (error) => error,
    );
    assert.equal(refused?.code, "upstream_redirect");
  }
  assert.equal(reached, 0);
});
