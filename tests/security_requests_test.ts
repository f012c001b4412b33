/**
 * What hostile requests may not do, on the whole program with its real permissions. Every step goes over the real list of
 * routes, so that a new route is attacked as well.
 */
import assert from "node:assert/strict";
import { signIn, startApp, startProcess, type TestApp } from "./support/app.ts";
import { until } from "./support/engine.ts";
import { inputNames } from "./support/input_names.ts";
import { rawRequest, sendRaw } from "./support/raw_http.ts";
import { allRoutes, type AskedRoute, filled } from "./support/routes.ts";

const FORM = "application/x-www-form-urlencoded";
const EVIL = "https://evil.example";
/** Tries at once: enough to be quick, few enough for a slow machine. */
const AT_ONCE = 4;

/** Routes that read no body at all, so that none can do harm. */
const BODILESS = ["/admin/audit", "/api/v1/sync/marts/rebuild"];

const isApi = (path: string) => path.startsWith("/api/");
const typeOf = (path: string) => isApi(path) ? "application/json" : FORM;

async function each<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const item of left) await act(item);
  }));
}

/** Runs a full sync, so that pages have something to show, and returns the admin's cookie. */
async function filledApp(app: TestApp): Promise<string> {
  const cookie = await signIn(app);
  const asked = await fetch(`${app.url}/api/v1/sync/runs`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Cookie: cookie, Origin: app.url },
    body: `{"kind":"full"}`,
  });
  const { id } = await asked.json();
  const runs = app.store.collection<{ _id: number; endedAt?: Date }>("sync_runs");
  await until("the full run ends", 120_000, async () => (await runs.findOne({ _id: id }))?.endedAt);
  return cookie;
}

