import assert from "node:assert/strict";
import { RETURN, startTrio, type Trio, trioTest } from "./testing.ts";

const BOB = { sub: "bob-1", email: "bob@example.com", email_verified: true };

trioTest(
  "sign-in by a provider: code with PKCE, nonce and state; a session and the wanted page come of it",
  async (trio) => {
    const { access, provider, oidc } = trio;
    const bob = await trio.make("Bob", "viewer");
    provider.user = BOB;
    const begun = await oidc.begin({ next: "/sales?from=x", other: false }, { address: null, headers: new Headers() });
    if (begun.outcome !== "leave") return assert.fail(JSON.stringify(begun));
    const asked = new URL(begun.to).searchParams;
    for (const name of ["state", "nonce", "code_challenge"]) assert.match(asked.get(name)!, /^[\w-]{43}$/, name);
    assert.deepEqual(
      ["response_type", "code_challenge_method", "redirect_uri", "scope", "prompt"].map((name) => asked.get(name)),
      ["code", "S256", RETURN, "openid email profile groups", null],
    );
    const [cookie = ""] = begun.cookies;
    assert.match(cookie, /^__Host-tidemark\.oidc=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/);

    const back = await provider.visit(begun.to);
    assert.equal(back.origin + back.pathname, RETURN);
    const old = await access.signIn({
      ...{ email: BOB.email, password: "correct horse battery", remember: false, address: null, userAgent: null },
    });
    if (old.outcome !== "done") return assert.fail();
    const before = old.cookies.map((one) => one.split(";")[0]).join("; ");
    const finished = await trio.finish(back.search, new Headers({ cookie: `${before}; ${cookie.split(";")[0]}` }));
    if (finished.outcome !== "opened" || finished.session.outcome !== "done") {
      return assert.fail(JSON.stringify(finished));
    }
    assert.equal(finished.next, "/sales?from=x");
    assert.match(finished.cookies[0]!, /^__Host-tidemark\.oidc=; .*Max-Age=0/);
    const session = finished.session.cookies.map((one) => one.split(";")[0]).join("; ");
    assert.notEqual(session, before);
    assert.equal((await access.person(new Headers({ cookie: session })))?.id, bob.id);
    assert.equal(await access.person(new Headers({ cookie: before })), null, "the session of before goes on");
    const told = await trio.audited();
    assert.deepEqual(told.map(({ action }) => action), [
      ...["person.created", "sign_in.done", "sign_in.linked", "sign_in.done"],
    ]);
    const listed = await access.people.find(bob.id);
    assert.deepEqual([listed!.hasPassword, listed!.linkedAt !== null], [true, true]);
  },
);

trioTest("coming back: once, within 10 minutes, with the right state, in the browser that began", async (trio) => {
  await trio.make("Bob", "viewer");
  trio.provider.user = BOB;
  const { query, headers } = await trio.away();
  const reasonOf = async (query: string, headers: Headers) => {
    const finished = await trio.finish(query, headers);
    return finished.outcome === "refused" ? finished.refusal.reason : finished.session.outcome;
  };
  const withState = (state: string | null) => {
    const changed = new URLSearchParams(query);
    if (state === null) changed.delete("state");
    else changed.set("state", state);
    return `?${changed}`;
  };
  const other = await trio.begin();
  const wrong: [string, string, Headers][] = [
    ["no cookie", query, new Headers()],
    ["another browser's cookie", query, other.headers],
    ["a cookie that is none of ours", query, new Headers({ cookie: "__Host-tidemark.oidc=x" })],
    ["no state", withState(null), headers],
    ["another state", withState("A".repeat(43)), headers],
    ["the state of another browser's sign-in", withState(new URL(other.to).searchParams.get("state")), headers],
    ["nothing at all", "", headers],
    ["an endless query", `${query}&x=${"x".repeat(20_000)}`, headers],
  ];
  for (const [what, text, from] of wrong) assert.equal(await reasonOf(text, from), "unknown_return", what);
  // none of them has used it up; of many at once one comes in
  const all = await Promise.all(Array.from({ length: 5 }, () => reasonOf(query, headers)));
  assert.deepEqual(all.sort(), ["done", ...Array(4).fill("unknown_return")]);
  assert.equal(await reasonOf(query, headers), "unknown_return");

  const late = await trio.away();
  trio.pass(10 * 60_000 + 1);
  assert.equal(await reasonOf(late.query, late.headers), "unknown_return");
});

