import assert from "node:assert/strict";
import fc from "fast-check";
import { fullText, lengthen, readText, shorten, Zone } from "./zone.ts";

const CASES: [zone: string, utc: string, wall: string][] = [
  ["America/Los_Angeles", "2026-03-08 09:59:59", "2026-03-08 01:59:59"],
  ["America/Los_Angeles", "2026-03-08 10:00:00", "2026-03-08 03:00:00"],
  ["America/Los_Angeles", "2026-11-01 08:59:59", "2026-11-01 01:59:59"],
  ["America/Los_Angeles", "2026-11-01 09:00:00", "2026-11-01 01:00:00"],
  ["America/Los_Angeles", "2026-07-01 07:00:00", "2026-07-01"],
  ["Europe/Zurich", "2026-10-25 00:59:59", "2026-10-25 02:59:59"],
  ["Europe/Zurich", "2026-10-25 01:00:00", "2026-10-25 02:00:00"],
  ["Asia/Kolkata", "2026-01-01 00:00:00", "2026-01-01 05:30:00"],
  ["Australia/Lord_Howe", "2026-04-04 14:59:59", "2026-04-05 01:59:59"],
  ["Australia/Lord_Howe", "2026-04-04 15:00:00", "2026-04-05 01:30:00"],
  ["UTC", "2026-02-28 23:59:59", "2026-02-28 23:59:59"],
];

for (const [zone, utc, wall] of CASES) {
  Deno.test(`${utc} UTC is ${wall} in ${zone}`, () => assert.equal(new Zone(zone).local(utc), wall));
}

Deno.test("the repeated hour reads as standard time, the missing one moves on", () => {
  const zone = new Zone("America/Los_Angeles");
  assert.equal(zone.utc("2026-11-01 01:30:00"), "2026-11-01 09:30:00");
  assert.equal(zone.utc("2026-03-08 02:30:00"), "2026-03-08 10:30:00");
  assert.equal(zone.utc("2026-07-01"), "2026-07-01 07:00:00");
});

Deno.test("UTC to the wall clock and back is the same, the repeated hour left out", () => {
  for (const name of ["America/Los_Angeles", "Europe/Zurich", "Australia/Lord_Howe", "Asia/Kolkata"]) {
    const zone = new Zone(name);
    const seconds = fc.integer({ min: Date.UTC(2015, 0, 1) / 1000, max: Date.UTC(2035, 0, 1) / 1000 });
    fc.assert(
      fc.property(seconds, (second) => {
        const utc = fullText(second * 1000);
        const wall = zone.local(utc);
        const repeated = zone.local(fullText((second + 1800) * 1000)) <= wall ||
          zone.local(fullText((second + 3600) * 1000)) <= wall ||
          zone.local(fullText((second - 3600) * 1000)) >= wall || zone.local(fullText((second - 1800) * 1000)) >= wall;
        if (!repeated) assert.equal(zone.utc(wall), utc, `${name} ${utc}`);
      }),
      { numRuns: 300 },
    );
  }
});

Deno.test("wall-clock texts drop midnight and get it back", () => {
  assert.equal(shorten("2026-01-01 00:00:00"), "2026-01-01");
  assert.equal(shorten("2026-01-01 00:00:01"), "2026-01-01 00:00:01");
  assert.equal(lengthen("2026-01-01"), "2026-01-01 00:00:00");
  assert.equal(readText("2026-01-01"), Date.UTC(2026, 0, 1));
});

Deno.test("an unknown zone is refused", () => assert.throws(() => new Zone("Mars/Olympus"), RangeError));
