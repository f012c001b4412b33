import assert from "node:assert/strict";
import fc from "fast-check";
import { compileFormat, readByFormat } from "./formats.ts";
import { fullText, shorten } from "./zone.ts";

const TODAY = new Date("2026-06-15T00:00:00Z");

const WRITTEN: [model: string, text: string][] = [
  ["YYYY-MM-DD HH24:MI:SS", "2026-03-08 14:05:09"],
  ['YYYY-MM-DD"T"HH24:MI:SS"Z"', "2026-03-08T14:05:09Z"],
  ["yyyy/mm/dd", "2026/03/08"],
  ["FMMM/DD/YYYY", "3/8/2026"],
  ["D.MM.YY", "1.03.26"],
  ["DD-MON-YYYY", "08-MAR-2026"],
  ["DD Mon YYYY", "08 Mar 2026"],
  ["Month|".slice(0, 5), "March    "],
  ["DY, dd month", "SUN, 08 march    "],
  ["HH:MI PM", "02:05 PM"],
  ["HH12 a.m.", "02 p.m."],
  ["SSSSS", "50709"],
  ["Q WW IW IYYY DDD", "1 10 10 2026 067"],
  ["YYYYMMDDHH24MISS", "20260308140509"],
];
for (const [model, text] of WRITTEN) {
  Deno.test(`${model} writes ${text}`, () => assert.equal(compileFormat(model).write("2026-03-08 14:05:09"), text));
}

const READ: [text: string, model: string, wall: string][] = [
  ["2026-03-08 14:05:09", "YYYY-MM-DD HH24:MI:SS", "2026-03-08 14:05:09"],
  ["2026-03-08 00:00:00", "YYYY-MM-DD HH24:MI:SS", "2026-03-08"],
  ["2026-03-08", "YYYY-MM-DD HH24:MI:SS", "2026-03-08"],
  ["3/8/2026", "MM/DD/YYYY", "2026-03-08"],
  ["08.03.2026", "DD/MM/YYYY", "2026-03-08"],
  ["8-mar-26", "DD-MON-RR", "2026-03-08"],
  ["12:30 AM 2026-03-08", "HH:MI AM YYYY-MM-DD", "2026-03-08 00:30:00"],
  ["2026-03-08T14:05:09Z", 'YYYY-MM-DD"T"HH24:MI:SS"Z"', "2026-03-08 14:05:09"],
  ["20260308140509", "YYYYMMDDHH24MISS", "2026-03-08 14:05:09"],
  ["03-08", "MM-DD", "2026-03-08"],
  ["2024-02-29", "YYYY-MM-DD", "2024-02-29"],
];
for (const [text, model, wall] of READ) {
  Deno.test(`"${text}" as ${model} is ${wall}`, () => assert.equal(readByFormat(text, model, TODAY).wall, wall));
}

for (
  const [text, model] of [
    ["2026-02-29", "YYYY-MM-DD"],
    ["2026-13-01", "YYYY-MM-DD"],
    ["2026-03-08 24:00:00", "YYYY-MM-DD HH24:MI:SS"],
    ["2026-03-08 14:05", "YYYY-MM-DD"],
    ["yesterday", "YYYY-MM-DD"],
    ["13:00 PM", "HH:MI AM"],
    ["", "YYYY"],
    ["2026", "YYYY-X"],
    ["2026", 'YYYY"open'],
  ] as const
) {
  Deno.test(`"${text}" as ${model} is refused`, () =>
    assert.throws(() => readByFormat(text, model, TODAY), RangeError));
}

Deno.test("what a full format writes it reads back", () => {
  const seconds = fc.integer({ min: Date.UTC(1000, 0, 1) / 1000, max: Date.UTC(9999, 11, 31) / 1000 });
  const models = fc.constantFrom(
    "YYYY-MM-DD HH24:MI:SS",
    "FMDD.MM.YYYY HH24:MI:SS",
    "DD-MON-YYYY HH:MI:SS AM",
    "YYYYMMDD SSSSS",
  );
  fc.assert(fc.property(seconds, models, (second, model) => {
    const wall = shorten(fullText(second * 1000));
    assert.equal(readByFormat(compileFormat(model).write(wall), model, TODAY).wall, wall);
  }));
});
