import assert from "node:assert/strict";
import { Zone } from "../zone.ts";
import { SuiteQL } from "./engine.ts";
import { SuiteQLError } from "./refuse.ts";
import { rowsOf, tinyAccount } from "./tiny_account.ts";

/** The tiny account with many more subsidiaries, for orders and pages. */
function manyRows(count: number) {
  const tiny = tinyAccount();
  const insert = tiny.db.prepare("INSERT INTO subsidiary (id, name, country) VALUES (?, ?, ?)");
  for (let id = 3; id <= count; id++) insert.run(id, `S${id}`, id % 2 ? "US" : "DE");
  return tiny;
}

const ids = (rows: Record<string, string>[]) => rows.map((row) => Number(row.id));
const ascending = (list: number[]) => [...list].sort((a, b) => a - b);

for (
  const [name, q] of [
    ["no ORDER BY", "SELECT id FROM subsidiary"],
    ["ORDER BY a column with ties", "SELECT id FROM subsidiary ORDER BY country"],
    ["DISTINCT", "SELECT DISTINCT id FROM subsidiary"],
    ["GROUP BY", "SELECT id, COUNT(*) AS n FROM subsidiary GROUP BY id"],
    ["UNION ALL", "SELECT id FROM subsidiary UNION ALL SELECT 0 FROM dual"],
    ["a subquery", "SELECT id FROM (SELECT id FROM subsidiary)"],
    ["a join ordered by one side", "SELECT s.id FROM subsidiary s JOIN location l ON l.id IN (1, 2) ORDER BY l.id"],
  ] as const
) {
  Deno.test(`rows with ${name} come in an order that looks arbitrary, is repeatable and differs from page to page`, () => {
    const { engine, db } = manyRows(60);
    const first = ids(rowsOf(engine, q, [], 20));
    assert.notDeepEqual(first, ascending(first), "shuffled");
    assert.deepEqual(ids(rowsOf(engine, q, [], 20)), first, "repeatable");
    const pages = [0, 20, 40].flatMap((offset) => ids(rowsOf(engine, q, [], 20, offset)));
    assert.ok(new Set(pages).size < pages.length || new Set(pages).size < 60, "pages skip and repeat rows");
    db.close();
  });
}

for (
  const q of [
    "SELECT id FROM subsidiary ORDER BY id",
    "SELECT id FROM subsidiary ORDER BY country, id",
    "SELECT DISTINCT id FROM subsidiary ORDER BY id",
    "SELECT s.id FROM subsidiary s LEFT JOIN currency c ON c.id = s.currency ORDER BY s.id",
    "SELECT id, COUNT(*) AS n FROM subsidiary GROUP BY id ORDER BY id",
    "SELECT id FROM subsidiary UNION SELECT id FROM location ORDER BY id",
    "SELECT id FROM (SELECT id FROM subsidiary) ORDER BY id",
    "SELECT * FROM (SELECT id FROM subsidiary ORDER BY id) WHERE ROWNUM <= 1000",
  ]
) {
  Deno.test(`pages are whole with a unique order: ${q}`, () => {
    const { engine, db } = manyRows(60);
    const pages = [0, 20, 40].flatMap((offset) => ids(rowsOf(engine, q, [], 20, offset)));
    assert.equal(new Set(pages).size, 60);
    if (!q.includes("country")) assert.deepEqual(pages, ascending(pages));
    for (const offset of [0, 20, 40, 60]) assert.equal(engine.run(q, [], 20, offset).total, 60, `total at ${offset}`);
    db.close();
  });
}

Deno.test("ties of an order are shuffled but the order holds", () => {
  const { engine, db } = manyRows(60);
  const rows = rowsOf(engine, "SELECT id, country FROM subsidiary WHERE id > 2 ORDER BY country");
  const countries = rows.map((row) => row.country!);
  assert.deepEqual(countries, [...countries].sort());
  assert.notDeepEqual(ids(rows), ascending(ids(rows)));
  db.close();
});

Deno.test("two seeds shuffle differently", () => {
  const tiny = manyRows(60);
  const one = ids(rowsOf(tiny.engine, "SELECT id FROM subsidiary"));
  const other = new SuiteQL(tiny.db, tiny.session, 2);
  assert.notDeepEqual(ids(rowsOf(other, "SELECT id FROM subsidiary")), one);
  tiny.db.close();
});

Deno.test("ROWNUM beside ORDER BY cuts arbitrary rows first and sorts then", () => {
  const { engine, db } = manyRows(60);
  const cut = ids(rowsOf(engine, "SELECT id FROM subsidiary WHERE ROWNUM <= 5 ORDER BY id"));
  assert.equal(cut.length, 5);
  assert.deepEqual(cut, ascending(cut));
  assert.notDeepEqual(cut, [1, 2, 3, 4, 5]);
  const joined =
    "SELECT s.id, l.id AS place FROM subsidiary s JOIN location l ON l.id > 0 WHERE ROWNUM <= 7 ORDER BY s.id, l.id";
  assert.equal(rowsOf(engine, joined).length, 7);
  assert.equal(engine.run(joined, [], 1000, 0).total, 7);
  db.close();
});

