import assert from "node:assert/strict";
import { systemClock } from "../lib/clock.ts";
import { openNetSuite } from "../lib/sources/netsuite/client.ts";
import { freshGaps } from "../lib/sources/netsuite/gaps.ts";
import type { Reader } from "../lib/sources/netsuite/ask.ts";
import { allOf, discoverColumns } from "../lib/sync/columns.ts";
import { readDrift } from "../lib/sync/drift.ts";
import { makeSync } from "../lib/sync/mod.ts";
import { openQueue } from "../lib/sync/queue.ts";
import type { DriftView } from "../lib/sync/views.ts";
import { startApp } from "./support/app.ts";
import { nextSecond, runEnded, startEngine, type TestEngine } from "./support/engine.ts";
import { assertLevel } from "./support/equality.ts";
import { accessOf, signedInAs } from "./support/principals.ts";

const now = () => new Date().toISOString().slice(0, 19).replace("T", " ");
const short = ({ table, column, change }: DriftView) => `${table}.${column} ${change}`;

/** A second engine on the servers of the first. */
async function secondEngine({ config, store }: TestEngine): Promise<AsyncDisposable> {
  const queue = await openQueue(":memory:");
  const sync = makeSync({ config, store, netsuite: openNetSuite(config.netsuite), queue, clock: systemClock });
  sync.start();
  return {
    async [Symbol.asyncDispose]() {
      await sync.stop();
      await queue.close();
    },
  };
}

Deno.test("Two engines record each change of NetSuite's columns once, and the other columns go on", async (t) => {
  await using engine = await startEngine({ share: 0.01, env: { SYNC_COLUMNS_MINUTES: "0" } });
  await using _second = await secondEngine(engine);
  const { netsuite, store, sync } = engine;
  assert.equal((await engine.run("full", ["customers", "items"])).status, "complete");
  assert.deepEqual(await sync.drift({ limit: 500 }), [], "nothing has appeared: it is the first look");
  let seen = new Set<string>();
  /** Two runs side by side, each planned and worked by whoever takes it; and the changes that they brought. */
  const news = async (kind: "full" | "incremental" = "incremental") => {
    await nextSecond();
    const asked = await Promise.all(
      [["customers"], ["items"]].map((streams) => sync.requestRun({ kind, streams, requestedBy: "test" })),
    );
    for (const { id } of asked) {
      const run = await runEnded(sync, id);
      assert.deepEqual([run.status, run.error], ["complete", null]);
    }
    const drift = await sync.drift({ limit: 500 });
    const fresh = drift.filter(({ id }) => !seen.has(id));
    seen = new Set(drift.map(({ id }) => id));
    return fresh;
  };
  const grade = { table: "item", scriptid: "custitem_grade", name: "Grade", type: "s" } as const;
  const [first, second] = netsuite.db.prepare("SELECT id FROM customer ORDER BY id LIMIT 2").all()
    .map(({ id }) => Number(id));
  const customer = (id: number) =>
    store.collection<Record<string, unknown> & { _id: number }>("customers").findOne({ _id: id });

  await t.step("a field appears", async () => {
    netsuite.account.addCustomField({ ...grade, fieldvaluetype: "Free-Form Text" });
    assert.deepEqual((await news()).map(short), ["item.custitem_grade appeared"]);
    assert.deepEqual(await news(), [], "told once");
  });

  await t.step("a field changes its type", async () => {
    netsuite.db.exec(`UPDATE "customfield" SET fieldvaluetype = 'Integer Number' WHERE scriptid = 'custitem_grade'`);
    const [change, ...others] = await news();
    assert.deepEqual([change?.change, change?.before, change?.after], ["type_changed", "text", "integer"]);
    assert.deepEqual(others, []);
  });

  await t.step("a field vanishes and comes back", async () => {
    netsuite.db.exec(`UPDATE "customfield" SET scriptid = 'elsewhere_grade' WHERE scriptid = 'custitem_grade'`);
    assert.deepEqual((await news()).map(short), ["item.custitem_grade vanished"]);
    netsuite.db.exec(`UPDATE "customfield" SET scriptid = 'custitem_grade' WHERE scriptid = 'elsewhere_grade'`);
    assert.deepEqual((await news()).map(short), ["item.custitem_grade appeared"]);
  });

  await t.step("a declared column vanishes and comes back", async () => {
    netsuite.faults.set({ missing: ["customer.url"] });
    netsuite.db.prepare("UPDATE customer SET companyname = 'Renamed', lastmodifieddate = ? WHERE id = ?").run(
      now(),
      first!,
    );
    assert.deepEqual((await news()).map(short), ["customer.url vanished"]);
    assert.equal((await customer(first!))?.companyName, "Renamed");
    netsuite.faults.clear();
    await sync.check();
    assert.deepEqual((await news()).map(short), ["customer.url appeared"]);
    assert.deepEqual(await news("full"), []);
    await assertLevel(store, engine.read, ["customers", "items"]);
  });

  await t.step("values of a declared column no longer fit: told once a day, without the values", async () => {
    const spoil = (id: number) =>
      netsuite.db.prepare("UPDATE customer SET firstorderdate = 'a secret', lastmodifieddate = ? WHERE id = ?").run(
        now(),
        id,
      );
    netsuite.db.exec("ALTER TABLE customer RENAME COLUMN firstorderdate TO formerly");
    netsuite.db.exec("ALTER TABLE customer ADD COLUMN firstorderdate TEXT");
    spoil(first!);
    const [change, ...others] = await news();
    assert.deepEqual(others, []);
    assert.equal(short(change!), "customer.firstorderdate type_changed");
    assert.match(change!.text, /not a day as YYYY-MM-DD\. Their rows wait in quarantine/);
    assert.doesNotMatch(JSON.stringify(change), /a secret/);
    spoil(second!);
    netsuite.db.prepare("UPDATE item SET displayname = 'Renamed', lastmodifieddate = ?").run(now());
    const sameDay = (await news()).filter(({ at }) => at.slice(0, 10) === change!.at.slice(0, 10)); // midnight may pass
    assert.deepEqual(sameDay, []);
    assert.equal(await store.collection("quarantine").countDocuments({ stream: "customers" }), 2);
    assert.equal(await store.collection("items").countDocuments({ name: { $ne: "Renamed" } }), 0);
  });
});

