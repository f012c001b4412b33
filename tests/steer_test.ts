/** Runs that people pause, resume and cancel, and runs side by side: against the whole engine. */
import assert from "node:assert/strict";
import { systemClock } from "../lib/clock.ts";
import { openNetSuite } from "../lib/sources/netsuite/client.ts";
import { ledgerOf } from "../lib/sync/ledger.ts";
import { makeSync } from "../lib/sync/mod.ts";
import { openQueue } from "../lib/sync/queue.ts";
import { nextSecond, runEnded, startEngine, type TestEngine, until } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";

/** Waits until a run has read something and has more to read. */
const inTheMiddle = (engine: TestEngine, id: number) =>
  until(`run ${id} is in the middle`, 60_000, async () => {
    const run = await engine.sync.run(id);
    assert.equal(run!.endedAt, null, "the run was over before it could be steered");
    const isReading = run!.chunks.some((chunk) => chunk.kind === "read" && chunk.status === "working");
    return run!.rowsRead > 0 && isReading ? run : null;
  });

const isAtRest = (engine: TestEngine, id: number) =>
  until(`nobody works on run ${id}`, 30_000, async () => {
    const run = await engine.sync.run(id);
    return run!.chunksWorking === 0 ? run : null;
  });

Deno.test("A paused run rests within seconds, over a restart too, is never shown as level, and goes on from its checkpoints", async () => {
  await using engine = await startEngine({ share: 0.05 });
  const asked = pagesAsked(engine);
  engine.netsuite.faults.set({ latencyMs: 60 });
  const { id } = await engine.sync.requestRun({ kind: "full", requestedBy: "Ada" });
  await inTheMiddle(engine, id);
  const paused = await engine.sync.pauseRun(id, "Ben");
  assert.deepEqual([paused.status, paused.haltedBy, paused.endedAt], ["paused", "Ben", null]);
  const rest = await isAtRest(engine, id);
  assert.deepEqual(
    await ledgerOf(engine.store).chunks.countDocuments({ lease: { $ne: null } }),
    0,
    "leases are given back",
  );
  assert.equal((await engine.sync.pauseRun(id, "Cem")).haltedBy, "Ben", "pausing twice changes nothing");

  const status = await engine.sync.status();
  assert.deepEqual([status.tide.state, status.tide.text], ["paused", `Run ${id} is paused`]);
  assert.equal(status.current!.id, id);
  assert.ok(status.streams.every(({ state }) => state !== "reading"), "nothing is being read");
  assert.equal((await engine.sync.tide()).state, "paused");
  const before = asked.size, { rowsRead } = rest;

  // a program that starts meanwhile leaves it alone, and still serves other runs; it holds all streams, so a schedule's is refused
  await engine.sync.stop();
  const queue = await openQueue(":memory:");
  const { config, store } = engine;
  const again = makeSync({ config, store, netsuite: openNetSuite(config.netsuite), queue, clock: systemClock });
  again.start();
  await assert.rejects(again.requestRun({ kind: "incremental", requestedBy: "schedule" }), /still under way/);
  await nextSecond();
  await nextSecond();
  const still = await again.run(id);
  assert.deepEqual([still!.status, still!.rowsRead, asked.size], ["paused", rowsRead, before]);

  engine.netsuite.faults.set({ latencyMs: 0 });
  const resumed = await again.resumeRun(id, "Ben");
  assert.deepEqual([resumed.status, resumed.haltedBy], ["running", null]);
  const run = await runEnded(again, id);
  assert.deepEqual([run.status, run.error, run.restarts], ["complete", null, 0]);
  await assertLevel(store, engine.read);
  // of each chunk that was let go, one page that was in flight may be read again, and the one asked for ahead of it
  const twice = [...asked.values()].reduce((sum, times) => sum + times - 1, 0);
  assert.ok(twice <= 2 * 5, `${twice} pages were read again`);
  await again.stop();
  await queue.close();
});

