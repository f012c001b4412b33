import assert from "node:assert/strict";
import { systemClock } from "../lib/clock.ts";
import { openNetSuite } from "../lib/sources/netsuite/client.ts";
import { freshGaps } from "../lib/sources/netsuite/gaps.ts";
import { probe } from "../lib/sources/netsuite/probe.ts";
import { type Reader } from "../lib/sources/netsuite/ask.ts";
import { readPage } from "../lib/sources/netsuite/read.ts";
import { text } from "../lib/streams/column.ts";
import { stream } from "../lib/streams/define.ts";
import { streamNamed } from "../lib/streams/registry.ts";
import { Notices } from "../lib/sync/notices.ts";
import { startNetSuite } from "../standins/netsuite/server.ts";
import { nextSecond, startEngine, testConfig } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";

const everything = { window: { from: null, to: null }, after: null, above: null, upTo: null };

Deno.test("A column and a table that the account lacks are left out with a stored notice; the run goes on", async () => {
  await using engine = await startEngine();
  engine.netsuite.faults.set({ missing: ["customer.url", "subsidiary", "deletedrecord"] });
  const run = await engine.run("full");
  assert.deepEqual([run.status, run.error], ["complete", null]);
  const customers = await engine.store.collection<Record<string, unknown>>("customers").find().toArray();
  assert.ok(customers.length > 0 && customers.every((customer) => customer.url === null && customer.name));
  assert.equal(await engine.store.collection("subsidiaries").countDocuments(), 0);

  const notices = await engine.sync.notices();
  assert.deepEqual(notices.map(({ name, kind }) => [name, kind]), [
    ["deletedrecord", "table"],
    ["subsidiary", "table"],
    ["customer.url", "column"],
  ]);
  assert.match(notices[0]!.text, /deletes are found by full runs only/);
  assert.match(notices[0]!.advice, /Deleted Records \(Setup\)/);
  assert.match(notices[1]!.text, /subsidiaries are not read/);
  const status = await engine.sync.status();
  assert.equal(status.tide.state, "level", "what is not there to be read holds nothing up");

  await nextSecond();
  const again = await engine.run("incremental");
  assert.deepEqual([again.status, again.error], ["complete", null]);
});

Deno.test("What is there again is read again: after a check at once, and a full run fills in what was left out", async () => {
  await using engine = await startEngine();
  engine.netsuite.faults.set({ missing: ["customer.url", "subsidiary"] });
  await engine.run("full");
  engine.netsuite.faults.clear();
  const report = await engine.sync.check();
  assert.deepEqual(report.lines.filter((line) => line.state === "wrong"), []);
  assert.ok((await engine.sync.notices()).every(({ backAt }) => backAt !== null));
  assert.equal((await engine.run("full")).status, "complete");
  assert.deepEqual(await engine.sync.notices(), []);
  await assertLevel(engine.store, engine.read);
});

Deno.test("A gap is asked for again after a week, and only then", async () => {
  await using engine = await startEngine();
  let now = Date.now();
  const notices = new Notices(engine.store, { now: () => new Date(now) }, [streamNamed("customers")]);
  await (await notices.gaps()).add({ table: "customer", column: "url" }, "Unknown identifier 'url'");
  now += 6 * 86_400_000;
  assert.equal((await notices.gaps()).has("customer", "url"), true);
  await notices.confirm(["customer"]);
  assert.equal((await notices.list())[0]!.backAt, null);
  now += 2 * 86_400_000;
  assert.equal((await notices.gaps()).has("customer", "url"), false);
  await notices.confirm(["customer"]);
  assert.notEqual((await notices.list())[0]!.backAt, null);
});

Deno.test("A change time that is missing: the stream is read whole instead", async () => {
  await using engine = await startEngine();
  await engine.run("full");
  engine.netsuite.faults.set({ missing: ["department.lastmodifieddate"] });
  engine.netsuite.db.exec(`UPDATE department SET name = 'Renamed' WHERE id = (SELECT MIN(id) FROM department)`);
  await nextSecond();
  const run = await engine.run("incremental");
  assert.deepEqual([run.status, run.error], ["complete", null]);
  assert.equal(await engine.store.collection("departments").countDocuments({ name: "Renamed" }), 1);
  assert.deepEqual((await engine.sync.notices()).map(({ name }) => name), ["department.lastmodifieddate"]);
});

