import assert from "node:assert/strict";
import { openAudit } from "../lib/access/audit.ts";
import { openStore } from "../lib/store/connect.ts";
import { testDatabase } from "./support/engine.ts";
import { taskFlags } from "./support/flags.ts";

const SECRET = "for tests only, for tests only, for tests";
const ROOT = new URL("../", import.meta.url);

async function run(args: string[], env: Record<string, string> = {}, flags = ["run", "-A", "--quiet"]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...flags, ...args],
    cwd: ROOT.pathname,
    env: { DENO_NO_UPDATE_CHECK: "1", ...env },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

Deno.test("20 writers in four processes keep one chain; the command says so, and finds what is then cut off or changed", async () => {
  const database = await testDatabase();
  const store = await openStore(database.uri);
  try {
    const writers = await Promise.all(
      Array.from({ length: 4 }, () => run(["tests/support/audit_writer.ts", database.uri, SECRET, "5", "6"])),
    );
    for (const { code, err } of writers) assert.equal(code, 0, err);
    const log = store.collection<{ _id: number; details: { process: number; writer: number; i: number } }>("audit_log");
    const entries = await log.find({}, { sort: { _id: 1 } }).toArray();
    assert.deepEqual(entries.map((entry) => entry._id), Array.from({ length: 120 }, (_, i) => i + 1));
    const mine = Map.groupBy(entries, ({ details }) => `${details.process}/${details.writer}`);
    assert.equal(mine.size, 20);
    for (const written of mine.values()) assert.deepEqual(written.map((e) => e.details.i), [0, 1, 2, 3, 4, 5]);
    assert.ok((await (await openAudit(store, SECRET)).verify()).isWhole);

    const env = {
      APP_SECRET: SECRET,
      MONGODB_URI: database.uri,
      NETSUITE_ACCOUNT_ID: "1234567",
      NETSUITE_CONSUMER_KEY: "k",
      NETSUITE_CONSUMER_SECRET: "s",
      NETSUITE_TOKEN_ID: "t",
      NETSUITE_TOKEN_SECRET: "s",
    };
    const flags = taskFlags("audit", env);
    const whole = await run(["cli/audit.ts", "verify"], env, flags);
    assert.equal(whole.code, 0, whole.err);
    const head = /whole: 120 entries[^]*: (120:[0-9a-f]{64})/.exec(whole.out)?.[1] ?? assert.fail(whole.out);
    assert.equal((await run(["cli/audit.ts", "verify", "--head", head], env, flags)).code, 0);

    await log.updateOne({ _id: 50 }, { $set: { "details.i": 99 } });
    await log.deleteOne({ _id: 120 });
    const broken = await run(["cli/audit.ts", "verify", "--head", head], env, flags);
    assert.equal(broken.code, 1);
    assert.match(broken.out, /Entry 50 was changed[^]*ends at entry 119, but entry 120[^]*not the one that was noted/);
    const wrong = await run(["cli/audit.ts", "repair"], env, flags);
    assert.deepEqual([wrong.code, wrong.err.trim()], [2, "Usage: deno task audit verify [--head NUMBER:HASH]"]);
  } finally {
    await store.close();
    await database.close();
  }
});
