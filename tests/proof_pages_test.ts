import assert from "node:assert/strict";
import { openNetSuite } from "../lib/sources/netsuite/client.ts";
import { freshGaps } from "../lib/sources/netsuite/gaps.ts";
import { recordSums } from "../lib/sources/netsuite/proof.ts";
import { streamNamed } from "../lib/streams/registry.ts";
import { startEngine } from "./support/engine.ts";

Deno.test("A proof's look into a range takes each row once, also where a page ends inside a document", async () => {
  await using engine = await startEngine({ share: 0.02 });
  const { netsuite, config } = engine;
  const documents = netsuite.db.prepare(
    "SELECT previousdoc AS id FROM nexttransactionlinelink ORDER BY previousdoc, previousline, nextdoc, nextline, linktype",
  ).all().map(({ id }) => Number(id));
  const isFirst = (n: number) => documents[n] !== documents[n - 1];
  const begin = documents.findIndex((_, n) => isFirst(n) && documents[n + 999] === documents[n + 1000]);
  assert.ok(begin >= 0 && documents.length > begin + 1000, "no page of this company ends inside a document");
  const [low, high] = [documents[begin]!, documents.at(-1)! + 1];
  const reader = {
    netsuite: openNetSuite(config.netsuite),
    gaps: freshGaps(),
    meter: { requests: 0, throttled: 0 },
    now: () => new Date(),
  };
  const records = await recordSums(reader, streamNamed("transaction_links"), low, high);
  assert.equal(records.size, documents.length - begin);
  const doubled = [...records.values()].filter(({ rows }) => rows !== 1).map(({ key }) => key);
  assert.deepEqual(doubled, []);
  assert.ok(reader.meter.requests > 1);
});
