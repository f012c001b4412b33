import assert from "node:assert/strict";

const ROOT = new URL("../", import.meta.url);
const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));

Deno.test("docs/limits.md has every limit of accounts, API, reports and pages, with the value of the code", async () => {
  const page = await read("docs/limits.md");
  const named = new Map<string, string[]>();
  const faults: string[] = [];
  for (const line of page.split("\n")) {
    let file: string | null = null;
    for (const [, code] of line.matchAll(/`([^`]+)`/g)) {
      if (/^[\w./[\]-]+\.tsx?$/.test(code!)) {
        file = code!;
        if (!named.has(file)) named.set(file, []);
        if (await read(file).catch(() => null) === null) faults.push(`${file} does not exist`);
      } else if (file !== null) {
        named.get(file)!.push(code!);
        if (!(await read(file)).includes(code!)) faults.push(`${file} does not say ${code}`);
      }
    }
  }
  for (const file of (await Promise.all(["lib/access", "lib/api", "lib/reports", "routes"].map(sources))).flat()) {
    for (
      const [, name] of (await read(file)).matchAll(
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

async function sources(dir: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(`${dir}/`, ROOT))) {
    const path = `${dir}/${name}`;
    if (isDirectory) found.push(...await sources(path));
    else if (/\.tsx?$/.test(name) && !/(_test\.tsx?|testing\w*\.ts)$/.test(name)) found.push(path);
  }
  return found;
}