Deno.test("Many looks at the catalogue at once note each field once, also when it went, came and changed", async () => {
  await using engine = await startEngine({ share: 0.01 });
  const { netsuite, store, config } = engine;
  const reader = (): Reader => ({
    netsuite: openNetSuite(config.netsuite),
    gaps: freshGaps(),
    meter: { requests: 0, throttled: 0 },
    now: () => new Date(),
  });
  const look = async (runId: number) => {
    const found = await Promise.all(
      [1, 2, 3].map(() => discoverColumns({ store, reader: reader(), run: { _id: runId, kind: "full" }, everyMs: 0 })),
    );
    return found.flat().length;
  };
  const told = () => readDrift(store, { limit: 500 });
  assert.equal(await look(1), 0, "the first look finds what was there before: nothing has appeared");
  assert.deepEqual(await told(), []);
  const known = [...(await allOf(store)).values()];
  assert.ok(known.some(({ state }) => state === "present"));
  assert.ok(known.some(({ isFilled }) => !isFilled), "values that are there are still to be read");
  const set = (what: string) => netsuite.db.exec(`UPDATE "customfield" SET ${what}`);
  set("fieldvaluetype = 'Free-Form Text' WHERE scriptid = 'custentity_reviewed_at'");
  assert.equal(await look(2), 1);
  set("scriptid = 'elsewhere' WHERE scriptid = 'custentity_reviewed_at'");
  assert.equal(await look(3), 1);
  set("scriptid = 'custentity_reviewed_at' WHERE scriptid = 'elsewhere'");
  assert.equal(await look(4), 1);
  assert.equal((await told()).length, 3);
  const { changes } = (await allOf(store)).get("customer.custentity_reviewed_at")!;
  assert.deepEqual(changes.map(({ kind }) => kind), ["type", "vanished", "appeared"]);

  // a process that died between noting and recording: the next look makes up for it
  await store.collection("sync_drift").deleteMany({});
  await store.collection("sync_columns").updateMany({}, { $unset: { recorded: 1 } });
  assert.equal(await look(5), 0);
  assert.equal((await told()).length, 3);
});

Deno.test("GET /api/v1/sync/drift and the page of changes show what changed, page by page", async () => {
  await using app = await startApp({ share: 0.01 });
  const { headers } = await signedInAs(await accessOf(app), "viewer");
  const at = Date.UTC(2026, 10, 24);
  await app.store.collection<{ _id: string }>("sync_drift").insertMany(Array.from({ length: 60 }, (_, n) => ({
    ...{ _id: `item.custitem_${n}/appeared/x`, table: "item", column: `custitem_${n}`, label: `Field ${n}` },
    ...{ change: "appeared", seenIn: "catalogue", before: null, after: "text", at: new Date(at + n) },
  })));
  const get = (path: string) => fetch(app.url + path, { headers });
  const list = async (query: string) => await (await get(`/api/v1/sync/drift${query}`)).json();
  const first = await list("?limit=40");
  assert.equal(first.changes.length, 40);
  assert.equal(first.changes[0].column, "custitem_59");
  const rest = await list(`?limit=40&before=${encodeURIComponent(first.next)}`);
  assert.equal(rest.changes.length, 20);
  assert.equal(rest.next, null);
  const refused = await get("/api/v1/sync/drift?before=nothing");
  assert.equal(refused.status, 400);
  assert.equal((await refused.json()).code, "unknown_change");

  const page = await (await get("/sync/changes")).text();
  assert.match(page, /Schema changes/);
  assert.match(page, /Field 59/);
  assert.doesNotMatch(page, /Field 9&quot;|Field 9"/);
  const older = /href="(\/sync\/changes\?before=[^"]+)"/.exec(page)![1]!.replaceAll("&amp;", "&");
  assert.match(await (await get(older)).text(), /Field 9&quot;|Field 9"/);
  const gone = await get("/sync/changes?before=nothing");
  assert.equal(gone.status, 404);
  await gone.body?.cancel();
});
