import assert from "node:assert/strict";
import { programSources, readSource } from "./support/sources.ts";

/** What opens a connection, or listens for one. */
const OPENS =
  /(?<![.\w])fetch\((?!request|req\b)|new MongoClient\(|new WebSocket\(|new EventSource\(|Deno\.(connect|connectTls|listen|listenTls|listenDatagram|resolveDns|serve)\(|"node:(net|tls|https?|http2|dgram|dns)"|"node:dns\/promises"/;

Deno.test("docs/connections.md names every file that opens a connection, and everything that a program may reach", async () => {
  const rows = [
    ...(await readSource("docs/connections.md")).matchAll(/^\| (?!with|-)([^|]+?) +\|(?:[^|]*\|){3}([^|]*)\|/gm),
  ];
  const names = rows.map(([, name]) => name!);
  const files = new Set(rows.flatMap(([, , cell]) => [...cell!.matchAll(/`([^`]+)`/g)].map(([, file]) => file!)));

  const opening = new Set<string>();
  for (const file of await programSources()) {
    if (OPENS.test(await readSource(file))) opening.add(file);
  }
  opening.delete("cli/hosts.ts"); // asks the system for its name servers, and connects to nothing
  assert.deepEqual([...opening].sort(), [...files].sort());

  const [, kinds] = /what:([\s|]+(?:"[^"]+"[\s|]*)+);/.exec(await readSource("lib/hosts.ts")) ?? assert.fail();
  for (const [, kind] of kinds!.matchAll(/"([^"]+)"/g)) assert.ok(names.includes(kind!), `no line for ${kind}`);
});
