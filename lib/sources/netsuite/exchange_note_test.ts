import assert from "node:assert/strict";
import { exchangeOf, noteExchange } from "./exchange_note.ts";

const SENT = {
  method: "POST",
  path: "/suiteql?limit=10",
  body: `{"q":"SELECT id FROM item WHERE id > ?","params":["7"]}`,
};

Deno.test("noteExchange keeps what was asked and answered beside the error, and exchangeOf finds it behind another", () => {
  const error = new Error("refused");
  noteExchange(error, SENT, { status: 400, body: "x".repeat(3000) });
  noteExchange(error, SENT, null); // the first stays
  const note = exchangeOf(new Error("outer", { cause: error }))!;
  assert.equal(note.question, "POST /suiteql?limit=10\nSELECT id FROM item WHERE id > ?\nValues: 7");
  assert.deepEqual([note.status, note.answer!.length, note.answer!.at(-1)], [400, 2001, "…"]);
  assert.deepEqual(Object.keys(error), []);
  assert.doesNotMatch(Deno.inspect(error), /SELECT/);
});

Deno.test("noteExchange tells that no answer came, and takes any body", () => {
  const error = new Error("timeout");
  noteExchange(error, { method: "GET", path: "/clock" }, null);
  assert.deepEqual(exchangeOf(error), { question: "GET /clock", status: null, answer: null });
  const other = new Error("odd");
  noteExchange(other, { method: "POST", path: "/r", body: "no json" }, { status: 500, body: "" });
  assert.deepEqual(exchangeOf(other), { question: "POST /r\nno json", status: 500, answer: "" });
  noteExchange("no error", SENT, null);
  assert.equal(exchangeOf(new Error("nothing noted")), null);
});
