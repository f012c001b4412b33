import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { scryptSync } from "node:crypto";
import { openTestStore } from "../store/testing.ts";
import { ACCOUNTS, PEOPLE } from "./auth.ts";
import { hashPassword, isOutdated, verifyPassword, WORK } from "./password_hash.ts";
import { openTestAccess, TEST_PASSWORD } from "./testing.ts";

Deno.test("a password is kept as scrypt with the cost that OWASP asks for, and with what it was made with", async () => {
  await using store = await openTestStore();
  const { make } = await openTestAccess(store);
  await Promise.all([make("Ada", "admin"), make("Bob", "viewer")]);
  const kept = await store.collection<{ password: string }>(ACCOUNTS).find({}).toArray();
  const salts = new Set<string>();
  for (const { password } of kept) {
    const [kind, N, r, p, salt, key] = password.split("$");
    assert.equal(kind, "scrypt");
    // the least of the sheet's equal choices: N=2^13 r=8 p=10, 2^14/5, 2^15/3, 2^16/2, 2^17/1
    assert.ok(Number(N) * Number(r) * Number(p) >= 2 ** 13 * 8 * 10, password);
    assert.ok(128 * Number(N) * Number(r) >= 8 * 2 ** 20, "memory");
    assert.ok(Buffer.from(salt!, "base64url").length >= 16);
    salts.add(salt!);
    const options = { N: Number(N), r: Number(r), p: Number(p), maxmem: 2 ** 27 };
    const again = scryptSync(TEST_PASSWORD, Buffer.from(salt!, "base64url"), 64, options);
    assert.equal(again.toString("base64url"), key);
  }
  assert.equal(salts.size, 2, "each has a salt of its own");
});

Deno.test("a password made with less opens still, and is kept with the work of now after the next sign-in", async () => {
  await using store = await openTestStore();
  const { make, signIn } = await openTestAccess(store);
  await make("Ada", "admin");
  const accounts = store.collection<{ password: string }>(ACCOUNTS);
  const salt = "00112233445566778899aabbccddeeff";
  const options = { N: 2 ** 14, r: 16, p: 1, maxmem: 2 ** 27 };
  const former = `${salt}:${scryptSync(TEST_PASSWORD, salt, 64, options).toString("hex")}`;
  await accounts.updateOne({}, { $set: { password: former } });
  assert.equal(await signIn("ada@example.com", "another horse battery"), null);
  assert.equal((await accounts.findOne({}))!.password, former, "a wrong password renews nothing");
  assert.ok(await signIn("ada@example.com"));
  const now = (await accounts.findOne({}))!.password;
  assert.ok(isOutdated(former) && !isOutdated(now), now);
  assert.ok(await signIn("ada@example.com"));
  assert.equal((await accounts.findOne({}))!.password, now);
});

Deno.test("a password of five years ago opens as on the first day: none ends by itself", async () => {
  await using store = await openTestStore();
  const { make, signIn, access } = await openTestAccess(store);
  await make("Ada", "admin");
  const fiveYears = 5 * 365 * 24 * 3600_000;
  const then = new Date(Date.now() - fiveYears);
  for (const name of [ACCOUNTS, PEOPLE]) {
    await store.collection(name).updateMany({}, { $set: { createdAt: then, updatedAt: then } });
  }
  const headers = await signIn("ada@example.com");
  assert.ok(headers);
  assert.equal((await access.person(headers))?.name, "Ada");
});

Deno.test("verifyPassword: what is no hash of ours opens nothing, and costs neither memory nor an error", async () => {
  const good = await hashPassword("correct horse battery");
  const parts = good.split("$");
  const changed = (at: number, value: string) => parts.with(at, value).join("$");
  for (
    const bad of [
      "",
      "$",
      "correct horse battery",
      "scrypt$$$$$",
      changed(0, "bcrypt"),
      changed(1, String(2 ** 30)),
      changed(1, "-8"),
      changed(1, "NaN"),
      changed(3, "1000"),
      changed(5, ""),
      changed(5, "AAAA"),
    ]
  ) {
    assert.equal(await verifyPassword("correct horse battery", bad), false, bad);
    assert.ok(isOutdated(bad));
  }
  assert.equal(await verifyPassword("correct horse battery", good), true);
  assert.equal(await verifyPassword("correct horse batterz", good), false);
  assert.equal(WORK.N & (WORK.N - 1), 0);
});
