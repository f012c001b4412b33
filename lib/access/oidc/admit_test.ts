import assert from "node:assert/strict";
import { trioTest } from "./testing.ts";
import { personWith } from "../testing.ts";

const BOB = { sub: "bob-1", email: "bob@example.com", email_verified: true };
const ROLES = {
  claim: "groups",
  map: [
    { value: "tidemark-admins", role: "admin" },
    { value: "sales", role: "analyst" },
    { value: "everyone", role: "viewer" },
  ],
};

trioTest("the first sign-in links by a checked address only; later ones by issuer and subject", async (trio) => {
  const { access } = trio;
  const bob = await trio.make("Bob", "viewer");
  assert.equal(await trio.tryAs({ sub: "bob-1" }), "no_email");
  assert.equal(await trio.tryAs({ sub: "bob-1", email: "bob@example.com" }), "email_unverified");
  assert.equal(await trio.tryAs({ ...BOB, email_verified: false }), "email_unverified");
  assert.equal(await trio.tryAs({ ...BOB, email_verified: "yes" }), "email_unverified");
  assert.equal(await trio.tryAs({ ...BOB, email: "carl@example.com" }), "no_account");
  assert.equal((await access.people.find(bob.id))!.linkedAt, null);
  assert.equal((await access.person(await trio.signInAs({ ...BOB, email: "Bob@Example.com" })))?.id, bob.id);
  // the address at the provider may change, be unchecked or belong to somebody else now
  assert.equal((await access.person(await trio.signInAs({ sub: "bob-1" })))?.id, bob.id);
  await trio.make("Carl", "admin");
  assert.equal((await access.person(await trio.signInAs({ ...BOB, email: "carl@example.com" })))?.id, bob.id);
  // and who has bob's address now is not bob
  assert.equal(await trio.tryAs({ ...BOB, sub: "bob-2" }), "other_identity");
  const linked = (await trio.audited()).filter(({ action }) => action === "sign_in.linked");
  assert.equal(linked.length, 1);
});

trioTest("a link that an admin removes ends the sessions; the next sign-in links anew", async (trio) => {
  const { access } = trio;
  const ada = await trio.make("Ada", "admin");
  const bob = await trio.make("Bob", "viewer");
  const session = await trio.signInAs(BOB);
  const clerk = personWith("viewer", { id: bob.id, permissions: ["users:manage"] });
  await assert.rejects(access.people.removeLink(ada.id, clerk), { code: "beyond_own_rights" });
  await access.people.removeLink(bob.id, ada);
  assert.equal(await access.person(session), null);
  assert.equal((await access.people.find(bob.id))!.linkedAt, null);
  assert.equal(await trio.tryAs({ ...BOB, sub: "bob-2" }), "done");
  assert.equal(await trio.tryAs(BOB), "other_identity");
  assert.deepEqual((await trio.audited()).filter(({ action }) => action === "sign_in.unlinked").length, 1);
});

trioTest("two windows at once link one account once", async (trio) => {
  await trio.make("Bob", "viewer");
  trio.provider.user = BOB;
  const all = await Promise.all(Array.from({ length: 4 }, () => trio.away()));
  const outcomes = await Promise.all(all.map(({ query, headers }) => trio.finish(query, headers)));
  assert.deepEqual(outcomes.map(({ outcome }) => outcome), Array(4).fill("opened"));
  assert.equal(await trio.store.collection("access_accounts").countDocuments({ providerId: "oidc" }), 1);
});

trioTest("a switched-off account stays out, linked or not, and its role stays", async (trio) => {
  const { access } = trio;
  const ada = await trio.make("Ada", "admin");
  const bob = await trio.make("Bob", "viewer");
  await access.people.switchTo(bob.id, false, ada);
  assert.equal(await trio.tryAs({ ...BOB, groups: ["sales"] }), "switched_off");
  await access.people.switchTo(bob.id, true, ada);
  assert.equal(await trio.tryAs({ ...BOB, groups: ["everyone"] }), "done");
  await access.people.switchTo(bob.id, false, ada);
  assert.equal(await trio.tryAs({ ...BOB, groups: ["sales"] }), "switched_off");
  assert.equal((await access.people.find(bob.id))!.role, "viewer");
  assert.deepEqual((await trio.audited()).at(-1)!.details, { by: "provider", reason: "switched off" });
}, { roles: ROLES });

