/** Answers of the provider that are wrong in one thing each: none of them signs anybody in. */
import assert from "node:assert/strict";
import { generateKeyPair, type JWTPayload } from "jose";
import { type Trio, trioTest } from "./testing.ts";
import type { Sign } from "./provider_testing.ts";

const BOB = { sub: "bob-1", email: "bob@example.com", email_verified: true };
const now = () => Math.floor(Date.now() / 1000);
const part = (value: unknown) =>
  new TextEncoder().encode(JSON.stringify(value)).toBase64({ alphabet: "base64url", omitPadding: true });

type Forge = (claims: JWTPayload, sign: Sign) => Promise<string> | string;

const WRONG: Record<string, Forge> = {
  "another nonce": (claims, sign) => sign({ ...claims, nonce: "x".repeat(43) }),
  "no nonce": ({ nonce: _, ...claims }, sign) => sign(claims),
  "another audience": (claims, sign) => sign({ ...claims, aud: "another-client" }),
  "several audiences and no azp": (claims, sign) => sign({ ...claims, aud: ["tidemark", "another-client"] }),
  "several audiences and the azp of another": (claims, sign) =>
    sign({ ...claims, aud: ["tidemark", "another-client"], azp: "another-client" }),
  "the azp of another": (claims, sign) => sign({ ...claims, azp: "another-client" }),
  "another issuer": (claims, sign) => sign({ ...claims, iss: "https://login.evil.example" }),
  "expired": (claims, sign) => sign({ ...claims, exp: now() - 120 }),
  "no expiry": ({ exp: _, ...claims }, sign) => sign(claims),
  "not valid yet": (claims, sign) => sign({ ...claims, nbf: now() + 3600 }),
  "issued long ago": (claims, sign) => sign({ ...claims, iat: now() - 3600 }),
  "issued in the future": (claims, sign) => sign({ ...claims, iat: now() + 3600 }),
  "no time of issue": ({ iat: _, ...claims }, sign) => sign(claims),
  "no subject": ({ sub: _, ...claims }, sign) => sign(claims),
  "an endless subject": (claims, sign) => sign({ ...claims, sub: "x".repeat(256) }),
  "signed by another key": async (claims, sign) => sign(claims, {}, (await generateKeyPair("RS256")).privateKey),
  "signed by a key that is not published": async (claims, sign) =>
    sign(claims, { kid: "second" }, (await generateKeyPair("RS256")).privateKey),
  "changed after it was signed": async (claims, sign) => {
    const [head, , tail] = (await sign(claims)).split(".");
    return [head, part({ ...claims, email: "ada@example.com" }), tail].join(".");
  },
  "not signed (none)": (claims) => `${part({ alg: "none" })}.${part(claims)}.`,
  "not signed, and RS256 said": (claims) => `${part({ alg: "RS256", kid: "first" })}.${part(claims)}.`,
  "signed by the client secret (HS256)": (claims, sign) =>
    sign(claims, { alg: "HS256" }, new TextEncoder().encode("canary-client-secret-71c0a9e2d5")),
  "no token at all": () => "not a token",
};

const ask = (trio: Trio) => trio.store.collection("access_accounts").countDocuments({ providerId: "oidc" });

trioTest(
  "an ID token that is wrong in nonce, audience, issuer, times, subject or signature opens nothing",
  async (trio) => {
    await trio.make("Bob", "viewer");
    await trio.make("Ada", "admin");
    for (const [what, forge] of Object.entries(WRONG)) {
      trio.provider.tampering.idToken = forge;
      assert.equal(await trio.tryAs(BOB), "bad_answer", what);
    }
    assert.equal(await ask(trio), 0, "an account was linked");
    assert.equal(await trio.store.collection("access_sessions").countDocuments({}), 0, "a session was opened");
    const told = await trio.audited();
    assert.equal(told.filter(({ action }) => action === "sign_in.failed").length, Object.keys(WRONG).length);
    assert.deepEqual(told.at(-1)!.details, { by: "provider", reason: "bad answer" });
    // what only passes through the same hands is right
    trio.provider.tampering.idToken = (claims, sign) => sign(claims);
    assert.equal(await trio.tryAs(BOB), "done");
    trio.provider.tampering.idToken = (claims, sign) =>
      sign({ ...claims, aud: ["tidemark", "other"], azp: "tidemark" });
    assert.equal(await trio.tryAs(BOB), "done");
  },
);

trioTest(
  "another provider's answer in this one's place (mix-up, RFC 9207) is refused: iss is asked for and compared",
  async (trio) => {
    await trio.make("Bob", "viewer");
    trio.provider.user = BOB;
    const changes: Record<string, (query: URLSearchParams) => void> = {
      "another issuer": (query) => query.set("iss", "https://login.evil.example"),
      "no issuer, though the provider says that it tells it": (query) => query.delete("iss"),
      "two issuers": (query) => query.append("iss", "https://login.evil.example"),
      "two states": (query) => query.append("state", "x"),
      "an ID token in the address": (query) => query.set("id_token", "x.y.z"),
    };
    for (const [what, change] of Object.entries(changes)) {
      const { query, headers } = await trio.away();
      const changed = new URLSearchParams(query);
      change(changed);
      const before = trio.provider.asked.filter((path) => path === "/token").length;
      const finished = await trio.finish(`?${changed}`, headers);
      assert.equal(finished.outcome === "refused" && finished.refusal.reason, "bad_answer", what);
      const after = trio.provider.asked.filter((path) => path === "/token").length;
      assert.equal(after, before, `${what}: the code was handed on`);
    }
  },
);

trioTest("what the userinfo endpoint says counts for the same subject only", async (trio) => {
  await trio.make("Bob", "viewer");
  // an ID token without an address makes Tidemark ask there
  trio.provider.tampering.idToken = ({ email: _, email_verified: __, ...claims }, sign) => sign(claims);
  const info = (claims: object) => (path: string) => path === "/me" ? Response.json(claims) : null;
  trio.provider.tampering.answer = info({ ...BOB, sub: "eve-1" });
  assert.equal(await trio.tryAs(BOB), "bad_answer");
  trio.provider.tampering.answer = info({ sub: "bob-1", email: "bob@example.com" });
  assert.equal(await trio.tryAs(BOB), "email_unverified");
  trio.provider.tampering.answer = undefined;
  assert.equal(await trio.tryAs(BOB), "done");
  assert.ok(trio.provider.asked.includes("/me"));
});

trioTest(
  "that an address was checked is taken from where the address is from, never from another answer",
  async (trio) => {
    await trio.make("Bob", "viewer");
    const checkedElsewhere = { sub: "eve-1", email: "eve@example.com", email_verified: true };
    trio.provider.tampering.idToken = ({ email_verified: _, ...claims }, sign) =>
      sign({ ...claims, email: "bob@example.com" });
    trio.provider.tampering.answer = (path) => path === "/me" ? Response.json(checkedElsewhere) : null;
    assert.equal(await trio.tryAs({ sub: "eve-1", email: "bob@example.com" }), "no_account"); // it is eve's
    trio.provider.tampering.answer = (path) =>
      path === "/me" ? Response.json({ sub: "eve-1", email_verified: true }) : null;
    assert.equal(await trio.tryAs({ sub: "eve-1", email: "bob@example.com" }), "email_unverified");
  },
);
