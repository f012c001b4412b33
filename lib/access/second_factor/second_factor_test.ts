/** The second factor through `Access`: set-up, sign-in in two steps, replay, guessing, recovery, ends. */
import assert from "node:assert/strict";
import { ObjectId } from "mongodb";
import { openTestStore, type TestStore } from "../../store/testing.ts";
import type { SignInResult } from "../sign_in.ts";
import { openTestAccess, TEST_PASSWORD, type TestAccess } from "../testing.ts";
import { CHALLENGE_LASTS_MS, CHALLENGE_TRIES } from "./challenges.ts";
import { CODES_FROM_ADDRESS, CODES_OF_ACCOUNT } from "./code_limits.ts";
import { SET_UP_LASTS_MS } from "./factor_store.ts";
import { RECOVERY_CODES } from "./recovery_codes.ts";
import { codeOf, stepAt } from "./totp.ts";

const STEP_MS = 30_000;
const ADA = "ada@example.com";
const code = (code: string) => ({ code });
const headersOf = (cookies: string[]) => new Headers({ cookie: cookies.map((one) => one.split(";")[0]).join("; ") });

function onAccess(
  name: string,
  body: (test: TestAccess, store: TestStore) => Promise<void>,
  options?: Parameters<typeof openTestAccess>[1],
) {
  Deno.test(`second factor: ${name}`, async () => {
    await using store = await openTestStore();
    const test = await openTestAccess(store, options);
    await body(test, store);
    await test.access.settled();
  });
}

let last = 0;
const address = () => `198.51.100.${++last % 250}`;

/** The password is given: the browser's headers with the challenge. */
async function challenged({ access }: TestAccess, more: { replaces?: Headers } = {}): Promise<Headers> {
  const origin = { remember: false, address: address(), userAgent: null, ...more };
  return cookiesOf(await access.signIn({ email: ADA, password: TEST_PASSWORD, ...origin }));
}

/** As {@link challenged}, by the door behind the password, which saves the time that its hash takes on purpose. */
async function proven({ access }: TestAccess): Promise<Headers> {
  const ada = (await access.people.list()).find(({ email }) => email === ADA)!;
  const origin = { remember: false, address: address(), userAgent: null };
  return cookiesOf(await access.openSession(ada.id, { by: "password", ...origin }));
}

function cookiesOf(result: SignInResult): Headers {
  assert.equal(result.outcome, "code");
  return headersOf(result.outcome === "code" ? result.cookies : []);
}

async function answer({ access }: TestAccess, headers: Headers, typed: string, from: string = address()) {
  return await access.signInByCode({ code: typed, headers, address: from });
}

async function withFactor(test: TestAccess, role = "admin") {
  const ada = await test.make("Ada", role);
  const headers = (await test.signIn(ADA))!;
  const factor = await test.switchFactorOn(ada, headers);
  test.pass(2 * STEP_MS); // the set-up used a step
  return { ada, headers, ...factor };
}

onAccess(
  "set up by a code, it asks for one at each sign-in; password and code together open a session",
  async (test) => {
    const { access, actions } = test;
    const ada = await test.make("Ada", "admin");
    const [here, there] = [(await test.signIn(ADA))!, (await test.signIn(ADA))!];
    assert.equal(await access.secondFactor.stateOf(ada.id), null);
    const session = (await access.session(here)).id!;
    await assert.rejects(access.secondFactor.begin(ada, { password: "wrong", session }), code("wrong_password"));
    const { codeAt, recovery } = await test.switchFactorOn(ada, here);
    assert.equal(recovery.length, RECOVERY_CODES);
    assert.equal((await access.secondFactor.stateOf(ada.id))?.recoveryLeft, RECOVERY_CODES);
    assert.deepEqual([(await access.person(here))?.id, await access.person(there)], [ada.id, null], "others end");

    const step = await challenged(test, { replaces: here });
    assert.equal(await access.person(step), null, "the challenge is no session");
    assert.equal(await access.isAsked(step), true);
    assert.ok(await access.person(here), "the earlier session ends with the code, not before");
    test.pass(STEP_MS);
    const both = new Headers({ cookie: `${here.get("cookie")}; ${step.get("cookie")}` });
    const done = await answer(test, both, codeAt());
    assert.equal(done.outcome, "done");
    const cookies = done.outcome === "done" ? done.cookies : [];
    assert.equal((await access.person(headersOf(cookies)))?.id, ada.id);
    assert.equal(await access.person(here), null);
    assert.ok(cookies.some((one) => /^__Host-tidemark\.challenge=;.*Max-Age=0/.test(one)), cookies.join("\n"));
    assert.equal(await access.isAsked(step), false);
    const told = await actions();
    assert.ok(told.includes("second_factor.switched_on"), told.join());
    assert.equal(told.filter((one) => one === "sign_in.done").length, 3);
  },
);

