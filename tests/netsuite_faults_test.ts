import assert from "node:assert/strict";
import { exportPKCS8, exportSPKI, generateKeyPair } from "jose";
import { readConfig } from "../lib/config.ts";
import { AppError } from "../lib/errors.ts";
import { openNetSuite } from "../lib/sources/netsuite/client.ts";
import { freshGaps } from "../lib/sources/netsuite/gaps.ts";
import { seeded } from "../lib/sources/netsuite/governor_simulation.ts";
import { bucketSums, recordSums } from "../lib/sources/netsuite/proof.ts";
import { type Reader } from "../lib/sources/netsuite/ask.ts";
import { readPage } from "../lib/sources/netsuite/read.ts";
import { countOf, deletedIn, existing, extentOf, histogramOf } from "../lib/sources/netsuite/survey.ts";
import { probe } from "../lib/sources/netsuite/probe.ts";
import type { Stream } from "../lib/streams/define.ts";
import { streamNamed } from "../lib/streams/registry.ts";
import { FAULT_NAMES, type FaultSettings } from "../standins/netsuite/faults.ts";
import { type NetSuiteStandIn, startNetSuite } from "../standins/netsuite/server.ts";
import { testConfig } from "./support/engine.ts";
import { testSeed } from "./support/seed.ts";

const START = new Date("2026-11-24T10:00:00Z"), LONG_AGO = new Date("2000-01-01T00:00:00Z");
const TIMEOUT_MS = 150;

/** Time for client and account alike: waiting moves it on and takes none. */
function quickTime() {
  let aheadMs = 0;
  const began = performance.now();
  return {
    now: () => new Date(+START + (performance.now() - began) + aheadMs),
    wait: (ms: number) => {
      aheadMs += ms;
      return new Promise<void>((done) => setTimeout(done, 0));
    },
  };
}

type Time = ReturnType<typeof quickTime>;

async function startAccount(time: Time): Promise<NetSuiteStandIn> {
  const account = await startNetSuite({ share: 0.004, seed: 5, now: time.now });
  const deleted = account.db.prepare(
    "INSERT INTO deletedrecord (recordid, recordtypeid, type, name, deleteddate) VALUES (?, -2, 'Customer', 'x', '2026-11-01 10:00:00')",
  );
  for (let id = 900_001; id <= 900_020; id++) deleted.run(id);
  return account;
}

function readerOf(account: NetSuiteStandIn, time: Time, seed: number): Reader {
  const config = { ...testConfig("mongodb://127.0.0.1:1", account).netsuite, timeoutMs: TIMEOUT_MS };
  return {
    netsuite: openNetSuite(config, { clock: { now: time.now }, wait: time.wait, random: seeded(seed) }),
    gaps: freshGaps(),
    meter: { requests: 0, throttled: 0 },
    now: time.now,
    wait: time.wait,
  };
}

const small = (name: string, pageRows: number): Stream => ({ ...streamNamed(name), pageRows });
const STREAMS = [
  small("customers", 150),
  small("transactions", 80),
  small("inventory", 400),
  small("departments", 1000),
];

/** Everything that a sync asks, as plain values: what may not come out wrong under any fault. */
async function readEverything(reader: Reader): Promise<unknown> {
  const read: Record<string, unknown> = {};
  for (const stream of STREAMS) {
    const rows: unknown[] = [];
    let after: string[] | null = null;
    do {
      const page = await readPage(reader, stream, {
        window: { from: LONG_AGO, to: null },
        after,
        above: null,
        upTo: null,
      });
      for (const { raw, children } of page.rows) rows.push([{ ...raw }, children.map((child) => ({ ...child }))]);
      after = page.next;
    } while (after);
    read[stream.name] = rows;
    const all = { from: null, to: null };
    read[`${stream.name} extent`] = await extentOf(reader, stream, all);
    read[`${stream.name} count`] = await countOf(reader, stream, LONG_AGO);
  }
  const customers = STREAMS[0]!;
  for (const stream of [customers, STREAMS[1]!]) {
    read[`${stream.name} sums`] = [...await bucketSums(reader, stream, 50_000_000)];
    read[`${stream.name} records`] = [...await recordSums(reader, stream, 0, 1e15)];
  }
  read.histogram = await histogramOf(reader, customers, { from: null, to: null }, 50);
  const ids = (read.customers as [Record<string, string>, unknown][]).slice(0, 60).map(([row]) => row.tm_key0!);
  read.existing = [...await existing(reader, customers, [...ids, "999999998", "999999999"])].sort();
  read.gone = [...await existing(reader, customers, ["999999999"])];
  const moving = [customers, STREAMS[1]!].map((stream) => ({ stream, from: LONG_AGO }));
  const moved = await probe(reader, { moving, whole: [], deletedSince: LONG_AGO });
  read.moved = [...moved.changed, moved.deleted];
  const deleted = [];
  for await (const page of deletedIn(reader, { from: LONG_AGO, to: new Date("2100-01-01T00:00:00Z") })) {
    deleted.push(...page);
  }
  read.deleted = deleted;
  return read;
}

