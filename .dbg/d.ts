import { nextSecond, startEngine } from "../tests/support/engine.ts";
import { ledgerOf } from "../lib/sync/ledger.ts";
import { change } from "../standins/netsuite/life.ts";
const engine = await startEngine({ share: 0.02, env: { SYNC_OVERLAP_SECONDS: Deno.args[0] ?? "300" } });
await engine.run("full");
await nextSecond();
const show = async () => {
  const run = await engine.run("incremental");
  for (const c of await ledgerOf(engine.store).chunks.find({ runId: run.id }).toArray()) {
    if (c.requests) console.log(c.kind, c.stream, c.requests, c.counts.read, c.expected);
  }
};
await show();
console.log("--");
await show();
change(engine.netsuite.db, { count: 1, seed: 1, now: new Date() });
await nextSecond();
console.log("--");
await show();
const f = engine.netsuite.db.prepare("SELECT sql FROM sqlite_master WHERE name='aggregateitemlocation'").get();
console.log(f);
await engine[Symbol.asyncDispose]();
