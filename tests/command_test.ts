import assert from "node:assert/strict";
import { openStore } from "../lib/store/connect.ts";
import type { RunView } from "../lib/sync/views.ts";
import { ledgerOf } from "../lib/sync/ledger.ts";
import { type NetSuiteStandIn, startNetSuite } from "../standins/netsuite/server.ts";
import { startCommand } from "./support/command.ts";
import { startProcess } from "./support/app.ts";
import { tablesOf, testDatabase, until } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";

/** NetSuite and MongoDB for commands, without any process of the program. */
async function startWorld(share = 0.02) {
  const netsuite: NetSuiteStandIn = await startNetSuite({ company: "demo", share, seed: 5 });
  const database = await testDatabase();
  const env = {
    APP_SECRET: "for tests only, for tests only, for tests",
    MONGODB_URI: database.uri,
    ...netsuite.settings,
    SYNC_LAG_SECONDS: "0",
    SYNC_CRON: "off",
  };
  const store = await openStore(database.uri);
  return {
    netsuite,
    store,
    env,
    command: (...args: string[]) => startCommand(args, env).ended,
    async [Symbol.asyncDispose]() {
      await store.close();
      await database.close();
      await netsuite.close();
    },
  };
}

Deno.test("Where no worker lives, a command works its run off itself, to a mirror that is equal; then the other commands", async () => {
  await using world = await startWorld();
  const { netsuite, store, command } = world;
  const never = await command("status", "--json");
  assert.deepEqual([never.code, never.events.at(-1)!.exitCode], [3, 3]);

  const full = await command("full", "--json");
  assert.deepEqual([full.code, full.err], [0, ""], full.out);
  assert.deepEqual([full.events[0]!.event, full.events.at(-1)!.event], ["requested", "result"]);
  assert.ok(full.events.some(({ event }) => event === "working"), "it says that it works here");
  assert.ok(full.events.some(({ event }) => event === "progress"));
  await assertLevel(store, tablesOf(netsuite));
  const run = await ledgerOf(store).runs.findOne({}, { sort: { _id: -1 } });
  assert.deepEqual([run!.requestedBy, run!.priority, run!.status], ["ada (command)", "person", "complete"]);
  const audit = await store.collection("audit_log").findOne({ action: "run.requested" });
  assert.equal(audit!.actor.name, "ada (command)");

  // one row breaks, and its rule is still the same
  netsuite.db.prepare("UPDATE currency SET currencyprecision = 'two', lastmodifieddate = lastmodifieddate WHERE id = 1")
    .run();
  const some = await command("full", "--stream", "currencies", "--work");
  assert.match(some.out, /^Full run \d+ is asked for\.$/m);
  assert.match(some.out, /1 in quarantine/);
  const still = await command("replay", "--all", "--yes", "--json");
  assert.deepEqual([still.code, still.events.at(-1)!.replay], [3, { replayed: 0, refused: 1, outdated: 0 }]);
  const asked = await command("replay", "--all");
  assert.deepEqual([asked.code, asked.err.trim()], [2, "replay --all needs --yes where nobody can be asked"]);

  // a total that was spoilt is counted anew
  const [day] = await store.collection("mart_sales_days").find({ orders: { $gt: 0 } }, { limit: 1 }).toArray();
  await store.collection("mart_sales_days").updateOne({ _id: day!._id }, { $set: { orders: 999 } });
  const rebuilt = await command("rebuild", "--json");
  assert.deepEqual([rebuilt.code, Number(rebuilt.events.at(-1)!.days) > 0], [0, true]);
  assert.equal((await store.collection("mart_sales_days").findOne({ _id: day!._id }))!.orders, day!.orders);
  const schedules = await command("schedules", "--json");
  assert.ok((schedules.events.at(-1)!.schedules as { kind: string }[]).some(({ kind }) => kind === "incremental"));

  const status = await command("status");
  assert.match(status.out, /currencies\s+\d+ documents.*1 row in quarantine/);
  const check = await command("check", "--json");
  assert.equal((check.events.at(-1)!.check as { account: string }).account, netsuite.settings.NETSUITE_ACCOUNT_ID);
});

