import assert from "node:assert/strict";
import { TEST_PASSWORD } from "../testing.ts";
import { headersOf, trioTest } from "./testing.ts";

const HOUR = 3600_000;

trioTest(
  "a session by the provider ends so many hours after its sign-in, however much it is used; one by password goes on",
  async (trio) => {
    const { access } = trio;
    const bob = await trio.make("Bob", "viewer");
    const claims = { sub: "bob-1", email: "bob@example.com", email_verified: true };
    const session = await trio.signInAs(claims);
    const typed = await access.signIn({
      ...{ email: claims.email, password: TEST_PASSWORD, remember: false, address: null, userAgent: null },
    });
    if (typed.outcome !== "done") return assert.fail(typed.outcome);
    for (let hours = 0; hours < 2; hours++) {
      assert.equal((await access.person(session))?.id, bob.id, `after ${hours} hours`);
      trio.pass(HOUR);
    }
    const ended = await access.session(session);
    assert.equal(ended.person, null);
    assert.ok(
      ended.cookies.every((cookie) => /Max-Age=0/i.test(cookie)) && ended.cookies.length > 0,
      "its cookie stays",
    );
    assert.equal((await access.person(headersOf(typed.cookies)))?.id, bob.id);
    assert.equal((await access.person(await trio.signInAs(claims)))?.id, bob.id);
  },
  { sessionMs: 2 * HOUR },
);
