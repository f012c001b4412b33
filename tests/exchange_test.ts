/** What was asked of NetSuite and answered where a chunk failed is kept for people, without a secret. */
import assert from "node:assert/strict";
import { startEngine, until } from "./support/engine.ts";

Deno.test("A failed chunk keeps the exchange: path, statement, status and answer, and no key of the login", async () => {
  await using engine = await startEngine({ env: { NETSUITE_RETRY_SECONDS: "0" } });
  engine.netsuite.faults.set({ error: { share: 1 } });
  const { id } = await engine.sync.requestRun({ kind: "full", requestedBy: "Ada", streams: ["currencies"] });
  const exchanges = await until("a chunk has failed", 30_000, async () => {
    const found = Object.values(await engine.sync.exchanges(id));
    return found.length > 0 ? found : null;
  });
  engine.netsuite.faults.set({ error: undefined });
  const [note] = exchanges;
  assert.match(note!.question, /^(GET|POST) \/services\/rest\//);
  assert.ok(note!.status !== null && note!.status >= 500, `status ${note!.status}`);
  assert.ok(note!.answer!.length > 0);
  const kept = JSON.stringify(await engine.store.collection("sync_chunks").find({ runId: id as never }).toArray());
  for (const [name, value] of Object.entries(engine.netsuite.settings)) {
    if (/KEY|SECRET|TOKEN/.test(name)) assert.ok(!kept.includes(value), `${name} is in the ledger`);
  }
  await engine.sync.cancelRun(id, "Ada");
});
