import assert from "node:assert/strict";
import { openTestStore } from "../store/testing.ts";
import { CHANGE_LIMIT } from "./own_account.ts";
import { openTestAccess, TEST_PASSWORD } from "./testing.ts";

const NEXT = "another horse battery";
const code = (code: string) => ({ code });

Deno.test("the own password changes by the present one only, ends other sessions and links, and not this session", async () => {
  await using store = await openTestStore();
  const { access, make, signIn, actions } = await openTestAccess(store);
  const ada = await make("Ada", "admin");
  const [here, there] = [(await signIn("ada@example.com"))!, (await signIn("ada@example.com"))!];
  const { id } = await access.session(here);
  const link = (await access.resets.make(ada.id, ada, "")).link.split("/reset/")[1]!;
  const change = (password: string, next: string) => access.own.changePassword(ada, { password, session: id! }, next);
  await assert.rejects(change(TEST_PASSWORD, "short"), code("bad_person"));
  await assert.rejects(change("wrong", NEXT), code("wrong_password"));
  await change(TEST_PASSWORD, NEXT);
  assert.deepEqual([(await access.person(here))?.id, await access.person(there)], [ada.id, null]);
  assert.equal(await access.resets.open(link), null);
  assert.equal(await signIn("ada@example.com"), null);
  assert.ok(await signIn("ada@example.com", NEXT));
  const told = await actions();
  assert.ok(told.includes("password.change_failed") && told.includes("password.changed"), told.join());
});

Deno.test("guessing the present password is limited, also over a window's end", async () => {
  await using store = await openTestStore();
  const { access, make } = await openTestAccess(store);
  const ada = await make("Ada", "admin");
  const codes: string[] = [];
  for (let i = 0; i < 2 * CHANGE_LIMIT.most + 1; i++) {
    await access.own.changePassword(ada, { password: `wrong ${i}`, session: "" }, NEXT)
      .catch((error) => codes.push(error.code));
  }
  assert.ok(codes.includes("too_many_tries"), codes.join());
});

Deno.test("own sessions: the last use is noted, others end one by one or all, and nobody else's", async () => {
  await using store = await openTestStore();
  const { access, make, signIn, pass } = await openTestAccess(store);
  const ada = await make("Ada", "admin");
  const bob = await make("Bob", "viewer");
  const mine = [
    (await signIn("ada@example.com"))!,
    (await signIn("ada@example.com"))!,
    (await signIn("ada@example.com"))!,
  ];
  const bobs = (await signIn("bob@example.com"))!;
  const ids = await Promise.all(mine.map(async (headers) => (await access.session(headers)).id!));
  const bobsId = (await access.session(bobs)).id!;
  const lastUsed = async () => (await access.people.sessionsOf(ada.id)).find(({ id }) => id === ids[0])!.lastUsedAt;
  const before = await lastUsed();
  pass(5 * 60_000);
  await access.session(mine[0]!);
  assert.ok(Date.parse(await lastUsed()) - Date.parse(before) >= 4 * 60_000, "the use was not noted");

  assert.equal(await access.own.endSessions(ada, bobsId, ids[0]!), 0, "another's session");
  assert.equal(await access.own.endSessions(ada, ids[1]!, ids[0]!), 1);
  assert.equal(await access.person(mine[1]!), null);
  assert.equal(await access.own.endSessions(ada, "others", ids[0]!), 1);
  assert.deepEqual([(await access.person(mine[0]!))?.id, await access.person(mine[2]!)], [ada.id, null]);
  assert.equal((await access.person(bobs))?.id, bob.id);
});

Deno.test("a sign-in gives a session of its own and ends the one that the browser had: none can be fixed beforehand", async () => {
  await using store = await openTestStore();
  const { access, make, signIn } = await openTestAccess(store);
  const ada = await make("Ada", "admin");
  await make("Eve", "viewer");
  const planted = (await signIn("eve@example.com"))!;
  const forged = new Headers({ cookie: "tidemark.session_token=chosen.by-somebody-else" });
  for (const before of [planted, forged]) {
    const after = (await signIn("ada@example.com", TEST_PASSWORD, before))!;
    assert.notEqual(after.get("cookie"), before.get("cookie"));
    assert.equal((await access.person(after))?.id, ada.id);
    assert.equal(await access.person(before), null, "the session from before still works");
  }
});

Deno.test("a session ends 30 days after its sign-in, however much it is used", async () => {
  await using store = await openTestStore();
  const { access, make, signIn, pass } = await openTestAccess(store);
  await make("Ada", "admin");
  const headers = (await signIn("ada@example.com"))!;
  pass(29 * 24 * 3600_000);
  assert.ok(await access.person(headers));
  pass(2 * 24 * 3600_000);
  assert.equal(await access.person(headers), null);
  assert.equal(await store.collection("access_sessions").findOne({}), null, "it is kept");
});
