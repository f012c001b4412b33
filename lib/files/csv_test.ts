import assert from "node:assert/strict";
import fc from "fast-check";
import { decimalOf } from "./cells.ts";
import { writeCsv } from "./csv.ts";

Deno.test("writeCsv quotes, guards formulas in text, and leaves numbers alone", () => {
  const csv = writeCsv([
    ["=1+1", "+49", "-x", "@me", "\tq"],
    ['say "hi"', "a,b", "two\nlines", "José 自転車 🚲", null],
    [-5, 1.5, decimalOf(-123456, 2), decimalOf(7, 2), "2-3"],
  ]);
  assert.equal(
    csv,
    "\ufeff'=1+1,'+49,'-x,'@me,'\tq\r\n" +
      '"say ""hi""","a,b","two\nlines",José 自転車 🚲,\r\n' +
      "-5,1.5,-1234.56,0.07,2-3\r\n",
  );
});

Deno.test("decimalOf is exact for any precision", () => {
  assert.deepEqual(decimalOf(9007199254740991, 2), { exact: "90071992547409.91", precision: 2 });
  assert.deepEqual(decimalOf(1234, 0), { exact: "1234", precision: 0 });
  assert.deepEqual(decimalOf(-5, 3), { exact: "-0.005", precision: 3 });
  assert.equal(decimalOf(null, 2), null);
});

/** The cells of a text as a spreadsheet cuts it that takes semicolons for separators: quotes hold only where a cell begins. */
function cutAtSemicolons(text: string): string[] {
  const cells: string[] = [];
  let at = 0;
  while (at <= text.length) {
    const quoted = /^"(?:[^"]|"")*"/.exec(text.slice(at))?.[0];
    const plain = text.slice(at + (quoted?.length ?? 0)).match(/^[^;\r\n]*/)![0];
    cells.push(quoted ? quoted.slice(1, -1).replaceAll('""', '"') + plain : plain);
    at += (quoted?.length ?? 0) + plain.length + 1;
  }
  return cells;
}

Deno.test("writeCsv leaves no cell that a spreadsheet runs, at whichever separator it cuts", () => {
  const hostile = fc.array(fc.constantFrom(...'=+-@;\t\r\n ",ab1'.split("")), { maxLength: 12 }).map((all) =>
    all.join("")
  );
  fc.assert(
    fc.property(fc.array(fc.array(hostile, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }), (rows) => {
      for (const cell of cutAtSemicolons(writeCsv(rows).slice(1))) {
        assert.doesNotMatch(cell, /^[=+\-@]/, JSON.stringify(rows));
      }
    }),
    { numRuns: 5_000 },
  );
  assert.equal(writeCsv([["ok", "a;=1+1"]]), `\ufeffok,a;'=1+1\r\n`);
});
