import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { TABLES } from "../schema.ts";
import { openArchive } from "./archive.ts";
import { brokenPromises } from "./invariants.ts";
import { loadCompany } from "./mod.ts";
import { toCents } from "./money.ts";

const NOW = new Date("2026-11-24T06:00:00Z");

function load(options: { share?: number; seed?: number; now?: Date; pipeline?: boolean } = {}): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  loadCompany(db, { now: NOW, ...options });
  return db;
}

/**
 * Processor time of a whole load, in milliseconds. In a process of its own, since other tests may run in this one; and not
 * the wall clock, which would measure what else this machine is doing.
 */
async function workOfLoad(): Promise<number> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      `import { cpuUsage } from "node:process";
      import { DatabaseSync } from "node:sqlite";
      import { loadCompany } from "${import.meta.resolve("./mod.ts")}";
      const began = cpuUsage();
      loadCompany(new DatabaseSync(":memory:"), { now: new Date(${+NOW}) });
      const { user, system } = cpuUsage(began);
      console.log((user + system) / 1000);`,
    ],
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return Math.round(Number(new TextDecoder().decode(stdout)));
}

function number(db: DatabaseSync, query: string): number {
  return Number(Object.values(db.prepare(query).get()!)[0]);
}

/** A digest of every row of every table, in key order. */
function digest(db: DatabaseSync): string {
  const hash = createHash("sha256");
  for (const [name, table] of Object.entries(TABLES)) {
    if (table.view) continue;
    const order = table.key.map((column) => `"${column}"`).join(", ");
    for (const row of db.prepare(`SELECT * FROM "${name}" ORDER BY ${order}`).iterate()) {
      hash.update(JSON.stringify(row));
    }
  }
  return hash.digest("hex");
}

Deno.test("loadCompany loads the whole company, and keeps every promise", async (t) => {
  const tookMs = await workOfLoad();
  const db = load();
  await t.step("within eight seconds of work", () => assert.ok(tookMs < 8_000, `took ${tookMs} ms`));
  await t.step("no promise is broken", () => assert.deepEqual(brokenPromises(db, NOW), []));
  await t.step("the volume is as planned", () => {
    const lines = number(
      db,
      `SELECT COUNT(*) FROM "transactionline" l JOIN "transaction" t ON t.id = l."transaction"
      WHERE t.type = 'SalesOrd' AND l.mainline = 'F' AND l.taxline = 'F' AND l.itemtype NOT IN ('ShipItem', 'Discount')`,
    );
    assert.equal(lines, 53_263 + 28_784 + 6_682);
    assert.ok(number(db, 'SELECT COUNT(*) FROM "transactionline"') < 350_000);
    assert.ok(number(db, 'SELECT COUNT(*) FROM "nexttransactionlinelink"') < 190_000);
    assert.equal(number(db, `SELECT COUNT(*) FROM "transaction" WHERE type = 'PurchOrd'`), 3_600);
  });
  await t.step("each channel's newest order is of yesterday, and three years lie behind", () => {
    const rows = db.prepare(
      `SELECT l.department, MAX(t.trandate) AS newest, MIN(t.trandate) AS oldest FROM "transaction" t
      JOIN "transactionline" l ON l."transaction" = t.id AND l.mainline = 'T' WHERE t.type IN ('SalesOrd', 'PurchOrd')
      GROUP BY l.department`,
    ).all();
    assert.deepEqual(rows.map((row) => [row.department, row.newest]), [2, 3, 4, 6].map((id) => [id, "2026-11-23"]));
    assert.ok(rows.some((row) => String(row.oldest) < "2023-12-10"));
  });
  await t.step("wholesale revenue in dollars is the source's", () => {
    const { rows, at } = openArchive()("reseller_order");
    const total = rows.filter((row) => row[at("CustomerID_FK")] === "721").reduce(
      (sum, row) => sum + toCents(Number(row[at("TaxAmt")])),
      0,
    );
    const stored = number(
      db,
      `SELECT TOTAL(t.taxtotal) FROM "transaction" t WHERE t.type = 'SalesOrd' AND t.entity =
      (SELECT entity FROM "transaction" WHERE externalid = 'WHS-43660')`,
    );
    assert.equal(toCents(stored), total);
  });
  await t.step("there are three subsidiaries, five currencies in use, and the first is the largest", () => {
    const rows = db.prepare(`SELECT l.subsidiary, COUNT(*) AS n FROM "transaction" t JOIN "transactionline" l
      ON l."transaction" = t.id AND l.mainline = 'T' WHERE t.type = 'SalesOrd' GROUP BY 1 ORDER BY 2 DESC`).all();
    assert.deepEqual(rows.map((row) => row.subsidiary), [1, 2, 3]);
    assert.equal(number(db, `SELECT COUNT(DISTINCT currency) FROM "transaction"`), 5);
  });
  await t.step("every stage of an order's life exists", () => {
    const letters = db.prepare(`SELECT DISTINCT status FROM "transaction" WHERE type = 'SalesOrd' ORDER BY 1`).all();
    assert.equal(letters.map((row) => row.status).join(""), "ABCDEFGH");
    assert.ok(number(db, `SELECT COUNT(*) FROM "transaction" WHERE voided = 'T'`) >= 3);
    assert.equal(number(db, 'SELECT COUNT(*) FROM "deletedrecord"'), 52);
  });
  await t.step("thousands of rows share one second, as after a file import", () => {
    for (const table of ["transaction", "item"]) {
      const most = number(db, `SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM "${table}" GROUP BY lastmodifieddate)`);
      assert.ok(most > 1_000, `${table}: ${most}`);
    }
  });
  await t.step("hard texts are there, and item types of many kinds", () => {
    const has = (pattern: string) => number(db, `SELECT COUNT(*) FROM "transaction" WHERE memo GLOB '${pattern}'`) > 0;
    assert.ok(has("*\n*") && has("*🚲*") && has("*ש*") && has("=*") && has("*''*") && has('*"*'));
    assert.ok(number(db, 'SELECT COUNT(DISTINCT itemtype) FROM "item"') >= 12);
  });
  await t.step("the cost pairs of one warehouse are marked", () => {
    assert.ok(number(db, `SELECT COUNT(*) FROM "transactionline" WHERE iscogs = 'T' AND netamount > 0`) > 1_000);
  });
  db.close();
});

