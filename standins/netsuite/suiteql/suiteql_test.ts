import assert from "node:assert/strict";
import { SuiteQLError } from "./refuse.ts";
import { rowsOf, tinyAccount } from "./tiny_account.ts";

/** Statement, what it answers, parameters. A list is the values row by row, in the order of the columns; null: key absent. */
type Case = [q: string, rows: (string | null)[][], params?: string[]];

const UTC = `TO_CHAR(SYS_EXTRACT_UTC(t.lastmodifieddate),'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
const DUAL: [expression: string, value: string | null][] = [
  ["'a' || 'b'", "ab"],
  ["'a' || NULL || 'b'", "ab"],
  ["NULL || ' ' || NULL", " "],
  ["NULL || NULL", null],
  ["'x' || 1 || 2.50", "x12.5"],
  ["''", null],
  ["'it''s'", "it's"],
  ["NVL('', 'empty')", "empty"],
  ["NVL(NULL, 5)", "5"],
  ["NVL2('x', 'yes', 'no')", "yes"],
  ["NVL2('', 'yes', 'no')", "no"],
  ["COALESCE(NULL, NULL, 'c')", "c"],
  ["NULLIF('a', 'a')", null],
  ["DECODE('B', 'A', 'first', 'B', 'second', 'other')", "second"],
  ["DECODE(NULL, NULL, 'none', 'some')", "none"],
  ["DECODE(3, 1, 'a', 2, 'b')", null],
  ["CASE WHEN 1 = 1 THEN 'yes' ELSE 'no' END", "yes"],
  ["CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' END", "two"],
  ["1 / 4", "0.25"],
  ["7 / 2 * 2", "7"],
  ["2 - -3", "5"],
  ["-(4)", "-4"],
  ["10 - 2 - 3", "5"],
  ["0.1 + 0.2", "0.3"],
  ["MOD(7, 3)", "1"],
  ["MOD(-7, 3)", "-1"],
  ["MOD(7, 0)", "7"],
  ["ROUND(2.675, 2)", "2.68"],
  ["ROUND(-2.5)", "-3"],
  ["ROUND(1234, -2)", "1200"],
  ["TRUNC(2.99)", "2"],
  ["TRUNC(-2.99)", "-2"],
  ["TRUNC(2.345, 2)", "2.34"],
  ["FLOOR(-2.1)", "-3"],
  ["CEIL(2.1)", "3"],
  ["ABS(-3.5)", "3.5"],
  ["SIGN(-2)", "-1"],
  ["POWER(2, 10)", "1024"],
  ["GREATEST(3, 9, 4)", "9"],
  ["LEAST('b', 'a')", "a"],
  ["UPPER('zürich')", "ZÜRICH"],
  ["LOWER('ÀB')", "àb"],
  ["INITCAP('web shop')", "Web Shop"],
  ["LENGTH('Zürich')", "6"],
  ["LENGTH('')", null],
  ["SUBSTR('abcdef', 2, 3)", "bcd"],
  ["SUBSTR('abcdef', -2)", "ef"],
  ["SUBSTR('abcdef', 9)", null],
  ["INSTR('banana', 'a', 1, 2)", "4"],
  ["INSTR('banana', 'x')", "0"],
  ["INSTR('banana', 'a', -1)", "6"],
  ["LPAD('7', 3, '0')", "007"],
  ["RPAD('abc', 2)", "ab"],
  ["LTRIM('007', '0')", "7"],
  ["TRIM('  x ')", "x"],
  ["REPLACE('a-b-c', '-')", "abc"],
  ["TRANSLATE('2KRW229', '0123456789', '##########')", "#KRW###"],
  ["CONCAT('a', NULL)", "a"],
  ["REGEXP_REPLACE('a1b22', '[[:digit:]]+', '#')", "a#b#"],
  ["REGEXP_SUBSTR('SO-118-x', '[0-9]+')", "118"],
  ["REGEXP_INSTR('ab12', '[0-9]')", "3"],
  ["TO_NUMBER('12.50')", "12.5"],
  ["TO_CHAR(1234.5)", "1234.5"],
  ["TO_CHAR(1234.5, 'FM9,999.00')", "1,234.50"],
  ["TO_CHAR(-7, 'FM000')", "-007"],
  ["CAST('12' AS INTEGER) + 1", "13"],
  ["TO_CHAR(TO_DATE('2026-02-03', 'YYYY-MM-DD'), 'DD.MM.YY')", "03.02.26"],
  ["TO_CHAR(TO_DATE('3-FEB-2026', 'DD-MON-YYYY'), 'FMDay, DD Month YYYY')", "Tuesday, 3 February 2026"],
  ["TO_CHAR(TO_TIMESTAMP('2026-02-03 14:05:09', 'YYYY-MM-DD HH24:MI:SS'), 'HH:MI AM')", "02:05 PM"],
  ["TO_CHAR(TO_DATE('2026-12-31','YYYY-MM-DD'), 'Q DDD IW IYYY J')", "4 365 53 2026 2461406"],
  ["TO_DATE('2026-02-03', 'YYYY-MM-DD')", "2/3/2026"],
  ["TO_CHAR(ADD_MONTHS(TO_DATE('2026-01-31','YYYY-MM-DD'), 1), 'YYYY-MM-DD')", "2026-02-28"],
  ["TO_CHAR(LAST_DAY(TO_DATE('2024-02-10','YYYY-MM-DD')), 'YYYY-MM-DD')", "2024-02-29"],
  ["MONTHS_BETWEEN(TO_DATE('2026-03-31','YYYY-MM-DD'), TO_DATE('2026-02-28','YYYY-MM-DD'))", "1"],
  ["TO_DATE('2026-03-02','YYYY-MM-DD') - TO_DATE('2026-02-28','YYYY-MM-DD')", "2"],
  ["TO_CHAR(TO_DATE('2026-02-28','YYYY-MM-DD') + 1.5, 'YYYY-MM-DD HH24:MI')", "2026-03-01 12:00"],
  ["TO_CHAR(TRUNC(TO_DATE('2026-08-20','YYYY-MM-DD'), 'Q'), 'YYYY-MM-DD')", "2026-07-01"],
  ["TO_CHAR(NEXT_DAY(TO_DATE('2026-06-15','YYYY-MM-DD'), 'MON'), 'YYYY-MM-DD')", "2026-06-22"],
  ["EXTRACT(MONTH FROM TO_DATE('2026-08-20','YYYY-MM-DD'))", "8"],
  ["TO_CHAR(SYSDATE, 'YYYY-MM-DD HH24:MI:SS')", "2026-06-15 13:30:00"],
  ["TO_CHAR(CURRENT_DATE, 'YYYY-MM-DD HH24:MI:SS')", "2026-06-15 13:30:00"],
  ["TO_CHAR(SYS_EXTRACT_UTC(CURRENT_TIMESTAMP), 'YYYY-MM-DD HH24:MI:SS')", "2026-06-15 20:30:00"],
  ["TRUNC(SYSDATE)", "6/15/2026"],
  ["TZ_OFFSET('Asia/Kolkata')", "+05:30"],
  [
    "TO_CHAR(SYS_EXTRACT_UTC(FROM_TZ(TO_TIMESTAMP('2026-07-01 12:00','YYYY-MM-DD HH24:MI'), 'Europe/Zurich')), 'HH24:MI')",
    "10:00",
  ],
  [
    "TO_CHAR(SYS_EXTRACT_UTC(TO_TIMESTAMP_TZ('2026-07-01 12:00 -03:30','YYYY-MM-DD HH24:MI TZH:TZM')), 'HH24:MI')",
    "15:30",
  ],
];

const CASES: Case[] = [
  // names, case, aliases
  ['SELECT ID, TranID AS "MyName" FROM Transaction WHERE ID = 1', [["1", "SO1"]]],
  ["select T.id from TRANSACTION T where t.ID = 2", [["2"]]],
  ["SELECT t.id, t.memo FROM transaction t WHERE t.id IN (1, 2) ORDER BY t.id", [["1", "rush"], ["2", null]]],
  ["SELECT class FROM transactionline WHERE uniquekey = 102", [["3"]]],
  ["SELECT 1 + 1, 2 AS two, 3 + 0 FROM dual", [["2", "2", "3"]]],
  ["SELECT a.id, b.id FROM subsidiary a JOIN location b ON b.subsidiary = a.id AND a.id = 2", [["2"]]],
  ["SELECT id -- a note\n /* and another */ FROM subsidiary WHERE id = 1", [["1"]]],
  // conditions
  ["SELECT id FROM transaction WHERE type = 'SalesOrd' AND NOT status = 'G' ORDER BY id", [["1"], ["5"]]],
  ["SELECT id FROM transaction WHERE type <> 'SalesOrd' ORDER BY id", [["3"], ["4"]]],
  ["SELECT id FROM transaction WHERE memo LIKE 'r%'", [["1"]]],
  ["SELECT id FROM transaction WHERE memo LIKE '100\\% off\\_' ESCAPE '\\'", [["3"]]],
  ["SELECT id FROM transaction WHERE memo = ''", []],
  ["SELECT id FROM transaction WHERE memo IS NULL ORDER BY id", [["2"], ["4"]]],
  ["SELECT id FROM transaction WHERE id BETWEEN ? AND ? ORDER BY id", [["2"], ["3"]], ["2", "3"]],
  ["SELECT id FROM transaction WHERE id NOT BETWEEN 2 AND 4 ORDER BY id", [["1"], ["5"]]],
  ["SELECT id FROM transaction WHERE id > '3' ORDER BY id", [["4"], ["5"]]],
  ["SELECT id FROM transaction WHERE id > ? ORDER BY id", [["4"], ["5"]], ["3"]],
  ["SELECT id FROM transaction WHERE id IN (?, ?) ORDER BY id", [["1"], ["4"]], ["4", "1"]],
  ["SELECT id FROM transaction WHERE tranid = ?", [["3"]], ["IV3"]],
  ["SELECT id FROM transaction WHERE (type, status) IN (('SalesOrd','B'), ('CustInvc','A')) ORDER BY id", [
    ["1"],
    ["3"],
    ["5"],
  ]],
  ["SELECT id FROM customer WHERE altname = 'O''Neil & Co'", [["11"]]],
  [
    "SELECT id FROM transaction t WHERE EXISTS (SELECT 1 FROM transactionline l WHERE l.transaction = t.id AND l.taxline = 'T')",
    [["1"]],
  ],
  ["SELECT id FROM transaction WHERE id NOT IN (SELECT transaction FROM transactionline) ORDER BY id", [["4"], ["5"]]],
  ["SELECT id FROM transaction WHERE memo = 'x' OR (id = 1 AND memo = 'rush') OR id = 4 ORDER BY id DESC", [["4"], [
    "1",
  ]]],
  // times: raw in the preference, text in the account's zone, UTC through SYS_EXTRACT_UTC
  ["SELECT trandate, lastmodifieddate FROM transaction WHERE id = 1", [["3/1/2026", "3/8/2026"]]],
  [
    "SELECT TO_CHAR(lastmodifieddate,'YYYY-MM-DD HH24:MI:SS') AS at FROM transaction ORDER BY id",
    [["2026-03-08 01:59:59"], ["2026-03-08 03:00:00"], ["2026-11-01 01:30:00"], ["2026-11-01 01:30:00"], [
      "2026-12-31 15:59:59",
    ]],
  ],
  [`SELECT ${UTC} AS at FROM transaction t WHERE t.id IN (1, 4) ORDER BY id`, [["2026-03-08T09:59:59Z"], [
    "2026-11-01T09:30:00Z",
  ]]],
  [
    "SELECT id FROM transaction t WHERE SYS_EXTRACT_UTC(t.lastmodifieddate) >= TO_TIMESTAMP(?,'YYYY-MM-DD HH24:MI:SS') " +
    "AND SYS_EXTRACT_UTC(t.lastmodifieddate) < TO_TIMESTAMP(?,'YYYY-MM-DD HH24:MI:SS') ORDER BY t.id",
    [["2"], ["3"]],
    ["2026-03-08 10:00:00", "2026-11-01 09:30:00"],
  ],
  ["SELECT id FROM transaction WHERE lastmodifieddate >= TO_DATE('2026-12-31','YYYY-MM-DD')", [["5"]]],
  ["SELECT id FROM transaction WHERE trandate = TO_DATE('2026-03-31','YYYY-MM-DD') ORDER BY id", [["3"], ["4"]]],
  ["SELECT id FROM transaction WHERE trandate > TO_TIMESTAMP('2026-03-31 08:00','YYYY-MM-DD HH24:MI')", [["5"]]],
  ["SELECT id FROM transaction WHERE TRUNC(lastmodifieddate) = trandate", [["5"]]],
  ["SELECT ROUND(SYSDATE - trandate, 3) AS days FROM transaction WHERE id = 1", [["106.563"]]],
  ["SELECT TO_CHAR(MAX(SYS_EXTRACT_UTC(lastmodifieddate)),'YYYY') AS y, MAX(trandate) AS d FROM transaction", [[
    "2026",
    "12/31/2026",
  ]]],
  [
    "SELECT TO_CHAR(trandate,'YYYY-MM') AS month, COUNT(*) AS n FROM transaction GROUP BY TO_CHAR(trandate,'YYYY-MM') ORDER BY month",
    [["2026-03", "4"], ["2026-12", "1"]],
  ],
  // joins
  [
    "SELECT t.id, SUM(l.foreignamount) AS balance FROM transaction t LEFT JOIN transactionline l ON l.transaction = t.id " +
    "WHERE t.id IN (1, 4) GROUP BY t.id ORDER BY t.id",
    [["1", "0"], ["4", null]],
  ],
  [
    "SELECT t.id, s.name FROM transaction t, transactionstatus s WHERE s.trantype = t.type AND s.id = t.status AND t.id = 2",
    [["2", "Billed"]],
  ],
  ["SELECT COUNT(*) AS n FROM subsidiary CROSS JOIN location", [["4"]]],
  [
    "SELECT c.id, t.id AS t FROM transaction t RIGHT OUTER JOIN customer c ON c.id = t.entity AND t.id < 2 ORDER BY c.id",
    [
      ["11", "1"],
      ["12", null],
      ["13", null],
    ],
  ],
  // aggregates and windows
  ["SELECT COUNT(*) AS n, COUNT(memo) AS m, COUNT(DISTINCT type) AS k FROM transaction", [["5", "3", "3"]]],
  ["SELECT SUM(foreigntotal) AS s, MIN(id) AS a, MAX(tranid) AS b FROM transaction WHERE id < 4", [[
    "300.6",
    "1",
    "SO2",
  ]]],
  ["SELECT AVG(quantity) AS q, MEDIAN(quantity) AS m FROM transactionline", [["-3", "-3"]]],
  ["SELECT SUM(id) AS s FROM transaction WHERE id > 99", [[null]]],
  ["SELECT type, COUNT(*) AS n FROM transaction GROUP BY type HAVING COUNT(*) > 1", [["SalesOrd", "3"]]],
  ["SELECT UPPER(type) AS u FROM transaction GROUP BY type ORDER BY COUNT(*) DESC, type FETCH FIRST 1 ROWS ONLY", [[
    "SALESORD",
  ]]],
  ["SELECT TRUNC(id / 2) AS bucket, COUNT(*) AS n FROM transaction GROUP BY TRUNC(id / 2) ORDER BY TRUNC(id / 2)", [
    ["0", "1"],
    ["1", "2"],
    ["2", "2"],
  ]],
  ["SELECT id, ROW_NUMBER() OVER (PARTITION BY type ORDER BY id DESC) AS rn FROM transaction ORDER BY id", [
    ["1", "3"],
    ["2", "2"],
    ["3", "1"],
    ["4", "1"],
    ["5", "1"],
  ]],
  [
    "SELECT id, RANK() OVER (ORDER BY trandate) AS r, DENSE_RANK() OVER (ORDER BY trandate) AS d FROM transaction WHERE id > 2 ORDER BY id",
    [
      ["3", "1", "1"],
      ["4", "1", "1"],
      ["5", "3", "2"],
    ],
  ],
  ["SELECT id, SUM(id) OVER (ORDER BY id) AS running FROM transaction WHERE id < 4 ORDER BY id", [["1", "1"], [
    "2",
    "3",
  ], ["3", "6"]]],
  // limits
  ["SELECT id FROM transaction ORDER BY id DESC FETCH FIRST 2 ROWS ONLY", [["5"], ["4"]]],
  ["SELECT TOP 2 id FROM transaction ORDER BY id", [["1"], ["2"]]],
  ["SELECT * FROM (SELECT id FROM transaction ORDER BY id DESC) WHERE ROWNUM <= 2", [["5"], ["4"]]],
  ["SELECT id FROM (SELECT id, memo FROM transaction ORDER BY id DESC) WHERE memo IS NOT NULL AND ROWNUM <= ?", [
    ["5"],
    ["3"],
  ], ["2"]],
  [
    "SELECT * FROM (SELECT a.*, ROWNUM AS rn FROM (SELECT id FROM transaction ORDER BY id DESC) a WHERE ROWNUM <= 4) WHERE rn > 2",
    [
      ["3", "3"],
      ["2", "4"],
    ],
  ],
  ["SELECT COUNT(*) AS n FROM transaction WHERE ROWNUM <= 3", [["3"]]],
  ["SELECT COUNT(*) AS n FROM transaction WHERE ROWNUM < 1", [["0"]]],
  ["SELECT id FROM transaction WHERE ROWNUM = 2", []],
  ["SELECT COUNT(*) AS n FROM (SELECT id FROM transaction FETCH FIRST 2 ROWS ONLY)", [["2"]]],
  // sets
  ["SELECT id FROM subsidiary UNION SELECT id FROM location ORDER BY id", [["1"], ["2"]]],
  ["SELECT id FROM subsidiary UNION ALL SELECT id FROM location ORDER BY 1", [["1"], ["1"], ["2"], ["2"]]],
  ["SELECT id FROM transaction MINUS SELECT transaction FROM transactionline ORDER BY id", [["4"], ["5"]]],
  ["SELECT id FROM transaction INTERSECT SELECT transaction FROM transactionline ORDER BY id DESC", [["3"], ["2"], [
    "1",
  ]]],
  [
    "SELECT 'a' AS k, MAX(trandate) AS d FROM transaction UNION ALL SELECT 'b', MAX(lastmodifieddate) FROM customer ORDER BY k",
    [
      ["a", "12/31/2026"],
      ["b", "2/28/2026"],
    ],
  ],
  // distinct, order
  ["SELECT DISTINCT type FROM transaction ORDER BY type", [["CustInvc"], ["PurchOrd"], ["SalesOrd"]]],
  ["SELECT memo FROM transaction ORDER BY memo, id", [["100% off_"], ["Rush"], ["rush"], [null], [null]]],
  ["SELECT id FROM transaction ORDER BY memo DESC NULLS LAST, id", [["1"], ["5"], ["3"], ["2"], ["4"]]],
  ["SELECT entityid AS name FROM customer ORDER BY name", [["C11"], ["C12"], ["c13"]]],
  // scalar subqueries and BUILTIN
  [
    "SELECT id, (SELECT COUNT(*) FROM transactionline l WHERE l.transaction = t.id) AS lines FROM transaction t WHERE t.id = 1",
    [["1", "3"]],
  ],
  ["SELECT BUILTIN.DF(status) AS s, BUILTIN.DF(entity) AS e, BUILTIN.DF(currency) AS c FROM transaction WHERE id = 2", [
    ["Sales Order : Billed", 'C12 Zoë "Z" GmbH', "US Dollar"],
  ]],
  ["SELECT BUILTIN.DF(voided) AS v FROM transaction WHERE id = 4", [["Yes"]]],
  ["SELECT id FROM transaction WHERE BUILTIN.CF(status) = 'SalesOrd:G'", [["2"]]],
  ["SELECT DECODE(voided, 'T', 0, foreigntotal) AS x FROM transaction WHERE id IN (3, 4) ORDER BY id", [["0.3"], [
    "0",
  ]]],
  ["SELECT NVL(memo, 'none') AS memo, NVL(foreigntotal, 0) AS total FROM transaction WHERE id = 2", [[
    "none",
    "200.2",
  ]]],
  ["SELECT COUNT(*) AS n FROM transaction WHERE id = ? OR memo = ?", [["1"]], ["1", ""]],
];

const WRONG = "Search error occurred: Invalid or unsupported search.";
const REFUSED: [q: string, detail: string, params?: string[]][] = [
  [
    "SELECT subsidiary FROM transaction",
    "Search error occurred: Unknown identifier 'subsidiary'. Available identifiers are: {transaction=transaction}.",
  ],
  [
    "SELECT t.nothing FROM transaction t",
    "Search error occurred: Unknown identifier 'nothing'. Available identifiers are: {t=transaction}.",
  ],
  [
    "SELECT x.id FROM transaction t",
    "Search error occurred: Unknown identifier 'x'. Available identifiers are: {t=transaction}.",
  ],
  ["SELECT id FROM nowhere", "Search error occurred: Record 'nowhere' was not found."],
  ["SELECT id FROM sqlite_master", "Search error occurred: Record 'sqlite_master' was not found."],
  [
    "SELECT rowid FROM transaction",
    "Search error occurred: Unknown identifier 'rowid'. Available identifiers are: {transaction=transaction}.",
  ],
  ["SELECT id FROM transaction LIMIT 5", WRONG],
  ["SELECT id FROM transaction ORDER BY id OFFSET 5 ROWS", WRONG],
  ["SELECT [id] FROM transaction", WRONG],
  ["SELECT id FROM transaction;", WRONG],
  ["SELECT id FROM transaction; SELECT 1 FROM dual", WRONG],
  ["DELETE FROM transaction", WRONG],
  ["UPDATE transaction SET memo = 'x'", WRONG],
  ["DROP TABLE transaction", WRONG],
  ["PRAGMA table_info(transaction)", WRONG],
  ["WITH a AS (SELECT id FROM transaction) SELECT id FROM a", WRONG],
  ["SELECT id FROM transaction WHERE trandate = DATE '2026-03-01'", WRONG],
  ["SELECT id FROM transaction WHERE trandate = '2026-03-01'", WRONG],
  ["SELECT t.id FROM transaction t, customer c WHERE c.id(+) = t.entity", WRONG],
  ["SELECT t.id FROM subsidiary s, transaction t JOIN customer c ON c.id = t.entity", WRONG],
  ["SELECT LISTAGG(id, ',') AS x FROM transaction", WRONG],
  ["SELECT LEFT(memo, 1) AS x FROM transaction", WRONG],
  ["SELECT SUBSTRING(memo, 1) AS x FROM transaction", WRONG],
  ["SELECT GROUP_CONCAT(memo) AS x FROM transaction", WRONG],
  ["SELECT randomblob(5) AS x FROM transaction", WRONG],
  ["SELECT memo + 'x' AS x FROM transaction", WRONG],
  ["SELECT TO_NUMBER(memo) AS x FROM transaction", WRONG],
  ["SELECT 1 / (id - 1) AS x FROM transaction", WRONG],
  ["SELECT id, COUNT(*) AS n FROM transaction", WRONG],
  ["SELECT id, COUNT(*) AS n FROM transaction GROUP BY type", WRONG],
  [
    "SELECT type AS kind, COUNT(*) AS n FROM transaction GROUP BY kind",
    "Search error occurred: Unknown identifier 'kind'. Available identifiers are: {transaction=transaction}.",
  ],
  ["SELECT BUILTIN.DF(status) AS s, COUNT(*) AS n FROM transaction GROUP BY BUILTIN.DF(status)", WRONG],
  ["SELECT DISTINCT BUILTIN.DF(entity) AS e FROM transaction", WRONG],
  ["SELECT BUILTIN.HIERARCHY(entity) AS e FROM transaction", WRONG],
  ["SELECT id FROM transaction WHERE ROWNUM > 2 AND ROWNUM <= id", WRONG],
  ["SELECT id FROM transaction WHERE id = 1 = 1", WRONG],
  ["SELECT id = 1 AS x FROM transaction", WRONG],
  ["SELECT id FROM transaction WHERE id", WRONG],
  ["SELECT id AS select FROM transaction", WRONG],
  ["SELECT TO_CHAR(trandate, 'yyyy-mm-ddThh24') AS x FROM transaction", WRONG],
  ["SELECT TO_DATE(?, 'YYYY-MM-DD') AS d FROM dual", WRONG, ["2026-02-30"]],
  ["SELECT SYS_EXTRACT_UTC(trandate) AS d FROM transaction", WRONG],
  ["SELECT id FROM transaction WHERE id = ?", WRONG],
  ["SELECT id FROM transaction WHERE id = ?", WRONG, ["x"]],
  ["SELECT id FROM transaction t JOIN transactionline l ON l.transaction = t.id", WRONG],
  ["SELECT id FROM subsidiary UNION SELECT id, name FROM location", WRONG],
  ["SELECT id FROM subsidiary UNION SELECT name FROM location", WRONG],
  ["SELECT id FROM transaction WHERE id IN (SELECT id, name FROM location)", WRONG],
  ["SELECT id FROM transaction WHERE memo = 'open", WRONG],
  [`SELECT id FROM transaction WHERE id IN (${Array.from({ length: 1001 }, (_, i) => i).join(",")})`, WRONG],
  ["", WRONG],
];

for (const [expression, value] of DUAL) {
  Deno.test(`SuiteQL computes ${expression}`, () => {
    const { engine, db } = tinyAccount();
    assert.deepEqual(rowsOf(engine, `SELECT ${expression} AS x FROM dual`), [value === null ? {} : { x: value }]);
    db.close();
  });
}

for (const [q, rows, params] of CASES) {
  Deno.test(`SuiteQL answers ${q}`, () => {
    const { engine, db } = tinyAccount();
    const answered = rowsOf(engine, q, params);
    const expected = rows.map((row) => row.filter((value) => value !== null));
    assert.deepEqual(answered.map((row) => Object.values(row)), expected);
    assert.equal(engine.run(q, params ?? [], 1000, 0).total, rows.length, "totalResults");
    db.close();
  });
}

for (const [q, detail, params] of REFUSED) {
  Deno.test(`SuiteQL refuses ${q.slice(0, 90)}${params ? ` with ${params}` : ""}`, () => {
    const { engine, db } = tinyAccount();
    assert.throws(
      () => engine.run(q, params ?? [], 1000, 0),
      (error) => error instanceof SuiteQLError && error.detail === detail,
    );
    db.close();
  });
}
