import { openNetSuite } from "../../lib/sources/netsuite/client.ts";
import { freshGaps } from "../../lib/sources/netsuite/gaps.ts";
import { streamNamed, STREAMS } from "../../lib/streams/registry.ts";
import { ledgerOf } from "../../lib/sync/ledger.ts";
import { proveStream } from "../../lib/sync/proof.ts";
import type { TestEngine } from "./engine.ts";

/** Does the proof of a stream once more, in a run that is over; tells how many requests it took. */
export async function proveAgain(engine: TestEngine, runId: number, stream: string): Promise<number> {
  const ledger = ledgerOf(engine.store), token = await ledger.next("token");
  const chunk = (await ledger.chunks.findOneAndUpdate({ runId, kind: "proof", stream }, {
    $set: { status: "working", lease: { token, owner: "test", until: new Date(Date.now() + 60_000) } },
  }, { returnDocument: "after" }))!;
  const { signal } = new AbortController();
  const meter = { requests: 0, throttled: 0 };
  await proveStream({
    store: engine.store,
    ledger,
    run: (await ledger.runs.findOne({ _id: runId }))!,
    held: { chunk, token },
    reader: {
      netsuite: openNetSuite(engine.config.netsuite),
      gaps: freshGaps(),
      meter,
      now: () => new Date(),
    },
    config: engine.config.sync,
    streams: STREAMS,
    touched: null,
    signal,
  }, streamNamed(stream));
  return meter.requests;
}
