import assert from "node:assert/strict";
import { makeRecoveryCodes, recoveryHash } from "./recovery_codes.ts";

Deno.test("recovery codes: ten different ones of 120 bits, known in any spelling, kept as a named hash", () => {
  const codes = Array.from({ length: 20 }, makeRecoveryCodes).flat();
  assert.equal(new Set(codes).size, 200);
  for (const code of codes) {
    assert.match(code, /^([a-z2-7]{4}-){5}[a-z2-7]{4}$/);
    const hash = recoveryHash(code)!;
    assert.match(hash, /^sha256:[0-9a-f]{64}$/);
    for (const typed of [code.toUpperCase(), code.replaceAll("-", ""), ` ${code.replaceAll("-", " ")}\n`]) {
      assert.equal(recoveryHash(typed), hash);
    }
  }
  for (
    const wrong of ["", "123456", codes[0]!.slice(1), `${codes[0]}a`, codes[0]!.replace(/.$/, "1"), "ä".repeat(24)]
  ) {
    assert.equal(recoveryHash(wrong), null, wrong);
  }
});
