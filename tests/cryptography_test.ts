import assert from "node:assert/strict";
import { programSources, readSource, sourcesOf } from "./support/sources.ts";

/** What makes a file one that uses cryptography, or randomness. */
const USES =
  /from "(node:crypto|jose|openid-client|otpauth|oauth-1\.0a|better-auth\/minimal)"|crypto\.(subtle|getRandomValues|randomUUID)|Math\.random/;
/** The same packages, for their shapes and errors alone, or for what stands in another row. */
const NO_USE = ["fault.ts", "limited_fetch.ts", "oidc.ts", "prove.ts"].map((file) => `lib/access/oidc/${file}`);

Deno.test("docs/cryptography.md has every use of cryptography and randomness, with the algorithm that its file has", async () => {
  const page = await readSource("docs/cryptography.md");
  const table = page.slice(page.indexOf("## What is used"), page.indexOf("## Keys"));
  const named = new Set<string>(), faults: string[] = [];
  for (const line of table.split("\n").filter((one) => one.startsWith("| "))) {
    const cell = line.split("|").at(-2) ?? "";
    let code: string | null = null, file = "";
    for (const [, text] of cell.matchAll(/`([^`]+)`/g)) {
      if (/^lib\/[\w./]+\.ts$/.test(text!)) {
        file = text!;
        named.add(file);
        code = await readSource(file).catch(() => null);
        if (code === null) faults.push(`${file} does not exist`);
      } else if (code !== null && !code.includes(text!)) faults.push(`${file} does not say ${text}`);
    }
  }
  const using: string[] = [];
  for (const file of await programSources()) {
    if (USES.test(await readSource(file)) && !NO_USE.includes(file)) using.push(file);
  }
  for (const file of using) if (!named.has(file)) faults.push(`${file} uses cryptography and is in no row`);
  for (const file of named) if (!using.includes(file)) faults.push(`${file} is in a row and uses none`);
  assert.deepEqual(faults, []);
  assert.ok(using.length > 20);
});

Deno.test("no file names an algorithm that is broken, but the one whose question range services have given", async () => {
  const broken: string[] = [];
  for (const file of await sourcesOf("lib", "cli", "routes")) {
    const code = await readSource(file);
    for (
      const [, name] of code.matchAll(/"(md[45]|sha-?1|des(?:-ede3)?(?:-\w+)?|rc4|aes-\d+-(?:ecb|cbc)|hs1|rs1)"/gi)
    ) {
      broken.push(`${file} ${name}`);
    }
  }
  assert.deepEqual(broken.filter((one) => !one.startsWith("lib/access/second_factor/totp.ts")), [
    "lib/access/breached.ts sha1",
  ]);
});
