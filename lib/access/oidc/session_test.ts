import assert from "node:assert/strict";
import { codeOf, stepAt } from "../second_factor/totp.ts";
import { TEST_PASSWORD } from "../testing.ts";
import { headersOf, type Trio, trioTest } from "./testing.ts";

const HOUR = 3600_000;
const BOB = { sub: "bob-1", email: "bob@example.com", email_verified: true };

/** Bob with a second factor of Tidemark. @returns his recovery codes */
async function bobWithFactor(trio: Trio): Promise<{ id: string; recovery: string[] }> {
  const { access } = trio;
  const bob = await trio.make("Bob", "viewer");
  const session = (await access.session(await trio.signInAs(BOB))).id!;
  const { text } = await access.secondFactor.begin(bob, { password: TEST_PASSWORD, session });
  const code = codeOf(text.replaceAll(" ", ""), stepAt(new Date()));
  return { id: bob.id, recovery: await access.secondFactor.confirm(bob, { code, session }) };
}

async function finished(trio: Trio, claims: Record<string, unknown> = {}) {
  trio.provider.user = { ...BOB };
  // amr is the provider's own affair: it says how it asked
  trio.provider.tampering.idToken = (token, sign) => sign({ ...token, ...claims });
  const { query, headers } = await trio.away();
  const result = await trio.finish(query, headers);
  return result.outcome === "opened" ? result : assert.fail(JSON.stringify(result));
}

trioTest(
  "a session by the provider ends so many hours after its sign-in, however much it is used; one by password goes on",
  async (trio) => {
    const { access } = trio;
    const bob = await trio.make("Bob", "viewer");
    const session = await trio.signInAs(BOB);
    const typed = await access.signIn({
      ...{ email: BOB.email, password: TEST_PASSWORD, remember: false, address: null, userAgent: null },
    });
    if (typed.outcome !== "done") return assert.fail(typed.outcome);
    const listed = await access.people.sessionsOf(bob.id);
    assert.equal(listed.length, 2);
    const ends = listed.map(({ createdAt, expiresAt }) => Date.parse(expiresAt) - Date.parse(createdAt)).sort((a, b) =>
      a - b
    );
    assert.ok(ends[0]! <= 2 * HOUR + 60_000 && ends[1]! > 10 * HOUR, `listed with ${ends} ms`);
    for (let hours = 0; hours < 2; hours++) {
      assert.equal((await access.person(session))?.id, bob.id, `after ${hours} hours`);
      trio.pass(HOUR);
    }
    assert.equal((await access.people.sessionsOf(bob.id)).length, 1, "an ended session is listed");
    assert.equal((await access.people.find(bob.id))!.sessions, 1);
    const ended = await access.session(session);
    assert.equal(ended.person, null);
    assert.ok(
      ended.cookies.every((cookie) => /Max-Age=0/i.test(cookie)) && ended.cookies.length > 0,
      "its cookie stays",
    );
    assert.equal((await access.person(headersOf(typed.cookies)))?.id, bob.id);
    assert.equal((await access.person(await trio.signInAs(BOB)))?.id, bob.id);
  },
  { sessionMs: 2 * HOUR },
);

trioTest(
  "the own second factor is asked for after the provider, whatever it says; the session ends in time all the same",
  async (trio) => {
    const { access } = trio;
    const { id, recovery } = await bobWithFactor(trio);
    const { session, next } = await finished(trio, { amr: ["pwd", "mfa"] });
    if (session.outcome !== "code") return assert.fail(session.outcome);
    assert.equal(next, "/");
    const step = headersOf(session.cookies);
    assert.equal(await access.person(step), null, "a challenge is no session");
    const done = await access.signInByCode({ code: recovery[0]!, headers: step, address: null });
    if (done.outcome !== "done") return assert.fail(done.outcome);
    const headers = headersOf(done.cookies);
    assert.equal((await access.person(headers))?.id, id);
    trio.pass(2 * HOUR);
    assert.equal(await access.person(headers), null);
  },
  { sessionMs: 2 * HOUR },
);

trioTest("OIDC_SECOND_FACTOR=provider: mfa in amr counts as the second factor, and nothing else does", async (trio) => {
  const { id } = await bobWithFactor(trio);
  for (const claims of [{}, { amr: ["pwd"] }, { acr: "mfa" }]) {
    assert.equal((await finished(trio, claims)).session.outcome, "code", JSON.stringify(claims));
  }
  const { session } = await finished(trio, { amr: ["pwd", "mfa"] });
  if (session.outcome !== "done") return assert.fail(session.outcome);
  const opened = await trio.access.session(headersOf(session.cookies));
  assert.deepEqual([opened.person?.id, opened.lacksSecondFactor], [id, false]);
  assert.deepEqual((await trio.audited()).at(-1)!.details, { by: "provider", secondFactor: "provider" });
}, { secondFactor: "provider" });

trioTest("a link that is removed ends a sign-in that waits for its code", async (trio) => {
  const { access } = trio;
  const ada = await trio.make("Ada", "admin");
  const { id, recovery } = await bobWithFactor(trio);
  const { session } = await finished(trio);
  if (session.outcome !== "code") return assert.fail(session.outcome);
  await access.people.removeLink(id, ada);
  const late = await access.signInByCode({ code: recovery[0]!, headers: headersOf(session.cookies), address: null });
  assert.equal(late.outcome, "expired");
});
