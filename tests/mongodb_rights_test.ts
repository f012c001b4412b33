import assert from "node:assert/strict";
import { startNetSuite } from "../standins/netsuite/server.ts";
import { startProcess } from "./support/app.ts";
import { testDatabase, until } from "./support/engine.ts";
import { startMongoProxy } from "./support/mongo_proxy.ts";
import { allRoutes, filled } from "./support/routes.ts";

/** Which right of MongoDB a command needs ("Privilege Actions" of its manual); null: none. */
const RIGHT_OF: Record<string, string | null> = {
  find: "find",
  aggregate: "find", // without $out and $merge, see below
  count: "find",
  distinct: "find",
  getMore: "find",
  killCursors: null, // the own ones
  insert: "insert",
  update: "update",
  findAndModify: "update",
  delete: "remove",
  createIndexes: "createIndex",
  hello: null,
  ismaster: null,
  ping: null,
  endSessions: null,
};

Deno.test("the program asks of MongoDB what the role of docs/deploy.md allows, in its own database, and nothing else", async () => {
  const page = await Deno.readTextFile(new URL("../docs/deploy.md", import.meta.url));
  const [, listed] = /actions: \[([^\]]+)\]/.exec(page) ?? assert.fail("the role is missing");
  const allowed = new Set([...listed!.matchAll(/"(\w+)"/g)].map(([, action]) => action!));

  const netsuite = await startNetSuite({ company: "demo", share: 0.01, seed: 7 });
  const database = await testDatabase();
  await using proxy = startMongoProxy(database.uri);
  const admin = { email: "ada@example.com", password: "correct horse battery staple" };
  const app = await startProcess({
    ...netsuite.settings,
    APP_SECRET: "for tests only, for tests only, for tests",
    MONGODB_URI: proxy.uri,
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
    SYNC_LAG_SECONDS: "0",
  });
  try {
    const send = (path: string, init: RequestInit) =>
      fetch(app.url + path, { redirect: "manual", method: "POST", ...init });
    const signedIn = await send("/sign-in", { headers: { Origin: app.url }, body: new URLSearchParams(admin) });
    await signedIn.body?.cancel();
    const own = { Origin: app.url, Cookie: signedIn.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ") };
    const json = { headers: { ...own, "Content-Type": "application/json" } };
    const { id } = await (await send("/api/v1/sync/runs", { ...json, body: `{"kind":"full"}` })).json();
    await until(
      "the full run ends",
      120_000,
      async () => (await (await fetch(`${app.url}/api/v1/sync/runs/${id}`, { headers: own })).json()).endedAt,
    );
    await (await send("/api/v1/sync/marts/rebuild", { ...json, body: "{}" })).body?.cancel();
    for (const { method, path } of await allRoutes()) {
      if (method === "GET") {
        await (await fetch(app.url + filled(path), { headers: own, redirect: "manual" })).body?.cancel();
      }
    }
  } finally {
    await app.kill("SIGTERM");
    await netsuite.close();
    await database.close();
  }

  const mine = new URL(database.uri).pathname.slice(1), faults: string[] = [], used = new Set<string>();
  for (const [where, command] of [...proxy.asked].map((one) => one.split(" ") as [string, string])) {
    const right = RIGHT_OF[command];
    if (right === undefined) faults.push(`${command}: which right does it need?`);
    else if (right !== null && where !== mine) faults.push(`${command} in ${where}`);
    else if (right !== null && !allowed.has(right)) faults.push(`${command} needs ${right}`);
    if (right) used.add(right);
  }
  assert.deepEqual(faults, []);
  // what is allowed is needed; a collection comes into being with its first document or index
  assert.deepEqual([...allowed].sort(), [...used, "createCollection"].sort());
  const code = new Deno.Command("grep", {
    args: ["-rnE", "\\$(out|merge):", "lib", "--include=*.ts", "--exclude=*_test.ts"],
    cwd: new URL("..", import.meta.url).pathname,
  });
  assert.equal(new TextDecoder().decode((await code.output()).stdout), "");
});
