import { strict as assert } from "node:assert";
import { formatCsv, parseCsv } from "./csv.ts";

Deno.test("parseCsv reads quotes, commas and line ends inside cells, CRLF and a byte order mark", () => {
  const read = parseCsv('\uFEFFa,b\r\n1,"x, ""y""\nz"\r\n,\r\n"q",last');
  assert.deepEqual(read, { header: ["a", "b"], rows: [["1", 'x, "y"\nz'], ["", ""], ["q", "last"]] });
});

Deno.test("parseCsv gives back what formatCsv wrote", () => {
  const rows = [["plain", ""], ['He said "no", twice', "line\nend"], ["🚲", "שלום"], ["=1+1", "\t"]];
  assert.deepEqual(parseCsv(formatCsv(["one", "two"], rows)), { header: ["one", "two"], rows });
});

Deno.test("parseCsv refuses a line of another length, naming it", () => {
  assert.throws(() => parseCsv("a,b\n1,2,3\n"), /line "1,2,3": 3 cells, the header has 2/);
});

Deno.test("parseCsv takes time in proportion to the text when no cell is quoted", () => {
  const text = "a,b\n" + "1,2\n".repeat(400_000);
  const started = performance.now();
  assert.equal(parseCsv(text).rows.length, 400_000);
  assert.ok(performance.now() - started < 5_000); // looking for the next quote once a line is quadratic
});
