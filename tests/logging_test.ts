import assert from "node:assert/strict";
import { programSources, readSource } from "./support/sources.ts";

/** Who prints by itself, and what: all else goes through the log. Commands print their answer. */
const PRINTING = new Map([
  ["main.ts", 4], // where it is, or that it has no pages, the link of the first admin, a wrong setting
  ["lib/log.ts", 1],
]);

Deno.test("docs/logging.md has every room of the log; nothing else prints or writes files", async () => {
  const page = await readSource("docs/logging.md");
  const rooms = new Set<string>(), printing = new Map<string, number>(), writing: string[] = [];
  const files = await programSources();
  for (const file of files) {
    const code = (await readSource(file)).replaceAll(/^\s*(\/\/|\*|\/\*\*).*$/gm, "");
    for (const [, room] of code.matchAll(/logOf\("([\w.]+)"\)/g)) rooms.add(room!);
    const prints = [...code.matchAll(/console\.(log|error|warn|info|debug)\(|Deno\.std(out|err), /g)].length;
    if (prints > 0 && !file.startsWith("cli/")) printing.set(file, prints);
    if (/Deno\.(writeTextFile|writeFile|open|create|mkdir|truncate)(Sync)?\(|"node:fs/.test(code)) writing.push(file);
  }
  assert.ok(rooms.size > 10);
  const known = new Set([...page.matchAll(/^\| `tidemark\.([\w.]+)`/gm)].map(([, room]) => room!));
  assert.deepEqual([...known].sort(), [...rooms].sort());
  assert.deepEqual([...printing].sort(), [...PRINTING].sort());
  assert.deepEqual(writing, []);
});
