import assert from "node:assert/strict";
import { STREAMS } from "../lib/streams/registry.ts";
import { readSource, sourcesOf } from "./support/sources.ts";

const CLASSES = ["secret", "personal", "business", "operational"];

Deno.test("every collection of the code is in one class of docs/data-model.md, and no other", async () => {
  const page = await readSource("docs/data-model.md");
  const classOf = new Map<string, string>(), twice: string[] = [];
  const section = page.slice(page.indexOf("## Classes of data"));
  for (const [, name, cell] of section.matchAll(/^\| (\w+) +\|([^|]*)\|$/gm)) {
    if (!CLASSES.includes(name!)) continue;
    for (const [, collection] of cell!.matchAll(/`(\w+)`/g)) {
      if (classOf.has(collection!)) twice.push(collection!);
      classOf.set(collection!, name!);
    }
  }
  assert.deepEqual(new Set(classOf.values()), new Set(CLASSES));
  assert.deepEqual(twice, []);

  const known = new Set(STREAMS.map(({ name }) => name as string));
  for (const file of await sourcesOf("lib")) {
    const code = await readSource(file);
    for (const [, name] of code.matchAll(/collection(?:<[^;]*?>)?\(\s*"([a-z_]+)"/g)) known.add(name!);
    for (const [, name] of code.matchAll(/"((?:access|audit|sync|mart|quarantine)_[a-z_]+)"/g)) {
      if (!NO_COLLECTIONS.includes(name!)) known.add(name!); // behind a constant
    }
  }
  assert.ok(known.size > 60, String(known.size));
  assert.deepEqual([...known].filter((name) => !classOf.has(name)).sort(), [], "without a class");
  assert.deepEqual([...classOf.keys()].filter((name) => !known.has(name)).sort(), [], "not in the code");
});

/** Codes, actions and names of other things that look alike. */
const NO_COLLECTIONS = ["audit_busy", "quarantine_grows"];
