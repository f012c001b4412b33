import assert from "node:assert/strict";
import { readSource, sourcesOf } from "./support/sources.ts";

Deno.test("docs/limits.md has every limit of accounts, API, reports and pages, with the value of the code", async () => {
  const page = await readSource("docs/limits.md");
  const named = new Map<string, string[]>();
  const faults: string[] = [];
  for (const line of page.split("\n")) {
    let file: string | null = null;
    for (const [, code] of line.matchAll(/`([^`]+)`/g)) {
      if (/^[\w./[\]-]+\.tsx?$/.test(code!)) {
        file = code!;
        if (!named.has(file)) named.set(file, []);
        if (await readSource(file).catch(() => null) === null) faults.push(`${file} does not exist`);
      } else if (file !== null) {
        named.get(file)!.push(code!);
        if (!(await readSource(file)).includes(code!)) faults.push(`${file} does not say ${code}`);
      }
    }
  }
  for (const file of await sourcesOf("lib/access", "lib/api", "lib/files", "lib/reports", "routes")) {
    for (
      const [, name] of (await readSource(file)).matchAll(
        /^(?:export )?const ((?:MOST|LEAST)_\w+|\w+_LIMIT|\w+_(?:LASTS|ENDS)_MS)\b/gm,
      )
    ) {
      if (INNER.includes(`${file} ${name}`)) continue;
      if (!named.get(file)?.some((code) => code.startsWith(`${name} =`))) faults.push(`${name} of ${file} is missing`);
    }
  }
  assert.deepEqual(faults, []);
  assert.ok(named.size > 25);
});

/** What nobody meets from outside. */
const INNER = [
  "lib/access/audit_verify.ts MOST_FAULTS",
  "lib/access/audit.ts MOST_TRIES",
  "lib/reports/directory.ts MOST_ENTRIES",
];