Deno.test("A cancelled run says how far it came; what it has written stays, and no watermark of an unread stream moves", async () => {
  await using engine = await startEngine({ share: 0.05 });
  engine.netsuite.faults.set({ latencyMs: 60 });
  const { id } = await engine.sync.requestRun({ kind: "full", requestedBy: "Ada" });
  await inTheMiddle(engine, id);
  assert.equal((await engine.sync.cancelRun(id, "Ben")).status, "cancelled");
  const run = await runEnded(engine.sync, id);
  assert.deepEqual([run.status, run.haltedBy, run.error], ["cancelled", "Ben", null]);
  assert.ok(run.rowsRead > 0 && run.share > 0 && run.share < 1, `${run.rowsRead} rows, ${run.share}`);
  const status = await engine.sync.status();
  assert.equal(status.streams.find(({ name }) => name === "transactions")!.watermark, null);
  assert.ok(status.streams.some(({ documents }) => documents > 0), "what was written stays");
  assert.equal(status.tide.state, "never");
  for (const act of ["pauseRun", "resumeRun"] as const) {
    await assert.rejects(engine.sync[act](id, "Ben"), { code: "run_over" });
    await assert.rejects(engine.sync[act](99, "Ben"), { code: "unknown_run" });
  }
  assert.equal((await engine.sync.cancelRun(id, "Cem")).haltedBy, "Ben", "cancelling twice changes nothing");

  engine.netsuite.faults.set({ latencyMs: 0 });
  const next = await engine.run("full");
  assert.deepEqual([next.status, next.error], ["complete", null]);
  await assertLevel(engine.store, engine.read);
});

Deno.test("A run that waits begins when the other is over; one that is cancelled in line never begins", async () => {
  await using engine = await startEngine();
  engine.netsuite.faults.set({ latencyMs: 30 });
  const ask = (streams?: string[]) =>
    engine.sync.requestRun({ kind: "full", requestedBy: "Ada", ...(streams ? { streams } : {}) });
  const first = await ask(), second = await ask(["items"]), third = await ask(["items", "vendors"]);
  assert.deepEqual([second.waitsFor, third.waitsFor], [[first.id], [first.id, second.id]]);
  const status = await engine.sync.status();
  assert.deepEqual(status.running.map(({ id }) => id), [first.id, second.id, third.id]);
  assert.deepEqual((await engine.sync.cancelRun(third.id, "Ada")).status, "cancelled");
  const over = await runEnded(engine.sync, third.id);
  assert.deepEqual([over.status, over.startedAt, over.requests], ["cancelled", null, 0]);
  const ended = [await runEnded(engine.sync, first.id), await runEnded(engine.sync, second.id)];
  assert.deepEqual(ended.map(({ status, error }) => [status, error]), [["complete", null], ["complete", null]]);
  assert.ok(ended[1]!.startedAt! >= ended[0]!.endedAt!, "they overlapped");
});

Deno.test("A long full run of one stream does not keep the schedule's runs of the others waiting", async () => {
  await using engine = await startEngine({ share: 0.1 });
  await engine.run("full");
  engine.netsuite.faults.set({ latencyMs: 150 });
  const long = await engine.sync.requestRun({ kind: "full", streams: ["transactions"], requestedBy: "Ada" });
  await inTheMiddle(engine, long.id);
  const others = ["departments"]; // one: it is about the line, not about who is faster
  await nextSecond();
  const short = await engine.sync.requestRun({ kind: "incremental", streams: others, requestedBy: "schedule" });
  const ended = await runEnded(engine.sync, short.id);
  assert.deepEqual([ended.status, ended.error], ["complete", null]);
  assert.equal(
    (await engine.sync.run(long.id))!.endedAt,
    null,
    "the long run was over first: nothing is shown by this",
  );
  engine.netsuite.faults.set({ latencyMs: 0 });
  assert.equal((await runEnded(engine.sync, long.id)).status, "complete");
  await assertLevel(engine.store, engine.read);
});