trioTest("a code works once: in another sign-in it opens nothing", async (trio) => {
  await trio.make("Bob", "viewer");
  trio.provider.user = BOB;
  const first = await trio.away();
  const second = await trio.away();
  const used = new URLSearchParams(first.query).get("code")!;
  const replayed = new URLSearchParams(second.query);
  replayed.set("code", used);
  assert.equal((await trio.finish(first.query, first.headers)).outcome, "opened");
  assert.equal(await refusalOf(trio, `?${replayed}`, second.headers), "provider_refused");
  // nor one that was not used yet: it belongs to the verifier of its own sign-in
  const third = await trio.away();
  const fourth = await trio.away();
  const stolen = new URLSearchParams(fourth.query);
  stolen.set("code", new URLSearchParams(third.query).get("code")!);
  assert.equal(await refusalOf(trio, `?${stolen}`, fourth.headers), "provider_refused");
});

trioTest("windows side by side share a browser's cookie; both come in", async (trio) => {
  await trio.make("Bob", "viewer");
  trio.provider.user = BOB;
  const first = await trio.begin();
  const second = await trio.begin("/sales", first.headers);
  assert.equal(first.headers.get("cookie"), second.headers.get("cookie"));
  for (const { to, headers } of [first, second]) {
    assert.equal((await trio.finish((await trio.provider.visit(to)).search, headers)).outcome, "opened");
  }
});

trioTest("where to go afterwards is a path of this site, whatever was asked for", async (trio) => {
  await trio.make("Bob", "viewer");
  trio.provider.user = BOB;
  for (const next of ["https://evil.example", "//evil.example", "/\\evil.example", "/sign-in/oidc", "javascript:x"]) {
    const { to, headers } = await trio.begin(next);
    const finished = await trio.finish((await trio.provider.visit(to)).search, headers);
    assert.equal(finished.outcome === "opened" && finished.next, "/", next);
  }
});

trioTest("the provider says no, or asks for too much: nobody comes in; another account can be shown", async (trio) => {
  assert.equal(await trio.tryAs(null), "provider_refused");
  const headers = new Headers();
  const begun = await trio.oidc.begin({ next: null, other: true }, { address: null, headers });
  assert.equal(begun.outcome === "leave" && new URL(begun.to).searchParams.get("prompt"), "login");
});

trioTest("one address begins 30 sign-ins a minute, and no more; another one goes on", async ({ oidc, store }) => {
  const begin = async (address: string) => {
    const begun = await oidc.begin({ next: null, other: false }, { address, headers: new Headers() });
    return begun.outcome === "leave" ? "leave" : begun.refusal;
  };
  const all = await Promise.all(Array.from({ length: 70 }, () => begin("203.0.113.9")));
  const limited = all.filter((one) => one !== "leave");
  assert.ok(limited.length >= 10, `${limited.length} were refused`); // a minute may end in between
  assert.equal(limited[0]!.status, 429);
  assert.ok(limited[0]!.retryAfterSeconds! >= 1);
  assert.equal(await begin("203.0.113.10"), "leave");
  assert.ok(await store.collection("access_oidc_flows").countDocuments({}) <= 61);
});

trioTest("leaving the provider too: its own address, with nothing but the client and the way back", async (trio) => {
  const url = new URL((await trio.oidc.leaveUrl())!);
  assert.equal(url.origin + url.pathname, `${trio.provider.issuer}/session/end`);
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    client_id: "tidemark",
    post_logout_redirect_uri: new URL("/sign-in", RETURN).href,
  });
});

Deno.test("the client secret is shown in the way that the provider takes; a wrong one opens nothing", async () => {
  for (const way of ["client_secret_basic", "client_secret_post"] as const) {
    await using trio = await startTrio({}, way);
    await trio.make("Bob", "viewer");
    assert.equal(await trio.tryAs(BOB), "done", way);
  }
  await using trio = await startTrio({ clientSecret: "another: secret% of+ours" });
  await trio.make("Bob", "viewer");
  assert.equal(await trio.tryAs(BOB), "provider_refused");
});

async function refusalOf(trio: Trio, query: string, headers: Headers): Promise<string> {
  const finished = await trio.finish(query, headers);
  return finished.outcome === "refused" ? finished.refusal.reason : finished.outcome;
}
