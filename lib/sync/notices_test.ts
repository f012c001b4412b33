import assert from "node:assert/strict";
import { openTestStore } from "../store/testing.ts";
import { integer, text } from "../streams/column.ts";
import { stream } from "../streams/define.ts";
import { syncIndexes } from "./indexes.ts";
import { ledgerOf } from "./ledger.ts";
import { Notices, tablesOf } from "./notices.ts";

const joins = { c: "LEFT JOIN currency c ON c.id = t.currency" };
const orders = stream({ name: "orders", table: "transaction", columns: { id: integer("id") }, joins });
const prices = stream({ name: "prices", table: "pricing", columns: { id: integer("id") }, joins });
const currencies = stream({ name: "currencies", table: "currency", columns: { name: text("name") } });

Deno.test("What is back is forgotten when every stream that reads it was read whole since, and not by the first one", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 10, minute));
  const { states } = ledgerOf(store);
  const read = (name: string, fullFrom: Date | null) =>
    states.updateOne({ _id: name }, {
      $set: { watermark: at(0), lastRunId: 1, lastFullAt: at(50), fullFrom, followedRunId: null, fence: 0 },
    }, { upsert: true });
  const notices = new Notices(store, { now: () => at(5) }, [orders, prices, currencies]);
  await read("orders", at(0));
  await read("prices", at(0));
  await (await notices.gaps()).add({ table: "currency", column: "symbol" }, "no such field");
  await notices.reconcile(["currency"], []);
  const open = async () => (await notices.list()).length;
  assert.equal(await open(), 1);

  await read("orders", at(10));
  await notices.settle(tablesOf(orders), at(10));
  assert.equal(await open(), 1, "prices were read before it was back");
  await read("prices", at(4));
  await notices.settle(tablesOf(prices), at(4));
  assert.equal(await open(), 1, "a reading that began before it was back may have left it out, however late it ended");
  await read("prices", at(12));
  await notices.settle(tablesOf(prices), at(12));
  assert.equal(await open(), 0, "currencies were never read, so nothing was left out of them");
});
