import assert from "node:assert/strict";
import { inlined, keyValue, number, paged, uniqueOrder, word } from "./statement.ts";

const order = uniqueOrder([{ expression: "t.id", alias: "id", isNumber: true }]);
const id = { expression: "t.id", alias: "id" };

Deno.test("paged orders by a unique key that it selects, aliases every column, and counts the same rows", () => {
  const from = { text: "FROM customer t WHERE t.id > ?", parameters: [number("7")] };
  const made = paged([id, { expression: "t.url", alias: "url" }], from, order);
  assert.equal(made.query, "SELECT t.id AS id, t.url AS url FROM customer t WHERE t.id > ? ORDER BY t.id");
  assert.equal(made.count.query, "SELECT COUNT(*) AS tm_rows FROM customer t WHERE t.id > ?");
  assert.deepEqual(made.count.parameters, from.parameters);
  assert.throws(() => paged([{ expression: "t.url", alias: "url" }], from, order), /order's id is not selected/);
  // @ts-expect-error an order that nobody has called unique is none: this must not compile
  assert.throws(() => paged([id], from, [{ expression: "t.url", alias: "url", isNumber: false }]));
});

Deno.test("paged refuses more than 100 columns, which NetSuite would answer with nothing and no error", () => {
  const columns = (count: number) => [
    id,
    ...Array.from({ length: count - 1 }, (_, n) => ({ expression: `t.c${n}`, alias: `c${n}` })),
  ];
  const from = { text: "FROM customer t", parameters: [] };
  paged(columns(100), from, order);
  assert.throws(() => paged(columns(101), from, order), RangeError);
});

Deno.test("uniqueOrder needs columns, each once", () => {
  assert.throws(() => uniqueOrder([]), TypeError);
  assert.throws(() => uniqueOrder([...order.terms, ...order.terms]), TypeError);
});

Deno.test("inlined writes numbers bare and texts quoted, and leaves question marks in quotes alone", () => {
  const query = "SELECT 'who?', 'it''s ?' FROM t WHERE a > ? AND b = ? AND c = '?' AND d = ?";
  const text = inlined({ query, parameters: [number(-5), word("O'Neil ? \\"), keyValue("12345678901")] });
  assert.equal(
    text,
    "SELECT 'who?', 'it''s ?' FROM t WHERE a > -5 AND b = 'O''Neil ? \\' AND c = '?' AND d = 12345678901",
  );
  assert.throws(() => inlined({ query: "a = ?", parameters: [] }), TypeError);
  assert.throws(() => inlined({ query: "a", parameters: [word("x")] }), TypeError);
  assert.throws(() => number("1; DROP"), RangeError);
});
