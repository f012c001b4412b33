/** Backfills of a range of dates, and runs that write nothing. */
import assert from "node:assert/strict";
import { EJSON } from "bson";
import { change } from "../standins/netsuite/life.ts";
import type { RunKind } from "../lib/sync/ledger.ts";
import { nextSecond, runEnded, startEngine, type TestEngine } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";
import { testSeed } from "./support/seed.ts";

/** Collections in which runs are noted; everything else is data, where each stream stands, or a proof. */
const LEDGER = /^sync_(?!state$|proofs$)/;

/** Every collection but the ledger's, as text. */
async function contents({ store }: TestEngine): Promise<Record<string, string[]>> {
  const names = (await store.db.listCollections().toArray()).map(({ name }) => name).filter((name) =>
    !LEDGER.test(name)
  );
  const all: Record<string, string[]> = {};
  for (const name of names.sort()) {
    const found = await store.collection(name).find({}, { sort: { _id: 1 } }).toArray();
    if (found.length > 0) all[name] = found.map((document) => EJSON.stringify(document, { relaxed: false }));
  }
  return all;
}

async function runOf(
  { sync }: TestEngine,
  asked: Omit<Parameters<TestEngine["sync"]["requestRun"]>[0], "requestedBy">,
) {
  const { id } = await sync.requestRun({ ...asked, requestedBy: "Ada" });
  await runEnded(sync, id);
  return (await sync.run(id))!;
}

Deno.test("A dry run of each kind tells what the real one then does, and changes no byte", async () => {
  const seed = testSeed(7);
  await using engine = await startEngine();
  const ofAll = { from: "2000-01-01", to: "2099-12-31" };
  const kinds: { kind: RunKind; range?: { from: string; to: string } }[] = [
    { kind: "full" }, // of an empty mirror
    { kind: "incremental" },
    { kind: "backfill", range: ofAll },
    { kind: "full" },
  ];
  for (const [n, asked] of kinds.entries()) {
    if (n > 0) change(engine.netsuite.db, { count: 80, seed: seed + n, now: new Date() });
    await nextSecond();
    const before = await contents(engine);
    const dry = await runOf(engine, { ...asked, isDryRun: true });
    assert.deepEqual([dry.status, dry.error, dry.isDryRun, dry.share], ["complete", null, true, 1]);
    assert.deepEqual(await contents(engine), before, `a dry run of kind ${asked.kind} has changed something`);
    const real = await runOf(engine, asked);
    assert.deepEqual([real.status, real.error], ["complete", null]);
    assert.ok(n === 2 || dry.written > 0, "nothing to write: nothing is shown by this");
    assert.deepEqual(dry.byStream, real.byStream, `run ${n}, ${asked.kind}`);
  }
  await assertLevel(engine.store, engine.read);
});

Deno.test("A dry proof tells how many records differ, and mends none", async () => {
  await using engine = await startEngine();
  await engine.run("full");
  const customers = engine.store.collection<{ _id: number }>("customers");
  const [first, second] = await customers.find({}, { sort: { _id: 1 }, limit: 2 }).toArray();
  await customers.deleteOne({ _id: first!._id });
  await customers.updateOne({ _id: second!._id }, { $set: { "source.modifiedAt": new Date(0) } });
  const before = await contents(engine);
  const dry = await runOf(engine, { kind: "proof", isDryRun: true });
  assert.deepEqual([dry.status, dry.written], ["complete", 2]);
  assert.equal(dry.byStream.find(({ stream }) => stream === "customers")!.written, 2);
  assert.deepEqual(await contents(engine), before);
  assert.equal((await engine.sync.status()).tide.state, "level", "a dry run says nothing of the mirror");
});

Deno.test("A backfill reads what lies in its range of dates, whatever has changed or not, and nothing else", async () => {
  await using engine = await startEngine();
  await engine.run("full");
  const orders = engine.store.collection<{ _id: number; date: string }>("transactions");
  const days = await orders.distinct("date") as unknown as string[];
  const sorted = days.filter(Boolean).sort();
  const range = { from: sorted[Math.floor(sorted.length / 3)]!, to: sorted[Math.floor(sorted.length / 2)]! };
  const inside = await orders.find({ date: { $gte: range.from, $lte: range.to } }, { projection: { date: 1 } })
    .toArray();
  assert.ok(inside.length > 20, `${inside.length} documents from ${range.from} to ${range.to}`);
  assert.ok(
    [range.from, range.to].every((day) => inside.some(({ date }) => date === day)),
    "both ends are days with orders",
  );
  // spoilt everywhere, in a way that no change time tells of
  await orders.updateMany({}, { $set: { memo: "spoilt", "source.hash": "" } });
  const states = await engine.store.collection("sync_state").find({}).toArray();

  const run = await runOf(engine, { kind: "backfill", range, streams: ["transactions", "transaction_links"] });
  assert.deepEqual([run.status, run.error, run.range, run.deleted], ["complete", null, range, 0]);
  const counts = run.byStream.find(({ stream }) => stream === "transactions")!;
  assert.deepEqual([counts.rowsRead, counts.written], [inside.length, inside.length]);
  const spoilt = await orders.countDocuments({ memo: "spoilt" });
  assert.equal(spoilt, await orders.countDocuments({}) - inside.length, "only the range was read");
  assert.deepEqual(await engine.store.collection("sync_state").find({}).toArray(), states, "no watermark has moved");

  await runOf(engine, { kind: "backfill", range: { from: "2000-01-01", to: "2099-12-31" } });
  await assertLevel(engine.store, engine.read);
});

Deno.test("A range that is none, or that streams cannot be read by, is refused by name", async () => {
  await using engine = await startEngine();
  const ask = (asked: Parameters<typeof runOf>[1]) => runOf(engine, asked);
  const range = { from: "2026-11-01", to: "2026-11-30" };
  await assert.rejects(ask({ kind: "backfill" }), /needs a range/);
  await assert.rejects(ask({ kind: "full", range }), /belongs to a backfill/);
  await assert.rejects(
    ask({ kind: "backfill", range: { from: "2026-02-30", to: "2026-03-01" } }),
    /"2026-02-30" is no date/,
  );
  await assert.rejects(ask({ kind: "backfill", range: { from: "2026-11-30", to: "2026-11-01" } }), /before it begins/);
  await assert.rejects(
    ask({ kind: "backfill", range, streams: ["customers", "inventory"] }),
    { code: "no_range", message: /Cannot read inventory by dates/ },
  );
  const all = await ask({ kind: "backfill", range });
  assert.ok(all.streams.includes("transactions") && !all.streams.includes("inventory"));
});
