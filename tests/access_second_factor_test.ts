/** The second factor through the program's own pages: who must have one, sign-in in two steps, a change of APP_SECRET. */
import assert from "node:assert/strict";
import { isSealed, SEALED_FIELDS } from "../lib/access/sealed_fields.ts";
import { codeOf, stepAt } from "../lib/access/second_factor/totp.ts";
import type { Store } from "../lib/store/connect.ts";
import { signIn, startApp, startProcess } from "./support/app.ts";
import { taskFlags } from "./support/flags.ts";
import { accessOf, keyOf, signedInAs } from "./support/principals.ts";
import { allRoutes, filled } from "./support/routes.ts";

const SET_UP = "/account/second-factor";

/** A browser without script: keeps cookies, follows nothing. */
function browser(url: string, cookie = "") {
  const jar = new Map(
    cookie.split("; ").filter((one) => one !== "").map((one) => one.split(/=(.*)/s, 2) as [string, string]),
  );
  async function send(path: string, init: RequestInit = {}) {
    const Cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { Origin: url, ...Cookie === "" ? {} : { Cookie }, ...init.headers as Record<string, string> };
    const response = await fetch(url + path, { redirect: "manual", ...init, headers });
    for (const one of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(one)!;
      if (/Max-Age=0(;|$)/.test(one)) jar.delete(name!);
      else jar.set(name!, value!);
    }
    return { status: response.status, to: response.headers.get("Location"), text: await response.text() };
  }
  return {
    get: (path: string) => send(path),
    post: (path: string, fields: Record<string, string>) =>
      send(path, { method: "POST", body: new URLSearchParams(fields) }),
    cookie: () => [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
    cookies: () => [...jar.keys()],
  };
}

const cookieOf = (headers: HeadersInit) => new Headers(headers).get("Cookie") ?? "";
const recoveryIn = (html: string) => [...html.matchAll(/>((?:[a-z2-7]{4}-){5}[a-z2-7]{4})</g)].map(([, code]) => code!);

/** Every field that holds a sealed text, as `collection.path`. */
async function sealedIn(store: Store): Promise<Set<string>> {
  const found = new Set<string>();
  const look = (value: unknown, path: string) => {
    if (typeof value === "string" && isSealed(value)) found.add(path);
    else if (typeof value === "object" && value !== null) {
      for (const [name, field] of Object.entries(value)) look(field, `${path}.${name}`);
    }
  };
  for (const { name } of await store.db.listCollections().toArray()) {
    for await (const document of store.db.collection(name).find()) look(document, name);
  }
  return found;
}

Deno.test("second factor through the pages: led to the set-up, then a code at each sign-in; its key shows nowhere else", async (t) => {
  await using app = await startApp({ share: 0.01, env: { REQUIRE_TWO_FACTOR: "admin", LOG_LEVEL: "debug" } });
  const access = await accessOf(app);
  const secrets: string[] = [];
  const found: string[] = [];
  const look = (where: string, text: string) => {
    for (const secret of secrets) if (text.includes(secret)) found.push(`${secret.slice(0, 4)}… in ${where}`);
  };
  const own = browser(app.url, await signIn(app));
  let key = "", step = 0, recovery: string[] = [];

  await t.step(
    "who must have one and has none reaches its set-up, and nothing else, by any route and method",
    async () => {
      for (const { method, path } of await allRoutes()) {
        if ([SET_UP, "/sign-out"].includes(path)) continue;
        const isApi = path.startsWith("/api/");
        const response = await fetch(app.url + filled(path), {
          method,
          redirect: "manual",
          headers: {
            Cookie: own.cookie(),
            Origin: app.url,
            ...method === "GET"
              ? {}
              : { "Content-Type": isApi ? "application/json" : "application/x-www-form-urlencoded" },
          },
          body: method === "GET" ? undefined : isApi ? "{}" : "",
        });
        const text = await response.text();
        const what = `${method} ${path} answered ${response.status}`;
        if (path === "/api/v1/health" || path.startsWith("/api/auth")) continue;
        if (isApi) assert.deepEqual([response.status, JSON.parse(text).code], [403, "second_factor_missing"], what);
        else if (response.status === 303) assert.equal(response.headers.get("Location"), SET_UP, what);
        else {
          const isOpen = /^\/(sign-in|setup|invite|reset|metrics)/.test(path);
          assert.ok(isOpen && (response.status !== 200 || path === "/sign-in" || path === "/reset"), what);
          assert.doesNotMatch(text, /action="\/sign-out"/, `${what} as to somebody who is signed in`);
        }
      }
      assert.equal((await own.get("/no-such-page")).to, SET_UP);
      const { person } = await signedInAs(access, "admin");
      const byKey = await fetch(`${app.url}/api/v1/sync/status`, {
        headers: await keyOf(access, person, ["sync:view"]),
      });
      await byKey.body?.cancel();
      assert.equal(byKey.status, 200, "keys are not concerned");
      const viewer = browser(app.url, cookieOf((await signedInAs(access, "viewer")).headers));
      assert.equal((await viewer.get("/sales")).status, 200, "other roles are not concerned");
    },
  );

  await t.step("set-up: password, key as picture and text, code, recovery codes; then everything opens", async () => {
    assert.equal((await own.post(SET_UP, { act: "begin", password: "wrong horse" })).status, 422);
    const begun = await own.post(SET_UP, { act: "begin", password: app.admin.password });
    assert.match(begun.text, /<svg[^>]+role="img"/);
    key = /id="key">([A-Z2-7 ]+)</.exec(begun.text)![1]!.replaceAll(" ", "");
    assert.doesNotMatch((await own.get(SET_UP)).text, /id="key"/, "shown to who gave the password only");
    const wrong = await own.post(SET_UP, { act: "confirm", code: "000000" });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /id="key"/);
    step = stepAt(new Date());
    const done = await own.post(SET_UP, { act: "confirm", code: codeOf(key, step) });
    recovery = recoveryIn(done.text);
    assert.equal(recovery.length, 10, done.text.slice(0, 2000));
    secrets.push(key, ...recovery, key.match(/.{4}/g)!.join(" "));
    assert.equal((await own.get("/sync")).status, 200);
    assert.match((await own.get("/account")).text, /10 recovery codes left/);
    assert.match((await own.get(SET_UP)).text, /cannot be switched off/);
  });

  await t.step("sign-in: the password alone opens nothing; the code does, once; a recovery code too", async () => {
    const other = browser(app.url);
    const asked = await other.post("/sign-in", { ...app.admin, next: "/sync" });
    assert.deepEqual([asked.status, asked.to], [303, "/sign-in/code?next=%2Fsync"]);
    assert.deepEqual(other.cookies(), ["tidemark.challenge"]);
    assert.equal((await other.get("/sync")).to, "/sign-in?next=%2Fsync");
    const form = (await other.get(asked.to!)).text;
    const field = form.match(/<input(?:[^">]|"[^"]*")*>/g)!.find((tag) => tag.includes('id="code"'))!;
    assert.match(field, /autocomplete="one-time-code"/);
    assert.match(field, /inputmode="numeric"/i);
    assert.equal(
      (await other.post("/sign-in/code", { code: codeOf(key, step), next: "/sync" })).status,
      401,
      "replayed",
    );
    step = Math.max(step + 1, stepAt(new Date()));
    const done = await other.post("/sign-in/code", { code: codeOf(key, step), next: "/sync" });
    assert.deepEqual([done.status, done.to], [303, "/sync"]);
    assert.equal((await other.get("/sync")).status, 200);
    assert.ok(!other.cookies().includes("tidemark.challenge"));

    const third = browser(app.url);
    await third.post("/sign-in", app.admin);
    assert.match((await third.get("/sign-in/code?with=recovery")).text, /Recovery code/);
    const used = { code: recovery[0]!.toUpperCase(), with: "recovery", next: "//evil.example" };
    const back = await third.post("/sign-in/code", used);
    assert.deepEqual([back.status, back.to], [303, "/"]);
    assert.match((await third.get("/account")).text, /9 recovery codes left/);
    const stranger = browser(app.url, "tidemark.challenge=AAAA");
    assert.equal((await stranger.get("/sign-in/code")).status, 401);
    assert.equal((await stranger.post("/sign-in/code", { code: recovery[1]! })).status, 401);
  });

  await t.step("an admin takes a lost one away on Users", async () => {
    const { person, headers } = await signedInAs(access, "viewer");
    const theirs = browser(app.url, cookieOf(headers));
    const begun = await theirs.post(SET_UP, { act: "begin", password: "correct horse battery" });
    const text = /id="key">([A-Z2-7 ]+)</.exec(begun.text)![1]!.replaceAll(" ", "");
    secrets.push(text);
    assert.equal(
      recoveryIn((await theirs.post(SET_UP, { act: "confirm", code: codeOf(text, stepAt(new Date())) })).text).length,
      10,
    );
    const page = `/admin/users/${person.id}`;
    assert.match((await own.get(page)).text, /Take away/);
    assert.equal((await own.post(page, { act: "factor" })).to, page);
    assert.doesNotMatch((await own.get(page)).text, /Take away/);
    assert.equal((await theirs.get("/sales")).to, "/sign-in?next=%2Fsales", "their sessions have ended");
  });

  await t.step(
    "canary: key and recovery codes are in no page, log or open field; sealed fields are all listed",
    async () => {
      const { person, headers } = await signedInAs(access, "viewer");
      await browser(app.url, cookieOf(headers)).post(SET_UP, { act: "begin", password: "correct horse battery" });
      for (const { method, path } of await allRoutes()) {
        if (method !== "GET") continue;
        look(path, (await own.get(filled(path))).text);
      }
      look("Users", (await own.get(`/admin/users/${person.id}`)).text);
      look("the log", app.process.printed());
      assert.ok(app.process.printed().length > 1000);
      let documents = 0;
      for (const { name } of await app.store.db.listCollections().toArray()) {
        for await (const document of app.store.db.collection(name).find()) {
          documents++;
          look(`the collection ${name}`, JSON.stringify(document));
        }
      }
      assert.ok(documents > 10 && secrets.length > 12);
      assert.deepEqual(found, []);
      const listed = new Set(SEALED_FIELDS.map(({ collection, path }) => `${collection}.${path}`));
      const sealed = await sealedIn(app.store);
      assert.deepEqual([...sealed].filter((path) => !listed.has(path)), [], "not in lib/access/sealed_fields.ts");
      assert.ok(sealed.size >= 2, "the search does look");
    },
  );

  await t.step(
    "deno task secrets rotate: after a change of APP_SECRET the second factor works on, by the new one alone",
    async () => {
      const next = "the next secret, also for tests only, long";
      const rotate = async (env: Record<string, string>, ...args: string[]) => {
        const settings = { ...app.env, ...env };
        const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
          args: [...taskFlags("secrets", settings), "cli/secrets.ts", ...args],
          cwd: new URL("../", import.meta.url).pathname,
          env: { ...settings, NO_COLOR: "1" },
        }).output();
        return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
      };
      const both = { APP_SECRET: next, APP_SECRET_OLD: app.env.APP_SECRET! };
      assert.equal((await rotate(both, "turn")).code, 2);
      assert.equal(
        (await rotate({ ...both, MONGODB_URI: "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=500" }, "rotate")).code,
        5,
      );
      const lost = await rotate({ APP_SECRET: next }, "rotate");
      assert.equal(lost.code, 1);
      assert.match(lost.text, /1 open with neither secret/);
      const dry = await rotate(both, "rotate", "--dry-run");
      assert.equal(dry.code, 0);
      assert.match(dry.text, /access_second_factors\.secret: 1 to reseal/);
      const done = await rotate(both, "rotate");
      assert.equal(done.code, 0);
      assert.match(done.text, /access_second_factors\.secret: 1 resealed, 0 already/);
      for (const { text } of [lost, dry, done]) {
        for (const secret of [next, app.env.APP_SECRET!, key]) assert.ok(!text.includes(secret));
      }
      const again = await startProcess({ ...app.env, APP_SECRET: next });
      try {
        const fresh = browser(again.url);
        await fresh.post("/sign-in", app.admin);
        // by the clock three sign-ins need three time steps: the test does not wait for them
        await app.store.collection("access_second_factors").updateMany({}, { $set: { lastStep: 0 } });
        const opened = await fresh.post("/sign-in/code", { code: codeOf(key, stepAt(new Date())) });
        assert.equal(opened.to, "/", opened.text.slice(0, 500));
        assert.equal((await fresh.get("/sync")).status, 200);
      } finally {
        await again.kill("SIGTERM");
      }
    },
  );
});
