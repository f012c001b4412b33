import assert from "node:assert/strict";
import fc from "fast-check";
import { claimAt, emailOf, hadSecondFactor, roleOf } from "./claims.ts";

Deno.test("claimAt: the value at any path, whether names have dots in them or not; own fields only", () => {
  const name = fc.stringMatching(/^[a-z:/.]{1,8}$/).filter((text) => !/^\.|\.$|\.\./.test(text));
  fc.assert(fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), fc.string(), (path, value) => {
    const claims = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
    assert.equal(claimAt(claims, path.join(".")), value);
  }));
  assert.equal(claimAt({ "a.b": { c: 1 }, a: { b: { d: 2 } } }, "a.b.d"), 2);
  for (const path of ["toString", "a.length", "a.0", "b.toString"]) {
    assert.equal(claimAt({ a: ["x"], b: {} }, path), undefined, path);
  }
  for (const claims of [null, undefined, "x", 1, ["x"]]) assert.equal(claimAt(claims, "a"), undefined);
});

Deno.test("roleOf: the first entry of the map that the claim has, in whatever order the claim tells them", () => {
  const values = ["a", "b", "c", "d"];
  const map = fc.shuffledSubarray(values).map((some) => some.map((value) => ({ value, role: `role-${value}` })));
  fc.assert(fc.property(map, fc.array(fc.constantFrom(...values, "other", 7, null)), (map, given) => {
    const expected = map.filter(({ value }) => given.includes(value))[0]?.role ?? null;
    assert.equal(roleOf({ groups: given }, { claim: "groups", map }), expected);
  }));
  const numbers = [{ value: "7", role: "seven" }, { value: "true", role: "yes" }];
  assert.equal(roleOf({ level: 7 }, { claim: "level", map: numbers }), "seven");
  assert.equal(roleOf({ level: [true] }, { claim: "level", map: numbers }), "yes");
  assert.equal(roleOf({ level: "7,true" }, { claim: "level", map: numbers }), null);
  assert.equal(roleOf({ level: { 7: 7 } }, { claim: "level", map: numbers }), null);
});

Deno.test("emailOf: checked only when the claim says so itself", () => {
  const said = (email_verified: unknown) =>
    emailOf({ email: " a@example.com ", email_verified }, { verifiedClaim: "email_verified" });
  for (const yes of [true, "true", 1, "1"]) assert.deepEqual(said(yes), { email: "a@example.com", isVerified: true });
  for (const no of [false, "false", 0, "", null, undefined, "yes", {}, [true]]) {
    assert.equal(said(no).isVerified, false);
  }
  assert.equal(emailOf({ email: ["a@example.com"] }, { verifiedClaim: "x" }).email, null);
});

Deno.test("hadSecondFactor: mfa among the methods, and nothing else", () => {
  assert.ok(hadSecondFactor({ amr: ["pwd", "mfa"] }));
  for (const amr of [["pwd"], [], "mfa", null, undefined, { mfa: true }]) assert.ok(!hadSecondFactor({ amr }));
});
