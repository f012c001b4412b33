import assert from "node:assert/strict";
import { LeaseLostError } from "../errors.ts";
import { openTestStore } from "../store/testing.ts";
import { STREAMS } from "../streams/registry.ts";
import { syncIndexes } from "./indexes.ts";
import { change, claim, type Holder, triesOf } from "./lease.ts";
import { ledgerOf } from "./ledger.ts";
import { chunksOf, createRun, failRun, settleRun } from "./runs.ts";

/** A ledger with one run, whose plan chunk is replaced by chunks as told, and a clock that tests move. */
async function ledgerWith(store: Parameters<typeof ledgerOf>[0], groups: { group: string; needs: string[] }[]) {
  const ledger = ledgerOf(store);
  let now = +new Date("2026-11-24T10:00:00Z");
  const clock = { now: () => new Date(now) };
  const run = await createRun(ledger, { kind: "full", requestedBy: "test" }, STREAMS, clock.now());
  const [plan] = await chunksOf(ledger, run);
  await ledger.chunks.deleteMany({});
  await ledger.chunks.insertMany(
    groups.map((group, n) => ({ ...plan!, ...group, _id: `c${n}`, seq: n, kind: "read" as const })),
  );
  const holder = (owner: string): Holder => ({ owner, leaseMs: 10_000, clock });
  return { ledger, run, clock, holder, pass: (ms: number) => now += ms };
}

Deno.test("claim hands each chunk to one worker, in order, and what waits for others last", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { ledger, run, holder } = await ledgerWith(store, [
    { group: "close:items", needs: ["read:items"] },
    { group: "read:items", needs: [] },
    { group: "read:items", needs: [] },
  ]);
  const taken = await Promise.all(Array.from({ length: 6 }, (_, n) => claim(ledger, run, holder(`w${n}`))));
  const got = taken.filter((held) => held !== null);
  assert.deepEqual(got.map((held) => held.chunk._id).sort(), ["c1", "c2"]);
  await change(ledger, got[0]!, { $set: { status: "done", lease: null } });
  assert.equal(await claim(ledger, run, holder("w")), null, "one chunk of the group is still worked on");
  await change(ledger, got[1]!, { $set: { status: "done", lease: null } });
  assert.equal((await claim(ledger, run, holder("w")))!.chunk._id, "c0");
});

Deno.test("A worker that slept past its lease can change nothing", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { ledger, run, holder, pass } = await ledgerWith(store, [{ group: "read:items", needs: [] }]);
  const slept = (await claim(ledger, run, holder("slept")))!;
  assert.equal(await claim(ledger, run, holder("next")), null, "the lease holds");
  pass(10_001);
  const next = (await claim(ledger, run, holder("next")))!;
  assert.ok(next.token > slept.token);
  await assert.rejects(change(ledger, slept, { $set: { checkpoint: ["999"] } }), LeaseLostError);
  await change(ledger, next, { $set: { checkpoint: ["5"] } });
  const chunk = (await ledger.chunks.findOne({ _id: "c0" }))!;
  assert.deepEqual([chunk.checkpoint, chunk.attempts, chunk.restarts], [["5"], 2, 1]);
});

Deno.test("A chunk that failed for a while is not taken up before its time", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { ledger, run, holder, pass, clock } = await ledgerWith(store, [{ group: "read:items", needs: [] }]);
  const held = (await claim(ledger, run, holder("a")))!;
  await change(ledger, held, { $set: { status: "waiting", lease: null, notBefore: new Date(+clock.now() + 500) } });
  assert.equal(await claim(ledger, run, holder("a")), null);
  pass(501);
  assert.ok(await claim(ledger, run, holder("a")));
});

Deno.test("A run that is ended takes its chunks from whoever holds them", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { ledger, run, holder, clock } = await ledgerWith(store, [
    { group: "read:items", needs: [] },
    { group: "close:items", needs: ["read:items"] },
  ]);
  const held = (await claim(ledger, run, holder("a")))!;
  await failRun(ledger, run._id, { code: "upstream_login", message: "refused" }, clock.now());
  await assert.rejects(change(ledger, held, { $set: { status: "done" } }), LeaseLostError);
  const ended = (await ledger.runs.findOne({ _id: run._id }))!;
  assert.deepEqual([ended.status, ended.error?.code, ended.active], ["failed", "upstream_login", undefined]);
  assert.equal(await settleRun(ledger, run._id, clock.now()), true, "ending twice changes nothing");
});

Deno.test("Of many schedules that ask at once, one gets a run and the others are told which is under way", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const ledger = ledgerOf(store);
  const asked = await Promise.allSettled(
    Array.from({ length: 8 }, () => createRun(ledger, { kind: "full", requestedBy: "schedule" }, STREAMS, new Date())),
  );
  assert.equal(asked.filter(({ status }) => status === "fulfilled").length, 1);
  for (const one of asked) {
    if (one.status === "rejected") assert.match(one.reason.message, /Run \d+ of \w+ is still under way/);
  }
  assert.equal(await ledger.chunks.countDocuments({}), 1, "no chunk is left of those that were refused");
});

Deno.test("The end of a worker's process says nothing against its chunk: only tries that failed are counted", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { ledger, run, clock, holder, pass } = await ledgerWith(store, [{ group: "read:items", needs: [] }]);
  let held = (await claim(ledger, run, holder("w0")))!;
  for (let deaths = 1; deaths <= 7; deaths++) {
    pass(10_001);
    held = (await claim(ledger, run, holder(`w${deaths}`)))!;
    assert.deepEqual([held.chunk.attempts, held.chunk.restarts, triesOf(held.chunk)], [deaths + 1, deaths, 1]);
  }
  await change(ledger, held, { $set: { status: "waiting", lease: null, notBefore: clock.now() } }); // it failed by itself
  held = (await claim(ledger, run, holder("next")))!;
  assert.equal(triesOf(held.chunk), 2);
  assert.equal((await ledger.chunks.findOne({ _id: "c0" }))!.restarts, 7);
});
