/** Sign-in by a provider through the program's real pages, with a real provider (npm `oidc-provider`) beside it. */
import assert from "node:assert/strict";
import { type Claims, freePort, startProvider, type TestProvider } from "../lib/access/oidc/provider_testing.ts";
import { startApp, type TestApp } from "./support/app.ts";
import { assertAccessible, browserTest, watchedPage } from "./support/browser.ts";
import { until } from "./support/engine.ts";
import { accessOf, signedInAs } from "./support/principals.ts";

interface Both extends AsyncDisposable {
  app: TestApp;
  provider: TestProvider;
}

/** The program with a provider. @param up false: the provider is down when the program starts */
async function startBoth({ up = true } = {}): Promise<Both> {
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const provider = await startProvider(`${url}/sign-in/oidc/return`);
  if (!up) await provider.down();
  const app = await startApp({
    env: {
      PORT: String(port),
      PUBLIC_URL: url,
      LOG_LEVEL: "debug",
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: provider.clientId,
      OIDC_CLIENT_SECRET: provider.clientSecret,
      OIDC_LABEL: "Acme",
      OIDC_SCOPES: "openid email groups",
      OIDC_ROLE_CLAIM: "groups",
      OIDC_ROLE_MAP: "tidemark-admins=admin,crew=operator,everyone=viewer,harbour=sailor",
    },
  });
  return {
    app,
    provider,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await provider[Symbol.asyncDispose]();
    },
  };
}

/** One request as a browser sends it, cookies kept in `jar`. */
async function ask(jar: Map<string, string>, at: string | URL, init: RequestInit = {}) {
  const headers = new Headers(init.headers);
  if (jar.size > 0) headers.set("Cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
  const response = await fetch(at, { ...init, headers, redirect: "manual" });
  for (const set of response.headers.getSetCookie()) {
    const pair = set.split(";")[0]!;
    const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    if (value === "") jar.delete(name);
    else jar.set(name, value);
  }
  return { status: response.status, to: response.headers.get("Location"), text: await response.text() };
}

/** The whole way by links and redirects, as somebody with these claims. */
async function signInAs({ app, provider }: Both, claims: Claims | null, path = "/sign-in/oidc") {
  const jar = new Map<string, string>();
  provider.user = claims;
  const left = await ask(jar, app.url + path);
  assert.equal(left.status, 303, left.text);
  const back = await provider.visit(left.to!);
  return { jar, back, answer: await ask(jar, back) };
}

const BOB = { sub: "bob-1", email: "bob@example.com", email_verified: true, groups: ["everyone"] };

async function makeBob(app: TestApp) {
  const access = await accessOf(app);
  const password = "correct horse battery";
  return await access.createPerson({ name: "Bob", email: BOB.email, password, role: "analyst" });
}

Deno.test("sign-in by the provider, page by page: there and back, the role by the claim, and out again", async () => {
  await using both = await startBoth();
  const { app, provider } = both;
  const bob = await makeBob(app);
  const jar = new Map<string, string>();
  const door = await ask(jar, `${app.url}/sign-in?next=%2Faccount`);
  assert.match(
    door.text,
    /href="\/sign-in\/oidc\?next=%2Faccount"[^>]*>[^<]*(?:<[^>]*>)*Sign in with (?:<!-- -->)?Acme/,
  );

  const first = await signInAs(both, BOB, "/sign-in/oidc?next=%2Faccount");
  assert.deepEqual([first.answer.status, first.answer.to], [303, "/account"], first.answer.text);
  const account = await ask(first.jar, `${app.url}/account`);
  assert.match(account.text, /bob@example\.com, Viewer/);
  assert.equal((await ask(new Map(first.jar), first.back)).status, 400, "the way back worked twice");

  // another role at the provider: at the next sign-in here
  const second = await signInAs(both, { ...BOB, groups: ["crew"] });
  assert.equal(second.answer.to, "/");
  assert.match((await ask(second.jar, `${app.url}/account`)).text, /bob@example\.com, Operator/);

  const admin = await signedInAs(await accessOf(app), "admin");
  const asAdmin = { headers: admin.headers };
  assert.match((await ask(new Map(), `${app.url}/admin/users`, asAdmin)).text, /Acme, password/);
  const page = `${app.url}/admin/users/${bob.id}`;
  assert.match((await ask(new Map(), page, asAdmin)).text, /With (?:<!-- -->)?Acme(?:<!-- -->)?, linked/);
  const log = await ask(new Map(), `${app.url}/admin/audit`, asAdmin);
  assert.match(log.text, /Account linked with the sign-in provider/);

  const form = { Origin: app.url, "Content-Type": "application/x-www-form-urlencoded" };
  const out = await ask(second.jar, `${app.url}/sign-out`, { method: "POST", headers: form, body: "" });
  assert.deepEqual([out.status, out.to], [303, "/sign-in?left=1"]);
  assert.match((await ask(second.jar, app.url + out.to)).text, /href="\/sign-in\/oidc\/leave"/);
  const leave = await ask(second.jar, `${app.url}/sign-in/oidc/leave`);
  assert.ok(leave.to!.startsWith(`${provider.issuer}/session/end?`), leave.to!);

  const unlinked = await ask(new Map(), page, {
    method: "POST",
    headers: { ...form, ...admin.headers as Record<string, string> },
    body: "act=unlink",
  });
  assert.equal(unlinked.status, 303);
  assert.equal((await ask(first.jar, `${app.url}/account`)).status, 303, "a session goes on");

  const secrets = [...provider.given, provider.clientSecret];
  assert.ok(secrets.length >= 7);
  let documents = "";
  for (const { name } of await app.store.db.listCollections().toArray()) {
    documents += JSON.stringify(await app.store.db.collection(name).find().toArray());
  }
  for (const secret of secrets) {
    assert.ok(!app.process.printed().includes(secret), "a secret stands in the log");
    assert.ok(!documents.includes(secret), "a secret stands in the database");
  }
});

Deno.test("who does not get in reads why: no role, no account, no checked address, a sign-in that was not begun here", async () => {
  await using both = await startBoth();
  const { app, provider } = both;
  await makeBob(app);
  const refused: [Claims | null, number, RegExp][] = [
    [{ ...BOB, groups: ["strangers"] }, 403, /Acme gives you no group or role that opens Tidemark/],
    [{ ...BOB, email_verified: false }, 403, /does not say that your e-mail address was checked/],
    [{ ...BOB, sub: "eve", email: "eve@example.com" }, 403, /No account here has the e-mail address/],
    [null, 403, /Acme did not sign you in/],
  ];
  for (const [claims, status, words] of refused) {
    const { answer, jar } = await signInAs(both, claims);
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.text, words);
    assert.doesNotMatch(answer.text, /tidemark-admins|crew|the person said no/, "more is told than needed");
    assert.equal((await ask(jar, `${app.url}/account`)).to, "/sign-in?next=%2Faccount");
  }
  const forged = await ask(new Map(), `${app.url}/sign-in/oidc/return?code=x&state=${"y".repeat(43)}`);
  assert.equal(forged.status, 400);
  assert.match(forged.text, /was not begun in this browser/);
  // an answer that is wrong, through the program and all: the page tells no more than that
  provider.tampering.idToken = (claims, sign) => sign({ ...claims, nonce: "canary-nonce" });
  const { answer } = await signInAs(both, BOB);
  assert.equal(answer.status, 502);
  assert.match(answer.text, /could not be trusted/);
  assert.ok(!answer.text.includes("canary"));
  await until(
    "the log says why",
    10_000,
    () => Promise.resolve(/unexpected ID Token .*nonce/.test(app.process.printed())),
  );
  assert.ok(!app.process.printed().includes("canary-nonce"));
});

