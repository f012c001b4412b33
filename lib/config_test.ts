import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { checkPrimeSync, createPrivateKey, generateKeyPairSync, generatePrimeSync, type KeyObject } from "node:crypto";
import { readConfig } from "./config.ts";
import { AppError } from "./errors.ts";

const GOOD = {
  APP_SECRET: "s".repeat(32),
  MONGODB_URI: "mongodb://127.0.0.1:27017/tidemark",
  NETSUITE_ACCOUNT_ID: "1234567_SB1",
  NETSUITE_CONSUMER_KEY: "ck",
  NETSUITE_CONSUMER_SECRET: "canary-consumer-secret",
  NETSUITE_TOKEN_ID: "tk",
  NETSUITE_TOKEN_SECRET: "canary-token-secret",
};

function faultsOf(env: Record<string, string | undefined>): string {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === "bad_config", String(error));
    return error.message;
  }
  throw new Error("the settings were taken");
}

Deno.test("readConfig gives usual values to what is not told", () => {
  const config = readConfig({ ...GOOD, PORT: "" });
  assert.equal(config.port, 8000);
  assert.equal(config.sync.overlapMs, 300_000);
  assert.equal(config.netsuite.baseUrl, null);
  assert.equal(config.adminEmail, null);
  assert.deepEqual([config.queue, config.isLive], ["kv", true]);
});

Deno.test("readConfig: a branch of Deno Deploy is not live, production is", () => {
  assert.equal(readConfig({ ...GOOD, DENO_TIMELINE: "production" }).isLive, true);
  assert.equal(readConfig({ ...GOOD, DENO_TIMELINE: "git-branch/try" }).isLive, false);
  assert.match(faultsOf({ ...GOOD, TIDEMARK_QUEUE: "redis" }), /TIDEMARK_QUEUE/);
});

Deno.test("readConfig names every wrong and missing setting at once, and no value", () => {
  const said = faultsOf({
    ...GOOD,
    MONGODB_URI: "canary-uri",
    NETSUITE_TOKEN_SECRET: "",
    PORT: "canary-port",
    TIME_ZONE: "canary/zone",
    SYNC_CRON: "true",
  });
  for (const name of ["MONGODB_URI", "NETSUITE_TOKEN_SECRET", "PORT", "TIME_ZONE", "SYNC_CRON"]) {
    assert.ok(said.includes(name), `${name} is missing in: ${said}`);
  }
  assert.ok(!said.includes("canary"), said);
});

Deno.test("readConfig refuses settings that contradict each other", () => {
  assert.match(
    faultsOf({ ...GOOD, NETSUITE_CONCURRENCY: "2", NETSUITE_RESERVED_SLOTS: "2" }),
    /NETSUITE_RESERVED_SLOTS/,
  );
  assert.match(faultsOf({ ...GOOD, ADMIN_EMAIL: "a@example.com" }), /ADMIN_PASSWORD/);
});

Deno.test("readConfig refuses an account id that could change the host", () => {
  for (const id of ["evil.example.com/", "1234567_SB1_X", "123@evil", ""]) {
    assert.match(faultsOf({ ...GOOD, NETSUITE_ACCOUNT_ID: id }), /NETSUITE_ACCOUNT_ID/);
  }
});

const {
  NETSUITE_CONSUMER_KEY: _,
  NETSUITE_CONSUMER_SECRET: __,
  NETSUITE_TOKEN_ID: ___,
  NETSUITE_TOKEN_SECRET: ____,
  ...BARE
} = GOOD;
const pemOf = (key: { export(options: { type: "pkcs8"; format: "pem" }): string | Uint8Array }) =>
  String(key.export({ type: "pkcs8", format: "pem" }));
const EC = pemOf(generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey);
const OAUTH2 = { ...BARE, NETSUITE_CLIENT_ID: "client", NETSUITE_CERTIFICATE_ID: "cert-1", NETSUITE_PRIVATE_KEY: EC };