trioTest(
  "the claim gives the role at each sign-in, by the order of the map; changes are in the audit log",
  async (trio) => {
    const { access } = trio;
    const bob = await trio.make("Bob", "operator");
    await trio.make("Ada", "admin");
    const role = async () => (await access.people.find(bob.id))!.role;
    const session = await trio.signInAs({ ...BOB, groups: ["everyone", "sales", "unheard of"] });
    assert.equal(await role(), "analyst");
    await trio.signInAs({ ...BOB, groups: ["everyone"] });
    assert.equal(await role(), "viewer");
    assert.equal((await access.person(session))!.role, "viewer", "an older session has the rights of before");
    await trio.signInAs({ ...BOB, groups: "everyone" }); // one value in place of a list
    const changes = (await trio.audited()).filter(({ action }) => action === "person.role_changed");
    assert.deepEqual(changes.map(({ details }) => details), [
      { by: "Acme", from: "operator", to: "analyst" },
      { by: "Acme", from: "analyst", to: "viewer" },
    ]);
    for (const groups of [[], ["Everyone"], ["unheard of"], undefined, { everyone: true }, null]) {
      assert.equal(await trio.tryAs({ ...BOB, groups }), "no_role", JSON.stringify(groups));
    }
    assert.equal(await role(), "viewer");
    assert.equal(await trio.tryAs({ ...BOB, sub: "new", email: "new@example.com", groups: ["sales"] }), "no_account");
  },
  { roles: ROLES },
);

trioTest("who gets no role is neither linked nor told which values give one", async (trio) => {
  const bob = await trio.make("Bob", "viewer");
  trio.provider.user = { ...BOB, groups: ["others"] };
  const { query, headers } = await trio.away();
  const finished = await trio.finish(query, headers);
  if (finished.outcome !== "refused") return assert.fail();
  assert.equal(finished.refusal.status, 403);
  assert.match(finished.refusal.message, /^Acme gives you no group or role that opens Tidemark/);
  for (const { value } of ROLES.map) assert.ok(!finished.refusal.message.includes(value));
  assert.equal((await trio.access.people.find(bob.id))!.linkedAt, null);
}, { roles: ROLES });

trioTest("the last admin who can sign in is not demoted by a claim: refused, with what to do", async (trio) => {
  const { access } = trio;
  const bob = await trio.make("Bob", "admin");
  assert.equal(await trio.tryAs({ ...BOB, groups: ["tidemark-admins"] }), "done");
  assert.equal(await trio.tryAs({ ...BOB, groups: ["sales"] }), "last_admin");
  assert.equal((await access.people.find(bob.id))!.role, "admin");
  await trio.make("Ada", "admin");
  assert.equal(await trio.tryAs({ ...BOB, groups: ["sales"] }), "done");
  assert.equal((await access.people.find(bob.id))!.role, "analyst");
}, { roles: ROLES });

trioTest(
  "a role of the map that does not exist is refused: nobody is left with an older one in silence",
  async (trio) => {
    await trio.make("Bob", "viewer");
    assert.equal(await trio.tryAs({ ...BOB, groups: ["crew"] }), "unknown_role");
  },
  { roles: { claim: "groups", map: [{ value: "crew", role: "sailor" }] } },
);

trioTest("roles may lie deeper, at the userinfo endpoint only", async (trio) => {
  const bob = await trio.make("Bob", "viewer");
  trio.provider.tampering.idToken = ({ realm_access: _, ...claims }, sign) => sign(claims);
  assert.equal(await trio.tryAs({ ...BOB, realm_access: { roles: ["x", "ops"] } }), "done");
  assert.equal((await trio.access.people.find(bob.id))!.role, "operator");
}, { roles: { claim: "realm_access.roles", map: [{ value: "ops", role: "operator" }] } });

trioTest("a provider that names its word for checked addresses otherwise is understood", async (trio) => {
  await trio.make("Bob", "viewer");
  trio.provider.tampering.idToken = (claims, sign) => sign({ ...claims, xms_edov: "1" });
  assert.equal(await trio.tryAs({ sub: "bob-1", email: "bob@example.com" }), "done");
}, { verifiedClaim: "xms_edov" });
