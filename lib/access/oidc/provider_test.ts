import assert from "node:assert/strict";
import { exportJWK, generateKeyPair } from "jose";
import { PROVIDER_SECONDS } from "./limited_fetch.ts";
import { providerOf } from "./provider.ts";
import { OidcError } from "./refusal.ts";
import { configFor, RETURN, trioTest } from "./testing.ts";
import { startProvider, type TestProvider } from "./provider_testing.ts";

const BOB = { sub: "bob-1", email: "bob@example.com", email_verified: true };
const HOUR = 3600_000;

async function faultOf(asked: Promise<unknown>): Promise<OidcError> {
  try {
    await asked;
  } catch (error) {
    assert.ok(error instanceof OidcError, String(error));
    return error;
  }
  throw new Error("it was taken");
}

const discoveries = ({ asked }: TestProvider) => asked.filter((path) => path.startsWith("/.well-known/")).length;

trioTest(
  "a provider that is down, and up again: said at the click, not for ever; also between leaving and coming back",
  async (trio) => {
    await trio.make("Bob", "viewer");
    trio.provider.user = BOB;
    await trio.provider.down();
    await trio.oidc.warm(); // what the start does
    const begun = await trio.oidc.begin({ next: null, other: false }, { address: null, headers: new Headers() });
    if (begun.outcome !== "refused") return assert.fail();
    assert.deepEqual([begun.refusal.reason, begun.refusal.status], ["provider_away", 503]);
    assert.match(begun.refusal.message, /^Acme cannot be reached just now/);
    trio.provider.up();
    const { query, headers } = await trio.away();
    await trio.provider.down();
    const finished = await trio.finish(query, headers);
    assert.equal(finished.outcome === "refused" && finished.refusal.reason, "provider_away");
    trio.provider.up();
    assert.equal(await trio.tryAs(BOB), "done");
    trio.provider.tampering.answer = (path) =>
      path === "/token" ? new Response("<h1>busy</h1>", { status: 502 }) : null;
    assert.equal(await trio.tryAs(BOB), "provider_away");
  },
);

Deno.test("discovery: once for many, kept for an hour, renewed; while it cannot be, the old one serves for a day", async () => {
  await using provider = await startProvider(RETURN);
  let time = 0;
  const kept = providerOf(configFor(provider), () => new Date(time));
  await Promise.all(Array.from({ length: 5 }, () => kept.get()));
  assert.equal(discoveries(provider), 1);
  time = HOUR - 1;
  await kept.get();
  assert.equal(discoveries(provider), 1);
  time = HOUR;
  provider.tampering.discovery = (document) => ({ ...document, end_session_endpoint: `${provider.issuer}/new` });
  assert.equal((await kept.get()).serverMetadata().end_session_endpoint, `${provider.issuer}/new`);
  await provider.down();
  time = 3 * HOUR;
  await kept.get();
  time = 26 * HOUR;
  assert.equal((await faultOf(kept.get())).reason, "provider_away");
  provider.up();
  await kept.get();
});

Deno.test("discovery: what will not do is refused, and taken as soon as it does", async () => {
  await using provider = await startProvider(RETURN);
  const fresh = () => providerOf(configFor(provider), () => new Date());
  const wrong: Record<string, (document: Record<string, unknown>) => Record<string, unknown>> = {
    "another issuer": (document) => ({ ...document, issuer: "https://login.evil.example" }),
    "a template for an issuer": (document) => ({ ...document, issuer: "https://login.example.com/{tenantid}/v2.0" }),
    "no key set": ({ jwks_uri: _, ...document }) => document,
    "keys over plain http": (document) => ({ ...document, jwks_uri: "http://login.example.com/keys" }),
    "a plain http token endpoint": (document) => ({ ...document, token_endpoint: "http://login.example.com/token" }),
    "an authorization endpoint that is a script": (document) => ({
      ...document,
      authorization_endpoint: "javascript:x",
    }),
    "no algorithm with a key pair": (document) => ({
      ...document,
      id_token_signing_alg_values_supported: ["none", "HS256"],
    }),
    "an endless document": (document) => ({ ...document, padding: "x".repeat(600_000) }),
  };
  for (const [what, change] of Object.entries(wrong)) {
    provider.tampering.discovery = change;
    assert.equal((await faultOf(fresh().get())).reason, "bad_answer", what);
  }
  provider.tampering = {
    answer: (path) =>
      path.startsWith("/.well-known/")
        ? new Response(null, { status: 302, headers: { Location: `${provider.issuer}/elsewhere` } })
        : null,
  };
  assert.equal((await faultOf(fresh().get())).reason, "bad_answer");
  assert.ok(!provider.asked.includes("/elsewhere"), "a redirect was followed");
  provider.tampering = {};
  await fresh().get();
});

trioTest(
  "a provider that changes its keys: the first sign-in after that fails at most, the next one comes in",
  async (trio) => {
    await trio.make("Bob", "viewer");
    const algorithms = ["RS256", "ES256"];
    trio.provider.tampering.discovery = (document) => ({
      ...document,
      id_token_signing_alg_values_supported: algorithms,
    });
    assert.equal(await trio.tryAs(BOB), "done");
    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = { ...await exportJWK(publicKey), kid: "second", alg: "ES256", use: "sig" };
    trio.provider.tampering.answer = (path) => path === "/jwks" ? Response.json({ keys: [jwk] }) : null;
    trio.provider.tampering.idToken = (claims, sign) => sign(claims, { alg: "ES256", kid: "second" }, privateKey);
    assert.equal(await trio.tryAs(BOB), "bad_answer");
    assert.equal(await trio.tryAs(BOB), "done");
  },
);

Deno.test("a provider that never answers, or never ends its answer, is waited for so long and no longer", async () => {
  assert.ok(PROVIDER_SECONDS <= 15);
  await using provider = await startProvider(RETURN);
  const release = Promise.withResolvers<void>();
  const endless = () =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode(`{"issuer":"`)),
      }),
      { headers: { "Content-Type": "application/json" } },
    );
  for (const answer of [() => release.promise.then(() => new Response()), endless]) {
    provider.tampering = { answer };
    const fault = await faultOf(providerOf(configFor(provider), () => new Date(), 0.3).get());
    assert.equal(fault.reason, "provider_away", fault.detail);
  }
  release.resolve();
});

trioTest(
  "neither codes, tokens nor the client secret are in a refusal, a fault's words or the database",
  async (trio) => {
    await trio.make("Bob", "viewer");
    const refusals: unknown[] = [];
    const attempt = async () => {
      trio.provider.user = BOB;
      const { query, headers } = await trio.away();
      refusals.push(await trio.finish(query, headers));
      return new URLSearchParams(query).get("code")!;
    };
    trio.provider.tampering.idToken = (claims, sign) => sign({ ...claims, nonce: "x" });
    await attempt();
    trio.provider.tampering = {
      answer: (path) => path === "/token" ? Response.json({ error: "canary code" }, { status: 400 }) : null,
    };
    await attempt();
    trio.provider.tampering = {};
    await attempt();
    const secrets = [...trio.provider.given, trio.provider.clientSecret, "canary code"];
    assert.ok(secrets.length >= 9, `${secrets.length}`);
    const texts = [JSON.stringify(refusals.map((one) => ({ ...one as object, session: null })))];
    for (const { name } of await trio.store.db.listCollections().toArray()) {
      texts.push(JSON.stringify(await trio.store.db.collection(name).find().toArray()));
    }
    for (const secret of secrets) for (const text of texts) assert.ok(!text.includes(secret), secret.slice(0, 12));
  },
);
