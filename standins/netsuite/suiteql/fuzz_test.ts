import assert from "node:assert/strict";
import fc from "fast-check";
import { SuiteQLError } from "./refuse.ts";
import { tinyAccount } from "./tiny_account.ts";

/** Runs a statement: an answer or a refusal is right, anything else is a fault of ours. */
function answers(run: () => { items: string; count: number }): void {
  try {
    const { items, count } = run();
    assert.equal((JSON.parse(`[${items}]`) as unknown[]).length, count);
  } catch (error) {
    assert.ok(error instanceof SuiteQLError, String(error));
  }
}

const WORDS =
  `SELECT DISTINCT TOP 2 id tranid type memo trandate lastmodifieddate foreigntotal t l * , FROM transaction t JOIN
  transactionline l ON l.transaction = t.id LEFT WHERE AND OR NOT ( ) = <> < >= + - / || ? 'a' '' 1 2.5 NULL IS IN BETWEEN LIKE EXISTS
  COUNT(*) SUM(id) MAX(trandate) NVL(memo,'x') TO_CHAR(trandate,'YYYY') SYS_EXTRACT_UTC(lastmodifieddate) SYSDATE ROWNUM <= 3 GROUP BY
  HAVING ORDER DESC CASE WHEN THEN ELSE END UNION ALL MINUS AS x dual FETCH FIRST ROWS ONLY BUILTIN.DF(status) OVER`
    .split(/\s+/);

Deno.test("any row of words is answered or refused, never a crash", () => {
  const { engine, db } = tinyAccount();
  const statement = fc.array(fc.constantFrom(...WORDS), { maxLength: 25 }).map((words) => `SELECT ${words.join(" ")}`);
  fc.assert(
    fc.property(statement, (q) => answers(() => engine.run(q, Array(q.split("?").length - 1).fill("1"), 1000, 0))),
    { numRuns: 4000 },
  );
  db.close();
});

const VALUES = [
  "id",
  "t.tranid",
  "memo",
  "trandate",
  "lastmodifieddate",
  "foreigntotal",
  "1",
  "-2.5",
  "'x'",
  "''",
  "NULL",
  "?",
  "SYSDATE",
  "TO_DATE('2026-03-01','YYYY-MM-DD')",
  "SYS_EXTRACT_UTC(lastmodifieddate)",
  "(SELECT MAX(id) FROM transactionline)",
  "ROWNUM",
];
const value = fc.letrec<{ e: string }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...VALUES),
    fc.tuple(tie("e"), fc.constantFrom("+", "-", "*", "/", "||"), tie("e")).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(
      fc.constantFrom("NVL", "COALESCE", "NULLIF", "GREATEST", "MOD", "CONCAT", "INSTR", "ROUND", "ADD_MONTHS"),
      tie("e"),
      tie("e"),
    )
      .map(([f, a, b]) => `${f}(${a}, ${b})`),
    fc.tuple(
      fc.constantFrom("UPPER", "LENGTH", "TRUNC", "ABS", "TO_CHAR", "TO_NUMBER", "LAST_DAY", "MAX", "COUNT", "- "),
      tie("e"),
    )
      .map(([f, a]) => `${f}(${a})`),
    fc.tuple(tie("e"), fc.constantFrom("=", "<", ">=", "<>"), tie("e"), tie("e"), tie("e"))
      .map(([a, op, b, c, d]) => `CASE WHEN ${a} ${op} ${b} THEN ${c} ELSE ${d} END`),
  ),
})).e;

Deno.test("any expression is answered or refused, alone, in a condition, grouped and ordered", () => {
  const { engine, db } = tinyAccount();
  fc.assert(
    fc.property(value, value, (a, b) => {
      for (
        const q of [
          `SELECT ${a} AS x FROM transaction t`,
          `SELECT id FROM transaction t WHERE ${a} <= ${b} ORDER BY ${b}`,
          `SELECT ${a} AS x, COUNT(*) AS n FROM transaction t GROUP BY ${a} HAVING COUNT(*) > ${b}`,
          `SELECT DISTINCT ${a} AS x FROM transaction t WHERE ${a} IN (${b}, ${a}) ORDER BY x`,
          `SELECT x FROM (SELECT ${a} AS x FROM transaction t ORDER BY ${b}) WHERE ROWNUM <= 2 UNION SELECT ${b} FROM transaction t`,
        ]
      ) answers(() => engine.run(q, Array(q.split("?").length - 1).fill("2"), 1000, 0));
    }),
    { numRuns: 800 },
  );
  db.close();
});

Deno.test("a statement nested a hundred thousand deep is refused", () => {
  const { engine, db } = tinyAccount();
  answers(() => engine.run(`SELECT ${"(".repeat(100_000)}1${")".repeat(100_000)} AS x FROM dual`, [], 10, 0));
  answers(() =>
    engine.run(`SELECT ${"-".repeat(1)}${"(1 + ".repeat(5_000)}1${")".repeat(5_000)} AS x FROM dual`, [], 10, 0)
  );
  db.close();
});