Deno.test("readConfig takes exactly one login, by what is told or by NETSUITE_AUTH", () => {
  assert.equal(readConfig(GOOD).netsuite.login.kind, "tba");
  const { login } = readConfig(OAUTH2).netsuite;
  assert.ok(login.kind === "oauth2" && login.clientId === "client" && login.certificates.length === 1);
  assert.equal(login.certificates[0]!.algorithm, "ES256");
  assert.equal(readConfig({ ...OAUTH2, NETSUITE_AUTH: "oauth2" }).netsuite.login.kind, "oauth2");

  const both = faultsOf({ ...GOOD, ...OAUTH2 });
  assert.match(both, /NETSUITE_CLIENT_ID belongs to OAuth 2.0, but tba is in use: remove it/);
  assert.match(faultsOf({ ...GOOD, ...OAUTH2, NETSUITE_AUTH: "oauth2" }), /NETSUITE_TOKEN_ID belongs to token-based/);
  assert.match(faultsOf({ ...GOOD, NETSUITE_AUTH: "saml" }), /NETSUITE_AUTH must be tba .* or oauth2/);
  const none = faultsOf(BARE);
  for (const name of ["CONSUMER_KEY", "CONSUMER_SECRET", "TOKEN_ID", "TOKEN_SECRET"]) {
    assert.match(none, new RegExp(name));
  }
  const half = faultsOf({ ...BARE, NETSUITE_AUTH: "oauth2", NETSUITE_CLIENT_ID: "client" });
  assert.match(half, /NETSUITE_CERTIFICATE_ID is missing: the certificate id/);
  assert.match(half, /NETSUITE_PRIVATE_KEY is missing/);
});

Deno.test("readConfig reads a private key as PEM, with written line breaks, or from a file, of both kinds", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const file = Deno.makeTempFileSync({ suffix: ".pem" });
  try {
    const pkcs1 = String(rsa.export({ type: "pkcs1", format: "pem" }));
    Deno.writeTextFileSync(file, pkcs1);
    for (const given of [pemOf(rsa), pemOf(rsa).replaceAll("\n", "\\n"), pkcs1, file]) {
      const { login } = readConfig({ ...OAUTH2, NETSUITE_PRIVATE_KEY: given }).netsuite;
      assert.ok(login.kind === "oauth2");
      assert.deepEqual(login.certificates, [{ id: "cert-1", privateKey: pemOf(rsa), algorithm: "PS256" }]);
    }
  } finally {
    Deno.removeSync(file);
  }
});

Deno.test("readConfig says what is wrong with a private key, and tells nothing of it", () => {
  const weak = generateKeyPairSync("rsa", { modulusLength: 1024 }),
    locked = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const cases: [given: string, says: RegExp][] = [
    ["/no/such/canary.pem", /is neither a PEM key nor the path of a file that can be read/],
    ["-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----", /cannot be read as a private key/],
    [pemOf(weak.privateKey), /is an RSA key of 1024 bits: NetSuite takes 2,048 or more/],
    [
      String(locked.privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "canary" })),
      /protected by a passphrase/,
    ],
    [String(locked.publicKey.export({ type: "spki", format: "pem" })), /is a certificate or public key/],
    [pemOf(generateKeyPairSync("ed25519").privateKey), /must be an RSA key, or of the curve P-256/],
  ];
  for (const [given, says] of cases) {
    const said = faultsOf({ ...OAUTH2, NETSUITE_PRIVATE_KEY: given });
    assert.match(said, says);
    assert.match(said, /NETSUITE_PRIVATE_KEY /);
    assert.ok(!said.includes("canary") && !said.includes("-----"), said);
  }
});

Deno.test("readConfig refuses RSA keys that can be broken: a small exponent, primes that are near to one another", () => {
  const small = generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 3 }).privateKey;
  assert.match(faultsOf({ ...OAUTH2, NETSUITE_PRIVATE_KEY: pemOf(small) }), /an RSA key with the exponent 3: make one/);
  const near = pemOf(keyOfNearPrimes());
  const said = faultsOf({ ...OAUTH2, NETSUITE_PRIVATE_KEY: near });
  assert.match(said, /NETSUITE_PRIVATE_KEY is an RSA key whose primes are so near/);
  assert.ok(!said.includes(near.split("\n")[1]!));
});

