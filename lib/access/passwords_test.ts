import assert from "node:assert/strict";
import { faultInPassword } from "./passwords.ts";

const EMAIL = "laura.meier@example.com";

Deno.test("faultInPassword takes anything long enough: no rules about kinds of signs", () => {
  for (
    const good of [
      "correct horse battery",
      "ääääbbbbccccdddd",
      "только по-русски",
      "🐟🐠🐡🦈🐳🐋🦭🐙🦑🦐🦞🦀",
      "aB3$aB3$aB3$",
    ]
  ) {
    assert.equal(faultInPassword(good, EMAIL), null, good);
  }
});

Deno.test("faultInPassword counts characters as people do, and says how many", () => {
  assert.match(faultInPassword("🐟🐠🐡🦈🐳🐋", EMAIL) ?? "", /at least 12 characters; this one has 6/);
  assert.match(faultInPassword("", EMAIL) ?? "", /has 0/);
  assert.match(faultInPassword("x1y2z3".repeat(30), EMAIL) ?? "", /at most 128/);
});

Deno.test("faultInPassword refuses the address and what everybody tries first", () => {
  for (const bad of [EMAIL, EMAIL.toUpperCase(), ` ${EMAIL} `]) {
    assert.match(faultInPassword(bad, EMAIL) ?? "", /must not be the e-mail/, bad);
  }
  assert.match(faultInPassword("annabella.longname", "annabella.longname@example.com") ?? "", /must not be the e-mail/);
  for (const worn of ["aaaaaaaaaaaaaaa", "Password1234", "123456789012", "121212121212", "Tidemark Tidemark"]) {
    assert.match(faultInPassword(worn, EMAIL) ?? "", /among the first/, worn);
  }
});