Deno.test("Where a worker lives, a command leaves the work to it; --no-wait returns at once", async () => {
  await using world = await startWorld();
  const worker = await startProcess({ ...world.env, TIDEMARK_ROLE: "worker" });
  try {
    await until(
      "the worker has signs of life",
      30_000,
      async () => await world.store.collection("sync_runs").indexes().catch(() => null),
    );
    const ledger = ledgerOf(world.store);
    const quick = await world.command("full", "--stream", "items,customers", "--no-wait", "--json");
    assert.deepEqual([quick.code, quick.events.map(({ event }) => event)], [0, ["requested", "result"]]);
    await until("the worker has done it", 60_000, () => ledger.runs.findOne({ status: "complete" }));
    const proof = await world.command("proof", "--streams", "items", "--json");
    assert.equal(proof.code, 0, proof.out);
    assert.ok(!proof.events.some(({ event }) => event === "working"), proof.out);
    const result = proof.events.at(-1)!.run as { kind: string; streams: string[] };
    assert.deepEqual([result.kind, result.streams], ["proof", ["items"]]);
  } finally {
    await worker.kill("SIGTERM");
  }
});

Deno.test("Ctrl-C leaves the run in the ledger, whole: the next command goes on with it", async () => {
  await using world = await startWorld(0.05);
  const ledger = ledgerOf(world.store);
  world.netsuite.faults.set({ latencyMs: 400 }); // there must be time to interfere
  const first = startCommand(["full", "--work", "--json"], world.env);
  await until(
    "something is written",
    60_000,
    () => ledger.chunks.findOne({ kind: "read", "counts.written": { $gt: 0 } }),
  );
  first.child.kill("SIGINT");
  const stopped = await first.ended;
  assert.deepEqual([stopped.code, stopped.events.at(-1)!.exitCode], [130, 130], stopped.out + stopped.err);
  world.netsuite.faults.set({ latencyMs: 0 });
  const left = await ledger.runs.findOne({});
  assert.equal(left!.endedAt, null, "the run is not over");
  assert.equal(await ledger.chunks.countDocuments({ lease: { $ne: null } }), 0, "nothing is held any more");
  const worker = await startProcess({ ...world.env, TIDEMARK_ROLE: "worker" });
  await until("the run is complete", 120_000, () => ledger.runs.findOne({ _id: left!._id, status: "complete" }));
  await worker.kill("SIGTERM");
  await assertLevel(world.store, tablesOf(world.netsuite));
});

Deno.test("Ctrl-C ends a command that waits for NetSuite at once", async () => {
  await using world = await startWorld();
  world.netsuite.faults.set({ latencyMs: 600_000 });
  const check = startCommand(["check", "--json"], world.env);
  await until(
    "NetSuite is asked",
    30_000,
    () => Promise.resolve(world.netsuite.requests.highestAtOnce > 0 ? true : null),
  );
  check.child.kill("SIGINT");
  const { code, events } = await check.ended;
  assert.deepEqual([code, events], [130, [{ event: "result", exitCode: 130 }]]);
});

Deno.test("A run is paused, resumed and cancelled from other commands; a second signal cancels too", async () => {
  await using world = await startWorld(0.05);
  const { command, store } = world;
  const ledger = ledgerOf(store);
  assert.equal((await command("pause", "--json")).code, 2, "there is nothing to pause");
  const { faults } = world.netsuite;
  const beginning = async () => {
    faults.set({ latencyMs: 400 }); // there must be time to interfere
    await store.collection("items").deleteMany({}); // so that there is something to write
    const started = startCommand(["full", "--work", "--json"], world.env);
    const { runId } = await until(
      "something is written",
      60_000,
      () =>
        ledger.chunks.findOne({ status: { $in: ["working", "waiting"] }, kind: "read", "counts.written": { $gt: 0 } }),
    );
    return { started, runId };
  };
  const first = await beginning();
  const paused = await command("pause", "--json");
  assert.deepEqual(
    [paused.code, (paused.events.at(-1)!.run as RunView).status],
    [0, "paused"],
    paused.out + paused.err,
  );
  const followed = await first.started.ended;
  assert.deepEqual([followed.code, (followed.events.at(-1)!.run as RunView).status], [4, "paused"]);
  const asked = await command("cancel", `${first.runId}`);
  assert.deepEqual([asked.code, asked.err.trim()], [2, "cancel needs --yes where nobody can be asked"]);
  faults.set({ latencyMs: 0 });
  const resumed = await command("resume", `${first.runId}`, "--work", "--json");
  assert.deepEqual(
    [resumed.code, (resumed.events.at(-1)!.run as RunView).status],
    [0, "complete"],
    resumed.out + resumed.err,
  );
  await assertLevel(store, tablesOf(world.netsuite));
  assert.equal((await command("cancel", `${first.runId}`, "--yes")).code, 2, "it is over");

  const second = await beginning();
  const cancelled = await command("cancel", "--yes", "--json");
  const ended = cancelled.events.at(-1)!.run as RunView;
  assert.deepEqual(
    [cancelled.code, ended.id, ended.status],
    [0, second.runId, "cancelled"],
    cancelled.out + cancelled.err,
  );
  assert.equal((await second.started.ended).code, 4);

  const third = await beginning();
  third.started.child.kill("SIGINT");
  third.started.child.kill("SIGTERM"); // two of one kind may reach a process as one
  const broken = await third.started.ended;
  assert.deepEqual(
    [broken.code, (broken.events.at(-1)!.run as RunView).status],
    [130, "cancelled"],
    broken.out + broken.err,
  );
  assert.equal((await ledger.runs.findOne({ _id: third.runId }))!.status, "cancelled");
});

