import assert from "node:assert/strict";
import type { Store } from "../store/connect.ts";
import { openTestStore } from "../store/testing.ts";
import { followAgain, followReplayed, takeUpReplayed } from "./follow_again.ts";
import { syncIndexes } from "./indexes.ts";
import { ledgerOf } from "./ledger.ts";

async function statesOf(store: Store, marks: Record<string, number | null>) {
  const ledger = ledgerOf(store);
  const rest = { watermark: null, lastRunId: null, lastFullAt: null, fence: 0 };
  await ledger.states.insertMany(
    Object.entries(marks).map(([_id, followedRunId]) => ({ _id, followedRunId, ...rest })),
  );
  const read = async () =>
    Object.fromEntries((await ledger.states.find().toArray()).map(({ _id, followedRunId }) => [_id, followedRunId]));
  return { ledger, read };
}

Deno.test("followAgain puts back the marks of those that follow, and only marks that are beyond the run", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const { ledger, read } = await statesOf(store, {
    transactions: null,
    transaction_links: 9,
    tracking_numbers: 4,
    items: 9,
  });
  await followAgain(ledger, ["items", "customers"], 5);
  assert.deepEqual(await read(), { transactions: null, transaction_links: 9, tracking_numbers: 4, items: 9 });
  await followAgain(ledger, ["transactions"], 5);
  assert.deepEqual(await read(), { transactions: null, transaction_links: 4, tracking_numbers: 4, items: 9 });
});

Deno.test("A replay beside a run is followed by the next one, whatever mark the run has left", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const { ledger, read } = await statesOf(store, { transaction_links: 6, tracking_numbers: null });
  await followReplayed(ledger, "transactions", 7);
  await followReplayed(ledger, "transactions", 9);
  await ledger.states.updateOne({ _id: "transaction_links" }, { $set: { followedRunId: 8 } }); // the run closes
  await takeUpReplayed(ledger, ["tracking_numbers"]);
  assert.deepEqual(await read(), { transaction_links: 8, tracking_numbers: null });
  await takeUpReplayed(ledger, ["transaction_links"]);
  assert.deepEqual(await read(), { transaction_links: 6, tracking_numbers: null });
  await ledger.states.updateOne({ _id: "transaction_links" }, { $set: { followedRunId: 10 } });
  await takeUpReplayed(ledger, ["transaction_links"]);
  assert.deepEqual(await read(), { transaction_links: 10, tracking_numbers: null }, "taken up once");
  await followReplayed(ledger, "transactions", 12);
  await takeUpReplayed(ledger, ["transaction_links"]);
  assert.deepEqual(await read(), { transaction_links: 10, tracking_numbers: null }, "a replay after it needs nothing");
});