Deno.test("Change times and quantities that are missing do not make a full run incomplete", async () => {
  await using engine = await startEngine();
  engine.netsuite.faults.set({
    missing: ["department.lastmodifieddate", "aggregateitemlocation.quantityonorder", "transactionline.memo"],
  });
  const run = await engine.run("full");
  assert.deepEqual([run.status, run.error], ["complete", null]);
  assert.equal((await engine.sync.notices()).length, 3);
});

Deno.test("An account without subsidiaries and further currencies is read as what it is", async () => {
  await using engine = await startEngine();
  engine.netsuite.faults.set({ features: { subsidiaries: false, multiCurrency: false } });
  const run = await engine.run("full");
  assert.deepEqual([run.status, run.error], ["complete", null]);
  const order = await engine.store.collection<Record<string, unknown>>("transactions").findOne({ type: "SalesOrd" });
  assert.ok(order && Number(order.netMinor) > 0 && order.subsidiary === null && order.currency === null);
  assert.equal((await engine.sync.status()).tide.state, "level");
});

Deno.test("A column that ends in an error 500 is found by halving, and left out", async () => {
  await using stop = new AsyncDisposableStack();
  const netsuite = await startNetSuite({ share: 0.01 });
  stop.defer(() => netsuite.close());
  netsuite.faults.set({ badColumns: ["phone"] });
  const found: string[] = [];
  const reader: Reader = {
    netsuite: openNetSuite(testConfig("mongodb://127.0.0.1:1", netsuite).netsuite, {
      clock: systemClock,
      wait: () => new Promise((done) => setTimeout(done, 1)),
    }),
    gaps: freshGaps(({ table, column }) => found.push(`${table}.${column}`)),
    meter: { requests: 0, throttled: 0 },
    now: () => new Date(),
  };
  const page = await readPage(reader, streamNamed("customers"), everything);
  assert.deepEqual(found, ["customer.phone"]);
  assert.ok(page.rows.length > 100 && page.rows.every(({ raw }) => raw.phone === undefined && raw.entityid));
  console.log(`${reader.meter.requests} requests to find it`);
});

for (const missing of ["customer.url", "customer.lastmodifieddate", "currency"]) {
  Deno.test(`Two questions under way at once both find ${missing} missing, and both go on`, async () => {
    await using stop = new AsyncDisposableStack();
    const netsuite = await startNetSuite({ share: 0.01 });
    stop.defer(() => netsuite.close());
    netsuite.faults.set({ missing: [missing] });
    const client = openNetSuite(testConfig("mongodb://127.0.0.1:1", netsuite).netsuite);
    const found: string[] = [];
    const gaps = freshGaps(({ table, column }) => found.push(column ? `${table}.${column}` : table));
    // neither question is asked before both are made, so neither knows what the other will find
    const made = { questions: 0, both: Promise.withResolvers<void>() };
    const together: typeof client.suiteql = async (...question) => {
      if (++made.questions === 2) made.both.resolve();
      await made.both.promise;
      return await client.suiteql(...question);
    };
    const reader: Reader = {
      netsuite: { ...client, suiteql: together },
      gaps,
      meter: { requests: 0, throttled: 0 },
      now: () => new Date(),
    };
    const [one, other] = await Promise.all([1, 2].map(() => readPage(reader, streamNamed("customers"), everything)));
    assert.deepEqual(found, [missing]);
    assert.ok(one!.rows.length > 100);
    assert.deepEqual(other!.rows, one!.rows);
  });
}

Deno.test("A probe beside which another question finds what it lacks is asked again, and drops nothing else", async () => {
  await using stop = new AsyncDisposableStack();
  const netsuite = await startNetSuite({ share: 0.01 });
  stop.defer(() => netsuite.close());
  netsuite.faults.set({ missing: ["customer.lastmodifieddate"] });
  const client = openNetSuite(testConfig("mongodb://127.0.0.1:1", netsuite).netsuite);
  const found: string[] = [];
  const gaps = freshGaps(({ table, column }) => found.push(column ? `${table}.${column}` : table));
  const foundMeanwhile: typeof client.suiteql = async (...question) => {
    try {
      return await client.suiteql(...question);
    } catch (error) {
      if (found.length === 0) await gaps.add({ table: "customer", column: "lastmodifieddate" }, "found by another");
      throw error;
    }
  };
  const reader: Reader = {
    netsuite: { ...client, suiteql: foundMeanwhile },
    gaps,
    meter: { requests: 0, throttled: 0 },
    now: () => new Date(),
  };
  const from = new Date(0);
  const moving = ["customers", "items"].map((name) => ({ stream: streamNamed(name), from }));
  const moved = await probe(reader, { moving, whole: [], deletedSince: from });
  assert.deepEqual(found, ["customer.lastmodifieddate"]);
  assert.deepEqual([...moved.changed.keys()], ["items"]);
  assert.notEqual(moved.deleted, null);
});

