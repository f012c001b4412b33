import assert from "node:assert/strict";
import { openTestStore } from "../store/testing.ts";
import type { ColumnDocument } from "./columns.ts";
import { readDrift } from "./drift.ts";
import { syncIndexes } from "./indexes.ts";

Deno.test("readDrift tells what came, went and changed, newest first, each in a sentence", async () => {
  await using store = await openTestStore(syncIndexes([]));
  assert.deepEqual(await readDrift(store), []);
  const change = { table: "item", column: "custitem_grade", from: null, to: null } as const;
  const column: ColumnDocument = {
    _id: "item.custitem_grade",
    table: "item",
    column: "custitem_grade",
    label: "Grade",
    type: "integer",
    sourceType: "INTEGER",
    isStored: true,
    state: "vanished",
    firstSeenAt: new Date(1000),
    changedAt: null,
    runId: 3,
    isFilled: true,
    changes: [
      { ...change, at: new Date(1000), kind: "appeared", to: "text" },
      { ...change, at: new Date(2000), kind: "type", from: "text", to: "integer" },
      { ...change, at: new Date(3000), kind: "vanished", from: "integer" },
    ],
    misfit: null,
  };
  await store.collection<ColumnDocument>("sync_columns").insertOne(column);
  const drift = await readDrift(store);
  assert.deepEqual(drift.map((one) => [one.change, one.before, one.after]), [
    ["vanished", "integer", null],
    ["type_changed", "text", "integer"],
    ["appeared", null, "text"],
  ]);
  assert.equal(new Set(drift.map(({ id }) => id)).size, 3);
  assert.match(drift[0]!.text, /^"Grade" \(custitem_grade\) is no longer in NetSuite/);
  assert.match(drift[1]!.text, /read as integer from now on, before as text/);
  assert.match(drift[2]!.text, /mirrored as text under custom\.custitem_grade\.$/);
});
