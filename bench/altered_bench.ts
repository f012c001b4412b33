/**
 * How long a proof takes to compare every document with the digest that it was written with, beside how long the store
 * takes to hand the documents out: documents of five lines, as orders have them. A ratio within one run.
 *
 *     MONGODB_URI=… deno run -A bench/altered_bench.ts [documents]
 */
import type { Document } from "mongodb";
import { openStore } from "../lib/store/connect.ts";
import { transactions } from "../lib/streams/transactions.ts";
import { alteredDocuments } from "../lib/sync/altered.ts";
import { digest } from "../lib/sync/digest.ts";
import { startMongo } from "../standins/mongodb/server.ts";

const count = Number(Deno.args[0] ?? 200_000), given = Deno.env.get("MONGODB_URI");
const server = given ? null : await startMongo({});
const uri = new URL(given ?? server!.uri);
uri.pathname = "/tidemark_bench_altered";
const store = await openStore(uri.href);
const line = {
  key: 1,
  id: 1,
  item: 17,
  itemType: "InvtPart",
  quantityLedger: -2,
  rate: 12.5,
  ledgerMinor: -2500,
  kind: "item",
};
const lines = Array.from({ length: 5 }, (_, n) => ({ ...line, key: n, memo: `line ${n}`, location: 4, quantity: 2 }));
for (let at = 0; at < count; at += 1000) {
  const documents = Array.from({ length: Math.min(1000, count - at) }, (_, n) => {
    const content = {
      type: "SalesOrd",
      number: `SO${at + n}`,
      date: "2026-11-02",
      entity: n,
      totalMinor: 12_500,
      lines,
      custom: {},
    };
    const source = { modifiedAt: new Date(0), hash: digest(content), runId: 1, syncedAt: new Date(0) };
    return { _id: at + n, ...content, source };
  });
  await store.collection<Document>("transactions").insertMany(documents as Document[]);
}
let started = performance.now();
for await (const _ of store.collection("transactions").find({}, { batchSize: 500 }));
const readMs = performance.now() - started;
started = performance.now();
const { changed } = await alteredDocuments(store, transactions);
const scanMs = performance.now() - started;
console.log(
  `${count} documents: reading them ${(readMs / 1000).toFixed(1)} s, comparing them too ${
    (scanMs / 1000).toFixed(1)
  } s`,
);
console.log(`${(scanMs / readMs).toFixed(2)} times as long; ${changed.length} altered`);
await store.db.dropDatabase();
await store.close();
await server?.close();
