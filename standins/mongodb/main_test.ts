/** The program as a process of its own: its one line, its lock, and what is on disk after it was killed. */
import assert from "node:assert/strict";
import { MongoClient } from "mongodb";
import { Engine } from "./engine.ts";
import { keysOf } from "./indexes.ts";
import { decode } from "./bson.ts";
import { textOf } from "./order.ts";
import { startMongo } from "./server.ts";
import { testSeed } from "../../tests/support/seed.ts";

/** How often it is killed. */
const ROUNDS = Number(Deno.env.get("MONGODB_KILLS") ?? 100);
const MAIN = new URL("./main.ts", import.meta.url).pathname;

function spawn(dir: string): Deno.ChildProcess {
  const args = [
    "run",
    "--quiet",
    "--allow-net=127.0.0.1",
    "--allow-read",
    "--allow-write",
    "--allow-env",
    "--allow-sys",
    MAIN,
    "--port",
    "0",
    "--data",
    dir,
  ];
  return new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "piped" }).spawn();
}

/** The address that the program prints. */
async function uriOf(child: Deno.ChildProcess): Promise<string> {
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`it ended before it was ready: ${text}`);
    text += value;
  }
  await reader.cancel();
  const uri = /^MONGODB_URI=(mongodb:\/\/127\.0\.0\.1:\d+)$/m.exec(text)?.[1];
  return uri ?? assert.fail(`it printed ${text}`);
}

Deno.test("SIGTERM ends the program cleanly, and a second one on the same folder is refused", async () => {
  const dir = await Deno.makeTempDir(), child = spawn(dir);
  try {
    await uriOf(child);
    await assert.rejects(startMongo({ dataDir: dir }), /another process has it open/);
    child.kill("SIGTERM");
    assert.equal((await child.status).code, 0);
    await (await startMongo({ dataDir: dir })).close();
  } finally {
    await child.stderr.cancel();
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test(`after ${ROUNDS} times kill -9 under load every acknowledged write is there and indexes agree with documents`, async () => {
  const seed = testSeed(4_711), dir = await Deno.makeTempDir();
  let state = seed;
  const random = (n: number) => (state = (state * 1103515245 + 12345) & 0x7fffffff) % n;
  const acknowledged = new Map<number, number>(), sent = new Map<number, number>();
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const child = spawn(dir), client = new MongoClient(await uriOf(child), { serverSelectionTimeoutMS: 1000 });
      const c = client.db("t").collection<{ _id: number; v: number; tags: number[]; text: string }>("c");
      await c.createIndex({ v: 1 });
      await c.createIndex({ tags: 1 });
      const until = 5 + random(20);
      let batches = 0;
      const killed = Promise.withResolvers<void>();
      const work = async (worker: number) => {
        for (let step = 0;; step++) {
          const ids = [...new Set(Array.from({ length: 50 }, () => worker * 1000 + random(500)))];
          const v = round * 1_000_000 + step;
          ids.forEach((id) => sent.set(id, v));
          try {
            await c.bulkWrite(
              ids.map((_id) => ({
                updateOne: {
                  filter: { _id },
                  update: { $set: { v, tags: [v % 7, v % 11], text: "x".repeat(500) } },
                  upsert: true,
                },
              })),
              { ordered: false },
            );
          } catch {
            return; // the connection is gone
          }
          ids.forEach((id) => acknowledged.set(id, v));
          if (++batches === until) {
            child.kill("SIGKILL");
            killed.resolve();
          }
        }
      };
      await Promise.all([work(0), work(1), killed.promise]);
      await child.status;
      await client.close();
      await child.stderr.cancel();

      const engine = new Engine(`${dir}/mongodb.sqlite`, () => new Date());
      try {
        const collection = engine.store.find("t", "c")!,
          found = new Map<number, number>(),
          expected = new Set<string>();
        assert.deepEqual(engine.store.sql.prepare("PRAGMA integrity_check").get(), {
          __proto__: null,
          integrity_check: "ok",
        });
        for (
          const row of engine.store.sql.prepare(`SELECT rid, doc FROM c${collection.id}`).all() as {
            rid: number;
            doc: Uint8Array;
          }[]
        ) {
          const fields = decode(row.doc);
          found.set(fields.get("_id") as number, fields.get("v") as number);
          for (const index of collection.indexes) {
            for (const key of keysOf(index, fields).keys) expected.add(`${index.name} ${textOf(key)} ${row.rid}`);
          }
        }
        for (const [id, v] of acknowledged) {
          const stored = found.get(id);
          assert.ok(
            stored === v || stored === sent.get(id),
            `seed ${seed}: document ${id} has ${stored}, acknowledged was ${v}`,
          );
          acknowledged.set(id, stored!);
        }
        const actual = new Set<string>();
        for (const index of collection.indexes) {
          for (
            const { k, rid } of engine.store.sql.prepare(`SELECT k, rid FROM x${index.id}`).all() as {
              k: Uint8Array;
              rid: number;
            }[]
          ) {
            actual.add(`${index.name} ${textOf(k)} ${rid}`);
          }
        }
        assert.equal(actual.size, expected.size, `seed ${seed}: as many keys as the documents have`);
        for (const key of expected) assert.ok(actual.has(key), `seed ${seed}: missing key ${key}`);
      } finally {
        engine.close();
      }
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