/** Nothing of an error's inside: no trace, no path or type of ours, no word of the database. */
function assertUniform(text: string, where: string): void {
  assert.doesNotMatch(
    text,
    /\bat \S+ \(|file:\/\/|\.tsx?:\d|node_modules|TypeError|RangeError|MongoServerError|ENOENT/,
    where,
  );
}

Deno.test("hostile requests, on every route", async (t) => {
  await using app = await startApp({ share: 0.01, env: { BODY_SECONDS: "3" } });
  const cookie = await filledApp(app);
  const routes = await allRoutes();
  const reading = routes.filter(({ method }) => method === "GET");
  const unsafe = routes.filter(({ method }) => method !== "GET");
  const lasting = unsafe.filter(({ path }) => path !== "/sign-out"); // it ends the session that the others need
  assert.ok(reading.length > 30 && unsafe.length > 20);
  const own = { Cookie: cookie, Origin: app.url };
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(app.url + path, { redirect: "manual", headers: own, ...init });
  const send = (route: AskedRoute, headers: Record<string, string>, body: BodyInit = isApi(route.path) ? "{}" : "") =>
    ask(filled(route.path), {
      method: route.method,
      body,
      headers: { Cookie: cookie, "Content-Type": typeOf(route.path), ...headers },
    });

  await t.step("CSRF: every unsafe route refuses a foreign, null or missing origin", async () => {
    const foreign: Record<string, string>[] = [
      { Origin: EVIL },
      { Origin: "null" },
      { Origin: EVIL, "Sec-Fetch-Site": "cross-site" },
      { "Sec-Fetch-Site": "same-site", Origin: app.url.replace("localhost", "other.localhost") },
      { Origin: app.url.replace("http:", "https:") },
      {}, // neither: no browser of today, but a cookie is there
    ];
    const passed: string[] = [];
    await each(unsafe, async (route) => {
      for (const headers of foreign) {
        const response = await send(route, headers);
        await response.body?.cancel();
        if (response.status !== 403) passed.push(`${route.method} ${route.path} ${JSON.stringify(headers)}`);
      }
    });
    assert.deepEqual(passed, []);
    const fine = await send({ method: "POST", path: "/preferences" }, { Origin: app.url }, "theme=dark&back=/");
    assert.equal(fine.status, 303);
    await fine.body?.cancel();
  });

  await t.step("cookies: HttpOnly, SameSite, no domain; behind TLS Secure and __Host-", async () => {
    const cookiesOf = async (url: string, extra: Record<string, string>, origin: string) => {
      const post = async (path: string, fields: Record<string, string>, session = "") => {
        const response = await fetch(url + path, {
          method: "POST",
          redirect: "manual",
          headers: { "Content-Type": FORM, Origin: origin, ...extra, ...session ? { Cookie: session } : {} },
          body: new URLSearchParams(fields),
        });
        await response.body?.cancel();
        assert.equal(response.status, 303, path);
        return response.headers.getSetCookie();
      };
      const session = await post("/sign-in", app.admin);
      const held = session.map((one) => one.split(";")[0]).join("; ");
      return [
        ...session,
        ...await post("/preferences", { theme: "dark", rail: "on" }, held),
        ...await post("/see-as", { role: "viewer" }, held),
        ...await post("/sign-out", {}, held),
      ];
    };
    const plain = await cookiesOf(app.url, {}, app.url);
    const PORT = freePort();
    const tls = await startProcess({ ...app.env, PORT, PUBLIC_URL: "https://tidemark.example", TRUST_PROXY: "on" });
    try {
      const url = `http://127.0.0.1:${PORT}`;
      const proxied = { "X-Forwarded-Proto": "https", "X-Forwarded-Host": "tidemark.example" };
      const secure = await cookiesOf(url, proxied, "https://tidemark.example");
      for (const one of [...plain, ...secure]) {
        assert.match(one, /; HttpOnly/i);
        assert.match(one, /; SameSite=Lax/i);
        assert.match(one, /; Path=\/(;|$)/i);
        assert.doesNotMatch(one, /domain=/i);
      }
      assert.ok(plain.length >= 5 && secure.length === plain.length);
      for (const one of secure) assert.match(one, /; Secure/i);
      for (const one of secure) assert.match(one, /^__Host-/);
    } finally {
      await tls.kill("SIGTERM");
    }
  });

  await t.step("content types: every answer with a body says what it is, in which charset, and is that", async () => {
    const shown = new Set<string>();
    const look = async (what: string, response: Response) => {
      const text = await response.text();
      if (text === "") return;
      const type = response.headers.get("Content-Type") ?? "none";
      shown.add(type);
      const [media] = type.split(";");
      if (/^text\/|\+xml$|\/xml$|javascript$/.test(media!)) assert.match(type, /; ?charset=utf-8/i, what);
      else {assert.match(
          media!,
          /^(application\/([\w.+-]+\+)?json|application\/vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet|font\/woff2|image\/(png|x-icon|vnd\.microsoft\.icon))$/,
          what,
        );}
      if (media!.endsWith("json")) JSON.parse(text);
      if (media === "text/html") assert.match(text, /^\s*(<!doctype html>|<)/i, what);
      else assert.doesNotMatch(text, /^\s*<!doctype html>/i, what);
      assert.equal(response.headers.get("X-Content-Type-Options"), "nosniff", what);
    };
    for (const headers of [own, { Origin: app.url }] as Record<string, string>[]) {
      await each(reading, async ({ path }) => {
        for (const one of [filled(path), filled(path, "%00"), `${filled(path)}?limit=x`]) {
          await look(`GET ${one}`, await ask(one, { headers }));
        }
      });
      await each(lasting, async (route) => {
        const body = isApi(route.path) ? "{" : "a=1";
        const sent = { ...headers, "Content-Type": typeOf(route.path) };
        await look(
          `${route.method} ${route.path}`,
          await ask(filled(route.path), { method: route.method, body, headers: sent }),
        );
      });
    }
    for (const path of ["/nowhere", "/api/v1/nowhere", "/favicon.ico", "/favicon.svg", "/robots.txt"]) {
      await look(path, await ask(path));
    }
    const page = await (await ask("/")).text();
    for (const [, path] of page.matchAll(/(?:href|src)="(\/[^"]+\.(?:css|js|woff2|svg|png|ico)[^"]*)"/g)) {
      await look(path!, await ask(path!));
    }
    for (const type of ["text/html", "text/csv", "text/css", "application/json", "application/problem+json"]) {
      assert.ok([...shown].some((one) => one.startsWith(type)), `${type} was never shown: ${[...shown].join(", ")}`);
    }
  });

  await t.step("refused requests are in the log by route, status and address, without what was sent", async () => {
    const sent = "canary-of-what-was-sent";
    const answers = [
      await ask(`/api/v1/sync/runs?limit=${sent}`),
      await ask("/api/v1/sync/runs", {
        method: "POST",
        body: JSON.stringify({ kind: sent }),
        headers: { ...own, "Content-Type": "application/json" },
      }),
      await ask("/preferences", {
        method: "POST",
        body: `theme=${sent}`,
        headers: { Cookie: cookie, Origin: EVIL, "Content-Type": FORM },
      }),
      await ask("/api/v1/sync/status", { headers: { Authorization: `Bearer ${sent}` } }),
    ];
    for (const response of answers) await response.body?.cancel();
    assert.deepEqual(answers.map(({ status }) => status), [400, 400, 403, 401]);
    const lines = () =>
      app.process.printed().split("\n").filter((line) => line.includes("Answered")).map((line) =>
        JSON.parse(line).properties
      );
    const expected = [
      { what: "GET /api/v1/sync/runs", status: 400 },
      { what: "POST /api/v1/sync/runs", status: 400 },
      { what: "POST /preferences", status: 403 },
      { what: "GET /api/v1/sync/status", status: 401 },
    ];
    await until("the log has all of them", 10_000, () =>
      Promise.resolve(
        expected.every(({ what, status }) =>
          lines().some((one) => one.what === what && one.status === status && one.address === "127.0.0.1")
        ) || null,
      ));
    assert.ok(lines().some(({ status, person }) => status === 400 && person !== null), "the person is known");
    assert.ok(!app.process.printed().includes(sent));
  });

  await t.step("path traversal: no spelling of a path leads to a file that is not meant to be shown", async () => {
    const ups = ["..", "%2e%2e", "..%2f..", "..%5c..", "..\\..", "%252e%252e", "..%c0%af..", "....//", ".%00."];
    const targets = ["deno.json", ".env", "main.ts", "etc/passwd", "_fresh/server.js", ".data/queue.kv"];
    const bases = ["", "/assets", "/_frsh/js", "/_fresh", "/static", "/fonts", "/sync/streams", "/api/v1/sync/runs"];
    const paths = bases.flatMap((base) =>
      targets.flatMap((target) => [
        `${base}/${target}`,
        ...ups.map((up) => `${base}/${up}/${up}/${up}/${target}`),
      ])
    );
    const secrets = /"importMap"|"tasks": \{|root:.*:0:0|APP_SECRET|orExit|buildVersion|registerStaticFile/;
    await each(paths, async (path) => {
      for (const who of [[], [`Cookie: ${cookie}`]]) {
        const answer = await sendRaw(app.url, rawRequest(`GET ${path} HTTP/1.1`, "Host: localhost", ...who));
        assert.doesNotMatch(answer.body, secrets, path);
        assert.ok([303, 307, 308, 400, 401, 403, 404].includes(answer.status), `${path} answered ${answer.status}`);
      }
    });
  });

  await t.step("header injection: no parameter, field, path or cookie brings a header of its own", async () => {
    const names = await inputNames();
    const value = "x\r\nX-Injected: yes\r\n\r\n<b>split</b>", typed = encodeURIComponent(value);
    const query = names.map((name) => `${name}=${typed}`).join("&");
    await each(reading, async ({ path }) => {
      for (const one of [`${filled(path)}?${query}`, filled(path, typed, typed), `${filled(path)}?next=${typed}`]) {
        const response = await ask(one);
        await response.body?.cancel();
        assert.equal(response.headers.get("X-Injected"), null, one);
        for (const [name, text] of response.headers) assert.doesNotMatch(text, /[\r\n]|^yes$/, `${name} of ${one}`);
      }
    });
    await each(lasting, async (route) => {
      const fields = new URLSearchParams(names.map((name) => [name, value]));
      const response = await send(route, own, isApi(route.path) ? JSON.stringify(Object.fromEntries(fields)) : fields);
      await response.body?.cancel();
      assert.equal(response.headers.get("X-Injected"), null, route.path);
      assert.ok(response.status < 500, `${route.method} ${route.path} answered ${response.status}`);
    });
    for (const lines of [[`X-Forwarded-Host: a%0d%0aX-Injected: yes`], [`Cookie: theme=dark%0d%0aX-Injected:yes`]]) {
      const answer = await sendRaw(app.url, rawRequest("GET /sign-in HTTP/1.1", "Host: localhost", ...lines));
      assert.doesNotMatch(answer.head, /X-Injected/i);
    }
  });

  await t.step(
    "NoSQL injection: operators in every parameter, field, path, cookie and JSON value are plain text or refused",
    async () => {
      const names = await inputNames();
      assert.ok(names.length > 25, `only ${names.length} names were found`);
      const ways = (name: string) => [
        `${name}[$ne]=1`,
        `${name}[$gt]=`,
        `${name}[$regex]=.*`,
        `${name}=${encodeURIComponent('{"$ne":null}')}`,
        `${name}=${encodeURIComponent("';return true;//")}`,
        `${name}=1&${name}[$where]=sleep(1000)`,
      ];
      const queries = Array.from({ length: 6 }, (_, way) => names.map((name) => ways(name)[way]).join("&"));
      const faults: string[] = [];
      const look = async (what: string, response: Response) => {
        const text = await response.text();
        assertUniform(text, what);
        if (response.status >= 500) faults.push(`${what.slice(0, 200)} answered ${response.status}`);
      };
      await each(reading, async ({ path }) => {
        for (const query of queries) await look(path, await ask(`${filled(path)}?${query}`));
        if (path.includes("q") || isApi(path)) {
          for (const way of ways("q")) await look(path, await ask(`${filled(path)}?${way}`));
        }
        for (const id of ['{"$ne":null}', "[$ne]", "$where", "__proto__", "constructor"]) {
          await look(path, await ask(filled(path, encodeURIComponent(id))));
        }
      });
      await each(lasting, async (route) => {
        if (!isApi(route.path)) { for (const query of queries) await look(route.path, await send(route, own, query)); }
        for (const operator of [{ $ne: null }, { $gt: "" }, { $where: "sleep(1000)" }, ["a", { $ne: 1 }]]) {
          const body = JSON.stringify(
            Object.fromEntries([...names, "kind", "streams", "name", "value"].map((name) => [name, operator])),
          );
          const response = await send(route, { ...own, "Content-Type": "application/json" }, body);
          if (response.status < 400 && !BODILESS.includes(route.path)) {
            faults.push(`${route.method} ${route.path} took ${body.slice(0, 60)}`);
          }
          await look(`${route.method} ${route.path} ${JSON.stringify(operator)}`, response);
        }
      });
      // nobody gets in by an operator
      const tries: [string, RequestInit][] = [
        ["/sign-in", { headers: { "Content-Type": FORM, Origin: app.url }, body: "email[$ne]=a&password[$ne]=a" }],
        ["/api/auth/sign-in/email", {
          headers: { "Content-Type": "application/json", Origin: app.url },
          body: JSON.stringify({ email: { $ne: null }, password: { $ne: null } }),
        }],
        ["/api/auth/sign-in/email", {
          headers: { "Content-Type": "application/json", Origin: app.url },
          body: JSON.stringify({ email: app.admin.email, password: { $ne: null } }),
        }],
      ];
      for (const [path, init] of tries) {
        const response = await ask(path, { method: "POST", ...init });
        assert.deepEqual(response.headers.getSetCookie(), [], path);
        await look(path, response);
      }
      for (
        const headers of [
          { Authorization: 'Bearer {"$ne":null}' },
          { Authorization: "Bearer [$ne]" },
          { Cookie: 'tidemark.session_token={"$ne":null}' },
          { Cookie: "tidemark.session_token[$ne]=" },
        ] as Record<string, string>[]
      ) {
        const response = await ask("/api/v1/sync/status", { headers });
        assert.equal(response.status, 401, JSON.stringify(headers));
        await look("status", response);
      }
      assert.deepEqual(faults, []);
    },
  );

  await t.step("large bodies: refused on every unsafe route, by length and without one", async () => {
    const large = "a=".padEnd(300_000, "x");
    await each(lasting, async (route) => {
      const known = await send(route, own, large);
      const problem = await known.json();
      assert.deepEqual([known.status, problem.code], [413, "too_large"], `${route.method} ${route.path}`);
      if (BODILESS.includes(route.path)) return;
      const streamed = await send(route, own, new Blob([large]).stream());
      await streamed.body?.cancel();
      assert.ok(streamed.status >= 400 && streamed.status < 500, `${route.method} ${route.path}: ${streamed.status}`);
    });
    const head = `X-Long: ${"a".repeat(600_000)}`;
    assert.ok(
      [0, 400, 431].includes((await sendRaw(app.url, rawRequest("GET / HTTP/1.1", "Host: localhost", head))).status),
    );
  });

  await t.step("slow bodies: cut off by the clock; half-sent heads keep nobody out", async () => {
    const { port } = new URL(app.url);
    const half = await Promise.all(Array.from({ length: 200 }, async () => {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
      await connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: localhost\r\nX-"));
      return connection;
    }));
    try {
      const slow = ["/sign-in", "/api/auth/sign-in/email", "/api/v1/sync/runs", "/preferences"].map((path) =>
        sendRaw(
          app.url,
          [
            `POST ${path} HTTP/1.1`,
            `Host: localhost:${port}`,
            `Origin: ${app.url}`,
            `Cookie: ${cookie}`,
            `Content-Type: ${typeOf(path)}`,
            "Content-Length: 100",
            "",
            "{",
          ].join("\r\n"),
        )
      );
      const alive = await ask("/api/v1/health");
      assert.equal(alive.status, 200);
      await alive.body?.cancel();
      for (const answer of await Promise.all(slow)) assert.equal(answer.status, 408);
    } finally {
      for (const connection of half) connection.close();
    }
  });

  await t.step("open redirects: nothing leads to another site", async () => {
    const names = [...new Set([...await inputNames(), "url", "redirect", "callbackURL", "return_to"])];
    const away = [
      "https://evil.example/",
      "//evil.example",
      "/\\evil.example",
      "/%09/evil.example",
      "\\\\evil.example",
      "https:evil.example",
      "javascript:alert(1)",
      "/.//evil.example",
      "http://localhost@evil.example",
    ];
    const here = (response: Response, what: string) => {
      const location = response.headers.get("Location");
      if (location !== null) assert.equal(new URL(location, app.url).origin, app.url, `${what} leads to ${location}`);
    };
    await each(away, async (target) => {
      const query = new URLSearchParams(names.map((name) => [name, target]));
      for (const { path } of reading) {
        const response = await ask(`${filled(path)}?${query}`);
        await response.body?.cancel();
        here(response, path);
      }
      for (const route of lasting) {
        const response = await send(route, own, isApi(route.path) ? JSON.stringify(Object.fromEntries(query)) : query);
        await response.body?.cancel();
        here(response, route.path);
      }
      const signedIn = await ask("/sign-in", {
        method: "POST",
        headers: { "Content-Type": FORM, Origin: app.url, "X-Target": "1" },
        body: new URLSearchParams({ ...app.admin, password: "not this one", next: target }),
      });
      await signedIn.body?.cancel();
      here(signedIn, "/sign-in");
    });
    for (
      const path of [
        "//evil.example",
        "//evil.example/..",
        "/\\evil.example",
        "//evil.example/sync/",
        "/sync//evil.example/",
      ]
    ) {
      const { head } = await sendRaw(app.url, rawRequest(`GET ${path} HTTP/1.1`, `Host: ${new URL(app.url).host}`));
      const location = /^location: (.*)$/im.exec(head)?.[1];
      if (location !== undefined) {
        assert.equal(new URL(location, app.url).origin, app.url, `${path} leads to ${location}`);
      }
    }
  });

  await t.step("host header: what a caller calls us comes back nowhere", async () => {
    const paths = [
      "/",
      "/sign-in",
      "/sync",
      "/sync/",
      "/unknown",
      "/setup/wrong",
      "/api/v1/openapi.json",
      "/api/auth/ok",
    ];
    const { host } = new URL(app.url);
    for (const path of paths) {
      for (const who of [[], [`Cookie: ${cookie}`]]) {
        for (
          const lines of [
            [`GET ${path} HTTP/1.1`, "Host: evil.example"],
            [`GET ${path} HTTP/1.1`, `Host: ${host}`, "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https"],
            [`GET ${path} HTTP/1.1`, `Host: ${host}`, "Forwarded: host=evil.example", "X-Original-URL: /admin/users"],
            [`GET http://evil.example${path} HTTP/1.1`, `Host: ${host}`],
          ]
        ) {
          const answer = await sendRaw(app.url, rawRequest(...lines, ...who));
          assert.doesNotMatch(answer.head + answer.body, /evil\.example/, lines.join(" | "));
        }
      }
    }
    // and one host cannot hide behind another, nor one body behind another
    for (
      const lines of [
        ["POST /sign-in HTTP/1.1", `Host: ${host}`, "Content-Length: 4", "Transfer-Encoding: chunked, identity"],
        ["POST /sign-in HTTP/1.1", `Host: ${host}`, "Content-Length: 4", "Content-Length: 5"],
      ]
    ) assert.ok([0, 400].includes((await sendRaw(app.url, rawRequest(...lines))).status), lines.join(" | "));
  });

  await t.step("uniform errors: a fault inside shows itself in the log alone", async () => {
    const runs = app.store.collection<{ _id: number }>("sync_runs");
    await runs.insertOne({ _id: 999_999, startedAt: "no date", requestedAt: { not: "a date" } } as never);
    try {
      const answers = await Promise.all(
        ["/sync/runs", "/sync/runs/999999", "/api/v1/sync/runs", "/api/v1/sync/runs/999999", "/api/v1/sync/status"].map(
          async (path) => {
            const response = await ask(path);
            return { path, status: response.status, headers: response.headers, text: await response.text() };
          },
        ),
      );
      const broken = answers.filter(({ status }) => status === 500);
      assert.ok(broken.some(({ path }) => isApi(path)) && broken.some(({ path }) => !isApi(path)), "nothing broke");
      for (const { path, text, headers } of answers) assertUniform(text, `${path} ${headers.get("Content-Type")}`);
      for (const { path, text, headers } of broken) {
        assert.match(headers.get("Cache-Control") ?? "", /no-store/);
        assert.deepEqual([headers.get("X-Content-Type-Options"), headers.get("X-Frame-Options")], ["nosniff", "DENY"]);
        if (isApi(path)) assert.equal(JSON.parse(text).code, "internal");
        else {
          assert.match(text, /This page could not be made/);
          assert.match(headers.get("Content-Security-Policy") ?? "", /default-src '(none|self)'/);
        }
      }
      assert.match(app.process.printed(), /TypeError|RangeError/);
    } finally {
      await runs.deleteOne({ _id: 999_999 });
    }
  });
});

/** A port that was free a moment ago. */
function freePort(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return String(listener.addr.port);
}
