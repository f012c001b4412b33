/** Secrets that must be found nowhere: not in the log, an answer, an export, the metrics, or a field of the database. */
import assert from "node:assert/strict";
import { freePort } from "../lib/access/oidc/provider_testing.ts";
import { signIn, startApp } from "./support/app.ts";
import { until } from "./support/engine.ts";
import { startCollector } from "./support/otlp.ts";
import { accessOf, keyOf, signedInAs } from "./support/principals.ts";
import { allRoutes, filled } from "./support/routes.ts";

const CANARIES = {
  APP_SECRET: "canary-app-secret-5f0c1d2e3b4a59687786950a1b2c3d4e",
  METRICS_TOKEN: "canary-metrics-token-9d8c7b6a5f4e",
  ALERT_WEBHOOK_SECRET: "canary-webhook-secret-3c2b1a0f9e8d",
  OIDC_CLIENT_SECRET: "canary-oidc-client-secret-2b7e151628ae",
};

/** A sign-in provider that is away: its routes are tried all the same. Sign-ins by one that is there: tests/oidc_test.ts. */
const PORT = String(freePort());
const PROVIDER = {
  PORT,
  PUBLIC_URL: `http://127.0.0.1:${PORT}`,
  OIDC_ISSUER: `http://127.0.0.1:${freePort()}`,
  OIDC_CLIENT_ID: "tidemark",
};

/** A mail server and a webhook that are not there: what is said about them must not name their secrets. */
const MAIL_PASSWORD = "canary-mail-password-7e6d5c4b", HOOK = "canary-webhook-path-5a4b3c2d";
const AWAY = {
  SMTP_URL: `smtp://ann:${MAIL_PASSWORD}@127.0.0.1:1`,
  MAIL_FROM: "tidemark@example.com",
  ALERT_MAIL_TO: "ops@example.com",
  ALERT_WEBHOOK_URL: `http://127.0.0.1:1/${HOOK}`,
};

/** No secret: an address that has to be found. */
const CONTROL = "the admin's address";

Deno.test("canary secrets: settings, passwords, sessions and keys are in no log, page, export, metric or open field", async () => {
  await using collector = startCollector();
  const env = { ...CANARIES, ...PROVIDER, ...AWAY, ...collector.env("app"), LOG_LEVEL: "debug" };
  await using app = await startApp({ share: 0.01, env });
  const cookie = await signIn(app);
  const access = await accessOf(app);
  const { person } = await signedInAs(access, "admin");
  const key = (await keyOf(access, person, ["sync:view", "sales:view", "metrics:view"]) as { Authorization: string })
    .Authorization.slice("Bearer ".length);
  const typed = "canary typed password 77c1";
  const sessionToken = decodeURIComponent(cookie.split("=").slice(1).join("=").split(";")[0]!);
  const secrets = new Map<string, string>([
    [CONTROL, app.admin.email],
    ["the admin's password", app.admin.password],
    ["a password that was typed wrong", typed],
    ["the session's cookie", sessionToken],
    ["an API key", key],
    ["the mail server's password", MAIL_PASSWORD],
    ["the webhook's path", HOOK],
    ...Object.entries(app.env).filter(([name]) => /SECRET|PASSWORD|_TOKEN|KEY/.test(name) && !/_(ID|PATH)$/.test(name)),
  ]);
  assert.ok(
    secrets.size >= 8 && [...secrets.values()].every((secret) => secret.length >= 12),
    [...secrets.keys()].join(),
  );
  const found: string[] = [];
  const look = (where: string, text: string) => {
    for (const [what, secret] of secrets) {
      for (
        const form of new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), btoa(secret)])
      ) {
        if (text.includes(form)) found.push(`${what} in ${where}`);
      }
    }
  };
  const own = { Cookie: cookie, Origin: app.url };
  const wrong = await fetch(`${app.url}/sign-in`, {
    method: "POST",
    redirect: "manual",
    headers: { Origin: app.url, "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ email: app.admin.email, password: typed }),
  });
  look("the page after a wrong password", await wrong.text());
  const asked = await fetch(`${app.url}/api/v1/sync/runs`, {
    method: "POST",
    headers: { ...own, "Content-Type": "application/json" },
    body: `{"kind":"full"}`,
  });
  const { id } = await asked.json();
  const runs = app.store.collection<{ _id: number; endedAt?: Date }>("sync_runs");
  await until("the full run ends", 120_000, async () => (await runs.findOne({ _id: id }))?.endedAt);
  // a fault inside, so that what is logged whole is looked at too
  await runs.insertOne({ _id: 999_999, startedAt: "no date", requestedAt: { not: "a date" } } as never);
  for (const { method, path } of await allRoutes()) {
    if (method !== "GET") continue;
    for (const headers of [{ Cookie: cookie }, { Authorization: `Bearer ${key}` }] as Record<string, string>[]) {
      const response = await fetch(app.url + filled(path), { headers, redirect: "manual" });
      look(
        path,
        await response.text() + JSON.stringify([...response.headers].filter(([name]) => name !== "set-cookie")),
      );
    }
  }
  const metrics = await fetch(`${app.url}/metrics`, { headers: { Authorization: `Bearer ${CANARIES.METRICS_TOKEN}` } });
  assert.equal(metrics.status, 200);
  look("the metrics", await metrics.text());
  look("the log", app.process.printed());
  assertJsonLines(app.process.printed());
  const signedIn = app.process.printed().split("\n").find((one) => one.includes("sign_in.done"));
  const { hash } = JSON.parse(signedIn!).properties;
  const reached = (what: string, test: () => boolean) =>
    until(`the collector has ${what}`, 30_000, () => Promise.resolve(test() || null));
  await reached("the line of an audit entry", () => collector.everything().includes(hash));
  await reached("spans", () => collector.spans().length > 100);
  look("what went to the collector", collector.everything());
  let documents = 0;
  for (const { name } of await app.store.db.listCollections().toArray()) {
    for await (const document of app.store.db.collection(name).find()) {
      documents++;
      look(`the collection ${name}`, JSON.stringify(document));
    }
  }
  assert.ok(documents > 100 && app.process.printed().length > 1000);
  // what is no secret is found by the same search, in the database and in pages: it does look
  const controls = found.filter((one) => one.startsWith(CONTROL));
  for (const where of ["the collection access_people", "/admin/users"]) {
    assert.ok(controls.includes(`${CONTROL} in ${where}`));
  }
  assert.deepEqual([...new Set(found.filter((one) => !one.startsWith(CONTROL)))], []);
});

/** Every line is a record that a program reads; beside them, where the program is. */
function assertJsonLines(printed: string): void {
  const plain: string[] = [];
  for (const line of printed.split("\n").filter((one) => one !== "")) {
    if (!line.startsWith("{")) plain.push(line);
    else {
      const { "@timestamp": at, level, message, logger, properties } = JSON.parse(line);
      assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.match(level, /^(DEBUG|INFO|WARN|ERROR)$/);
      assert.match(logger, /^tidemark\.[a-z.]+$/);
      assert.ok(typeof message === "string" && typeof properties === "object", line);
    }
  }
  assert.equal(plain.length, 1, plain.join("\n"));
  assert.match(plain[0]!, /^Tidemark is at http:/);
}