onAccess("the challenge's cookie is bound to the host, HttpOnly, Lax, and lasts five minutes", async (test, store) => {
  await withFactor(test);
  const origin = { remember: true, address: address(), userAgent: null };
  const result = await test.access.signIn({ email: ADA, password: TEST_PASSWORD, ...origin });
  assert.ok(result.outcome === "code" && result.cookies.length === 1);
  const [cookie] = result.outcome === "code" ? result.cookies : [];
  const shape = /^__Host-tidemark\.challenge=[\w-]{43}; Path=\/; Max-Age=300; HttpOnly; SameSite=Lax; Secure$/;
  assert.match(cookie!, shape);
  const kept = await store.collection("access_challenges").find().toArray();
  assert.ok(!JSON.stringify(kept).includes(cookie!.split(/[=;]/)[1]!), "the database holds no token");
});

onAccess(
  "a code of one time step is taken once, also of twenty at the same time; earlier steps end with it",
  async (test) => {
    const { codeAt } = await withFactor(test);
    for (const later of [0, 1]) {
      const steps = await Promise.all(Array.from({ length: 10 }, () => proven(test)));
      // each its own account limit would stop the others: the store alone is asked
      const outcomes = await Promise.all(steps.map((step) => answer(test, step, codeAt(later))));
      const done = outcomes.filter(({ outcome }) => outcome === "done").length;
      assert.equal(done, 1, outcomes.map(({ outcome }) => outcome).join());
      test.pass(CODES_OF_ACCOUNT.windowMs);
    }
    const step = await proven(test);
    assert.equal((await answer(test, step, codeAt(1))).outcome, "done");
    const again = await proven(test);
    assert.equal((await answer(test, again, codeAt(1))).outcome, "wrong", "replayed");
    assert.equal((await answer(test, again, codeAt(0))).outcome, "wrong", "older than the last one");
  },
);

onAccess("the clock may be a step off either way, and not two", async (test) => {
  const { codeAt } = await withFactor(test);
  for (const [off, outcome] of [[-2, "wrong"], [2, "wrong"], [-1, "done"], [1, "done"]] as const) {
    assert.equal((await answer(test, await proven(test), codeAt(off))).outcome, outcome, `${off}`);
    test.pass(5 * STEP_MS);
  }
});

onAccess("a challenge is of no use when it is invented, too old, answered, or taken by two at once", async (test) => {
  const { codeAt, recovery } = await withFactor(test);
  const invented = headersOf([`__Host-tidemark.challenge=${"A".repeat(43)}`]);
  for (const headers of [invented, new Headers(), headersOf(["tidemark.challenge=x"])]) {
    assert.equal((await answer(test, headers, codeAt())).outcome, "expired");
  }
  const old = await proven(test);
  test.pass(CHALLENGE_LASTS_MS);
  assert.equal(await test.access.isAsked(old), false);
  assert.equal((await answer(test, old, codeAt())).outcome, "expired");
  const step = await proven(test);
  const outcomes = await Promise.all([codeAt(), recovery[0]!].map((typed) => answer(test, step, typed)));
  assert.deepEqual(outcomes.map(({ outcome }) => outcome).sort(), ["done", "expired"]);
  assert.equal((await answer(test, step, recovery[1]!)).outcome, "expired");
});