Deno.test("loadCompany gives the same rows for the same seed, share and day, and others for another seed", () => {
  const options = { share: 0.02, seed: 7 };
  const [first, again, other] = [load(options), load(options), load({ ...options, seed: 8 })];
  assert.equal(digest(first), digest(again));
  assert.notEqual(digest(first), digest(other));
  assert.deepEqual(brokenPromises(first, NOW), []);
  for (const db of [first, again, other]) db.close();
});

Deno.test("loadCompany adds documents of other kinds, each made from what is there; opportunities and quotes on demand", () => {
  const db = load({ share: 0.1, pipeline: true });
  assert.deepEqual(brokenPromises(db, NOW), []);
  const kinds = db.prepare(`SELECT DISTINCT type FROM "transaction"`).all().map((row) => row.type);
  for (
    const type of "Opprtnty Estimate CustPymt RtnAuth CustCred VendBill VendPymt InvAdjst InvTrnfr".split(" ")
  ) assert.ok(kinds.includes(type), type);
  assert.equal(number(load({ share: 0.1 }), `SELECT COUNT(*) FROM "transaction" WHERE type = 'Opprtnty'`), 0);
  const links = db.prepare(`SELECT DISTINCT previoustype || '>' || nexttype AS pair FROM nexttransactionlink`).all();
  for (
    const pair of [
      "Opprtnty>Estimate",
      "CustInvc>RtnAuth",
      "RtnAuth>CustCred",
      "PurchOrd>VendBill",
      "VendBill>VendPymt",
    ]
  ) {
    assert.ok(links.some((row) => row.pair === pair), pair);
  }
  db.close();
});

Deno.test("loadCompany keeps its promises at any hour and on any weekday", () => {
  for (const now of ["2026-02-28T00:00:10Z", "2027-01-01T23:59:59Z", "2028-03-01T12:00:00Z", "2026-12-06T07:30:00Z"]) {
    const db = load({ share: 0.03, seed: 3, now: new Date(now) });
    assert.deepEqual(brokenPromises(db, new Date(now)), [], now);
    const yesterday = new Date(+new Date(now) - 86_400_000).toISOString().slice(0, 10);
    const newest = `SELECT COUNT(*) FROM "transaction" WHERE type = 'SalesOrd' AND trandate = '${yesterday}'`;
    assert.ok(number(db, newest) >= 3, now);
    db.close();
  }
});

Deno.test("loadCompany refuses a share outside 0 to 1, and leaves nothing behind", () => {
  const db = new DatabaseSync(":memory:");
  assert.throws(() => loadCompany(db, { share: 0, now: NOW }), /share of 0/);
  assert.throws(() => loadCompany(db, { share: 2, now: NOW }), /share of 2/);
  assert.throws(() => loadCompany(db, { now: new Date(NaN) }), /not a valid date/);
  assert.equal(number(db, "SELECT COUNT(*) FROM sqlite_master"), 0);
  db.close();
});

Deno.test("brokenPromises notices a cent, a lost line, a stamp from the future and a wrong status", () => {
  const db = load({ share: 0.01 });
  const order = number(
    db,
    `SELECT MAX(t.id) FROM "transaction" t WHERE t.type = 'SalesOrd' AND t.status = 'G'
      AND (SELECT COUNT(*) FROM "transactionline" l WHERE l."transaction" = t.id AND l.quantityshiprecv > 0) > 2`,
  );
  db.exec(`UPDATE "transactionline" SET netamount = netamount + 0.01 WHERE "transaction" = ${order} AND id = 1`);
  assert.match(brokenPromises(db, NOW).join("\n"), /balances to zero/);
  db.exec(`DELETE FROM "transactionline" WHERE "transaction" = ${order} AND id = 1`);
  assert.match(brokenPromises(db, NOW).join("\n"), /no link without both its lines/);
  db.exec(`UPDATE "customer" SET lastmodifieddate = '2026-11-24 06:00:01' WHERE id = (SELECT MIN(id) FROM "customer")`);
  assert.match(brokenPromises(db, NOW).join("\n"), /customer.lastmodifieddate is not after now: broken by 1/);
  db.exec(`UPDATE "transaction" SET status = 'B' WHERE id = ${order}`);
  assert.match(brokenPromises(db, NOW).join("\n"), /status of a sales order follows/);
  db.close();
});
