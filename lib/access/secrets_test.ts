import assert from "node:assert/strict";
import fc from "fast-check";
import { testSeed } from "../../tests/support/seed.ts";
import { secretsOf } from "./secrets.ts";

const NEW = "the new secret of this test, long enough";
const SEED = { seed: testSeed(7) };
const OLD = "the old secret of this test, long enough";
const code = (code: string) => ({ code });

Deno.test("any text comes back from its place, never the same sealed text twice, and nothing of it shows", () => {
  const secrets = secretsOf(NEW);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), fc.string(), (text, place) => {
      const sealed = secrets.seal(text, place);
      assert.equal(secrets.open(sealed, place), text);
      assert.notEqual(sealed, secrets.seal(text, place));
      if (text.length >= 12) assert.ok(!sealed.includes(text));
    }),
    SEED,
  );
});

Deno.test("a changed, cut, lengthened or moved secret does not open", () => {
  const secrets = secretsOf(NEW);
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (text, where, flip) => {
      const sealed = secrets.seal(text, "a");
      assert.throws(() => secrets.open(sealed, "b"), code("secret_altered"));
      const [algorithm, id, nonce, body] = sealed.split(".");
      const changed = (part: string) => {
        const bytes = Uint8Array.fromBase64(part, { alphabet: "base64url" });
        bytes[where % bytes.length]! ^= flip;
        return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
      };
      assert.throws(() => secrets.open([algorithm, id, changed(nonce!), body].join("."), "a"), code("secret_altered"));
      assert.throws(() => secrets.open([algorithm, id, nonce, changed(body!)].join("."), "a"), code("secret_altered"));
      assert.throws(() => secrets.open(`${sealed}AAAA`, "a"), code("secret_altered"));
      assert.throws(() => secrets.open(sealed.slice(0, -4), "a"), code("secret_altered"));
    }),
    SEED,
  );
  for (const wrong of ["", "A256GCM", "plain text", "A128GCM.00000000.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAA"]) {
    assert.throws(() => secrets.open(wrong, "a"), code("secret_altered"));
  }
});

Deno.test("rotation: the old secret opens and never seals; resealed texts need it no more; without it the key is named", () => {
  const sealed = secretsOf(OLD).seal("canary", "a");
  const both = secretsOf(NEW, OLD);
  assert.equal(both.open(sealed, "a"), "canary");
  const again = both.reseal(sealed, "a")!;
  assert.equal(secretsOf(NEW).open(again, "a"), "canary");
  assert.equal(both.reseal(again, "a"), null);
  assert.throws(() => both.reseal(sealed, "b"), code("secret_altered"));
  assert.throws(() => secretsOf(OLD).open(again, "a"), code("secret_unknown_key"));
  assert.throws(() => secretsOf(NEW).open(sealed, "a"), (error: Error) => {
    assert.match(error.message, /APP_SECRET_OLD/);
    assert.ok(!error.message.includes("canary") && !error.message.includes(OLD));
    return true;
  });
});
