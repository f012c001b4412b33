import assert from "node:assert/strict";
import fc from "fast-check";
import { read, utils } from "@e965/xlsx";
import { type Cell, decimalOf, type Sheet } from "./cells.ts";
import { MOST_SHEET_ROWS, xlsxStream } from "./xlsx.ts";
import { testSeed } from "../../tests/support/seed.ts";

/** The file as another program reads it. */
async function readBack(sheet: Sheet) {
  const bytes = new Uint8Array(await new Response(xlsxStream(sheet)).arrayBuffer());
  const book = read(bytes, { cellNF: true, cellStyles: true, sheetStubs: false });
  const name = book.SheetNames[0]!, found = book.Sheets[name]!;
  return {
    name,
    found,
    rows: utils.sheet_to_json<unknown[]>(found, { header: 1, raw: true, defval: null, blankrows: true }),
  };
}

Deno.test("A workbook holds text as text, amounts as numbers with their places, shares as percent and days as dates", async () => {
  const { name, found, rows } = await readBack({
    name: "Sales by item: [all] / 2026",
    head: ["Item", "Revenue USD", "Yen", "Dinar", "Change", "Date", "NetSuite id"],
    rows: [
      ["=HYPERLINK(1)", decimalOf(123_456, 2), decimalOf(-7, 0), decimalOf(1_500, 3), { share: -0.125 }, {
        day: "2026-11-24",
      }, 4711],
      ["+49 <b>&amp;</b>", null, null, null, null, { day: "1900-03-01" }, null],
    ],
    total: () => ["All 2", decimalOf(123_456, 2), null, null, null, null, null],
  });
  assert.equal(name, "Sales by item   all    2026");
  assert.deepEqual(rows[0], ["Item", "Revenue USD", "Yen", "Dinar", "Change", "Date", "NetSuite id"]);
  assert.deepEqual(rows[1]!.slice(0, 5), ["=HYPERLINK(1)", 1234.56, -7, 1.5, -0.125]);
  assert.deepEqual(rows[2]![0], "+49 <b>&amp;</b>");
  const at = (ref: string) => found[ref] as { t: string; w?: string; f?: string; z?: string };
  assert.deepEqual([at("A2").t, at("A2").f], ["s", undefined], "no formula");
  assert.deepEqual(["B2", "C2", "D2", "E2", "F2"].map((ref) => at(ref).w), [
    "1,234.56",
    "-7",
    "1.500",
    "-12.5%",
    "2026-11-24",
  ]);
  assert.equal(at("F3").w, "1900-03-01");
  assert.equal(at("G2").w, "4711", "an id has no thousands");
  assert.deepEqual(rows[3]!.slice(0, 2), ["All 2", 1234.56]);
  assert.equal((found["!autofilter"] as { ref: string }).ref, "A1:G3", "the total is not filtered away");
});

Deno.test("A number with more digits than a workbook keeps is text with all of them", async () => {
  const { rows } = await readBack({
    name: "x",
    head: ["a", "b"],
    rows: [[decimalOf(9_007_199_254_740_991, 2), decimalOf(-123_456_789_012_345, 2)]],
  });
  assert.deepEqual(rows[1], ["90071992547409.91", -1234567890123.45]);
});

Deno.test("Any text and number comes back as it was, whatever signs it has; a line break is one sign", async () => {
  const signs = fc.constantFrom(
    ..."ab 1_xX0041,;\"'<>&=+-@\n\t é自🚲".match(/./gsu)!,
    "_x0041_",
    "]]>",
    "\u0007",
    "\r",
    "\u2028",
  );
  const text = fc.array(signs, { minLength: 1, maxLength: 12 }).map((all) => all.join(""));
  const cell = fc.oneof(text, fc.integer(), fc.constant(null), fc.integer().map((n) => decimalOf(n, 2)));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(text, cell, cell), { minLength: 1, maxLength: 20 }), async (table) => {
      const { rows } = await readBack({ name: "x", head: ["a", "b", "c"], rows: table });
      const plain = (one: Cell) =>
        one !== null && typeof one === "object" && "exact" in one
          ? Number(one.exact)
          : typeof one === "string"
          ? one.replace(/\r\n?/g, "\n")
          : one;
      assert.deepEqual(rows.slice(1), table.map((row) => row.map(plain)));
    }),
    { seed: testSeed(376), numRuns: 150 },
  );
});

Deno.test("A cell that is too long is cut with a sign, lone surrogates are replaced", async () => {
  const { rows } = await readBack({ name: "x", head: ["a"], rows: [["y".repeat(40_000)], ["\ud800z"]] });
  const [long, lone] = rows.slice(1).map(([text]) => text as string);
  assert.deepEqual([long!.length, long!.at(-1), lone], [32_767, "…", "\ufffdz"]);
});

Deno.test("100,000 rows are streamed: few are made ahead of what is taken, and a reader who leaves ends it", async () => {
  let made = 0, isLeft = false;
  function* rows(): Generator<Cell[]> {
    try {
      while (made < 100_000) yield [`name ${made}`, made++, decimalOf(made * 7, 2)];
    } finally {
      isLeft = true;
    }
  }
  const reader = xlsxStream({ name: "x", head: ["a", "b", "c"], rows: rows() }).getReader();
  for (let bytes = 0; bytes < 100_000;) bytes += (await reader.read()).value!.length;
  assert.ok(made > 1_000 && made < 60_000, `${made} rows were made for the first 100 KB`);
  await reader.cancel();
  assert.ok(isLeft);
});

Deno.test("More rows than a sheet holds is an error and no broken file", async () => {
  function* rows(): Generator<Cell[]> {
    for (let n = 0; n < MOST_SHEET_ROWS; n++) yield [null];
  }
  await assert.rejects(
    new Response(xlsxStream({ name: "x", head: ["a"], rows: rows() })).arrayBuffer(),
    /1048576 rows at most/,
  );
});
