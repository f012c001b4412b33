import assert from "node:assert/strict";
import { openTestStore } from "../store/testing.ts";
import { streamNamed } from "../streams/registry.ts";
import { syncIndexes } from "./indexes.ts";
import { ledgerOf, NO_COUNTS, type ProofDocument, type RunDocument } from "./ledger.ts";
import { Notices } from "./notices.ts";
import { readTide, type StatusParts } from "./status.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 10, minute));

Deno.test("A mirror that a proof has found to differ is not called level by the runs that follow, but by a proof that finds it equal", async () => {
  const streams = [streamNamed("vendors"), streamNamed("customers")];
  await using store = await openTestStore(syncIndexes([]));
  const ledger = ledgerOf(store), clock = { now: () => at(30) };
  const parts = {
    ...{ store, ledger, streams, notices: new Notices(store, clock, streams), now: clock.now },
    config: { sync: { everyMs: 60_000, lagMs: 0 } },
  } as unknown as StatusParts;
  for (const { name } of streams) {
    const state = { _id: name, watermark: at(30), lastRunId: 1, lastFullAt: at(1), followedRunId: null, fence: 1 };
    await ledger.states.insertOne(state);
  }
  const ends = (_id: number, kind: RunDocument["kind"], status: RunDocument["status"]) =>
    ledger.runs.insertOne({
      ...{ _id, kind, status, requestedBy: "test", priority: "person", isDryRun: false, range: null, streams: [] },
      ...{ createdAt: at(_id), startedAt: at(_id), endedAt: at(_id), to: at(_id), plan: 1, plans: {}, error: null },
      totals: { ...NO_COUNTS, requests: 0, throttled: 0, restarts: 0, chunks: 1, chunksDone: 1 },
    });
  const proves = (runId: number, stream: string, outcome: ProofDocument["outcome"]) =>
    ledger.proofs.insertOne({
      ...{ _id: `${stream}/${runId}`, stream, runId, at: at(runId), upTo: at(runId), outcome, rows: 9, buckets: 1 },
      ...{ looked: 0, repaired: 0, later: 0, differing: outcome === "differs" ? 1 : 0 },
    });
  const tide = async () => {
    const { state, text } = await readTide(parts);
    return [state, text];
  };
  await ends(1, "full", "incomplete");
  await proves(1, "vendors", "proved");
  await proves(1, "customers", "differs");
  assert.deepEqual(await tide(), ["failing", "Run 1 is incomplete"]);
  await ends(2, "incremental", "complete");
  assert.deepEqual(await tide(), ["failing", "Run 1 is incomplete"]);
  await ends(3, "proof", "complete");
  await proves(3, "vendors", "proved");
  assert.deepEqual(await tide(), ["failing", "Run 1 is incomplete"], "it was a proof of another stream");
  await ends(4, "proof", "complete");
  await proves(4, "customers", "repaired");
  assert.deepEqual(await tide(), ["level", "Level with NetSuite"]);
  await proves(5, "of_an_earlier_version", "differs");
  assert.deepEqual(await tide(), ["level", "Level with NetSuite"], "a stream that is not kept any more");
});
