import assert from "node:assert/strict";
import { openTestStore } from "../store/testing.ts";
import { underLock } from "./lock.ts";

Deno.test("underLock lets one at a time in, also a process whose clock is an hour ahead", async () => {
  await using store = await openTestStore();
  const real = Date.now;
  let inside = 0, most = 0, done = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setTimeout(resolve, 30));
    inside--;
    done++;
  };
  const first = underLock(store, "roles", work);
  await new Promise((resolve) => setTimeout(resolve, 5));
  try {
    Date.now = () => real() + 3_600_000;
    await Promise.all([first, ...Array.from({ length: 4 }, () => underLock(store, "roles", work))]);
  } finally {
    Date.now = real;
  }
  assert.deepEqual([most, done], [1, 5]);
});

Deno.test("underLock frees the lock of a holder that died, and gives up on one that others always have", async () => {
  await using store = await openTestStore();
  const locks = store.collection<{ _id: string; holder: string | null }>("access_locks");
  await locks.insertOne({ _id: "roles", holder: "dead" });
  assert.equal(await underLock(store, "roles", () => Promise.resolve("in"), { heldMs: 100 }), "in");
  assert.equal((await locks.findOne({ _id: "roles" }))?.holder, null);

  await assert.rejects(underLock(store, "roles", () => Promise.reject(new Error("fails"))), /fails/);
  assert.equal((await locks.findOne({ _id: "roles" }))?.holder, null, "also after a failure");

  let n = 0;
  const change = () => locks.updateOne({ _id: "roles" }, { $set: { holder: `other ${n++}` } });
  await change();
  const busy = setInterval(change, 20);
  await assert.rejects(
    underLock(store, "roles", () => Promise.resolve(), { heldMs: 60_000, patienceMs: 200 }),
    /Others are changing the same thing/,
  );
  clearInterval(busy);
  await new Promise((resolve) => setTimeout(resolve, 50)); // the last of them is answered
});
