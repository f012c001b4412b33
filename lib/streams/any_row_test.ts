import assert from "node:assert/strict";
import fc from "fast-check";
import { testSeed } from "../../tests/support/seed.ts";
import { RowError } from "../errors.ts";
import { CUSTOM_TABLES, type CustomColumn, type CustomType, withCustom } from "./custom.ts";
import { aliasOf, type Stream } from "./define.ts";
import { STREAMS } from "./registry.ts";
import { keyAlias, MODIFIED, type RawRow, shapeRow } from "./shape.ts";

/** Custom fields of every type in every table that may have some. */
const TYPES: CustomType[] = ["text", "integer", "decimal", "day", "instant", "time", "flag", "list", "lists"];
const CUSTOM: CustomColumn[] = CUSTOM_TABLES.flatMap((table) =>
  TYPES.map((type) => ({ table, column: `cust_any_${type}`, type }))
);

/** What NetSuite answers, and what it should not. */
const value = fc.oneof(
  fc.constantFrom("T", "F", "0", "-0", "1", "-12.50", ".5", "1E-7", "9007199254740993", "2026-02-30", "2026-11-03"),
  fc.constantFrom("2026-11-03T09:15:27Z", "25:61:00", "07:30:00", "1, 3, 4", "USD", "3/2/2026", "true", "NaN", ""),
  fc.integer().map(String),
  fc.double({ noNaN: true }).map(String),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const absentOften = fc.option(value, { nil: undefined, freq: 3 });

function rowOf(aliases: string[]): fc.Arbitrary<RawRow> {
  return fc.record(Object.fromEntries(aliases.map((alias) => [alias, absentOften])));
}

function aliasesOf({ columns, custom }: Pick<Stream, "columns" | "custom">, fixed: string[]): string[] {
  return [...fixed, ...Object.values(columns).map(aliasOf), ...Object.values(custom).map(aliasOf)];
}

const seed = testSeed(20_261_124);

for (const declared of STREAMS) {
  Deno.test(`shapeRow makes of any row of ${declared.name} a document or reasons`, () => {
    const stream = withCustom(declared, CUSTOM);
    const fields = new Set(Object.keys(shapeRow(stream, emptyRow(stream), []).content));
    const row = rowOf(aliasesOf(stream, [...stream.key.map((_, n) => keyAlias(n)), MODIFIED]));
    const children = stream.children
      ? fc.array(rowOf(aliasesOf(stream.children, [keyAlias(0)])), { maxLength: 4 })
      : fc.constant<RawRow[]>([]);
    fc.assert(
      fc.property(row, children, (raw, lines) => {
        try {
          const { content, key } = shapeRow(stream, raw, lines);
          assert.ok(typeof key === "number" ? Number.isSafeInteger(key) : key !== "");
          for (const field of fields) assert.ok(field in content, `${field} is missing`);
          for (const [field, kept] of Object.entries(content)) {
            assert.ok(fields.has(field) || field.endsWith("Text"), `${field} is no field of ${stream.name}`);
            assert.ok(kept !== undefined && !Number.isNaN(kept) && !Object.is(kept, -0), `${field}: ${kept}`);
          }
        } catch (error) {
          assert.ok(error instanceof RowError, `${error}`);
          assert.ok(error.reasons.length > 0 && error.reasons.every((reason) => reason.length > 5));
        }
      }),
      { seed, numRuns: 300 },
    );
  });
}

function emptyRow(stream: Stream): RawRow {
  return Object.fromEntries(stream.key.map((_, n) => [keyAlias(n), String(n + 1)]));
}
