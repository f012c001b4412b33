import assert from "node:assert/strict";
import { openQueue } from "./queue.ts";

Deno.test("A wake-up reaches the listener, and closing ends it", async () => {
  const queue = await openQueue(":memory:");
  const woken = Promise.withResolvers<void>();
  let times = 0;
  queue.listen(() => {
    times++;
    woken.resolve();
  });
  queue.listen(() => assert.fail("a second listener would take messages from the first"));
  await queue.wake(7);
  await woken.promise;
  assert.equal(times, 1);
  await queue.close();
});