Deno.test("A stream of more than 100 columns is asked in parts and joined by id, also when rows change in between", async () => {
  await using stop = new AsyncDisposableStack();
  const netsuite = await startNetSuite({ share: 0.01 });
  stop.defer(() => netsuite.close());
  const columns = Object.fromEntries(
    Array.from({ length: 230 }, (_, n) => {
      const source = n % 2 === 0 ? "entityid" : "email";
      return [`f${n}`, { ...text(source), alias: `c${n}` }];
    }),
  );
  const wide = stream({ name: "wide", table: "customer", columns, pageRows: 200 });
  const client = openNetSuite(testConfig("mongodb://127.0.0.1:1", netsuite).netsuite);
  let asked = 0;
  const meanwhile: typeof client.suiteql = async (...question) => {
    const page = await client.suiteql(...question);
    if (asked++ < 2) { // every row changes between the first part of a page and the second, twice
      netsuite.db.prepare("UPDATE customer SET entityid = entityid || ?, lastmodifieddate = ?")
        .run(`-${asked}`, `2026-11-24 10:00:0${asked}`);
    }
    return page;
  };
  const reader: Reader = {
    netsuite: Object.create(client, { suiteql: { value: meanwhile } }),
    gaps: freshGaps(),
    meter: { requests: 0, throttled: 0 },
    now: () => new Date(),
  };
  let after: string[] | null = null;
  const rows: Record<string, string | undefined>[] = [];
  do {
    const page = await readPage(reader, wide, { ...everything, after });
    rows.push(...page.rows.map(({ raw }) => raw));
    after = page.next;
  } while (after);
  const expected = netsuite.db.prepare("SELECT id, entityid, email FROM customer ORDER BY id").all();
  assert.equal(rows.length, expected.length);
  for (const [n, row] of rows.entries()) {
    const { id, entityid, email } = expected[n]!;
    assert.equal(row.tm_key0, String(id));
    for (let c = 0; c < 230; c++) assert.equal(row[`c${c}`], (c % 2 === 0 ? entityid : email) ?? undefined);
  }
});

Deno.test("An account that takes no parameters gets them written into the query", async () => {
  await using stop = new AsyncDisposableStack();
  const netsuite = await startNetSuite({ share: 0.01 });
  stop.defer(() => netsuite.close());
  let refused = 0;
  const front = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { q, params } = await request.json().catch(() => ({}));
    if (q === undefined) return Response.json({ serverTime: new Date().toISOString() });
    if (params) {
      refused++;
      const detail = "Invalid search query. Search error occurred: Invalid or unsupported search.";
      return Response.json({ status: 400, "o:errorDetails": [{ detail, "o:errorCode": "INVALID_PARAMETER" }] }, {
        status: 400,
      });
    }
    const page = netsuite.account.suiteql.run(q, [], Number(new URL(request.url).searchParams.get("limit")), 0);
    const { items, count, total } = page;
    return new Response(
      `{"items":[${items}],"count":${count},"hasMore":${count < total},"offset":0,"totalResults":${total}}`,
    );
  });
  stop.defer(() => front.shutdown());
  const config = testConfig("mongodb://127.0.0.1:1", netsuite, {
    NETSUITE_BASE_URL: `http://127.0.0.1:${front.addr.port}`,
  });
  const reader: Reader = {
    netsuite: openNetSuite(config.netsuite),
    gaps: freshGaps(),
    meter: { requests: 0, throttled: 0 },
    now: () => new Date(),
  };
  const from = new Date("2020-01-01T00:00:00Z"), to = new Date("2030-01-01T00:00:00Z");
  for (let n = 0; n < 3; n++) {
    const page = await readPage(reader, streamNamed("customers"), { ...everything, window: { from, to }, above: 0 });
    assert.ok(page.rows.length > 100);
  }
  assert.equal(refused, 1, "found out once");
});