onAccess(
  "guessing: few tries on a challenge, few on an account from any address, few from an address",
  async (test) => {
    const { codeAt } = await withFactor(test);
    const step = await proven(test);
    const tried: string[] = [];
    for (let i = 0; i < CHALLENGE_TRIES; i++) tried.push((await answer(test, step, "000000")).outcome);
    assert.deepEqual(tried, [...Array(CHALLENGE_TRIES - 1).fill("wrong"), "expired"]);
    assert.equal((await answer(test, step, codeAt())).outcome, "expired", "the right code comes too late");
    const next = await proven(test);
    const limited = await answer(test, next, codeAt());
    assert.ok(limited.outcome === "limited" && limited.retryAfterSeconds <= CODES_OF_ACCOUNT.windowMs / 1000);
    test.pass(CODES_OF_ACCOUNT.windowMs);
    assert.equal((await answer(test, await proven(test), codeAt())).outcome, "done");

    // many accounts from one address
    const from = "203.0.113.77", outcomes: string[] = [];
    for (let i = 0; i <= CODES_FROM_ADDRESS.most; i++) {
      if (i % 4 === 0) test.pass(4 * STEP_MS); // not so long that the window would end
      outcomes.push((await answer(test, await proven(test), i % 4 === 3 ? codeAt() : "000000", from)).outcome);
    }
    assert.equal(outcomes.at(-1), "limited", outcomes.join());
    assert.ok(!outcomes.slice(0, -1).includes("limited"), outcomes.join());
    const told = await test.actions();
    assert.ok(told.filter((one) => one === "sign_in.failed").length >= CHALLENGE_TRIES);
  },
);

onAccess("a recovery code works once, in any spelling, is told by mail, and new ones end the old", async (test) => {
  const { access, mails } = test;
  const { ada, recovery, codeAt } = await withFactor(test);
  const typed = recovery[0]!.toUpperCase().replaceAll("-", " ");
  const steps = [await proven(test), await proven(test), await proven(test)];
  const outcomes = await Promise.all(steps.map((step) => answer(test, step, typed)));
  assert.deepEqual(outcomes.map(({ outcome }) => outcome).sort(), ["done", "wrong", "wrong"]);
  assert.equal((await access.secondFactor.stateOf(ada.id))?.recoveryLeft, RECOVERY_CODES - 1);
  await access.settled();
  assert.ok(
    mails.some(({ to, subject, text }) => to === ADA && /recovery code/.test(subject) && /9 are left/.test(text)),
  );
  const renew = (password: string, code: string) => access.secondFactor.renewRecovery(ada, { password, code });
  await assert.rejects(renew("wrong", codeAt()), code("wrong_password"));
  await assert.rejects(renew(TEST_PASSWORD, "000000"), code("wrong_code"));
  test.pass(CODES_OF_ACCOUNT.windowMs);
  const renewed = await renew(TEST_PASSWORD, codeAt());
  assert.equal(renewed.length, RECOVERY_CODES);
  assert.equal((await answer(test, await proven(test), recovery[1]!)).outcome, "wrong");
  assert.equal((await answer(test, await proven(test), renewed[1]!)).outcome, "done");
});

onAccess("sign-in by JSON gets no session either", async (test) => {
  await withFactor(test);
  const request = new Request("http://tidemark.test/api/auth/sign-in/email", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: ADA, password: TEST_PASSWORD }),
  });
  const response = await test.access.handler(request, address());
  assert.deepEqual(await response.json(), { signedIn: false, next: "/sign-in/code" });
  const cookies = response.headers.getSetCookie();
  assert.ok(cookies.length === 1 && !cookies[0]!.includes("session"), cookies.join());
  assert.equal(await test.access.person(headersOf(cookies)), null);
});

