/**
 * The whole sync under faults of NetSuite and of MongoDB, in mixtures: a run either is complete, and then the mirror is equal, or says
 * why it is not; and once the faults are over, one more run makes it equal.
 */
import assert from "node:assert/strict";
import { ALONE, asked, type Case, live, MONGO, startBench } from "./support/faulty_sync.ts";
import { randomOf, testSeed } from "./support/seed.ts";

const MIXTURES = Number(Deno.env.get("MIXTURES") ?? 8);

Deno.test(`${MIXTURES} mixtures of faults of both sides: the mirror ends equal, or the run says why it is not`, async () => {
  const seed = testSeed(4_711);
  await using bench = await startBench();
  assert.equal((await asked(bench, "full")).status, "complete");
  const came: Record<string, number> = {};
  for (let n = 0; n < MIXTURES; n++) {
    const random = randomOf(seed + n);
    const pick = <T>(list: readonly T[], count: number) => [...list].sort(() => random() - 0.5).slice(0, count);
    const milder = Object.values(ALONE).filter(({ isView }) => !isView);
    const some = pick(milder, 1 + Math.floor(random() * 3));
    const mixed: Case = {
      ...(some.some((one) => one.isSignedOut) ? { isSignedOut: true } : {}),
      netsuite: Object.assign({}, ...some.map(({ netsuite }) => netsuite)),
      ...(random() < 0.6 ? { mongo: Object.assign({}, ...pick(Object.values(MONGO), 2)) } : {}),
      ...(random() < 0.2 ? { kind: "full" as const } : {}),
    };
    try {
      const { status } = await live(bench, mixed, seed + n);
      came[status] = (came[status] ?? 0) + 1;
    } catch (cause) {
      throw new Error(`mixture ${seed + n}: ${JSON.stringify(mixed)}: ${cause}`, { cause });
    }
  }
  console.log(`${MIXTURES} mixtures: ${JSON.stringify(came)}`);
  assert.ok((came.complete ?? 0) > MIXTURES / 4, "most mixtures can be lived through");
});
