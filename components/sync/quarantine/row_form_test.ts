import assert from "node:assert/strict";
import fc from "fast-check";
import { aRefusedRow } from "../testing.ts";
import { changesOf, fieldsOf, fixedOf, isEmpty, linesOf } from "./row_form.ts";

const ROW = aRefusedRow();

Deno.test("fieldsOf brings wrong columns first, each with its reason, then values, then what is empty", () => {
  const fields = fieldsOf(ROW);
  assert.deepEqual(fields.map(({ column }) => column), ["email", "companyname", "phone"]);
  assert.deepEqual(fields[0]!.reasons, ['email "mary@@contoso" must be an e-mail address']);
  assert.deepEqual(fixedOf(ROW), [["tm_key0", "48211"]]);
});

Deno.test("fieldsOf shows what NetSuite gave where a person has changed it", () => {
  const edited = aRefusedRow({
    raw: { ...ROW.raw, email: "mary@contoso.example" },
    original: { raw: ROW.raw, children: [] },
    reasons: [],
  });
  const email = fieldsOf(edited).find(({ column }) => column === "email")!;
  assert.deepEqual([email.value, email.original], ["mary@contoso.example", "mary@@contoso"]);
  assert.equal(fieldsOf(edited).find(({ column }) => column === "companyname")!.original, null);
});

Deno.test("linesOf brings lines with a fault first, with the reasons of just that line", () => {
  const row = aRefusedRow({
    children: [{ tm_key0: "1", rate: "2.5" }, { tm_key0: "2", rate: "n/a" }],
    columns: { raw: [], children: ["rate"] },
    reasons: ['transactionline 2: rate "n/a" must be a decimal number'],
  });
  assert.deepEqual(linesOf(row).map(({ key, reasons }) => [key, reasons.length]), [["2", 1], ["1", 0]]);
  assert.deepEqual(linesOf(row)[0]!.fields[0]!.reasons, ['rate "n/a" must be a decimal number']);
});

Deno.test("changesOf names what was changed and nothing else: sent as it was, a form changes nothing", () => {
  const row = fc.record({
    raw: fc.dictionary(fc.constantFrom("email", "companyname", "phone"), fc.string({ minLength: 1 })),
    lines: fc.array(fc.string({ minLength: 1 }), { maxLength: 4 }),
  });
  fc.assert(fc.property(row, fc.string(), ({ raw, lines }, text) => {
    const view = aRefusedRow({
      raw,
      children: lines.map((rate, at) => ({ tm_key0: `${at}`, rate })),
      columns: { raw: ["email", "companyname", "phone"], children: ["rate"] },
      reasons: [],
    });
    const all = [...fieldsOf(view), ...linesOf(view).flatMap(({ fields }) => fields)];
    // as a browser sends it: line ends are CR LF
    const sent = () => new URLSearchParams(all.map(({ name, value }) => [name, value.replace(/\r\n?|\n/g, "\r\n")]));
    assert.ok(isEmpty(changesOf(view, sent())));
    assert.ok(isEmpty(changesOf(view, new URLSearchParams())));

    const form = sent();
    form.set("row-email", text);
    const { raw: changes, children } = changesOf(view, form);
    assert.deepEqual(children, {});
    const clean = text.replace(/\r\n?/g, "\n");
    const before = (raw.email ?? "").replace(/\r\n?/g, "\n");
    assert.deepEqual(changes, clean === before ? {} : { email: clean === "" ? null : clean });
  }));
});

Deno.test("changesOf puts a line's changes under the key of the line", () => {
  const view = aRefusedRow({
    children: [{ tm_key0: "7", rate: "n/a" }, { tm_key0: "8", rate: "2" }],
    columns: { raw: [], children: ["rate"] },
  });
  const form = new URLSearchParams({ "line-7-rate": "3.5", "line-8-rate": "2", "line-9-rate": "1", "row-id": "1" });
  assert.deepEqual(changesOf(view, form), { raw: {}, children: { 7: { rate: "3.5" } } });
});
