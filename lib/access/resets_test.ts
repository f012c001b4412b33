import assert from "node:assert/strict";
import { openTestStore } from "../store/testing.ts";
import { FORGOT_LIMIT, RESET_LASTS_MS } from "./resets.ts";
import { openTestAccess } from "./testing.ts";

const NEXT = "another horse battery";
const tokenIn = (text: string) => /\/reset\/([\w-]{43})/.exec(text)?.[1] ?? "";

Deno.test("a mailed link sets a password once and ends all sessions; unknown and switched off addresses get none", async () => {
  await using store = await openTestStore();
  const { access, mails, make, signIn, actions } = await openTestAccess(store);
  const ada = await make("Ada", "admin");
  const bob = await make("Bob", "viewer");
  const off = await make("Off", "viewer");
  await access.people.switchTo(off.id, false, ada);
  const open = (await signIn("bob@example.com"))!;
  for (const email of ["BOB@example.com ", "nobody@example.com", "off@example.com"]) {
    assert.equal(await access.resets.ask(email, "203.0.113.1"), null);
  }
  await access.resets.settled();
  assert.deepEqual(mails.map(({ to }) => to), ["bob@example.com"]);
  const token = tokenIn(mails[0]!.text);
  assert.ok(!JSON.stringify(await store.collection("access_links").find({}).toArray()).includes(token), "stored");
  assert.deepEqual(await access.resets.open(token), { email: "bob@example.com" });

  const tries = await Promise.all([1, 2, 3].map(() => access.resets.use(token, NEXT)));
  assert.equal(tries.filter((done) => done).length, 1);
  assert.equal(await access.person(open), null, "a session outlives the reset");
  assert.equal(await signIn("bob@example.com"), null, "the old password still works");
  assert.equal((await access.person((await signIn("bob@example.com", NEXT))!))!.id, bob.id);
  const told = await actions();
  assert.ok(told.includes("password.reset_asked") && told.includes("password.reset"), told.join());
});

Deno.test("a link for a new password ends after an hour, by a newer one, and with its account", async () => {
  await using store = await openTestStore();
  const { access, pass, make } = await openTestAccess(store, { mail: false });
  const ada = await make("Ada", "admin");
  const bob = await make("Bob", "viewer");
  const link = async () => tokenIn((await access.resets.make(bob.id, ada, "http://localhost:8000")).link);
  const first = await link();
  const second = await link();
  assert.equal(await access.resets.use(first, NEXT), false, "the older link");
  pass(RESET_LASTS_MS + 1000);
  assert.equal(await access.resets.use(second, NEXT), false, "an hour later");
  const third = await link();
  await access.people.switchTo(bob.id, false, ada);
  assert.equal(await access.resets.use(third, NEXT), false, "switched off");
  await access.people.switchTo(bob.id, true, ada);
  // two that are made at once may both stay open: the use of one ends the other
  const [fourth, fifth] = [await link(), await link()];
  await store.collection("access_links").updateMany({}, { $set: { closedAt: null }, $unset: { isOver: "" } });
  assert.equal(await access.resets.use(fourth, NEXT), true);
  for (const token of [third, fifth]) assert.equal(await access.resets.use(token, "yet another battery"), false);
  await assert.rejects(access.resets.make("nobody", ada, ""), { code: "unknown_person" });

  const desk = await access.roles.create({ name: "Desk" }, ada);
  await access.roles.change(
    [{ role: desk.id, permission: "users:manage", allowed: true }],
    new Map([[desk.id, desk.version]]),
    ada,
  );
  const eve = await make("Eve", "desk");
  await assert.rejects(access.resets.make(ada.id, eve, ""), { code: "beyond_own_rights" });
});

Deno.test("asking for links is limited by address of the network, and by account", async () => {
  await using store = await openTestStore();
  const { access, mails, make } = await openTestAccess(store);
  await make("Ada", "admin");
  const asks = [];
  for (let i = 0; i <= FORGOT_LIMIT.most; i++) asks.push(await access.resets.ask("ada@example.com", "203.0.113.9"));
  const limited = asks.filter((wait) => wait !== null);
  assert.ok(limited.length <= 1 && (limited[0] ?? 1) > 0);
  // a window can turn in between; then one more round meets its limit
  if (limited.length === 0) {
    for (let i = 0; i <= FORGOT_LIMIT.most; i++) asks.push(await access.resets.ask("ada@example.com", "203.0.113.9"));
  }
  assert.ok(asks.some((wait) => wait !== null && wait > 0 && wait <= FORGOT_LIMIT.windowMs / 1000));
  assert.equal(await access.resets.ask("ada@example.com", "203.0.113.10"), null, "another address is limited too");
  await access.resets.settled();
  assert.ok(mails.length >= 1 && mails.length <= 6, `${mails.length} mails`);
});

Deno.test("neither answer nor time of asking tells whether an address has an account", async () => {
  await using store = await openTestStore();
  const { access, make } = await openTestAccess(store);
  await make("Ada", "admin");
  const spans = { known: [] as number[], unknown: [] as number[] };
  for (let i = 0; i < 40; i++) {
    const which = i % 2 === 0 ? "known" : "unknown";
    const begun = performance.now();
    const answer = await access.resets.ask(
      which === "known" ? "ada@example.com" : `x${i}@example.com`,
      `2001:db8:0:${i}::1`,
    );
    spans[which].push(performance.now() - begun);
    assert.equal(answer, null);
    await access.resets.settled(); // so that the work of one does not slow the next
  }
  const median = (all: number[]) => all.sort((a, b) => a - b)[all.length >> 1]!;
  const [known, unknown] = [median(spans.known), median(spans.unknown)];
  assert.ok(Math.abs(known - unknown) < 10 + Math.min(known, unknown), `known ${known} ms, unknown ${unknown} ms`);
});