Deno.test("100 selected columns answer, 101 answer zero rows without an error", () => {
  const { engine, db } = tinyAccount();
  const list = (n: number) => Array.from({ length: n }, (_, i) => `id AS c${i}`).join(", ");
  assert.equal(engine.run(`SELECT ${list(100)} FROM subsidiary`, [], 1000, 0).count, 2);
  assert.deepEqual(engine.run(`SELECT ${list(101)} FROM subsidiary`, [], 1000, 0), { items: "", count: 0, total: 0 });
  db.close();
});

Deno.test("every value is a text, rows carry links, null columns are absent, names are lower-case", () => {
  const { engine, db } = tinyAccount();
  const { items } = engine.run(
    `SELECT t.id AS "ID", t.foreigntotal Total, t.memo, t.voided FROM transaction t WHERE t.id = 2`,
    [],
    10,
    0,
  );
  assert.equal(items, '{"links":[],"id":"2","total":"200.2","voided":"F"}');
  db.close();
});

for (const text of [`it's "quoted"`, "line\nbreak\ttab", "😀 emoji", "שלום", "\\back\\", "\u0001"]) {
  Deno.test(`the text ${JSON.stringify(text)} comes back whole, as a parameter and from a table`, () => {
    const { engine, db } = tinyAccount();
    db.prepare("UPDATE subsidiary SET name = ? WHERE id = 1").run(text);
    assert.deepEqual(rowsOf(engine, "SELECT name, ? AS given FROM subsidiary WHERE name = ?", [text, text]), [{
      name: text,
      given: text,
    }]);
    db.close();
  });
}

Deno.test("ids above 2^31 and large sums keep all their digits", () => {
  const { engine, db } = tinyAccount();
  db.exec("INSERT INTO subsidiary (id, name) VALUES (4294967301, 'far')");
  assert.deepEqual(rowsOf(engine, "SELECT id, id * 1000 AS k FROM subsidiary WHERE id > 4294967300"), [
    { id: "4294967301", k: "4294967301000" },
  ]);
  db.close();
});

for (
  const [preference, written] of [["FMMM/DD/YYYY", "3/1/2026"], ["DD.MM.YYYY", "01.03.2026"], [
    "YYYY-MM-DD",
    "2026-03-01",
  ]]
) {
  Deno.test(`a raw date in the preference ${preference} reads ${written}`, () => {
    const { engine, session, db } = tinyAccount();
    session.datePreference = preference!;
    assert.deepEqual(rowsOf(engine, "SELECT trandate FROM transaction WHERE id = 1"), [{ trandate: written }]);
    db.close();
  });
}

Deno.test("another time zone moves local texts and comparisons, UTC stays", () => {
  const { engine, session, db } = tinyAccount();
  session.zone = new Zone("Asia/Kolkata");
  const q =
    "SELECT TO_CHAR(lastmodifieddate,'YYYY-MM-DD HH24:MI') AS here, TO_CHAR(SYS_EXTRACT_UTC(lastmodifieddate),'HH24:MI') AS utc " +
    "FROM transaction WHERE lastmodifieddate >= TO_DATE('2027-01-01','YYYY-MM-DD')";
  assert.deepEqual(rowsOf(engine, q), [{ here: "2027-01-01 05:29", utc: "23:59" }]);
  db.close();
});

Deno.test("hidden tables and columns read as if they did not exist, and come back", () => {
  const { engine, db } = tinyAccount();
  const fails = (q: string, part: RegExp) =>
    assert.throws(() => engine.run(q, [], 10, 0), (error) => error instanceof SuiteQLError && part.test(error.detail));
  assert.equal(rowsOf(engine, "SELECT memo FROM transaction").length, 5);
  engine.hide(["subsidiary", "transaction.memo"]);
  fails("SELECT id FROM subsidiary", /Record 'subsidiary' was not found/);
  fails("SELECT memo FROM transaction", /Unknown identifier 'memo'/);
  engine.hide([]);
  assert.equal(rowsOf(engine, "SELECT memo FROM transaction").length, 5);
  db.close();
});

Deno.test("documents of a hidden type are left out with their lines, without an error", () => {
  const { engine, db } = tinyAccount();
  engine.hide([], ["CustInvc"]);
  assert.deepEqual(ids(rowsOf(engine, "SELECT id FROM transaction ORDER BY id")), [1, 2, 4, 5]);
  assert.deepEqual(rowsOf(engine, "SELECT COUNT(*) AS n, MAX(transaction) AS t FROM transactionline"), [{
    n: "5",
    t: "2",
  }]);
  assert.equal(engine.run("SELECT t.id FROM transaction t WHERE t.type = 'CustInvc'", [], 10, 0).total, 0);
  engine.hide([]);
  assert.equal(engine.run("SELECT id FROM transaction ORDER BY id", [], 2, 0).total, 5);
  db.close();
});

