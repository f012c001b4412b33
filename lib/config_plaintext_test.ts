import assert from "node:assert/strict";
import fc from "fast-check";
import { readConfig } from "./config.ts";

const SETTINGS = {
  APP_SECRET: "s".repeat(32),
  MONGODB_URI: "mongodb://127.0.0.1/tidemark",
  NETSUITE_ACCOUNT_ID: "1234567",
  NETSUITE_CONSUMER_KEY: "ck",
  NETSUITE_CONSUMER_SECRET: "cs",
  NETSUITE_TOKEN_ID: "ti",
  NETSUITE_TOKEN_SECRET: "ts",
};

/** What the start says; null when it begins. */
function said(more: Record<string, string>): string | null {
  try {
    readConfig({ ...SETTINGS, ...more });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

Deno.test("a database on another machine is spoken to by TLS, with certificates that are looked at, or nothing starts", () => {
  const fine = [
    "mongodb://127.0.0.1:27017/tidemark",
    "mongodb://localhost,[::1]:27018,db.localhost/tidemark",
    "mongodb://%2Frun%2Fmongodb.sock/tidemark",
    "mongodb://user:p%40ss@db.example.com/tidemark?tls=true",
    "mongodb://a.example.com,b.example.com:1/?replicaSet=rs0&ssl=true",
    "mongodb+srv://cluster0.ab1cd.mongodb.net/tidemark",
    "mongodb://127.0.0.1/?tls=true&tlsAllowInvalidCertificates=true",
    "mongodb://db.example.com/?tls=true&tlsInsecure=false",
  ];
  for (const MONGODB_URI of fine) assert.equal(said({ MONGODB_URI }), null, MONGODB_URI);
  const open: [string, string][] = [
    ["mongodb://db.example.com/tidemark", "db.example.com"],
    ["mongodb://user:tls=true@db.example.com/tidemark", "db.example.com"],
    ["mongodb://127.0.0.1,10.0.0.5:27018/tidemark?tls=false", "10.0.0.5"],
    ["mongodb://db.example.com?tls=TRUE1", "db.example.com"],
    ["mongodb+srv://cluster0.ab1cd.mongodb.net/tidemark?tls=false", "cluster0.ab1cd.mongodb.net"],
    ["mongodb://127.0.0.1.example.com/", "127.0.0.1.example.com"],
    ["mongodb://[fd00::5]:27017/", "[fd00::5]"],
  ];
  for (const [MONGODB_URI, host] of open) {
    const told = said({ MONGODB_URI });
    assert.match(
      told ?? "",
      /MONGODB_URI would speak to .+ without encryption: add tls=true .* PLAINTEXT_HOSTS/,
      MONGODB_URI,
    );
    assert.ok(told!.includes(`speak to ${host} `), told!);
    assert.equal(said({ MONGODB_URI, PLAINTEXT_HOSTS: host }), null);
    assert.equal(
      said({ MONGODB_URI, PLAINTEXT_HOSTS: ` other , ${host.toUpperCase().replace(/^\[|\]$/g, "")}` }),
      null,
    );
    assert.notEqual(said({ MONGODB_URI, PLAINTEXT_HOSTS: "example.com" }), null, "one host is no other");
  }
  for (const weak of ["tlsInsecure", "tlsAllowInvalidCertificates", "TLSALLOWINVALIDHOSTNAMES"]) {
    const MONGODB_URI = `mongodb://db.example.com/?tls=true&${weak}=true`;
    assert.match(said({ MONGODB_URI }) ?? "", /MONGODB_URI has tls\w+, so that anybody could pose as the database/);
  }
});

Deno.test("NetSuite's proxy, the webhook, the range service and the collector are https, on other machines", () => {
  const http = (host: string): [string, Record<string, string>][] => [
    ["NETSUITE_BASE_URL", { NETSUITE_BASE_URL: `http://${host}:8080` }],
    ["ALERT_WEBHOOK_URL", { ALERT_WEBHOOK_URL: `http://${host}/hook`, ALERT_WEBHOOK_SECRET: "s".repeat(16) }],
    ["BREACHED_PASSWORDS", { BREACHED_PASSWORDS: `http://${host}/range/` }],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", { OTEL_DENO: "true", OTEL_EXPORTER_OTLP_ENDPOINT: `http://${host}:4318` }],
  ];
  for (const host of ["127.0.0.1", "localhost", "[::1]"]) {
    for (const [name, more] of http(host)) assert.equal(said(more), null, `${name} ${host}`);
  }
  for (const [name, more] of http("proxy.example.com")) {
    const told = said(more) ?? "";
    assert.match(told, new RegExp(`${name} would speak to proxy\\.example\\.com without encryption`));
    assert.equal(said({ ...more, PLAINTEXT_HOSTS: "proxy.example.com" }), null);
    assert.equal(
      said(Object.fromEntries(Object.entries(more).map(([key, value]) => [key, value.replace("http:", "https:")]))),
      null,
    );
  }
  assert.equal(
    said({ OTEL_DENO: "false", OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" }),
    null,
    "nothing is sent",
  );
});

Deno.test("mail to another machine asks for STARTTLS; PLAINTEXT_HOSTS are hosts, and nothing else", () => {
  const mail = (SMTP_URL: string, PLAINTEXT_HOSTS = "") =>
    readConfig({ ...SETTINGS, SMTP_URL, MAIL_FROM: "a@example.com", PLAINTEXT_HOSTS }).mail!.plaintext;
  assert.equal(mail("smtp://ann:p@mail.example.com:587"), false);
  assert.equal(mail("smtp://mail.example.com", "mail.example.com"), true);
  assert.equal(mail("smtp://127.0.0.1:25"), true);
  for (const wrong of ["*", "http://x", "x:1", "a b", "10.0.0.0/8"]) {
    assert.match(said({ PLAINTEXT_HOSTS: wrong }) ?? "", /PLAINTEXT_HOSTS\S* must be hosts without ports/, wrong);
  }
});

Deno.test("whatever the user, the password and the options hold, the host decides", () => {
  const text = fc.string({ minLength: 1, maxLength: 12 }).map(encodeURIComponent);
  fc.assert(fc.property(text, text, fc.boolean(), fc.boolean(), (user, password, isFar, tls) => {
    const host = isFar ? "db.example.com" : "127.0.0.1";
    const MONGODB_URI = `mongodb://${user}:${password}@${host}/x?appName=${password}&tls=${tls}`;
    assert.equal(said({ MONGODB_URI }) === null, tls || !isFar, MONGODB_URI);
  }));
});