/** What comes under these switches: everything as it is, or the error's code. */
async function outcome(
  account: NetSuiteStandIn,
  time: Time,
  seed: number,
): Promise<{ read: unknown } | { code: string; error: unknown }> {
  const reader = readerOf(account, time, seed);
  try {
    return { read: await readEverything(reader) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error; // a bug is never the right answer
    const shown = Deno.inspect(error, { depth: 20 }) + JSON.stringify(error);
    for (const [name, value] of Object.entries(account.settings)) {
      if (/SECRET|KEY|TOKEN/.test(name)) assert.ok(!shown.includes(value), `${name} stands in ${error.code}`);
    }
    assert.ok(!/oauth_(signature|nonce)|Authorization/.test(shown), `a signature stands in ${error.code}`);
    return { code: error.code, error };
  }
}

Deno.test("Without a fault, everything that is read is what the tables hold", async () => {
  const time = quickTime();
  await using stop = new AsyncDisposableStack();
  const account = await startAccount(time);
  stop.defer(() => account.close());
  const result = await outcome(account, time, 1);
  assert.ok("read" in result, String(Reflect.get(result, "error")));
  const read = result.read as Record<string, [Record<string, string>, Record<string, string>[]][]>;
  const ids = (table: string) =>
    account.db.prepare(`SELECT id FROM "${table}" ORDER BY id`).all().map(({ id }) => String(id));
  assert.deepEqual(read.customers!.map(([row]) => row.tm_key0), ids("customer"));
  assert.deepEqual(read.transactions!.map(([row]) => row.tm_key0), ids("transaction"));
  const lines = account.db.prepare("SELECT uniquekey AS id FROM transactionline ORDER BY uniquekey").all();
  const linesRead = read.transactions!.flatMap(([, children]) => children.map((line) => Number(line.tm_key0)));
  assert.deepEqual(linesRead.sort((a, b) => a - b), lines.map(({ id }) => Number(id)));
  assert.ok(
    lines.length > 1000 && read.customers!.length > 60,
    `${lines.length} lines, ${read.customers!.length} customers`,
  );
});

/** A fault alone, and what may come of it: everything right (`well`), or these codes. */
const ALONE: [name: string, faults: FaultSettings, expected: string[]][] = [
  ["three sign-ins refused while others went well", { unauthorized: { next: 1 } }, ["well"]],
  ["a tenth of the sign-ins refused under load", { unauthorized: { share: 0.1 } }, ["well", "upstream_login"]],
  ["a burst of refusals", { throttle: { next: 12 } }, ["well"]],
  ["a third throttled", { throttle: { share: 0.33 } }, ["well"]],
  ["all throttled", { throttle: { share: 1 } }, ["upstream_throttled"]],
  ["no slot free", { slotsTaken: 5 }, ["upstream_throttled"]],
  ["one slot", { slots: 1 }, ["well"]],
  ["errors 500 now and then", { error: { share: 0.2 } }, ["well"]],
  ["errors 500 always", { error: { share: 1 } }, ["upstream_error"]],
  ["a gateway that answers HTML", { gateway: { share: 0.3 } }, ["well"]],
  ["nothing but the gateway", { gateway: { share: 1 } }, ["upstream_busy"]],
  ["cut JSON", { truncate: { share: 0.2, how: "json" } }, ["well"]],
  ["broken connections", { truncate: { share: 0.2, how: "connection" } }, ["well"]],
  ["nothing but cut JSON", { truncate: { share: 1, how: "json" } }, ["upstream_broken"]],
  ["slow answers, past the time-out", { slow: { next: 4, ms: 400 } }, ["well"]],
  ["searches that ran out of time and say so by nothing", { empty: { share: 0.15 } }, ["well"]],
  ["nothing but empty answers", { empty: { share: 1 } }, ["upstream_broken"]],
  ["all tokens revoked", { revoked: true }, ["upstream_login"]],
  ["a clock six minutes ahead", { clockSkewSeconds: 360 }, ["upstream_clock"]],
  ["a clock six minutes behind", { clockSkewSeconds: -360 }, ["upstream_clock"]],
  ["limits that may not be read", { governanceVisible: false }, ["well"]],
  ["another zone", { timeZone: "Europe/Berlin" }, ["well"]],
  ["another date format", { datePreference: "DD.MM.YYYY" }, ["well"]],
  ["counts that are off", { totalDrift: { share: 0.5, by: 7 } }, ["well"]],
  ["counts that are off the other way", { totalDrift: { share: 0.5, by: -7 } }, ["well"]],
  ["an account that locks after two refusals in a row", { lockAfter: 2, unauthorized: { next: 1 } }, ["well"]],
  ["a first sign-in that is refused twice", { lockAfter: 3, unauthorized: { next: 2 } }, ["upstream_login"]],
  ["slots of its own", { integrationSlots: 2 }, ["well"]],
  ["an account that takes its time", { latencyMs: 2 }, ["well"]],
  ["an account that now and then takes long", { latency: { medianMs: 1, p95Ms: 12 } }, ["well"]],
  ["sign-ins refused while many requests run", { unauthorizedWhenBusy: 3 }, ["well", "upstream_login"]],
];

Deno.test("Each fault alone: everything is right, or the right error comes; never a short answer", async (t) => {
  const time = quickTime();
  await using stop = new AsyncDisposableStack();
  const account = await startAccount(time);
  stop.defer(() => account.close());
  const right = await outcome(account, time, 1);
  assert.ok("read" in right);
  for (const [name, faults, expected] of ALONE) {
    await t.step(name, async () => {
      account.faults.clear();
      account.faults.set({ seed: 11, ...faults });
      const result = await outcome(account, time, 2);
      if ("read" in result) assert.deepEqual(result.read, right.read);
      const came = "read" in result ? "well" : result.code;
      assert.ok(expected.includes(came), `${came}: ${String(Reflect.get(result, "error") ?? "")}`);
    });
  }
});

/** Faults that change what there is to be read, so that it is not compared with what was read before, and those of writing. */
const ELSEWHERE: Record<string, string> = {
  betweenPages: "below: rows change and vanish between two pages",
  lateCommitSeconds: "below: changes that are stamped now and seen later",
  idsAbove: "below: ids beyond 31 bits",
  tokenSeconds: "below: access tokens that end in the middle",
  certificatesExpired: "below: access tokens that end in the middle",
  missing: "netsuite_gaps_test",
  features: "netsuite_gaps_test",
  badColumns: "netsuite_gaps_test",
  role: "netsuite_check_test",
  hiddenTypes: "sync_faults_test",
  accountingBooks: "sync_faults_test",
  asyncMs: "record_test: jobs that wait",
  locked: "record_test: records that a workflow holds",
  recordChanged: "record_test: somebody else was faster",
  seed: "the draws of all others",
};

Deno.test("Every switch of the stand-in has its test", async () => {
  const alone = new Set(ALONE.flatMap(([, faults]) => Object.keys(faults)));
  assert.deepEqual([...alone, ...Object.keys(ELSEWHERE)].sort(), [...FAULT_NAMES].sort());
  for (const [name, place] of Object.entries(ELSEWHERE)) {
    const file = /^\w+_test/.exec(place)?.[0];
    if (!file || name === "seed") continue;
    const path = { record_test: "../standins/netsuite/record_test", sync_faults_test: "./support/faulty_sync" }[file];
    const text = await Deno.readTextFile(new URL(`${path ?? `./${file}`}.ts`, import.meta.url));
    assert.ok(text.includes(name), `${file} says nothing of ${name}`);
  }
});

Deno.test("Rows that change and vanish between two pages: each row that stays is read once, in order", async () => {
  const time = quickTime();
  await using stop = new AsyncDisposableStack();
  const account = await startAccount(time);
  stop.defer(() => account.close());
  const ids = () => account.db.prepare('SELECT id FROM "transaction" ORDER BY id').all().map(({ id }) => String(id));
  const before = ids();
  account.faults.set({ seed: 3, betweenPages: { share: 0.7, changes: 15, deletions: 4 } });
  const reader = readerOf(account, time, 3), read: string[] = [];
  for (let after: string[] | null = null;;) {
    const page = await readPage(reader, small("transactions", 40), {
      window: { from: null, to: null },
      after,
      above: null,
      upTo: null,
    });
    for (const { raw, children } of page.rows) {
      read.push(raw.tm_key0!);
      const lines = children.map((line) => line.tm_key0);
      assert.equal(new Set(lines).size, lines.length, `lines of ${raw.tm_key0} come twice`);
    }
    if (!page.next) break;
    after = page.next;
  }
  assert.ok((account.faults.struck.betweenPages ?? 0) > 2);
  assert.deepEqual(read, [...read].sort((a, b) => Number(a) - Number(b)));
  assert.equal(new Set(read).size, read.length, "a row came twice");
  const still = new Set(ids()), have = new Set(read);
  assert.ok(before.length - before.filter((id) => still.has(id)).length > 0, "none of them vanished");
  assert.deepEqual(
    before.filter((id) => still.has(id) && !have.has(id)),
    [],
    "a row that was there all along is missing",
  );
});

Deno.test("Changes that are seen later than they are stamped: what is read is whole, before and after", async () => {
  const time = quickTime();
  await using stop = new AsyncDisposableStack();
  const account = await startAccount(time);
  stop.defer(() => account.close());
  const right = await outcome(account, time, 4);
  account.faults.set({ lateCommitSeconds: 30 });
  const { visibleAt } = account.account.change({ count: 40, seed: 8 });
  assert.ok(visibleAt);
  assert.deepEqual(await outcome(account, time, 4), right, "nothing of it is seen yet");
  await time.wait(31_000);
  const later = await outcome(account, time, 4);
  assert.ok("read" in later && "read" in right);
  assert.notDeepEqual(later.read, right.read);
  const rows = later.read as Record<string, [Record<string, string>, unknown][]>;
  const stamped = account.db.prepare("SELECT id FROM customer ORDER BY id").all().map(({ id }) => String(id));
  assert.deepEqual(rows.customers!.map(([row]) => row.tm_key0), stamped);
});

Deno.test("Ids beyond 31 bits are read, paged and counted as any others", async () => {
  const time = quickTime();
  await using stop = new AsyncDisposableStack();
  const account = await startAccount(time);
  stop.defer(() => account.close());
  account.faults.set({ idsAbove: 4_611_686_018_427 });
  account.account.change({ count: 120, seed: 8 });
  const result = await outcome(account, time, 4);
  assert.ok("read" in result, String(Reflect.get(result, "error")));
  const rows = result.read as Record<string, [Record<string, string>, unknown][]>;
  const ids = account.db.prepare('SELECT id FROM "transaction" ORDER BY id').all().map(({ id }) => String(id));
  assert.ok(Number(ids.at(-1)) > 4_611_686_018_427);
  assert.deepEqual(rows.transactions!.map(([row]) => row.tm_key0), ids);
});

Deno.test("Access tokens that end in the middle: all is right; with certificates that have expired the sign-in is named", async () => {
  const time = quickTime();
  await using stop = new AsyncDisposableStack();
  const { privateKey, publicKey } = await generateKeyPair("PS256", { extractable: true });
  const account = await startNetSuite({
    share: 0.004,
    seed: 5,
    now: time.now,
    certificates: [{ id: "cert-1", publicKey: await exportSPKI(publicKey) }],
  });
  stop.defer(() => account.close());
  const { NETSUITE_BASE_URL, NETSUITE_ACCOUNT_ID, NETSUITE_CONSUMER_KEY } = account.settings;
  const config = readConfig({
    APP_SECRET: "for tests only, for tests only, for tests",
    MONGODB_URI: "mongodb://127.0.0.1:1",
    NETSUITE_BASE_URL,
    NETSUITE_ACCOUNT_ID,
    NETSUITE_CLIENT_ID: NETSUITE_CONSUMER_KEY!,
    NETSUITE_CERTIFICATE_ID: "cert-1",
    NETSUITE_PRIVATE_KEY: await exportPKCS8(privateKey),
  }).netsuite;
  const netsuite = openNetSuite({ ...config, timeoutMs: TIMEOUT_MS * 10 }, {
    clock: { now: time.now },
    wait: time.wait,
    random: seeded(1),
  });
  const reader: Reader = { ...readerOf(account, time, 1), netsuite };
  const right = await readEverything(reader);
  account.faults.set({ tokenSeconds: 5 });
  account.clientCredentials.revokeTokens();
  const asked = account.requests.byKind.token ?? 0;
  // a request takes a second of the account's time here: a token lasts for five of them
  const suiteql = netsuite.suiteql.bind(netsuite);
  reader.netsuite = {
    ...netsuite,
    suiteql: async (...question: Parameters<typeof suiteql>) => {
      await time.wait(1_000);
      return await suiteql(...question);
    },
  };
  assert.deepEqual(await readEverything(reader), right);
  assert.ok((account.requests.byKind.token ?? 0) - asked > 5, "tokens were renewed in the middle");
  account.faults.set({ certificatesExpired: true });
  await time.wait(10_000);
  await assert.rejects(readEverything(reader), (error) => error instanceof AppError && error.code === "upstream_login");
});

/** Draws a mixture of faults, with the codes that it may end in. */
function mixtureOf(seed: number): { faults: FaultSettings; allowed: Set<string> } {
  const random = seeded(seed), share = () => Math.round((0.02 + random() * 0.23) * 100) / 100;
  const draws: [FaultSettings, string[]][] = [
    [{ unauthorized: { share: share() / 2 } }, ["upstream_login", "upstream_busy"]],
    [{ throttle: { share: share() } }, ["upstream_throttled"]],
    [{ error: { share: share() } }, ["upstream_error"]],
    [{ gateway: { share: share() } }, ["upstream_busy"]],
    [{ truncate: { share: share(), how: random() < 0.5 ? "json" : "connection" } }, ["upstream_broken"]],
    [{ slow: { share: share() / 10, ms: 300 } }, ["upstream_timeout"]],
    [{ empty: { share: share() } }, ["upstream_broken"]],
    [{ slotsTaken: Math.floor(random() * 5) }, ["upstream_throttled"]],
    [{ totalDrift: { share: share(), by: Math.floor(random() * 20) - 10 } }, ["upstream_broken"]],
    [{ integrationSlots: 1 + Math.floor(random() * 3) }, ["upstream_throttled"]],
    [{ unauthorizedWhenBusy: 4 }, ["upstream_login"]],
    [{ timeZone: ["Asia/Tokyo", "America/New_York", "Australia/Lord_Howe"][Math.floor(random() * 3)]! }, []],
    [{ datePreference: ["DD/MM/YYYY", "YYYY-MM-DD", "FMDD.MM.YYYY"][Math.floor(random() * 3)]! }, []],
  ];
  const picked = draws.sort(() => random() - 0.5).slice(0, 2 + Math.floor(random() * 4));
  return {
    faults: Object.assign({ seed }, ...picked.map(([fault]) => fault)),
    allowed: new Set(picked.flatMap(([, codes]) => codes)),
  };
}

Deno.test("200 seeded mixtures of faults: everything is right, or an error that one of them explains", async () => {
  const time = quickTime();
  await using stop = new AsyncDisposableStack();
  const account = await startAccount(time);
  stop.defer(() => account.close());
  const right = await outcome(account, time, 1);
  assert.ok("read" in right);
  const came = new Map<string, number>();
  const first = testSeed(1);
  for (let seed = first; seed < first + 200; seed++) {
    const { faults, allowed } = mixtureOf(seed);
    account.faults.clear();
    account.faults.set(faults);
    const result = await outcome(account, time, seed);
    if ("read" in result) assert.deepEqual(result.read, right.read, `seed ${seed}: ${JSON.stringify(faults)}`);
    else {assert.ok(
        allowed.has(result.code),
        `seed ${seed}: ${result.code} under ${JSON.stringify(faults)}: ${result.error}`,
      );}
    const name = "read" in result ? "all right" : result.code;
    came.set(name, (came.get(name) ?? 0) + 1);
  }
  console.log(`seeds ${first} to ${first + 199}: ${[...came].map(([name, times]) => `${times} ${name}`).join(", ")}`);
  assert.ok((came.get("all right") ?? 0) > 100, "most mixtures can be lived through");
});
