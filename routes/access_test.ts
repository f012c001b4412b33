import assert from "node:assert/strict";
import { App, csrf, type Middleware } from "fresh";
import { type Access, needOf, openAccess, openAudit } from "../lib/access/mod.ts";
import { listRoutes } from "../lib/access/route_check.ts";
import { openTestStore } from "../lib/store/testing.ts";
import { createApi } from "../lib/api/mod.ts";
import type { Config } from "../lib/config.ts";
import type { Store } from "../lib/store/connect.ts";
import type { Tide } from "../lib/sync/views.ts";
import type { Services, State } from "../utils.ts";
import * as middleware from "./_middleware.ts";
import * as anyApi from "./api/[...path].ts";
import * as auth from "./api/auth/[...path].ts";
import * as api from "./api/v1/[...path].ts";
import * as setup from "./setup/[token].tsx";
import * as signIn from "./sign-in.tsx";
import * as signOut from "./sign-out.ts";

const PASSWORD = "correct horse battery";
const TIDE: Tide = { state: "level", share: null, watermark: null, text: "Level with NetSuite" };

interface TestApp extends AsyncDisposable {
  access: Access;
  store: Store;
  /** Sends a request, without following redirects; `cookie` as a browser would send it. */
  send(path: string, init?: RequestInit & { cookie?: string; peer?: string }): Promise<Response>;
  /** Posts a form as a browser does from a page of the site. */
  post(
    path: string,
    fields: Record<string, string>,
    init?: { cookie?: string; peer?: string; site?: string },
  ): Promise<Response>;
  /** Makes a person and signs them in; the value of the `Cookie` header. */
  as(role: string): Promise<string>;
}