Deno.test("Runs side by side lose none of one another's deletes, nor does the next one of theirs", async () => {
  await using engine = await startEngine();
  await engine.run("full");
  const { db } = engine.netsuite, gone: [string, number][] = [];
  const remove = (table: string, type: string, stream: string) => {
    const { id } = db.prepare(`SELECT id FROM "${table}" ORDER BY id DESC LIMIT 1`).get() as { id: number };
    db.prepare(`DELETE FROM "${table}" WHERE id = ?`).run(id);
    db.prepare("INSERT INTO deletedrecord (recordid, recordtypeid, type, name, deleteddate) VALUES (?, -2, ?, 'x', ?)")
      .run(id, type, new Date().toISOString().slice(0, 19).replace("T", " "));
    gone.push([stream, id]);
  };
  for (let round = 0; round < 2; round++) {
    remove("customer", "Customer", "customers");
    remove("vendor", "Vendor", "vendors");
    await nextSecond();
    const ask = (streams: string[]) =>
      engine.sync.requestRun({ kind: "incremental", streams, requestedBy: "schedule" });
    const both = await Promise.all([ask(["customers"]), ask(["vendors"])]);
    const ended = await Promise.all(both.map(({ id }) => runEnded(engine.sync, id)));
    assert.deepEqual(ended.map(({ status, deleted }) => [status, deleted]), [["complete", 1], ["complete", 1]]);
  }
  for (const [stream, id] of gone) {
    const tombstone = await engine.store.collection<{ _id: number }>(stream).findOne({ _id: id });
    assert.ok(tombstone && "deletedAt" in tombstone, `${stream} ${id} is still shown`);
  }
});

/** How often each page of records was asked for. */
function pagesAsked({ netsuite }: TestEngine): Map<string, number> {
  const times = new Map<string, number>();
  const { suiteql } = netsuite.account, run = suiteql.run.bind(suiteql);
  suiteql.run = (query, parameters, ...rest) => {
    if (/\btm_modified\b.*\bORDER BY\b/.test(query) && !/ < \?/.test(query)) {
      const text = `${query} ${JSON.stringify(parameters)}`;
      times.set(text, (times.get(text) ?? 0) + 1);
    }
    return run(query, parameters, ...rest);
  };
  return times;
}

Deno.test("A pause does not wait for the end of a chunk: it is given back after the page in flight, with its checkpoint", async () => {
  await using engine = await startEngine({ env: { NETSUITE_CONCURRENCY: "1", NETSUITE_RESERVED_SLOTS: "0" } });
  const { netsuite: { db, faults }, sync } = engine, { chunks } = ledgerOf(engine.store);
  const columns = Object.keys(db.prepare("SELECT * FROM department LIMIT 1").get()!);
  db.exec(
    `WITH RECURSIVE n(id) AS (SELECT 10000 UNION ALL SELECT id + 1 FROM n WHERE id < 19999) INSERT INTO department ` +
      `SELECT ${columns.map((name) => name === "id" ? "n.id" : `d."${name}"`).join(", ")} FROM n, ` +
      "(SELECT * FROM department ORDER BY id LIMIT 1) d",
  );
  faults.set({ latencyMs: 400 });
  const { id } = await sync.requestRun({ kind: "full", streams: ["departments"], requestedBy: "Ada" });
  const ofRun = { runId: id, kind: "read" as const };
  await until("a page is written", 60_000, () => chunks.findOne({ ...ofRun, checkpoint: { $ne: null } }));
  await sync.pauseRun(id, "Ada");
  await isAtRest(engine, id);
  const [begun, ...others] = await chunks.find({ ...ofRun, checkpoint: { $ne: null } }).toArray();
  assert.deepEqual([begun?.status ?? others, others.length], ["waiting", 0], "it was read to its end first");
  faults.set({ latencyMs: 0 });
  await sync.resumeRun(id, "Ada");
  assert.equal((await runEnded(sync, id)).status, "complete");
});
