import assert from "node:assert/strict";
import { AppError } from "../../errors.ts";
import { openTestStore, type TestStore } from "../../store/testing.ts";
import { STREAMS } from "../../streams/registry.ts";
import { syncIndexes } from "../indexes.ts";
import { ledgerOf } from "../ledger.ts";
import type { RunRequest } from "../request.ts";
import { createRun } from "../runs.ts";
import type { ScheduleInput } from "./desk.ts";
import { schedulesOf } from "./document.ts";
import { makeSchedules } from "./mod.ts";
import { cronOf } from "./seed.ts";
import { tickSchedules } from "./tick.ts";

const MINUTE = 60_000, HOUR = 60 * MINUTE;
const start = Date.parse("2026-11-24T10:00:30Z");

/** A house with its schedules, a clock that tests set, and the runs that were asked for. */
async function house(store: TestStore, everyMs = MINUTE) {
  const ledger = ledgerOf(store);
  const clock = { at: start, now: () => new Date(clock.at) };
  const asked: (Omit<RunRequest, "requestedBy">)[] = [];
  const make = (every = everyMs) =>
    makeSchedules({
      ...{ store, ledger, streams: STREAMS, clock, everyMs: every, zone: "Europe/Berlin" },
      request: async (run) => {
        const { _id } = await createRun(ledger, { ...run, requestedBy: "schedule" }, STREAMS, clock.now());
        asked.push(run);
        return _id;
      },
    });
  const end = () =>
    ledger.runs.updateMany({ endedAt: null }, { $set: { endedAt: clock.now() }, $unset: { active: "" } });
  const schedules = make();
  await schedules.desk.list();
  return { ledger, clock, asked, make, end, ...schedules };
}

const input: ScheduleInput = {
  name: "Hourly orders",
  kind: "incremental",
  streams: ["transactions"],
  cron: "0 * * * *",
  zone: "Europe/Berlin",
  quiet: null,
  isEnabled: true,
};

Deno.test("The first tick fills the house with a full run; later ones are incremental; ten processes make one", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { tick, asked, clock, make, end } = await house(store);
  await Promise.all(Array.from({ length: 10 }, () => make().tick()));
  assert.deepEqual(asked.map(({ kind }) => kind), ["full"]);
  await end();
  await tick();
  assert.equal(asked.length, 1, "nothing is due before the next minute");
  clock.at += MINUTE;
  await Promise.all(Array.from({ length: 10 }, () => make().tick()));
  assert.deepEqual(asked.map(({ kind }) => kind), ["full", "incremental"]);
});

Deno.test("Seeds: a proof each night in the company's zone, a weekly full run that is off, incremental as the setting says", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { desk, make } = await house(store, 5 * MINUTE);
  const brief = (await desk.list()).map((
    { id, cron, zone, isEnabled, nextDueAt },
  ) => [id, cron, zone, isEnabled, nextDueAt]);
  assert.deepEqual(brief, [
    ["incremental", "*/5 * * * *", "UTC", true, "2026-11-24T10:00:30.000Z"],
    ["nightly-proof", "30 2 * * *", "Europe/Berlin", true, "2026-11-25T01:30:00.000Z"],
    ["weekly-full", "0 4 * * 0", "Europe/Berlin", false, null],
  ]);
  assert.equal((await make(15 * MINUTE).desk.list())[0]!.cron, "*/15 * * * *", "the setting is followed");
  const { name, kind, streams, zone, quiet } = (await desk.list())[0]!;
  const said = { name, kind, streams, zone, quiet } as ScheduleInput;
  await desk.save({ ...said, id: "incremental", cron: "*/10 * * * *", isEnabled: true }, "Ada");
  assert.equal((await make(MINUTE).desk.list())[0]!.cron, "*/10 * * * *", "until a person has changed it");
  await assert.rejects(desk.remove("incremental"), /"Incremental" cannot be removed.*Switch it off/);
});

