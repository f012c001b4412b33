import assert from "node:assert/strict";
import { openTestStore } from "../store/testing.ts";
import { INVITATION_LASTS_MS } from "./invitations.ts";
import { openTestAccess, TEST_PASSWORD } from "./testing.ts";

const HERE = "http://localhost:8000";
const code = (code: string) => ({ code });
const tokenOf = (link: string) => link.split("/invite/")[1]!;
const BOB = { name: "Bob", password: TEST_PASSWORD };

Deno.test("an invitation is mailed, makes one account with its role, once, of many tries at the same time", async () => {
  await using store = await openTestStore();
  const { access, mails, make, signIn, actions } = await openTestAccess(store);
  const ada = await make("Ada", "admin");
  const made = await access.invitations.invite(" Bob@Example.com ", "operator", ada, HERE);
  assert.deepEqual([made.email, made.isMailed, mails.length], ["bob@example.com", true, 1]);
  assert.match(
    made.link,
    /^https:\/\/tidemark\.example\.com\/invite\/[\w-]{43}$/,
    "the link names what a request said",
  );
  assert.ok(mails[0]!.text.includes(made.link) && mails[0]!.to === "bob@example.com");
  const token = tokenOf(made.link);
  const stored = JSON.stringify(await store.collection("access_links").find({}).toArray());
  assert.ok(!stored.includes(token), "the token is stored");
  assert.deepEqual(await access.invitations.open(token), { email: "bob@example.com", roleName: "Operator" });
  await assert.rejects(access.invitations.accept(token, { name: "Bob", password: "short" }), code("bad_person"));

  const tries = await Promise.all([1, 2, 3, 4].map(() => access.invitations.accept(token, BOB).catch(() => null)));
  const persons = tries.filter((one) => one !== null);
  assert.deepEqual(persons.map(({ email, role }) => [email, role]), [["bob@example.com", "operator"]]);
  assert.equal(await access.invitations.open(token), null);
  assert.deepEqual(await access.invitations.list(), []);
  assert.ok(await signIn("bob@example.com"));
  const told = await actions();
  assert.ok(told.includes("invitation.made") && told.includes("invitation.taken"), told.join());
  await assert.rejects(access.invitations.invite("bob@example.com", "viewer", ada, HERE), code("email_taken"));
});

Deno.test("an invitation ends after a week, when it is taken back, by a newer one, and with the rights of its maker", async () => {
  await using store = await openTestStore();
  const { access, pass, make, mails } = await openTestAccess(store, { mail: false });
  const ada = await make("Ada", "admin");
  const cid = await make("Cid", "admin");
  const invite = async (email: string, by = ada) => {
    const { link, isMailed } = await access.invitations.invite(email, "viewer", by, HERE);
    assert.ok(link.startsWith(`${HERE}/invite/`) && !isMailed);
    return tokenOf(link);
  };
  const first = await invite("bob@example.com");
  const second = await invite("bob@example.com");
  assert.equal(await access.invitations.open(first), null, "two invitations of one address are open");
  const [view] = await access.invitations.list();
  assert.deepEqual([view!.email, view!.by, view!.roleName], ["bob@example.com", "Ada", "Viewer"]);
  await access.invitations.revoke(view!.id, cid);
  assert.equal(await access.invitations.accept(second, BOB), null);
  await assert.rejects(access.invitations.revoke(view!.id, cid), code("unknown_invitation"));

  const old = await invite("bob@example.com");
  pass(INVITATION_LASTS_MS - 1000);
  assert.ok(await access.invitations.open(old));
  pass(2000);
  assert.equal(await access.invitations.accept(old, BOB), null);

  const byCid = await invite("bob@example.com", cid);
  await access.people.changeRole(cid.id, "viewer", ada);
  assert.equal(await access.invitations.accept(byCid, BOB), null, "its maker may no longer invite");

  // and one whose maker still invites, but no longer has what the role gives
  const lead = await access.roles.create({ name: "Lead", from: "admin" }, ada);
  const dan = await make("Dan", lead.id);
  const byDan = await invite("bob@example.com", dan);
  assert.ok(await access.invitations.open(byDan));
  const less = [{ role: lead.id, permission: "sales:view", allowed: false } as const];
  await access.roles.change(less, new Map([[lead.id, lead.version]]), ada);
  assert.equal(await access.invitations.accept(byDan, BOB), null, "its maker has less than the role gives");

  for (const wrong of ["", "x", "A".repeat(43), `${byCid}A`]) assert.equal(await access.invitations.open(wrong), null);
  assert.deepEqual(mails, []);
});

Deno.test("nobody invites to more than they have, to a role that is not there, or to no address", async () => {
  await using store = await openTestStore();
  const { access, make } = await openTestAccess(store);
  const ada = await make("Ada", "admin");
  const desk = await access.roles.create({ name: "Desk" }, ada);
  const changes = [{ role: desk.id, permission: "users:manage", allowed: true } as const];
  await access.roles.change(changes, new Map([[desk.id, desk.version]]), ada);
  const eve =
    (await access.createPerson({ name: "Eve", email: "eve@example.com", password: TEST_PASSWORD, role: "desk" }))!;
  await assert.rejects(access.invitations.invite("x@example.com", "admin", eve, HERE), code("beyond_own_rights"));
  await access.invitations.invite("y@example.com", "admin", ada, HERE);
  const [open] = await access.invitations.list();
  await assert.rejects(access.invitations.revoke(open!.id, eve), code("beyond_own_rights"));
  await assert.rejects(access.invitations.invite("x@example.com", "king", ada, HERE), code("unknown_role"));
  for (const wrong of ["", "x", "x@example.com\r\nBcc: y@example.com"]) {
    await assert.rejects(access.invitations.invite(wrong, "viewer", ada, HERE), code("bad_person"));
  }
});
