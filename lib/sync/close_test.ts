import assert from "node:assert/strict";
import { freshGaps } from "../sources/netsuite/gaps.ts";
import { openTestStore } from "../store/testing.ts";
import { streamNamed } from "../streams/registry.ts";
import { closeStream } from "./close.ts";
import { syncIndexes } from "./indexes.ts";
import { ledgerOf, newChunk } from "./ledger.ts";
import type { Work } from "./work.ts";

Deno.test("A stream whose table was lost when the run was planned is not closed as read, though it is asked for again by now", async () => {
  await using store = await openTestStore(syncIndexes([]));
  const ledger = ledgerOf(store), stream = streamNamed("customers");
  const watermark = new Date("2026-11-24T10:00:00Z");
  const state = { _id: stream.name, watermark, lastRunId: 1, lastFullAt: null, followedRunId: null, fence: 1 };
  await ledger.states.insertOne(state);
  const about = {
    _id: "2.1.1",
    runId: 2,
    plan: 1,
    seq: 1,
    kind: "close",
    stream: stream.name,
    group: "close",
  } as const;
  const chunk = newChunk({
    ...{ ...about, notBefore: new Date(0), status: "working" },
    lease: { token: 5, owner: "test", until: new Date("2100-01-01") },
  });
  await ledger.chunks.insertOne(chunk);
  const plans = { [stream.name]: { mode: "changes", from: null, expected: 0, isAbsent: true } };
  const work = {
    ...{ store, ledger, streams: [stream], held: { chunk, token: 5 }, config: {}, touched: null },
    run: { _id: 2, kind: "incremental", plan: 1, plans, to: new Date("2026-11-24T11:00:00Z"), isDryRun: false },
    reader: { gaps: freshGaps(), meter: { requests: 0, throttled: 0 }, now: () => new Date() },
  };
  await assert.rejects(closeStream(work as unknown as Work, stream), { code: "table_lost" });
  assert.deepEqual(await ledger.states.findOne({ _id: stream.name }), state);
});
