import assert from "node:assert/strict";

const ROOT = new URL("../", import.meta.url);
const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));

Deno.test("docs/asvs.md has every requirement of level 2 once, with a status, and names only files that exist", async () => {
  const ids = (await read("tests/support/asvs_ids.txt")).trimEnd().split("\n");
  assert.equal(ids.length, 253);
  const rows = [...(await read("docs/asvs.md")).matchAll(/^\| (V\d+\.\d+\.\d+)\s*\| (\S+)\s*\| (.*?)\s*\|$/gm)];
  assert.deepEqual(rows.map(([, id]) => id), ids);
  const faults: string[] = [];
  for (const [, id, status, how] of rows) {
    const files = [...how!.matchAll(/`([a-z_]+\/[\w./[\]-]+|deno\.lock|[A-Z]+\.md)`/g)].map((match) => match[1]!);
    if (!["met", "n/a", "open"].includes(status!)) faults.push(`${id} has the status ${status}`);
    if (how!.length < 8) faults.push(`${id} says nothing`);
    if (status === "met" && files.length === 0) faults.push(`${id} is met, and nothing shows it`);
    for (const file of files) {
      const there = await Deno.stat(new URL(file, ROOT)).then(() => true, () => false);
      if (!there) faults.push(`${id} names ${file}, which does not exist`);
    }
  }
  assert.deepEqual(faults, []);
});