Deno.test("Seeds: a due time that an earlier version stored is kept", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const nextDueAt = new Date(start + HOUR);
  await store.collection<{ _id: string }>("sync_schedules").insertOne({ _id: "incremental", nextDueAt } as never);
  const { desk } = await house(store);
  assert.equal((await desk.list())[0]!.nextDueAt, nextDueAt.toISOString());
});

Deno.test("cronOf takes the next shorter span that divides an hour or a day", () => {
  const crons = [1, 5, 7, 45, 59, 60, 90, 300, 1440].map((minutes) => cronOf(minutes * MINUTE));
  assert.deepEqual(crons, [
    "* * * * *",
    "*/5 * * * *",
    "*/6 * * * *",
    "*/30 * * * *",
    "*/30 * * * *",
    "0 * * * *",
    "0 * * * *",
    "0 */4 * * *",
    "0 0 * * *",
  ]);
});

Deno.test("What was missed for days is caught up once", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { tick, asked, clock, end, desk } = await house(store);
  await tick();
  await end();
  clock.at += 50 * HOUR;
  await tick();
  const [first] = await desk.list();
  assert.deepEqual(asked.map(({ kind }) => kind), ["full", "proof"], "the heavy one first");
  assert.equal(first!.nextDueAt, "2026-11-26T12:01:00.000Z");
  await end();
  await tick();
  assert.equal(asked.length, 2, "what was missed is not made one by one");
  clock.at += MINUTE;
  await tick();
  assert.deepEqual(asked.map(({ kind }) => kind), ["full", "proof", "incremental"]);
});

Deno.test("While a run is under way an incremental one is skipped with a note, a proof waits and is made later, once", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { tick, asked, clock, end, desk, ledger } = await house(store);
  await tick();
  clock.at = Date.parse("2026-11-25T01:30:10Z");
  await tick();
  const noteOf = async (id: string) => (await desk.list()).find((one) => one.id === id)!.note;
  assert.match((await noteOf("incremental"))!, /^No run at 2026-11-24T10:01:00.000Z: run 1 read them/);
  assert.match(
    (await noteOf("nightly-proof"))!,
    /^Due at 2026-11-25T01:30:00.000Z, but run 1 read them: it is made/,
  );
  assert.equal(asked.length, 1);
  await end();
  await store.collection<{ _id: string }>("sync_schedules").updateOne({ _id: "incremental" }, {
    $set: { isEnabled: false },
  });
  clock.at += 5 * HOUR;
  await tick();
  await end();
  await tick();
  assert.deepEqual(asked.map(({ kind }) => kind), ["full", "proof"]);
  const proof = await ledger.runs.findOne({ kind: "proof" });
  assert.equal(proof!.scheduledAs, "nightly-proof@2026-11-25T01:30:00.000Z");
  assert.equal(await noteOf("nightly-proof"), `Run ${proof!._id} was made.`);
});

Deno.test("An incremental run is made for the streams that are free; what follows a busy stream waits with it", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { tick, asked, clock, ledger, desk } = await house(store);
  await tick();
  // a run of its own streams only, as it stands where runs go side by side
  await ledger.runs.updateMany({}, { $unset: { active: "" }, $set: { streams: ["transactions"] } });
  clock.at += MINUTE;
  await tick();
  const { streams } = asked[1]!;
  assert.ok(streams!.includes("customers"));
  assert.ok(!streams!.includes("transactions") && !streams!.includes("transaction_links"));
  assert.match(
    (await desk.list())[0]!.note!,
    /^Run \d+ was made without transactions, transaction_links, tracking_numbers: run 1 read them\./,
  );
});