onAccess(
  "a set-up belongs to the session that began it, ends after ten minutes, and wrong codes are limited",
  async (test) => {
    const { access } = test;
    const ada = await test.make("Ada", "admin");
    const [one, two] = [(await test.signIn(ADA))!, (await test.signIn(ADA))!];
    const [session, other] = [(await access.session(one)).id!, (await access.session(two)).id!];
    const begin = () => access.secondFactor.begin(ada, { password: TEST_PASSWORD, session });
    await begin();
    assert.equal(await access.secondFactor.begun(ada, other), null);
    await assert.rejects(access.secondFactor.confirm(ada, { code: "000000", session: other }), code("set_up_over"));
    test.pass(SET_UP_LASTS_MS);
    assert.equal(await access.secondFactor.begun(ada, session), null);
    await begin();
    const tries: string[] = [];
    for (let i = 0; i < CODES_OF_ACCOUNT.most; i++) {
      await access.secondFactor.confirm(ada, { code: "000000", session }).catch((error) => tries.push(error.code));
    }
    assert.ok(tries.includes("wrong_code") && tries.at(-1) === "too_many_tries", tries.join());
    assert.equal(await access.secondFactor.stateOf(ada.id), null);
    assert.ok(await test.signIn(ADA), "nothing is on before a code has confirmed it");
  },
);

onAccess(
  "switching off asks for password and code; a new password leaves it on and ends waiting sign-ins",
  async (test, store) => {
    const { access } = test;
    const { ada, codeAt } = await withFactor(test);
    const off = (password: string, code: string) => access.secondFactor.switchOff(ada, { password, code });
    await assert.rejects(off("wrong", codeAt()), code("wrong_password"));
    await assert.rejects(off(TEST_PASSWORD, "000000"), code("wrong_code"));
    assert.ok(await access.secondFactor.stateOf(ada.id));
    const waiting = await proven(test);
    const token = (await access.resets.make(ada.id, ada, "")).link.split("/reset/")[1]!;
    assert.equal(await access.resets.use(token, TEST_PASSWORD), true);
    assert.equal((await answer(test, waiting, codeAt())).outcome, "expired");
    await proven(test); // still on
    test.pass(CODES_OF_ACCOUNT.windowMs);
    const waits = await proven(test);
    const opened = await answer(test, waits, codeAt());
    const session = headersOf(opened.outcome === "done" ? opened.cookies : []);
    await off(TEST_PASSWORD, codeAt(1));
    const stored = await store.collection("access_sessions").find({ userId: new ObjectId(ada.id) }).toArray();
    assert.ok(stored.length > 0 && stored.every((one) => one.secondFactor === null));
    assert.ok(await access.person(session), "the session goes on");
    assert.ok(await test.signIn(ADA));
    const told = await test.actions();
    assert.ok(told.includes("second_factor.refused") && told.includes("second_factor.switched_off"), told.join());
  },
);

