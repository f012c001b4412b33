import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Zone } from "../zone.ts";
import { SuiteQL } from "../suiteql/engine.ts";
import { rowsOf } from "../suiteql/tiny_account.ts";
import { keptTables, loadFolder } from "./folder.ts";

const NOW = new Date("2026-11-24T06:00:00Z");

function withFolder(files: Record<string, string>, body: (dir: string) => void): void {
  const dir = Deno.makeTempDirSync();
  try {
    for (const [name, text] of Object.entries(files)) Deno.writeTextFileSync(`${dir}/${name}`, text);
    body(dir);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

Deno.test("loadFolder takes files as connectors and people leave them, and SuiteQL reads them", () => {
  const files = {
    "account.one.csv":
      "\uFEFFID,_fivetran_deleted,_fivetran_active,Subsidiary,isinactive,custrecord_own,,DELETE_me,lastmodifieddate\n" +
      '7,FALSE,TRUE,"1, 3, 4, 6",F,12.50,x,9,2017-05-07 0:05:00\n' +
      "7,FALSE,FALSE,1,F,,x,9,2016-05-07 0:00:00\n" +
      "8,TRUE,TRUE,1,F,,x,9,2017-05-07 0:00:00\n",
    "account.two.csv": "id,isinactive,lastmodifieddate\n9,TRUE,2022-04-29 00:56:29.000 +0200\n",
    "widget.csv": 'id,made,flag,note\nabc,2021-12-24,true,\n-4,2021-12-25,false,"say ""hi"""\n',
    "transactionline.a.csv": "Transaction,UNIQUEKEY,quantity\n5,1,2\n",
    "transactionline.b.csv": "Transaction,UNIQUEKEY,quantity\n6,1,-3.5\n",
    "transactionstatus.x.csv": "id,Description\nVENDBILL:A,Bill : Open\nINV:A,Open\n",
  };
  withFolder(files, (dir) => {
    const db = new DatabaseSync(":memory:");
    const tables = loadFolder(db, dir, NOW);
    assert.deepEqual(keptTables(db), JSON.parse(JSON.stringify(tables)));
    assert.equal(tables.account!.columns.subsidiary, "s", "a multi-select is no number");
    assert.equal(tables.account!.columns.custrecord_own, "n");
    assert.deepEqual(tables.widget, {
      columns: { id: "s", made: "d", flag: "b", note: "s" },
      key: ["id"],
      indexes: [],
    });
    assert.deepEqual(tables.transactionline!.key, [], "a key that is not unique is none");
    const session = { zone: new Zone("UTC"), datePreference: "YYYY-MM-DD", now: () => NOW };
    const engine = new SuiteQL(db, session, 1, tables);
    const stamp = "TO_CHAR(SYS_EXTRACT_UTC(lastmodifieddate), 'YYYY-MM-DD HH24:MI:SS') AS at";
    assert.deepEqual(
      rowsOf(engine, `SELECT id, subsidiary, custrecord_own, isinactive, ${stamp} FROM account ORDER BY id`),
      [
        { id: "7", subsidiary: "1, 3, 4, 6", custrecord_own: "12.5", isinactive: "F", at: "2017-05-07 00:05:00" },
        { id: "9", isinactive: "T", at: "2022-04-28 22:56:29" },
      ],
    );
    assert.deepEqual(rowsOf(engine, "SELECT id, flag, note FROM widget ORDER BY id"), [
      { id: "-4", flag: "F", note: 'say "hi"' },
      { id: "abc", flag: "T" },
    ]);
    assert.deepEqual(rowsOf(engine, "SELECT transaction, quantity FROM transactionline ORDER BY transaction"), [
      { transaction: "5", quantity: "2" },
      { transaction: "6", quantity: "-3.5" },
    ]);
    assert.deepEqual(rowsOf(engine, "SELECT trantype, id, name FROM transactionstatus ORDER BY trantype"), [
      { trantype: "INV", id: "A", name: "Open" },
      { trantype: "VENDBILL", id: "A", name: "Open" },
    ]);
    assert.deepEqual(rowsOf(engine, "SELECT recordid, type FROM deletedrecord"), [{ recordid: "8", type: "account" }]);
    db.close();
  });
});

Deno.test("loadFolder names the folder or file that it cannot take", () => {
  withFolder({ "notes.txt": "x" }, (dir) => {
    assert.throws(() => loadFolder(new DatabaseSync(":memory:"), dir, NOW), /no file TABLE\.csv/);
  });
  withFolder({ "customer.csv": "id,name\n1\n" }, (dir) => {
    assert.throws(
      () => loadFolder(new DatabaseSync(":memory:"), dir, NOW),
      /customer\.csv: .*1 cells, the header has 2/,
    );
  });
  withFolder({ "my table.csv": "id\n1\n" }, (dir) => {
    assert.throws(() => loadFolder(new DatabaseSync(":memory:"), dir, NOW), /"my table" is no table name/);
  });
});
