import assert from "node:assert/strict";
import { openTestStore } from "../store/testing.ts";
import { integer, text } from "../streams/column.ts";
import { stream } from "../streams/define.ts";
import { syncIndexes } from "./indexes.ts";
import { ledgerOf } from "./ledger.ts";
import { readStreamDetail } from "./stream_detail.ts";

const parts = stream({
  name: "parts",
  table: "part",
  columns: { label: text("label"), quantity: integer("qty") },
  children: { field: "bins", table: "bin", parent: "part", key: "id", columns: { place: text("place") }, perQuery: 10 },
});

Deno.test("readStreamDetail tells columns, custom fields of live records with a value, and proofs, newest first", async () => {
  await using store = await openTestStore(syncIndexes([parts]));
  const ledger = ledgerOf(store);
  const document = (_id: number, custom: Record<string, unknown>, more = {}) => ({ _id, custom, ...more } as never);
  await store.collection("parts").insertMany([
    document(1, { custitem_a: "x", custitem_b: null }),
    document(2, { custitem_a: "y", custitem_c: 0 }),
    document(3, { custitem_gone: "z" }, { deletedAt: new Date() }),
  ]);
  const proof = {
    stream: "parts",
    upTo: new Date(),
    rows: 2,
    buckets: 1,
    looked: 0,
    repaired: 0,
    later: 0,
    differing: 0,
  };
  await ledger.proofs.insertMany([
    { ...proof, _id: "a", runId: 1, at: new Date(1000), outcome: "repaired", repaired: 1 },
    { ...proof, _id: "b", runId: 2, at: new Date(2000), outcome: "proved" },
    { ...proof, _id: "c", runId: 2, at: new Date(3000), outcome: "proved", stream: "others" },
  ]);
  const detail = await readStreamDetail(store, ledger, parts);
  assert.deepEqual(detail.columns, [{ field: "label", source: "label" }, { field: "quantity", source: "qty" }]);
  assert.deepEqual(detail.children, { field: "bins", table: "bin", columns: [{ field: "place", source: "place" }] });
  assert.deepEqual(detail.custom, [{ name: "custitem_a", documents: 2 }, { name: "custitem_c", documents: 1 }]);
  assert.equal(detail.sampled, 2);
  assert.deepEqual(detail.proofs.map(({ runId, outcome }) => [runId, outcome]), [[2, "proved"], [1, "repaired"]]);
  assert.deepEqual([detail.key, detail.cursor, detail.follows], [["id"], "lastmodifieddate", null]);
});