/** The real middleware, pages and API in front of plain stand-ins for the other pages. */
async function startApp(change: Partial<Config> = {}): Promise<TestApp> {
  const store = await openTestStore();
  const config = {
    publicUrl: null,
    appSecret: "0123456789abcdefghijklmnopqrstuvwxyzABCDEF",
    adminEmail: null,
    adminPassword: null,
    trustProxy: false,
    port: 8000,
    ...change,
  } as Config;
  const audit = await openAudit(store, config.appSecret);
  const access = await openAccess({ config, store, audit });
  const sync = {
    tide: () => Promise.resolve(TIDE),
    status: () => Promise.resolve({ account: "1234567" }),
    requestRun: () => Promise.resolve({ id: 7 }),
  } as unknown as Services["sync"];
  const services: Services = { config, store, access, audit, sync, api: createApi({ sync, store }) };

  const shown = (ctx: { state: State; route: string | null }) =>
    Response.json({ route: ctx.route, person: ctx.state.person?.email ?? null, tide: ctx.state.tide.text });
  const app = new App<State>({ trustProxy: config.trustProxy });
  app.use((ctx) => {
    ctx.state.services = services;
    return ctx.next();
  });
  app.use(csrf());
  app.use(middleware.handler as Middleware<State>);
  for (const path of ["/", "/sync", "/sync/runs/:id", "/sales", "/sales/export.csv", "/preferences", "/unruled"]) {
    app.get(path, shown);
  }
  app.post("/sync/runs", shown);
  app.post("/preferences", shown);
  type Page = Parameters<typeof app.route>[1]; // the file routes lose the type of a page's data in the same way
  app.route("/sign-in", { component: signIn.default, handler: signIn.handler } as Page);
  app.route("/sign-out", { handler: signOut.handler });
  app.route("/setup/:token", { component: setup.default, handler: setup.handler } as Page);
  app.all("/api/v1/:path*", api.handler as Middleware<State>);
  app.all("/api/auth/:path*", auth.handler as Middleware<State>);
  app.all("/api/:path*", anyApi.handler as Middleware<State>);
  const serve = app.handler();

  const send: TestApp["send"] = (path, { cookie, peer = "198.51.100.1", ...init } = {}) => {
    const headers = new Headers(init.headers);
    if (cookie !== undefined) headers.set("cookie", cookie);
    const remoteAddr = { transport: "tcp" as const, hostname: peer, port: 40000 };
    const url = new URL(path, "http://tidemark.test");
    return serve(new Request(url, { ...init, headers, redirect: "manual" }), {
      remoteAddr,
      completed: Promise.resolve(),
    });
  };
  let people = 0;
  return {
    access,
    store,
    send,
    post: (path, fields, { site = "same-origin", ...init } = {}) =>
      send(path, {
        method: "POST",
        body: new URLSearchParams(fields).toString(),
        headers: { "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": site },
        ...init,
      }),
    async as(role) {
      const email = `${role}${++people}@example.com`;
      await access.createPerson({ name: role, email, password: PASSWORD, role });
      const address = `203.0.113.${people}`;
      const result = await access.signIn({ email, password: PASSWORD, remember: false, address, userAgent: null });
      assert.equal(result.outcome, "done");
      return result.outcome === "done" ? result.cookies.map((one) => one.split(";")[0]).join("; ") : "";
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

/** The tag of the field with this id. */
const field = (html: string, id: string) =>
  html.match(/<input(?:[^">]|"[^"]*")*>/g)?.find((tag) => tag.includes(` id="${id}"`)) ?? assert.fail(`no field ${id}`);

const cookieOf = (response: Response) => response.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");

Deno.test("only the known pages are open to everybody", async () => {
  const open: string[] = [];
  for (const { route } of await listRoutes(new URL("./", import.meta.url))) {
    if (["GET", "POST", "PUT", "PATCH", "DELETE"].some((method) => needOf(method, route) === "public")) {
      open.push(route);
    }
  }
  // /metrics asks itself, for a token, a key or metrics:view
  assert.deepEqual(open.sort(), [
    "/api/auth/:path*",
    "/invite/:token",
    "/metrics",
    "/reset",
    "/reset/:token",
    "/setup/:token",
    "/sign-in",
    "/sign-in/code",
    "/sign-in/oidc",
    "/sign-in/oidc/leave",
    "/sign-in/oidc/return",
    "/sign-out",
  ]);
});

Deno.test("default deny: nobody reaches any page, known or not, in any spelling or by any method", async () => {
  await using app = await startApp();
  const paths = [
    "/",
    "/sync",
    "/sync/",
    "//sync",
    "/sync?x=1",
    "/sync/runs/7",
    "/SYNC",
    "/%73ync",
    "/./sync",
    "/sales",
    "/sales/export.csv",
    "/preferences",
    "/unruled",
    "/unknown",
    "/.env",
    "/sign-in/../sync",
    "/sign-in-as",
    "/sign-inn",
    "/setup",
    "/admin",
  ];
  for (const path of paths) {
    for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE"]) {
      const response = await app.send(path, { method, headers: { "Sec-Fetch-Site": "same-origin" } });
      const where = `${method} ${path}`;
      assert.equal(response.status, 303, where);
      assert.match(response.headers.get("Location") ?? "", /^\/sign-in(\?next=%2F|$)/, where);
      assert.doesNotMatch(await response.text(), /route|person|tide/, where);
    }
  }
  const deep = await app.send("/sales?from=2026-11-01&to=2026-11-19");
  assert.equal(deep.headers.get("Location"), "/sign-in?next=%2Fsales%3Ffrom%3D2026-11-01%26to%3D2026-11-19");
});

Deno.test("default deny: every API path but health is a 401 problem, known or not", async () => {
  await using app = await startApp();
  for (
    const path of [
      "/api",
      "/api/v1",
      "/api/v1/sync/status",
      "/api/v1/openapi.json",
      "/api/v1/nothing",
      "/api/v2/x",
      "/api/v1/health/",
      "/api/v1/health/x",
    ]
  ) {
    for (const method of ["GET", "POST", "DELETE"]) {
      const response = await app.send(path, { method, headers: { "Sec-Fetch-Site": "same-origin" } });
      assert.equal(response.status, 401, `${method} ${path}`);
      assert.equal(response.headers.get("Content-Type"), "application/problem+json");
      assert.equal((await response.json()).code, "not_signed_in");
    }
  }
  const health = await app.send("/api/v1/health");
  assert.deepEqual([health.status, await health.json()], [200, { status: "ok" }]);
});

Deno.test("the sign-in page: the whole flow of forms, in and out, back to where one wanted to go", async () => {
  await using app = await startApp();
  await app.access.createPerson({ name: "Ada Roe", email: "ada@example.com", password: PASSWORD, role: "operator" });
  const form = await (await app.send("/sign-in?next=/sync%3Fa%3D1")).text();
  assert.match(form, /<form method="post" action="\/sign-in">/);
  assert.match(form, /name="next" value="\/sync\?a=1"/);
  assert.match(form, /autocomplete="username"/);
  assert.match(form, /autocomplete="current-password"/);
  assert.doesNotMatch(form, /Level with NetSuite|1234567/, "nothing about the mirror before the sign-in");

  const fields = { email: "ada@example.com", password: PASSWORD, next: "/sync?a=1" };
  const done = await app.post("/sign-in", fields);
  assert.deepEqual([done.status, done.headers.get("Location")], [303, "/sync?a=1"]);
  const cookie = cookieOf(done);
  const page = await (await app.send("/sync", { cookie })).json();
  assert.deepEqual(page, { route: "/sync", person: "ada@example.com", tide: "Level with NetSuite" });

  const already = await app.send("/sign-in?next=//evil.example", { cookie });
  assert.deepEqual([already.status, already.headers.get("Location")], [303, "/"]);

  const out = await app.post("/sign-out", {}, { cookie });
  assert.deepEqual([out.status, out.headers.get("Location")], [303, "/sign-in"]);
  assert.equal(out.headers.get("Clear-Site-Data"), '"cache", "storage"');
  assert.ok(out.headers.getSetCookie().some((one) => /session_token=;.*Max-Age=0/.test(one)));
  assert.equal((await app.send("/sync", { cookie })).status, 303, "the old cookie is worth nothing");
});

Deno.test("signing out is no link, and works when the session has ended already", async () => {
  await using app = await startApp();
  const cookie = await app.as("viewer");
  assert.equal((await app.send("/sign-out", { cookie })).status, 405);
  assert.equal((await app.send("/sync", { cookie })).status, 200);
  for (const session of [undefined, cookie]) {
    const out = await app.post("/sign-out", {}, session ? { cookie: session } : {});
    assert.equal(out.headers.get("Location"), "/sign-in");
    assert.equal(out.headers.get("Clear-Site-Data"), '"cache", "storage"');
  }
  assert.equal((await app.send("/sync", { cookie })).status, 303);
});

Deno.test("a sign-in with an old, dead cookie keeps the new session", async () => {
  await using app = await startApp();
  const dead = await app.as("operator");
  await app.post("/sign-out", {}, { cookie: dead });
  const done = await app.post("/sign-in", { email: "operator1@example.com", password: PASSWORD }, { cookie: dead });
  const tokens = done.headers.getSetCookie().filter((one) => one.includes("session_token="));
  assert.equal(tokens.length, 1, tokens.join("\n"));
  assert.equal((await app.send("/sync", { cookie: cookieOf(done) })).status, 200);
});

Deno.test("wrong password, unknown address: the same page to the letter; nothing typed as password comes back", async () => {
  await using app = await startApp();
  await app.access.createPerson({ name: "Ada Roe", email: "ada@example.com", password: PASSWORD, role: "viewer" });
  const page = async (email: string) => {
    const response = await app.post("/sign-in", { email, password: "wrong horse secret", next: "/sync" });
    assert.equal(response.status, 401);
    const text = await response.text();
    assert.doesNotMatch(text, /wrong horse secret/);
    return text.replaceAll(email, "EMAIL");
  };
  const wrong = await page("ada@example.com");
  assert.equal(wrong, await page("nobody@example.com"));
  assert.match(wrong, /role="alert"/);
  assert.match(wrong, /No account has this e-mail address and password/);
  assert.match(field(wrong, "password"), /autofocus.*aria-invalid="true".*aria-describedby="faults"/);
  assert.match(field(wrong, "email"), /value="EMAIL"/);
});

Deno.test("empty and malformed fields are named, linked and focused", async () => {
  await using app = await startApp();
  const response = await app.post("/sign-in", { email: `"><script>alert(1)</script>`, password: "" });
  assert.equal(response.status, 422);
  const text = await response.text();
  assert.doesNotMatch(text, /<script>alert/);
  assert.match(text, /href="#email"/);
  assert.match(text, /href="#password"/);
  assert.match(field(text, "email"), /autofocus.*aria-invalid="true".*aria-describedby="email-error"/);
  assert.doesNotMatch(field(text, "password"), /autofocus/);
});

Deno.test("open redirects are impossible through the form", async () => {
  await using app = await startApp();
  await app.access.createPerson({ name: "Ada Roe", email: "ada@example.com", password: PASSWORD, role: "viewer" });
  for (
    const next of [
      "https://evil.example",
      "//evil.example",
      "/\\evil.example",
      "/\t/evil.example",
      "javascript:alert(1)",
    ]
  ) {
    const done = await app.post("/sign-in", { email: "ada@example.com", password: PASSWORD, next });
    assert.deepEqual([done.status, done.headers.get("Location")], [303, "/"], next);
  }
});

Deno.test("too many attempts are a 429 with the time to wait, counted by the connection's address", async () => {
  await using app = await startApp();
  await app.access.createPerson({ name: "Ada Roe", email: "ada@example.com", password: PASSWORD, role: "viewer" });
  const attempt = (password: string, peer: string) =>
    app.post("/sign-in", { email: "ada@example.com", password }, { peer });
  for (let i = 0; i < 10; i++) assert.equal((await attempt("wrong horse battery", "203.0.113.77")).status, 401);
  const limited = await attempt(PASSWORD, "203.0.113.77");
  assert.equal(limited.status, 429);
  assert.ok(Number(limited.headers.get("Retry-After")) > 0);
  assert.match(await limited.text(), /Too many attempts came from your address/);
  assert.equal((await attempt(PASSWORD, "203.0.113.78")).status, 303);
});

Deno.test("forms from other sites are refused", async () => {
  await using app = await startApp();
  const cookie = await app.as("operator");
  for (const path of ["/sign-in", "/sign-out", "/sync/runs", "/api/v1/sync/runs"]) {
    assert.equal((await app.post(path, {}, { cookie, site: "cross-site" })).status, 403, path);
  }
});

Deno.test("roles: a page that needs a permission names it; a page without a rule is closed to the admin too", async () => {
  await using app = await startApp();
  const viewer = await app.as("viewer");
  assert.equal((await app.send("/sales", { cookie: viewer })).status, 200);
  assert.equal((await app.send("/sales/export.csv", { cookie: viewer })).status, 403);
  assert.equal((await app.post("/sync/runs", {}, { cookie: viewer })).status, 403);
  const run = await app.send("/api/v1/sync/runs", {
    method: "POST",
    cookie: viewer,
    headers: { "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin" },
    body: JSON.stringify({ kind: "full" }),
  });
  assert.equal(run.status, 403);
  assert.equal((await run.json()).permission, "sync:run");

  const admin = await app.as("admin");
  assert.equal((await app.post("/sync/runs", {}, { cookie: admin })).status, 200);
  assert.equal((await app.send("/unruled", { cookie: admin })).status, 403);
  assert.equal((await app.send("/unknown", { cookie: admin })).status, 404);
  const unknown = await app.send("/api/v2", { cookie: admin });
  assert.deepEqual([unknown.status, (await unknown.json()).code], [404, "not_found"]);
});

Deno.test("headers of every kind of answer", async () => {
  await using app = await startApp({ publicUrl: "https://tidemark.test" });
  for (const path of ["/sign-in", "/sync", "/api/v1/health", "/api/v1/sync/status", "/setup/x"]) {
    const { headers } = await app.send(path);
    assert.equal(headers.get("Cache-Control"), "private, no-store", path);
    assert.equal(headers.get("X-Content-Type-Options"), "nosniff", path);
    assert.equal(headers.get("X-Frame-Options"), "DENY", path);
    assert.equal(headers.get("Referrer-Policy"), "same-origin", path);
    assert.match(headers.get("Strict-Transport-Security") ?? "", /max-age/, path);
  }
});

Deno.test("the database away: API a 503 problem, health 503, pages an error, nobody let in", async () => {
  await using app = await startApp();
  const cookie = await app.as("admin");
  const down = Object.assign(new Error("no server at 10.0.0.9"), { name: "MongoServerSelectionError" });
  const session = app.access.session;
  app.access.session = () => Promise.reject(down);
  try {
    const api = await app.send("/api/v1/sync/status", { cookie });
    assert.equal(api.status, 503);
    assert.doesNotMatch(await api.text(), /10\.0\.0\.9/);
    const page = await app.send("/sync", { cookie });
    assert.equal(page.status, 503);
    assert.doesNotMatch(await page.text(), /10\.0\.0\.9|Level/);
  } finally {
    app.access.session = session;
  }
});

Deno.test("set-up: the link shows a form, makes the admin, signs in, and is then of no use", async () => {
  await using app = await startApp();
  assert.match(await (await app.send("/sign-in")).text(), /No account exists yet/);
  const link = await app.access.setupLink("http://tidemark.test") ?? "";
  const path = new URL(link).pathname;
  const form = await app.send(path);
  assert.equal(form.status, 200);
  assert.match(await form.text(), /autocomplete="new-password"/);

  const weak = await app.post(path, { name: "", email: "ada@example.com", password: "short" });
  assert.equal(weak.status, 422);
  const text = await weak.text();
  assert.match(text, /href="#name"/);
  assert.match(text, /at least 12 characters; this one has 5/);
  assert.match(field(text, "name"), /autofocus/);
  assert.match(text, /value="ada@example.com"/);

  const done = await app.post(path, { name: "Ada Roe", email: "ada@example.com", password: PASSWORD });
  assert.deepEqual([done.status, done.headers.get("Location")], [303, "/"]);
  const page = await (await app.send("/", { cookie: cookieOf(done) })).json();
  assert.equal(page.person, "ada@example.com");

  const used = await app.send(path);
  assert.equal(used.status, 404);
  assert.match(await used.text(), /This link cannot be used/);
  const again = await app.post(path, { name: "Eve", email: "eve@example.com", password: PASSWORD });
  assert.equal(again.status, 404);
  assert.equal(await app.store.collection("access_people").countDocuments({}), 1);
  assert.doesNotMatch(await (await app.send("/sign-in")).text(), /No account exists yet/);
});