Deno.test("the provider is down when the program starts: it starts, says so at the click, and recovers by itself", async () => {
  await using both = await startBoth({ up: false });
  const { app, provider } = both;
  await makeBob(app);
  assert.equal((await ask(new Map(), `${app.url}/sign-in`)).status, 200);
  const away = await ask(new Map(), `${app.url}/sign-in/oidc`);
  assert.equal(away.status, 503);
  assert.match(away.text, /Acme cannot be reached just now/);
  assert.match(app.process.printed(), /The sign-in provider cannot be discovered/);
  assert.match(app.process.printed(), /OIDC_ROLE_MAP names roles that do not exist: \W*sailor/);
  provider.up();
  assert.equal((await signInAs(both, BOB)).answer.to, "/");
});

Deno.test("a provider that keeps tokens at a host that no setting names: the log says which, before and at the sign-in", async () => {
  await using both = await startBoth({ up: false });
  const { app, provider } = both;
  await makeBob(app);
  const host = `127.0.0.1:${freePort()}`;
  provider.tampering.discovery = (document) => ({ ...document, token_endpoint: `http://${host}/token` });
  provider.up();
  const { answer } = await signInAs(both, BOB);
  assert.equal(answer.status, 503, answer.text);
  for (const words of [`may not reach: add \\"${host}\\" to EXTRA_HOSTS`, `reach ${host}: name it in EXTRA_HOSTS`]) {
    await until(`the log says “${words}”`, 10_000, () => Promise.resolve(app.process.printed().includes(words)));
  }
});

Deno.test("without a provider there is no such door", async () => {
  await using app = await startApp();
  assert.doesNotMatch((await ask(new Map(), `${app.url}/sign-in`)).text, /sign-in\/oidc/);
  for (const path of ["", "/return?code=x&state=y", "/leave"]) {
    assert.equal((await ask(new Map(), `${app.url}/sign-in/oidc${path}`)).status, 404, path);
  }
});

browserTest(
  "sign-in by the provider in a browser: a click there, back and in; its pages have nothing that axe finds",
  async (browser) => {
    await using both = await startBoth();
    const { app, provider } = both;
    await makeBob(app);
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({ colorScheme, viewport: { width: 390, height: 844 } });
      const { page, faults } = await watchedPage(context);
      await page.goto(`${app.url}/sign-in`);
      await assertAccessible(page, `sign-in ${colorScheme}`);
      provider.user = { ...BOB, groups: [] };
      await page.getByRole("link", { name: "Sign in with Acme" }).click();
      await page.getByRole("heading", { name: "You are not signed in" }).waitFor();
      await assertAccessible(page, `refused ${colorScheme}`);
      assert.deepEqual(faults.filter((one) => !/403/.test(one)), []); // the browser complains about the status
      provider.user = BOB;
      await page.getByRole("link", { name: /Try again/ }).click();
      await page.waitForURL(`${app.url}/`);
      await page.goto(`${app.url}/sign-in?left=1`);
      await context.close();
    }
  },
);
