import assert from "node:assert/strict";
import { LeaseLostError } from "../errors.ts";
import { openTestStore } from "../store/testing.ts";
import { streamNamed, STREAMS } from "../streams/registry.ts";
import { bringPage } from "./apply.ts";
import { syncIndexes } from "./indexes.ts";
import { claim } from "./lease.ts";
import { ledgerOf } from "./ledger.ts";
import { createRun } from "./runs.ts";
import type { Work } from "./work.ts";

Deno.test("A worker whose chunk has passed to another writes nothing of the page that it still has", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const ledger = ledgerOf(store), stream = streamNamed("classifications");
  let now = +new Date("2026-11-24T10:00:00Z");
  const clock = { now: () => new Date(now) };
  const run = await createRun(ledger, { kind: "full", requestedBy: "test" }, STREAMS, clock.now());
  const holder = (owner: string) => ({ owner, leaseMs: 10_000, clock });
  const page = {
    rows: [
      { raw: { tm_key0: "1", id: "1", name: "Bikes", isinactive: "F" }, children: [] },
      { raw: { tm_key0: "2", id: "2", name: "Parts", isinactive: "perhaps" }, children: [] }, // one for quarantine
    ],
    next: null,
    askedAt: clock.now(),
  };
  const workOf = async (owner: string) =>
    ({ store, ledger, run, held: (await claim(ledger, run, holder(owner)))! }) as unknown as Work;
  const slept = await workOf("slept");
  now += 10_001;
  const other = await workOf("other");
  await assert.rejects(bringPage(slept, stream, page), LeaseLostError);
  const counts = () =>
    Promise.all([stream.name, "quarantine"].map((name) => store.collection(name).countDocuments({})));
  assert.deepEqual(await counts(), [0, 0]);
  assert.equal((await bringPage(other, stream, page)).counts.read, 2);
  assert.deepEqual(await counts(), [1, 1]);
});
