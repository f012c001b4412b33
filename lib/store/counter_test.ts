import assert from "node:assert/strict";
import { type Counter, nextNumber } from "./counter.ts";
import { openTestStore } from "./testing.ts";

Deno.test("nextNumber gives each number once, also to many who begin the sequence at the same moment", async () => {
  await using store = await openTestStore();
  const counters = store.collection<Counter>("counters");
  for (const id of ["a", "b", "c", "d"]) {
    const drawn = await Promise.all(Array.from({ length: 20 }, () => nextNumber(counters, id)));
    assert.deepEqual(drawn.sort((x, y) => x - y), Array.from({ length: 20 }, (_, i) => i + 1), id);
  }
  await counters.updateOne({ _id: "a" }, { $set: { other: true, value: 99 } as never });
  assert.equal(await nextNumber(counters, "a"), 100);
});