onAccess(
  "a new device: password and a code of the old one; the old one counts until the new one is confirmed",
  async (test) => {
    const { access } = test;
    const { ada, codeAt, recovery, headers } = await withFactor(test);
    const session = (await access.session(headers)).id!;
    const begin = (password: string, code: string) => access.secondFactor.begin(ada, { password, code, session });
    await assert.rejects(begin("wrong", codeAt()), code("wrong_password"));
    await assert.rejects(begin(TEST_PASSWORD, ""), code("wrong_code"));
    const { text } = await begin(TEST_PASSWORD, recovery[0]!);
    const next = (later = 0) => codeOf(text.replaceAll(" ", ""), stepAt(test.now()) + later);
    assert.equal((await answer(test, await proven(test), next())).outcome, "wrong");
    assert.equal((await answer(test, await proven(test), codeAt())).outcome, "done");
    const confirm = () => access.secondFactor.confirm(ada, { code: next(), session });
    const both = await Promise.allSettled([confirm(), confirm()]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    test.pass(2 * STEP_MS);
    assert.equal((await answer(test, await proven(test), codeAt())).outcome, "wrong");
    assert.equal((await answer(test, await proven(test), recovery[1]!)).outcome, "wrong");
    assert.equal((await answer(test, await proven(test), next())).outcome, "done");
  },
  { require: "admin" },
);

onAccess("an admin takes it away from others only, with their sessions; they are told", async (test, store) => {
  const { access, mails } = test;
  const ada = await test.make("Ada", "viewer");
  const boss = await test.make("Boss", "admin");
  const manager = { ...ada, permissions: [...ada.permissions, "users:manage" as const] };
  const headers = (await test.signIn(ADA))!;
  await test.switchFactorOn(ada, headers);
  await assert.rejects(access.secondFactor.reset(boss.id, boss), code("own_account"));
  await assert.rejects(access.secondFactor.reset(boss.id, manager), code("beyond_own_rights"));
  await access.secondFactor.reset(ada.id, boss);
  await assert.rejects(access.secondFactor.reset(ada.id, boss), code("no_factor"));
  assert.equal(await access.person(headers), null);
  assert.ok(await test.signIn(ADA), "the password alone is enough again");
  await access.settled();
  assert.ok(mails.some(({ to, text }) => to === ADA && text.includes("Boss has taken the second factor")));
  assert.equal(await store.collection("access_second_factors").countDocuments({}), 0);
});

onAccess(
  "who must have one: a session without it lacks it, one with it does not, and it cannot be switched off",
  async (test) => {
    const { access } = test;
    const ada = await test.make("Ada", "admin");
    await test.make("Bob", "viewer");
    const headers = (await test.signIn(ADA))!;
    assert.equal((await access.session(headers)).lacksSecondFactor, true);
    assert.equal((await access.session((await test.signIn("bob@example.com"))!)).lacksSecondFactor, false);
    const { codeAt } = await test.switchFactorOn(ada, headers);
    assert.equal((await access.session(headers)).lacksSecondFactor, false);
    test.pass(2 * STEP_MS);
    const shown = { password: TEST_PASSWORD, code: codeAt() };
    await assert.rejects(access.secondFactor.switchOff(ada, shown), code("factor_required"));
    const done = await answer(test, await proven(test), codeAt());
    assert.ok(done.outcome === "done" && !(await access.session(headersOf(done.cookies))).lacksSecondFactor);
    const origin = { remember: false, address: null, userAgent: null };
    const trusted = await access.openSession(ada.id, { by: "provider", ...origin, secondFactor: "provider" });
    assert.ok(trusted.outcome === "done" && !(await access.session(headersOf(trusted.cookies))).lacksSecondFactor);
    assert.equal((await access.openSession(ada.id, { by: "provider", ...origin })).outcome, "code");
  },
  { require: "admin" },
);

onAccess(
  "the key is sealed, bound to its person, and in no field of the database; recovery codes are hashes",
  async (test, store) => {
    const { ada, key, recovery } = await withFactor(test);
    const begun = await test.make("Bob", "viewer");
    const session = (await test.access.session((await test.signIn("bob@example.com"))!)).id!;
    const { text } = await test.access.secondFactor.begin(begun, { password: TEST_PASSWORD, session });
    const secrets = [key, text.replaceAll(" ", ""), ...recovery, ...recovery.map((one) => one.replaceAll("-", ""))];
    let documents = 0;
    for (const { name } of await store.db.listCollections().toArray()) {
      for await (const document of store.db.collection(name).find()) {
        documents++;
        for (const secret of secrets) assert.ok(!JSON.stringify(document).includes(secret), `in ${name}`);
      }
    }
    assert.ok(documents > 5);
    const factors = store.collection<{ _id: string; secret: string }>("access_second_factors");
    const mine = await factors.findOne({ _id: ada.id });
    assert.match(mine!.secret, /^A256GCM\./);
    await factors.updateOne({ _id: begun.id }, {
      $set: { secret: mine!.secret, confirmedAt: new Date(), lastStep: 0 },
    });
    const origin = { remember: false, address: address(), userAgent: null };
    const bob = await test.access.signIn({ email: "bob@example.com", password: TEST_PASSWORD, ...origin });
    assert.equal(bob.outcome, "code");
    const headers = headersOf(bob.outcome === "code" ? bob.cookies : []);
    await assert.rejects(answer(test, headers, "123456"), code("secret_altered"), "another's key opens nothing");
  },
);
