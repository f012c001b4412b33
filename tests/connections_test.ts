import assert from "node:assert/strict";

const ROOT = new URL("../", import.meta.url);
const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));

/** What opens a connection, or listens for one. */
const OPENS =
  /(?<![.\w])fetch\((?!request|req\b)|new MongoClient\(|new WebSocket\(|new EventSource\(|Deno\.(connect|connectTls|listen|listenTls|listenDatagram|resolveDns|serve)\(|"node:(net|tls|https?|http2|dgram|dns)"|"node:dns\/promises"/;

Deno.test("docs/connections.md names every file that opens a connection, and everything that a program may reach", async () => {
  const rows = [...(await read("docs/connections.md")).matchAll(/^\| (?!with|-)([^|]+?) +\|(?:[^|]*\|){3}([^|]*)\|/gm)];
  const names = rows.map(([, name]) => name!);
  const files = new Set(rows.flatMap(([, , cell]) => [...cell!.matchAll(/`([^`]+)`/g)].map(([, file]) => file!)));

  const opening = new Set<string>();
  for (const file of ["main.ts", ...await sources("lib"), ...await sources("cli"), ...await sources("routes")]) {
    if (OPENS.test(await read(file))) opening.add(file);
  }
  opening.delete("cli/hosts.ts"); // asks the system for its name servers, and connects to nothing
  assert.deepEqual([...opening].sort(), [...files].sort());

  const [, kinds] = /what:([\s|]+(?:"[^"]+"[\s|]*)+);/.exec(await read("lib/hosts.ts")) ?? assert.fail();
  for (const [, kind] of kinds!.matchAll(/"([^"]+)"/g)) assert.ok(names.includes(kind!), `no line for ${kind}`);
});

async function sources(dir: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(`${dir}/`, ROOT))) {
    const path = `${dir}/${name}`;
    if (isDirectory) found.push(...await sources(path));
    else if (/\.tsx?$/.test(name) && !/(_test\.tsx?|testing\.ts)$/.test(name)) found.push(path);
  }
  return found;
}
