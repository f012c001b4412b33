import assert from "node:assert/strict";
import { openTestStore, type TestStore } from "../store/testing.ts";
import { openFlows } from "./oidc/flows.ts";
import { rotateSecrets } from "./rotate.ts";
import { SEALED_FIELDS } from "./sealed_fields.ts";
import { secretsOf } from "./secrets.ts";

const OLD = "the old secret of this test, long enough";
const NEW = "the new secret of this test, long enough";
type Counts = "resealed" | "present" | "overtaken" | "unopened";

const collection = (store: TestStore) =>
  store.collection<{ _id: string; secret: string | null; pending?: { secret: string } | null }>(
    "access_second_factors",
  );
const placeOf = (path: string, _id: string) => SEALED_FIELDS.find((one) => one.path === path)!.placeOf({ _id });

async function filled(store: TestStore, people: number) {
  const old = secretsOf(OLD);
  await collection(store).insertMany(Array.from({ length: people }, (_, i) => ({
    _id: `p${i}`,
    secret: old.seal(`key ${i}`, placeOf("secret", `p${i}`)),
    pending: i % 2 === 0 ? { secret: old.seal(`begun ${i}`, placeOf("pending.secret", `p${i}`)) } : null,
  })));
}

async function assertAllUnder(store: TestStore, secret: string, people: number) {
  const secrets = secretsOf(secret);
  const found = await collection(store).find().toArray();
  assert.equal(found.length, people);
  for (const { _id, secret, pending } of found) {
    assert.equal(secrets.open(secret!, placeOf("secret", _id)), `key ${_id.slice(1)}`);
    if (pending) assert.equal(secrets.open(pending.secret, placeOf("pending.secret", _id)), `begun ${_id.slice(1)}`);
  }
}

const sum = (rotations: Awaited<ReturnType<typeof rotateSecrets>>, count: Counts) =>
  rotations.reduce((all, one) => all + one[count], 0);

Deno.test("rotate: everything comes under the new secret; a dry run writes nothing; twice changes nothing", async () => {
  await using store = await openTestStore();
  await filled(store, 20);
  await collection(store).insertOne({ _id: "none", secret: null, pending: null });
  const secrets = secretsOf(NEW, OLD);
  const dry = await rotateSecrets(store, secrets, true);
  assert.deepEqual([sum(dry, "resealed"), sum(dry, "present")], [30, 0]);
  await collection(store).deleteOne({ _id: "none" });
  await assertAllUnder(store, OLD, 20);
  assert.equal(sum(await rotateSecrets(store, secrets, false), "resealed"), 30);
  await assertAllUnder(store, NEW, 20);
  const before = await collection(store).find().toArray();
  const again = await rotateSecrets(store, secrets, false);
  assert.deepEqual([sum(again, "resealed"), sum(again, "present")], [0, 30]);
  assert.deepEqual(await collection(store).find().toArray(), before);
});

Deno.test("rotate: stopped in the middle it goes on where it was; two at once and a change meanwhile lose nothing", async () => {
  await using store = await openTestStore();
  await filled(store, 30);
  const secrets = secretsOf(NEW, OLD);
  let left = 7;
  const stopping = {
    ...secrets,
    reseal(sealed: string, place: string) {
      if (left-- === 0) throw new Error("stopped");
      return secrets.reseal(sealed, place);
    },
  };
  await assert.rejects(rotateSecrets(store, stopping, false), /stopped/);
  // somebody sets up anew while it runs: what is there then is kept
  const fresh = secrets.seal("key 29", placeOf("secret", "p29"));
  const both = await Promise.all([
    rotateSecrets(store, secrets, false),
    rotateSecrets(store, secrets, false),
    collection(store).updateOne({ _id: "p29" }, { $set: { secret: fresh } }),
  ]);
  assert.equal(sum(both[0], "unopened") + sum(both[1], "unopened"), 0);
  await assertAllUnder(store, NEW, 30);
  assert.equal((await collection(store).findOne({ _id: "p29" }))!.secret, fresh);
});

Deno.test("rotate: what opens with neither secret, or was moved, is counted and left as it is", async () => {
  await using store = await openTestStore();
  await filled(store, 2);
  const foreign = secretsOf("a third secret that nobody here knows").seal("x", placeOf("secret", "p8"));
  const moved = secretsOf(OLD).seal("x", placeOf("secret", "p1"));
  await collection(store).insertMany([{ _id: "p8", secret: foreign }, { _id: "p9", secret: moved }]);
  const done = await rotateSecrets(store, secretsOf(NEW, OLD), false);
  assert.deepEqual([sum(done, "unopened"), sum(done, "resealed")], [2, 3]);
  assert.equal((await collection(store).findOne({ _id: "p8" }))!.secret, foreign);
  assert.equal((await collection(store).findOne({ _id: "p9" }))!.secret, moved);
});

Deno.test("rotate: a sign-in that is at the provider meanwhile comes back under the new secret alone", async () => {
  await using store = await openTestStore();
  const flow = { nonce: "n", verifier: "v", next: "/sync" };
  const flowsUnder = (secret: string) => openFlows(store, secretsOf(secret), () => new Date());
  const state = await (await flowsUnder(OLD)).begin(flow, "browser");
  assert.equal(sum(await rotateSecrets(store, secretsOf(NEW, OLD), false), "resealed"), 1);
  assert.deepEqual(await (await flowsUnder(NEW)).take(state, "browser"), flow);
});