Deno.test("A dry run writes nothing; a backfill reads a range of dates", async () => {
  await using world = await startWorld();
  const { command, store } = world;
  const dry = await command("full", "--dry-run", "--work", "--json", "--stream", "items,customers");
  const run = dry.events.at(-1)!.run as RunView;
  assert.deepEqual([dry.code, run.isDryRun, run.written > 0], [0, true, true], dry.out + dry.err);
  assert.deepEqual([
    await store.collection("items").countDocuments(),
    await store.collection("sync_state").countDocuments(),
  ], [0, 0]);
  for (
    const [args, says] of [
      [["backfill"], /backfill takes a range/],
      [["backfill", "--from", "2026-02-30", "--to", "2026-03-01"], /"2026-02-30" is no date/],
      [["backfill", "--from", "2026-03-02", "--to", "2026-03-01"], /before it begins/],
      [["full", "--from", "2026-03-02"], /full knows no --from/],
    ] as const
  ) {
    const { code, err } = await command(...args);
    assert.deepEqual([code, says.test(err)], [2, true], `${args.join(" ")}: ${err}`);
  }
  const filled = await command(
    "backfill",
    "--stream",
    "transactions",
    "--from",
    "2000-01-01",
    "--to",
    "2099-12-31",
    "--work",
    "--json",
  );
  assert.equal(filled.code, 0, filled.out + filled.err);
  const [counted] = world.netsuite.db.prepare('SELECT COUNT(*) AS n FROM "transaction"').all() as { n: number }[];
  assert.equal(await store.collection("transactions").countDocuments(), counted!.n);
});

Deno.test("Tasks with narrow permissions never ask for more: a question would stop them on a terminal", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("../deno.json", import.meta.url)));
  for (const name of ["app", "sync", "audit"]) assert.match(tasks[name].command, / --no-prompt /, name);
});

Deno.test("Wrong commands end with 2, an unreachable MongoDB or NetSuite with 5, and say why", async () => {
  await using world = await startWorld();
  const { env } = world;
  const wrong: [string[], Record<string, string>, number, RegExp][] = [
    [[], {}, 2, /^$/],
    [["fulll"], {}, 2, /There is no command "fulll"; did you mean full\?/],
    [["full", "--steam", "items"], {}, 2, /full knows no --steam; did you mean --stream\?/],
    [["full", "--stream", "itms"], {}, 2, /There is no stream "itms": the streams are/],
    [["replay"], {}, 2, /replay takes one of/],
    [["status"], { MONGODB_URI: "http://x" }, 2, /MONGODB_URI must begin with mongodb/],
    [
      ["status"],
      { MONGODB_URI: "mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=500" },
      5,
      /Cannot reach MongoDB at 127\.0\.0\.1:1/,
    ],
    [["check"], { NETSUITE_BASE_URL: "http://127.0.0.1:9", NETSUITE_RETRY_SECONDS: "0" }, 5, /^$/],
    [["incremental", "--work"], { NETSUITE_CONSUMER_SECRET: "c0ffee".repeat(10) }, 5, /refused our sign-in/],
  ];
  const done = await Promise.all(wrong.map(([args, more]) => startCommand(args, { ...env, ...more }).ended));
  for (const [n, [args, , code, says]] of wrong.entries()) {
    const { code: is, err, out } = done[n]!;
    assert.ok(!`${err}${out}`.includes("c0ffee"), "a secret is told");
    assert.deepEqual([is, says.test(err)], [code, true], `${args.join(" ")} → ${is}\n${err}${out}`);
  }
  const json = await startCommand(["full", "--stream", "itms", "--json"], env).ended;
  assert.deepEqual([json.code, json.err, (json.events.at(-1)!.error as { code: string }).code], [
    2,
    "",
    "unknown_stream",
  ]);
  for (const args of [["--help"], ["full", "--help"]]) {
    const help = await startCommand(args, {}).ended;
    assert.deepEqual([help.code, /deno task sync/.test(help.out), help.err], [0, true, ""]);
  }
});