Deno.test("A proof that waits is not kept waiting by incremental runs of streams that are free meanwhile", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { tick, asked, clock, ledger, desk } = await house(store);
  const proof: ScheduleInput = {
    ...input,
    kind: "proof",
    streams: ["items", "customers"],
    cron: "1 10 * * *",
    zone: "UTC",
  };
  const { id } = await desk.save(proof, "Ada");
  await tick();
  await ledger.runs.updateOne({ _id: 1 }, { $set: { active: ["items"], streams: ["items"] } });
  clock.at += MINUTE;
  await tick(); // items are busy, so customers are kept for the proof
  assert.ok(!asked[1]!.streams!.includes("customers") && asked[1]!.streams!.includes("vendors"));
  assert.match((await desk.list())[0]!.note!, /without \S+, \S+: run 1 read them and "Hourly orders" waits for them\./);
  await ledger.runs.updateMany({}, { $set: { endedAt: clock.now() }, $unset: { active: "" } });
  clock.at += MINUTE;
  await tick();
  assert.deepEqual(asked.slice(2).map(({ kind, streams }) => [kind, streams!.length]), [
    ["proof", 2],
    ["incremental", STREAMS.length - 2],
  ]);
  assert.equal(asked[2]!.scheduledAs, `${id}@2026-11-24T10:01:00.000Z`);
});

Deno.test("A process that dies over a due time leaves it owed, and the next one pays once", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { tick, asked, clock, ledger, end } = await house(store);
  await tick();
  await end();
  clock.at += MINUTE;
  const dying = makeSchedules({
    ...{ store, ledger, streams: STREAMS, clock, everyMs: MINUTE, zone: "UTC" },
    request: () => Promise.reject(new Error("killed")),
  });
  await assert.rejects(dying.tick(), /killed/);
  await tick();
  await end();
  await tick();
  assert.equal(asked.length, 2);
  // and where it dies after the run was made, the run is not made again
  clock.at += MINUTE;
  const late = makeSchedules({
    ...{ store, ledger, streams: STREAMS, clock, everyMs: MINUTE, zone: "UTC" },
    request: async (run) => {
      await createRun(ledger, { ...run, requestedBy: "schedule" }, STREAMS, clock.now());
      throw new Error("killed");
    },
  });
  await assert.rejects(late.tick(), /killed/);
  await end();
  await tick();
  assert.equal(await ledger.runs.countDocuments({ kind: "incremental" }), 2);
  const { owed, lastRunId } = (await schedulesOf(store).findOne({ _id: "incremental" }))!;
  assert.deepEqual([owed, lastRunId], [null, 3]);
});

Deno.test("The ledger takes one run for a due time, also when asked at once", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const ledger = ledgerOf(store), scheduledAs = "x@2026-11-24T10:00:00.000Z";
  const ask = () =>
    createRun(ledger, { kind: "proof", requestedBy: "schedule", scheduledAs }, STREAMS, new Date(start));
  await ask();
  await ledger.runs.updateMany({}, { $set: { endedAt: new Date(start) }, $unset: { active: "" } });
  await assert.rejects(ask(), (error) => error instanceof AppError && error.code === "already_scheduled");
});

