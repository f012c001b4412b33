import assert from "node:assert/strict";
import fc from "fast-check";
import { readConfig } from "./config.ts";
import { isSafeAddress, readRoleMap } from "./config_oidc.ts";
import { AppError } from "./errors.ts";

const GOOD = {
  APP_SECRET: "s".repeat(32),
  MONGODB_URI: "mongodb://127.0.0.1:27017/tidemark",
  NETSUITE_ACCOUNT_ID: "1234567",
  NETSUITE_CONSUMER_KEY: "ck",
  NETSUITE_CONSUMER_SECRET: "cs",
  NETSUITE_TOKEN_ID: "tk",
  NETSUITE_TOKEN_SECRET: "ts",
};
const OIDC = {
  ...GOOD,
  PUBLIC_URL: "https://tidemark.example.com",
  OIDC_ISSUER: "https://login.example.com/realms/acme",
  OIDC_CLIENT_ID: "tidemark",
  OIDC_CLIENT_SECRET: "canary-client-secret",
};

function faultsOf(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === "bad_config", String(error));
    return error.message;
  }
  throw new Error("the settings were taken");
}

Deno.test("readConfig: sign-in by a provider is off, or on with usual values", () => {
  assert.equal(readConfig(GOOD).oidc, null);
  assert.deepEqual(readConfig(OIDC).oidc, {
    issuer: "https://login.example.com/realms/acme",
    clientId: "tidemark",
    clientSecret: "canary-client-secret",
    scopes: ["openid", "email", "profile"],
    label: "login.example.com",
    roles: null,
    verifiedClaim: "email_verified",
    secondFactor: "ask",
    sessionMs: 12 * 3_600_000,
  });
  const whole = readConfig({
    ...OIDC,
    OIDC_LABEL: "Acme",
    OIDC_SCOPES: "openid  groups openid",
    OIDC_ROLE_CLAIM: "realm_access.roles",
    OIDC_ROLE_MAP: "netsuite-admins=admin, everyone = viewer",
    OIDC_SECOND_FACTOR: "provider",
  }).oidc!;
  assert.deepEqual([whole.label, whole.scopes, whole.secondFactor], ["Acme", ["openid", "groups"], "provider"]);
  assert.deepEqual(whole.roles, {
    claim: "realm_access.roles",
    map: [{ value: "netsuite-admins", role: "admin" }, { value: "everyone", role: "viewer" }],
  });
});

Deno.test("readConfig names what is wrong or missing about the provider, and no value", () => {
  const wrong: [change: Record<string, string>, says: RegExp][] = [
    [{ OIDC_CLIENT_SECRET: "" }, /OIDC_CLIENT_SECRET is missing/],
    [{ OIDC_ISSUER: "" }, /OIDC_ISSUER is missing/],
    [{ OIDC_ISSUER: "http://login.example.com" }, /OIDC_ISSUER must begin with https/],
    [{ OIDC_ISSUER: "https://login.example.com?x=canary" }, /OIDC_ISSUER must have neither/],
    [{ OIDC_ISSUER: "canary" }, /OIDC_ISSUER must be the provider's address/],
    [{ PUBLIC_URL: "" }, /PUBLIC_URL is missing: OIDC_ISSUER needs it/],
    [{ PUBLIC_URL: "http://tidemark.example.com" }, /PUBLIC_URL must begin with https/],
    [{ OIDC_SCOPES: "email profile" }, /OIDC_SCOPES must have openid/],
    [{ OIDC_ROLE_CLAIM: "groups" }, /OIDC_ROLE_MAP is missing/],
    [{ OIDC_ROLE_MAP: "a=admin" }, /OIDC_ROLE_CLAIM is missing/],
    [{ OIDC_ROLE_CLAIM: "groups..x", OIDC_ROLE_MAP: "a=admin" }, /OIDC_ROLE_CLAIM must be the path/],
    [{ OIDC_ROLE_CLAIM: "groups", OIDC_ROLE_MAP: "canary" }, /OIDC_ROLE_MAP must be like/],
    [{ OIDC_ROLE_CLAIM: "groups", OIDC_ROLE_MAP: "canary=admin,canary=viewer" }, /stands in it twice/],
    [{ OIDC_SESSION_HOURS: "1000" }, /OIDC_SESSION_HOURS/],
    [{ OIDC_SECOND_FACTOR: "canary" }, /OIDC_SECOND_FACTOR must be provider or ask/],
  ];
  for (const [change, says] of wrong) {
    const said = faultsOf({ ...OIDC, ...change });
    assert.match(said, says);
    assert.ok(!said.includes("canary"), said);
  }
  assert.match(faultsOf({ ...GOOD, OIDC_ROLE_CLAIM: "groups", OIDC_ROLE_MAP: "a=admin" }), /OIDC_ISSUER is missing/);
});

Deno.test("isSafeAddress: https, and http to this very machine only", () => {
  for (
    const yes of [
      "https://a.example",
      "http://localhost:8000/x",
      "http://127.0.0.1",
      "http://[::1]:1",
      "http://a.localhost",
    ]
  ) {
    assert.ok(isSafeAddress(yes), yes);
  }
  const no = [
    "http://a.example",
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example",
    "http://evillocalhost",
  ];
  for (const one of [...no, "ftp://localhost", "javascript:1", "", "x", "http://10.0.0.1"]) {
    assert.ok(!isSafeAddress(one), one);
  }
});

Deno.test("readRoleMap gives back what was written, commas, backslashes and = in values as well", () => {
  const plain = fc.stringMatching(/^[a-zA-Z0-9=,\\ äß-]{1,12}$/).filter((text) => text.trim() === text && text !== "");
  const role = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/);
  const entries = fc.uniqueArray(fc.record({ value: plain, role }, { noNullPrototype: true }), {
    selector: ({ value }) => value,
    minLength: 1,
  });
  fc.assert(fc.property(entries, (map) => {
    const text = map.map(({ value, role }) => `${value.replaceAll(/[\\,]/g, "\\$&")}=${role}`).join(", ");
    assert.deepEqual(readRoleMap(text), map);
  }));
  for (const wrong of ["", " , ", "a", "=admin", "a=", "a=admin,b", "\\"]) {
    assert.equal(typeof readRoleMap(wrong), "string", wrong);
  }
});
