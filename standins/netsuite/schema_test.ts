import { strict as assert } from "node:assert";
import { DatabaseSync } from "node:sqlite";
import { createIndexes, createTables, TABLES } from "./schema.ts";

Deno.test("TABLES names only its own columns in keys and indexes, and none twice", () => {
  for (const [name, table] of Object.entries(TABLES)) {
    assert.equal(name, name.toLowerCase());
    for (const column of [...table.key, ...(table.indexes ?? []).flat()]) {
      assert.ok(table.columns[column], `${name} has no column ${column}`);
    }
    assert.ok(Object.keys(table.columns).length <= 100, `${name}: more than 100 columns cannot be selected at once`);
  }
});

Deno.test("createTables makes every table and view with exactly the columns of TABLES, in their order", () => {
  const db = new DatabaseSync(":memory:");
  createTables(db);
  createIndexes(db);
  for (const [name, table] of Object.entries(TABLES)) {
    const columns = db.prepare(`PRAGMA table_info("${name}")`).all().map((row) => row.name);
    assert.deepEqual(columns, Object.keys(table.columns), name);
    assert.deepEqual(db.prepare(`SELECT * FROM "${name}"`).all(), []);
  }
  db.close();
});

Deno.test("aggregateitemlocation has stock of both kinds, and empty rows for items without stock", () => {
  const db = new DatabaseSync(":memory:");
  createTables(db);
  db.exec(`INSERT INTO "location" (id, makeinventoryavailable) VALUES (1, 'T'), (2, 'F')`);
  db.exec(
    `INSERT INTO "item" (id, itemtype) VALUES (10, 'InvtPart'), (11, 'Assembly'), (12, 'NonInvtPart'), (13, 'Service')`,
  );
  db.exec('INSERT INTO "inventoryitemlocations" (item, location, quantityonhand) VALUES (10, 2, 5)');
  db.exec('INSERT INTO "assemblyitemlocations" (item, location, quantityonhand) VALUES (11, 1, 3)');
  const rows = db.prepare('SELECT item, location, quantityonhand AS units FROM "aggregateitemlocation" ORDER BY item')
    .all();
  assert.deepEqual(rows.map((row) => [row.item, row.location, row.units]), [[10, 2, 5], [11, 1, 3], [12, 1, null]]);
  db.close();
});

Deno.test("nexttransactionlink rolls line links up to documents", () => {
  const db = new DatabaseSync(":memory:");
  createTables(db);
  db.exec(`INSERT INTO "nexttransactionlinelink" VALUES
    (1, 1, 'SalesOrd', 5, 1, 'CustInvc', 'OrdBill', 0.1, '2026-01-01 00:00:00'),
    (1, 2, 'SalesOrd', 5, 2, 'CustInvc', 'OrdBill', 0.2, '2026-01-02 00:00:00'),
    (1, 1, 'SalesOrd', 6, 1, 'ItemShip', 'ShipRcpt', NULL, '2026-01-01 00:00:00')`);
  const rows = db.prepare('SELECT * FROM "nexttransactionlink" ORDER BY nextdoc').all();
  assert.deepEqual(
    rows.map((row) => [row.previousdoc, row.nextdoc, row.linktype, row.foreignamount, row.lastmodifieddate]),
    [
      [1, 5, "OrdBill", 0.3, "2026-01-02 00:00:00"],
      [1, 6, "ShipRcpt", null, "2026-01-01 00:00:00"],
    ],
  );
  db.close();
});