/** A key of 2,048 bits from a prime and the next one: what Fermat's way factors at once. */
function keyOfNearPrimes(): KeyObject {
  const p = generatePrimeSync(1024, { bigint: true });
  let q = p + 2n;
  while (!checkPrimeSync(q)) q += 2n;
  const e = 65_537n, d = inverse(e, (p - 1n) * (q - 1n));
  const parts = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const text = (value: bigint) => {
    const hex = value.toString(16);
    return Buffer.from(hex.padStart(hex.length + hex.length % 2, "0"), "hex").toString("base64url");
  };
  const jwk = Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, text(value)]));
  return createPrivateKey({ key: { kty: "RSA", ...jwk }, format: "jwk" });
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (b > 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % modulus) + modulus) % modulus;
}

Deno.test("readConfig takes a second certificate whole or not at all", () => {
  const second = { NETSUITE_CERTIFICATE_ID_2: "cert-2", NETSUITE_PRIVATE_KEY_2: EC };
  const { login } = readConfig({ ...OAUTH2, ...second }).netsuite;
  assert.deepEqual(login.kind === "oauth2" && login.certificates.map(({ id }) => id), ["cert-1", "cert-2"]);
  assert.match(faultsOf({ ...OAUTH2, NETSUITE_CERTIFICATE_ID_2: "cert-2" }), /NETSUITE_PRIVATE_KEY_2 is missing/);
  assert.match(faultsOf({ ...OAUTH2, NETSUITE_PRIVATE_KEY_2: EC }), /NETSUITE_CERTIFICATE_ID_2 is missing/);
  assert.match(faultsOf({ ...OAUTH2, ...second, NETSUITE_CERTIFICATE_ID_2: "cert-1" }), /is the same as/);
});

Deno.test("readConfig takes the settings of alerts whole or not at all, and never prints them", () => {
  const mail = {
    SMTP_URL: "smtps://u:canary@mail.example.com",
    MAIL_FROM: "t@example.com",
    ALERT_MAIL_TO: "a@b.de, c@d.de",
  };
  const hook = { ALERT_WEBHOOK_URL: "https://hooks.example.com/canary", ALERT_WEBHOOK_SECRET: "canary-canary-canary" };
  const { alerts } = readConfig({ ...GOOD, ...mail, ...hook, ALERT_STALE_MINUTES: "10" });
  assert.deepEqual([alerts.mail?.to, alerts.webhook?.url, alerts.staleMs], [
    ["a@b.de", "c@d.de"],
    hook.ALERT_WEBHOOK_URL,
    600_000,
  ]);
  assert.deepEqual([readConfig(GOOD).alerts.mail, readConfig(GOOD).alerts.webhook], [null, null]);
  const half = faultsOf({ ...GOOD, ...hook, ALERT_WEBHOOK_SECRET: "", SMTP_URL: mail.SMTP_URL });
  assert.match(half, /ALERT_WEBHOOK_SECRET is missing: ALERT_WEBHOOK_URL needs it/);
  assert.match(half, /MAIL_FROM is missing: SMTP_URL needs it/);
  const wrong = faultsOf({ ...GOOD, ...mail, ...hook, SMTP_URL: "https://canary", ALERT_MAIL_TO: "canary" });
  assert.match(wrong, /SMTP_URL must be an address such as smtps:/);
  assert.match(wrong, /ALERT_MAIL_TO.* must be an e-mail address/);
  assert.ok(!`${half}${wrong}`.includes("canary"));
  const { mail: ofLinks, alerts: none } = readConfig({ ...GOOD, ...mail, ALERT_MAIL_TO: "" });
  assert.deepEqual(
    [ofLinks, none.mail],
    [{ smtpUrl: mail.SMTP_URL, from: mail.MAIL_FROM, plaintext: false }, null],
    "mail without alerts",
  );
  assert.match(faultsOf({ ...GOOD, APP_SECRET_OLD: GOOD.APP_SECRET }), /APP_SECRET_OLD is the same as APP_SECRET/);
  assert.match(faultsOf({ ...GOOD, ALERT_MAIL_TO: "a@b.de" }), /SMTP_URL is missing: ALERT_MAIL_TO needs it/);
});
