/**
 * The MongoDB stand-in as a process of its own, through the official driver: unordered upserts by `_id`, a group over 200,000
 * documents, and the memory that those documents cost it. Each figure stands beside what SQLite alone does with the same rows
 * in the same run, so that a busy machine slows both.
 *
 *     deno run -A bench/mongodb_bench.ts
 */
import { DatabaseSync } from "node:sqlite";
import { MongoClient } from "mongodb";

const UPSERTS = 10_000, DOCUMENTS = 200_000, BATCH = 1_000;
const PAD = "x".repeat(900);

const folder = await Deno.makeTempDir({ prefix: "mongodb_bench_" });
const child = new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "--quiet",
    "-A",
    new URL("../standins/mongodb/main.ts", import.meta.url).pathname,
    "--port",
    "0",
    "--data",
    `${folder}/data`,
  ],
  stdout: "piped",
  stderr: "inherit",
}).spawn();
const output = child.stdout.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
let said = "";
while (!/MONGODB_URI=\S+\n/.test(said)) said += (await output.read()).value ?? "";
const client = new MongoClient(/MONGODB_URI=(\S+)/.exec(said)![1]!);
const db = client.db("bench");

try {
  const rows = (from: number, count: number) =>
    Array.from({ length: count }, (_, n) => ({ _id: from + n, v: n, k: n % 50, text: PAD }));

  const upserts = await rate(UPSERTS, async (first) => {
    for (let at = first; at < first + UPSERTS; at += BATCH) {
      await db.collection<{ _id: number }>("upserts").bulkWrite(
        rows(at, BATCH).map(({ _id, ...content }) => ({
          updateOne: { filter: { _id }, update: { $set: content }, upsert: true },
        })),
        { ordered: false },
      );
    }
  });
  const plain = await rate(UPSERTS, (first) => {
    using sqlite = new DatabaseSync(`${folder}/plain.sqlite`);
    sqlite.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, doc TEXT)",
    );
    const put = sqlite.prepare("INSERT INTO t VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc");
    for (let at = first; at < first + UPSERTS; at += BATCH) {
      sqlite.exec("BEGIN");
      for (const row of rows(at, BATCH)) put.run(row._id, JSON.stringify(row));
      sqlite.exec("COMMIT");
    }
    return Promise.resolve();
  });
  say("upserts by _id", `${Math.round(upserts)}/s`, `SQLite alone ${Math.round(plain)}/s`, upserts / plain);

  const many = db.collection<{ _id: number }>("many");
  for (let at = 0; at < DOCUMENTS; at += BATCH) await many.insertMany(rows(at, BATCH));
  const group = () =>
    many.aggregate([{ $match: { v: { $lt: 900 } } }, { $group: { _id: "$k", n: { $sum: 1 }, s: { $sum: "$v" } } }])
      .toArray();
  await group();
  const took = await seconds(group);
  say("$match and $group over 200,000 documents", `${took.toFixed(2)} s`);
  const status = await Deno.readTextFile(`/proc/${child.pid}/status`);
  say("memory of the server", `${Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024)} MB`);
} finally {
  await client.close();
  child.kill("SIGTERM");
  await child.status;
  await output.cancel();
  await Deno.remove(folder, { recursive: true });
}

async function seconds(action: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await action();
  return (performance.now() - from) / 1000;
}

/** Rows a second: once for warmth with other rows, once for the figure. All rows are new. */
async function rate(count: number, action: (first: number) => Promise<unknown>): Promise<number> {
  await action(count);
  return count / await seconds(() => action(0));
}

function say(what: string, figure: string, beside = "", ratio?: number): void {
  console.log(
    [what.padEnd(42), figure.padStart(12), beside, ratio === undefined ? "" : `ratio ${ratio.toFixed(2)}`].join("  "),
  );
}
