/**
 * The whole sync under faults of NetSuite, each alone: a run either is complete, and then the mirror is equal, or says
 * why it is not; and once the faults are over, one more run makes it equal.
 */
import assert from "node:assert/strict";
import { FAULT_NAMES } from "../standins/netsuite/faults.ts";
import { ALONE, asked, live, NOT_MET, startBench } from "./support/faulty_sync.ts";
import { testSeed } from "./support/seed.ts";

Deno.test("Every fault of NetSuite alone: the mirror ends equal, or the run says why it is not", async (t) => {
  const seed = testSeed(4_711);
  await using bench = await startBench();
  assert.equal((await asked(bench, "full")).status, "complete");
  const switches = FAULT_NAMES.filter((name) => !NOT_MET.includes(name));
  assert.deepEqual(Object.keys(ALONE).sort(), switches.sort(), "each switch has its case");
  for (const [n, [name, one]] of Object.entries(ALONE).entries()) {
    await t.step(name, async () => {
      const { status, error } = await live(bench, one, seed + n);
      console.log(`${name}: ${status}${error ? ` (${error.code})` : ""}`);
    });
  }
});
