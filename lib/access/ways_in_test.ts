import assert from "node:assert/strict";
import { ObjectId } from "mongodb";
import { openTestStore, type TestStore } from "../store/testing.ts";
import { OIDC_ACCOUNT } from "./oidc/identities.ts";
import { openTestAccess } from "./testing.ts";
import { waysIn } from "./ways_in.ts";

const ISSUER = "https://id.example.com";

async function addAdmin(store: TestStore, name: string, way: Record<string, unknown> | null): Promise<ObjectId> {
  const _id = new ObjectId(), at = new Date();
  const email = `${name}@example.com`;
  await store.collection("access_people").insertOne({ _id, name, email, role: "admin", createdAt: at, updatedAt: at });
  if (way) await store.collection("access_accounts").insertOne({ userId: _id, accountId: name, createdAt: at, ...way });
  return _id;
}

Deno.test("who can sign in: a password, or a link to the provider that is set now, and nothing else", async () => {
  await using store = await openTestStore();
  const none = await addAdmin(store, "none", null);
  const empty = await addAdmin(store, "empty", { providerId: "credential" });
  const linked = await addAdmin(store, "linked", { providerId: OIDC_ACCOUNT, issuer: ISSUER });
  const typed = await addAdmin(store, "typed", { providerId: "credential", password: "a hash" });
  const [alone, here, elsewhere] = [null, ISSUER, "https://other.example.com"].map((issuer) => waysIn(store, issuer));
  const able = (ids: ObjectId[]) => Promise.all([alone!, here!, elsewhere!].map((canSignIn) => canSignIn(ids)));
  assert.deepEqual(await able([]), [false, false, false]);
  assert.deepEqual(await able([none, empty]), [false, false, false]);
  assert.deepEqual(await able([none, linked]), [false, true, false]);
  assert.deepEqual(await able([none, empty, typed]), [true, true, true]);
});

Deno.test("an admin who cannot sign in keeps neither the set-up closed nor the last admin replaceable", async () => {
  await using store = await openTestStore();
  await addAdmin(store, "linked", { providerId: OIDC_ACCOUNT, issuer: ISSUER });
  await addAdmin(store, "empty", { providerId: "credential" });
  const { access, make } = await openTestAccess(store); // no provider is set
  assert.equal(await access.hasAdmin(), false);
  assert.ok(await access.setupLink());
  const ada = await make("Ada", "admin");
  assert.equal(await access.hasAdmin(), true);
  await assert.rejects(access.people.changeRole(ada.id, "viewer", ada), { code: "last_admin" });
  await make("Bob", "admin");
  assert.equal((await access.people.changeRole(ada.id, "viewer", ada)).role, "viewer");
});
