import assert from "node:assert/strict";

const ROOT = new URL("../", import.meta.url);
const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));
const textOf = (path: string) => read(path).catch(() => null);

Deno.test("docs/asvs.md has every requirement of level 2 once; what is met names tests that exist, by file and name", async () => {
  const ids = (await read("tests/support/asvs_ids.txt")).trimEnd().split("\n");
  assert.equal(ids.length, 253);
  const rows = [...(await read("docs/asvs.md")).matchAll(/^\| (V\d+\.\d+\.\d+)\s*\| (\S+)\s*\| (.*?)\s*\|$/gm)];
  assert.deepEqual(rows.map(([, id]) => id), ids);
  const faults: string[] = [];
  for (const [, id, status, how] of rows) {
    if (!["met", "n/a", "open"].includes(status!)) faults.push(`${id} has the status ${status}`);
    if (how!.length < 8) faults.push(`${id} says nothing`);
    const tests = [...how!.matchAll(/`([\w./[\]-]+_test\.tsx?)` "([^"]+)"/g)];
    if (status === "met" && tests.length === 0) faults.push(`${id} is met, and no test shows it`);
    for (const [, file, name] of tests) {
      if (!(await textOf(file!))?.includes(`"${name}"`)) faults.push(`${id} names "${name}", which is not in ${file}`);
    }
    for (const [, file] of how!.matchAll(/`([a-z_]+\/[\w./[\]-]+|deno\.lock|[A-Z]+\.md)`/g)) {
      const there = await Deno.stat(new URL(file!, ROOT)).then(() => true, () => false);
      if (!there) faults.push(`${id} names ${file}, which does not exist`);
    }
  }
  assert.deepEqual(faults, []);
});