Deno.test("a count is fresh after the data changed", () => {
  const { engine, db } = manyRows(40);
  const q = "SELECT id FROM subsidiary ORDER BY id";
  assert.equal(engine.run(q, [], 10, 0).total, 40);
  db.exec("INSERT INTO subsidiary (id, name) VALUES (100, 'new')");
  assert.equal(engine.run(q, [], 10, 10).total, 41);
  db.close();
});

Deno.test("a statement cannot write, whatever it says: the connection's guard holds", () => {
  const { engine, db } = tinyAccount();
  const all = (engine as unknown as { all(sql: string, bound: string[]): unknown }).all.bind(engine);
  assert.throws(() => all("DELETE FROM subsidiary", []), /not authorized/);
  assert.throws(() => all("PRAGMA user_version = 5", []), /not authorized/);
  assert.throws(() => all("ATTACH ':memory:' AS other", []), /not authorized/);
  db.exec("DELETE FROM subsidiary");
  assert.equal(rowsOf(engine, "SELECT id FROM subsidiary").length, 0, "the owner of the connection still can");
  db.close();
});

for (
  const [q, plan] of [
    [
      "SELECT t.id FROM transaction t WHERE SYS_EXTRACT_UTC(t.lastmodifieddate) >= TO_TIMESTAMP(?,'YYYY-MM-DD HH24:MI:SS') ORDER BY t.lastmodifieddate, t.id",
      /lastmodifieddate>\?/,
    ],
    [
      "SELECT t.id FROM transaction t WHERE t.lastmodifieddate >= TO_DATE(?,'YYYY-MM-DD') ORDER BY t.lastmodifieddate, t.id",
      /lastmodifieddate>\?/,
    ],
    ["SELECT t.id FROM transaction t WHERE t.id > ? ORDER BY t.id", /INTEGER PRIMARY KEY \(rowid>\?\)/],
    ["SELECT l.id FROM transactionline l WHERE l.transaction IN (?, 2) ORDER BY l.transaction, l.id", /transaction=\?/],
  ] as const
) {
  Deno.test(`uses an index: ${q}`, () => {
    const { engine, db } = tinyAccount();
    const { pageSql } = (engine as unknown as { compile(q: string): { pageSql: string } }).compile(q);
    const steps = db.prepare(`EXPLAIN QUERY PLAN ${pageSql}`).all().map((row) => String(row.detail)).join("; ");
    assert.match(steps, plan);
    assert.doesNotMatch(steps, /TEMP B-TREE/);
    db.close();
  });
}

Deno.test("a large window is read along the key, a small one by its index, with the same rows", () => {
  const { engine, db } = tinyAccount();
  const insert = db.prepare("INSERT INTO customer (id, entityid, currency, lastmodifieddate) VALUES (?, ?, 1, ?)");
  for (let id = 100; id < 6100; id++) insert.run(id, `C${id}`, `2026-05-01 ${String(id % 24).padStart(2, "0")}:00:00`);
  const q = "SELECT t.id, c.symbol FROM customer t LEFT JOIN currency c ON c.id = t.currency " +
    "WHERE SYS_EXTRACT_UTC(t.lastmodifieddate) >= TO_TIMESTAMP(?,'YYYY-MM-DD HH24:MI:SS') AND t.id > ? ORDER BY t.id";
  const { keyedSql, countSql } = (engine as unknown as { compile(q: string): { keyedSql: string; countSql: string } })
    .compile(q);
  const steps = (sql: string) =>
    db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map((row) => String(row.detail)).join("; ");
  assert.match(steps(keyedSql), /INTEGER PRIMARY KEY \(rowid>\?\)/);
  assert.doesNotMatch(steps(keyedSql), /TEMP B-TREE|lastmodifieddate/);
  assert.doesNotMatch(countSql, /currency/, "the join does not change the count");
  const read: number[] = [];
  for (let after = 0, left = 6000; left > 0;) {
    const page = engine.run(q, ["2026-05-01 00:00:00", String(after)], 1000, 0);
    assert.equal(page.total, left);
    const rows = JSON.parse(`[${page.items}]`) as { id: string; symbol: string }[];
    assert.ok(rows.every((row) => row.symbol === "USD"));
    read.push(...rows.map((row) => Number(row.id)));
    after = read.at(-1)!;
    left -= rows.length;
  }
  assert.deepEqual(read, Array.from({ length: 6000 }, (_, i) => i + 100));
  db.close();
});

Deno.test("conditions that pick single values keep their index, however many rows they find", () => {
  const { engine, db } = tinyAccount();
  const q =
    "SELECT l.uniquekey FROM transactionline l WHERE l.transaction IN (1, 2) AND l.uniquekey > 0 ORDER BY l.uniquekey";
  assert.equal((engine as unknown as { compile(q: string): { keyedSql: string | null } }).compile(q).keyedSql, null);
  db.close();
});