Deno.test("The desk: making, changing, switching off and removing; each fault by name", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { desk, clock, tick, asked } = await house(store);
  await tick();
  const made = await desk.save({ ...input, cron: "  0   6-20 * * MON-FRI " }, "Ada");
  assert.deepEqual([made.cron, made.nextDueAt, made.updatedBy, made.isBuiltIn], [
    "0 6-20 * * MON-FRI",
    "2026-11-24T11:00:00.000Z",
    "Ada",
    false,
  ]);
  const off = await desk.save({ ...input, id: made.id, isEnabled: false }, "Grace");
  assert.deepEqual([off.nextDueAt, off.updatedBy], [null, "Grace"]);
  clock.at += 5 * HOUR;
  await tick();
  assert.ok(asked.every(({ scheduledAs }) => !scheduledAs!.startsWith(made.id)));
  await desk.remove(made.id);
  await assert.rejects(desk.remove(made.id), (error) => error instanceof AppError && error.code === "unknown_schedule");
  await assert.rejects(desk.save({ ...input, id: made.id }, "Ada"), /There is no schedule/);
  await assert.rejects(
    desk.save({ ...input, streams: ["orders"] }, "Ada"),
    /no stream orders\. Streams are: .*transactions/,
  );
  await assert.rejects(desk.save({ ...input, name: "  " }, "Ada"), /name of 1 to 80 characters/);
  await assert.rejects(desk.save({ ...input, kind: "backfill" as never }, "Ada"), /"backfill" is no kind/);
  await assert.rejects(desk.save({ ...input, cron: "never" }, "Ada"), /"never" is no time for a schedule/);
  assert.deepEqual(desk.preview("0 12 * * *", "UTC", { from: "11:00", to: "13:30" }, 2), [
    "2026-11-25T13:30:00.000Z",
    "2026-11-26T13:30:00.000Z",
  ]);
});

Deno.test("A due time that was missed stays due when its schedule is changed, and goes when it is switched off", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { desk, clock, tick, ledger } = await house(store);
  const { id } = await desk.save({ ...input, kind: "proof", streams: ["customers"] }, "Ada");
  clock.at += 90 * MINUTE;
  await desk.save({ ...input, kind: "proof", streams: ["customers"], id, cron: "0 0 1 1 *" }, "Ada");
  await ledger.runs.deleteMany({});
  await store.collection<{ _id: string }>("sync_schedules").deleteMany({ _id: "incremental" });
  await schedulesOf(store).updateOne({ _id: "incremental" }, { $set: { isEnabled: false } });
  await tick();
  const view = (await desk.list()).find((one) => one.id === id)!;
  assert.equal(view.lastDueAt, "2026-11-24T11:00:00.000Z");
  assert.equal(view.nextDueAt, "2026-12-31T23:00:00.000Z");
});

Deno.test("A tick takes no due time of a schedule that was changed, or taken, since it read it", async () => {
  await using store = await openTestStore(syncIndexes(STREAMS));
  const { desk, clock, ledger } = await house(store);
  const { id } = await desk.save({ ...input, cron: "* * * * *" }, "Ada");
  const schedules = schedulesOf(store);
  const changes = [
    () => desk.save({ ...input, id, cron: "* * * * *", isEnabled: false }, "Ada"),
    () => desk.save({ ...input, id, cron: "0 3 * * *" }, "Ada"),
    () => schedules.updateOne({ _id: id }, { $set: { nextDueAt: new Date(clock.at + 9 * HOUR) } }),
  ];
  for (const [n, change] of changes.entries()) {
    await desk.save({ ...input, id, cron: "* * * * *" }, "Ada");
    await schedules.deleteMany({ _id: { $ne: id } });
    clock.at += HOUR;
    let taken: unknown;
    const slow = new Proxy(schedules, {
      get(of, name) {
        const real = Reflect.get(of, name);
        if (name !== "findOneAndUpdate") return typeof real === "function" ? real.bind(of) : real;
        return async (...given: unknown[]) => { // a person, or another process, is faster
          await change();
          taken = await schedules.findOne({ _id: id });
          return await real.apply(of, given);
        };
      },
    });
    const runs = {
      findScheduled: () => Promise.resolve(null),
      hasRuns: () => Promise.resolve(true),
      streams: () => Promise.resolve({ all: STREAMS.map(({ name }) => name), busy: new Map<string, number>() }),
      request: () => Promise.reject(new Error("nothing is due")),
    };
    await tickSchedules({ schedules: slow, runs, now: clock.now() });
    assert.notEqual(taken, undefined, `change ${n}: nothing was due, so nothing is shown by this`);
    assert.deepEqual(await schedules.findOne({ _id: id }), taken, `change ${n}`);
  }
  assert.equal(await ledger.runs.countDocuments({}), 0);
});
