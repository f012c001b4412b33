/**
 * The whole sync under faults of NetSuite and of MongoDB, each alone: a run either is complete, and then the mirror is equal, or says
 * why it is not; and once the faults are over, one more run makes it equal.
 */
import assert from "node:assert/strict";
import { FAULT_NAMES } from "../standins/netsuite/faults.ts";
import { ALONE, asked, type Case, live, MONGO, NOT_MET, startBench } from "./support/faulty_sync.ts";
import { testSeed } from "./support/seed.ts";

Deno.test("Every fault alone: the mirror ends equal, or the run says why it is not", async (t) => {
  const seed = testSeed(4_711);
  await using bench = await startBench();
  assert.equal((await asked(bench, "full")).status, "complete");
  const switches = FAULT_NAMES.filter((name) => !NOT_MET.includes(name));
  assert.deepEqual(Object.keys(ALONE).sort(), switches.sort(), "each switch has its case");
  const cases: [string, Case][] = [
    ...Object.entries(ALONE),
    ...Object.entries(MONGO).map(([name, mongo]): [string, Case] => [`MongoDB: ${name}`, { mongo }]),
  ];
  for (const [n, [name, one]] of cases.entries()) {
    await t.step(name, async () => {
      const { status, error } = await live(bench, one, seed + n);
      console.log(`${name}: ${status}${error ? ` (${error.code})` : ""}`);
    });
  }
  for (const [fault, times] of Object.entries(bench.proxy.struck)) assert.ok(times > 0, `${fault} never struck`);
});
