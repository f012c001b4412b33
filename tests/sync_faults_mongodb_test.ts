/**
 * The whole sync under faults of MongoDB, each alone: a run either is complete, and then the mirror is equal, or says why it is not;
 * and once the faults are over, one more run makes it equal.
 */
import assert from "node:assert/strict";
import { asked, live, MONGO, startBench } from "./support/faulty_sync.ts";
import { testSeed } from "./support/seed.ts";

Deno.test("Every fault of MongoDB alone: the mirror ends equal, or the run says why it is not", async (t) => {
  const seed = testSeed(4_712);
  await using bench = await startBench();
  assert.equal((await asked(bench, "full")).status, "complete");
  for (const [n, [name, mongo]] of Object.entries(MONGO).entries()) {
    await t.step(name, async () => {
      const { status, error } = await live(bench, { mongo }, seed + n);
      console.log(`${name}: ${status}${error ? ` (${error.code})` : ""}`);
    });
  }
  for (const [fault, times] of Object.entries(bench.proxy.struck)) assert.ok(times > 0, `${fault} never struck`);
});
