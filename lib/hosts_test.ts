import assert from "node:assert/strict";
import { allowedHosts } from "../cli/hosts.ts";

const SETTINGS = {
  APP_SECRET: "s".repeat(32),
  MONGODB_URI: "mongodb://user:p%40ss@m1.example.com,m2.example.com:27018,[::1]:27019/tidemark?replicaSet=rs0&tls=true",
  NETSUITE_ACCOUNT_ID: "1234567_SB1",
  NETSUITE_CONSUMER_KEY: "ck",
  NETSUITE_CONSUMER_SECRET: "cs",
  NETSUITE_TOKEN_ID: "ti",
  NETSUITE_TOKEN_SECRET: "ts",
};
const hosts = (program: "app" | "sync" | "audit" | "secrets", more: Record<string, string> = {}) =>
  allowedHosts(program, { ...SETTINGS, ...more }, () => ["10.0.0.2", "fd00::53", "10.0.0.3:5353", "[fd00::54]:5353"])
    .split(",");

const MEMBERS = ["m1.example.com:27017", "m2.example.com:27018", "[::1]:27019"];
const NETSUITE = "1234567-sb1.suitetalk.api.netsuite.com:443";

Deno.test("hostsOf: each program reaches what it needs, and no more", () => {
  assert.deepEqual(hosts("audit"), MEMBERS);
  assert.deepEqual(hosts("secrets"), MEMBERS);
  assert.deepEqual(hosts("sync"), [...MEMBERS, NETSUITE]);
  assert.deepEqual(hosts("app"), [...MEMBERS, NETSUITE, "127.0.0.1:8000"]);
  assert.deepEqual(hosts("app", { TIDEMARK_ROLE: "worker" }), [...MEMBERS, NETSUITE]);
  assert.deepEqual(hosts("app", { HOST: "::", PORT: "9000" }).at(-1), "[::]:9000");
});

Deno.test("hostsOf: mail, the webhook and further hosts as they are set, without their secrets", () => {
  const all = hosts("app", {
    SMTP_URL: "smtp://ann:canary@mail.example.com",
    MAIL_FROM: "tidemark@example.com",
    ALERT_WEBHOOK_URL: "https://hooks.example.com/canary",
    ALERT_WEBHOOK_SECRET: "canary".repeat(4),
    NETSUITE_BASE_URL: "http://127.0.0.1:4000",
    EXTRA_HOSTS: " m3.example.com:27017, *.internal.example.com,",
  });
  assert.deepEqual(all.slice(MEMBERS.length), [
    "127.0.0.1:4000",
    "127.0.0.1:8000",
    "mail.example.com:587",
    "hooks.example.com:443",
    "m3.example.com:27017",
    "*.internal.example.com",
  ]);
});

Deno.test("hostsOf: the sign-in provider at its own address, and where two well-known ones keep tokens and keys", () => {
  const provider = (issuer: string, more: Record<string, string> = {}) =>
    hosts("app", {
      ...{ PUBLIC_URL: "https://tidemark.example.com", OIDC_CLIENT_ID: "x", OIDC_CLIENT_SECRET: "y" },
      OIDC_ISSUER: issuer,
      ...more,
    }).slice(5);
  assert.deepEqual(provider("https://login.example.com:8443/realms/acme"), ["login.example.com:8443"]);
  assert.deepEqual(provider("https://accounts.google.com"), [
    ...["accounts.google.com:443", "oauth2.googleapis.com:443", "www.googleapis.com:443"],
    "openidconnect.googleapis.com:443",
  ]);
  assert.deepEqual(provider("https://login.microsoftonline.com/0/v2.0").length, 2);
  assert.deepEqual(provider("https://login.example.com", { TIDEMARK_ROLE: "worker" }), []);
});

Deno.test("hostsOf: mongodb+srv opens the domain that the driver keeps to, and the name servers that it asks", () => {
  const servers = ["10.0.0.2:53", "[fd00::53]:53", "10.0.0.3:5353", "[fd00::54]:5353"];
  const at = (name: string) => hosts("audit", { MONGODB_URI: `mongodb+srv://user:secret@${name}/tidemark` });
  assert.deepEqual(at("cluster0.ab1cd.mongodb.net"), ["*.ab1cd.mongodb.net", ...servers]);
  assert.deepEqual(at("example.com"), ["*.example.com", ...servers]);
});

Deno.test("hostsOf: a socket of the file system is no host; a wrong setting opens nothing", () => {
  assert.deepEqual(hosts("audit", { MONGODB_URI: "mongodb://%2Frun%2Fmongodb.sock,m1/tidemark?tls=true" }), [
    "m1:27017",
  ]);
  for (const wrong of ["*", "a b", "https://x.example.com", "10.0.0.0/8", "x:99999999", "a,*,b"]) {
    assert.deepEqual(hosts("app", { EXTRA_HOSTS: wrong }), ["settings.invalid"], wrong);
  }
  assert.deepEqual(hosts("app", { APP_SECRET: "" }), ["settings.invalid"]);
});
