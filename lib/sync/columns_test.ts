import assert from "node:assert/strict";
import { openTestStore } from "../store/testing.ts";
import { streamNamed } from "../streams/registry.ts";
import { type ColumnDocument, noteFilled, streamsToFill } from "./columns.ts";
import { syncIndexes } from "./indexes.ts";

Deno.test("A reading fills in the custom fields that were open when it was planned, and none that was found or changed since", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const customers = streamNamed("customers"), columns = store.collection<ColumnDocument>("sync_columns");
  const at = new Date("2026-11-24T10:00:00Z");
  const found = (column: string, runId: number, changed: number): ColumnDocument => ({
    ...{ _id: `customer.${column}`, table: "customer", column, label: null, type: "text", sourceType: null },
    ...{ isStored: true, state: "present", firstSeenAt: at, changedAt: null, runId, isFilled: false, changes: [] },
    ...{ changed, misfit: null },
  });
  const { changed: _, ...old } = found("custentity_old", 1, 1); // of before changes were counted
  const change = { at, kind: "appeared", table: "customer", column: "custentity_old", from: null, to: "text" } as const;
  await columns.insertMany([found("custentity_a", 3, 1), found("custentity_b", 3, 1), { ...old, changes: [change] }]);
  const fills = (await streamsToFill(store, [customers, streamNamed("vendors")])).get(customers.name)!;
  // run 6 is planned and reads; run 5, which had to wait, is planned only now and finds more
  await columns.insertOne(found("custentity_c", 5, 1));
  await columns.updateOne({ _id: "customer.custentity_b" }, { $set: { type: "integer", runId: 5, changed: 2 } });
  await noteFilled(store, fills);
  const open = await columns.distinct("column", { isFilled: false });
  assert.deepEqual(open.sort(), ["custentity_b", "custentity_c"]);
});
