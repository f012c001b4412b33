import assert from "node:assert/strict";
import {
  addDays,
  businessDay,
  clockOf,
  countDays,
  daysOfMonth,
  eachDay,
  isDay,
  mondayOf,
  sameClock,
  startOf,
} from "./days.ts";

Deno.test("isDay knows the calendar", () => {
  for (const day of ["2026-11-24", "2024-02-29", "1999-12-31"]) assert.ok(isDay(day), day);
  for (const text of ["2026-02-29", "2026-13-01", "2026-1-1", "24.11.2026", "2026-11-24T00:00", ""]) {
    assert.ok(!isDay(text), text);
  }
});

Deno.test("days add and count over months, leap days and changes of clocks", () => {
  assert.equal(addDays("2024-02-28", 1), "2024-02-29");
  assert.equal(addDays("2026-11-24", -364), "2025-11-25"); // both Tuesdays
  assert.equal(countDays("2026-03-01", "2026-03-31"), 31);
  assert.equal(countDays("2026-03-02", "2026-03-01"), 0);
  assert.deepEqual(eachDay("2026-02-27", "2026-03-01"), ["2026-02-27", "2026-02-28", "2026-03-01"]);
  assert.deepEqual(daysOfMonth("2024-02"), { from: "2024-02-01", to: "2024-02-29" });
  assert.equal(mondayOf("2026-11-29"), "2026-11-23");
  assert.equal(mondayOf("2026-11-23"), "2026-11-23");
});

Deno.test("businessDay and clockOf cut by the company's zone", () => {
  const at = new Date("2026-11-24T03:30:00Z");
  assert.equal(businessDay(at, "America/Los_Angeles"), "2026-11-23");
  assert.equal(businessDay(at, "UTC"), "2026-11-24");
  assert.equal(clockOf(at, "America/Los_Angeles"), "19:30");
});

Deno.test("sameClock shows the same time of day, also across a change of clocks", () => {
  const now = new Date("2026-11-05T17:00:00Z"); // 09:00 in Los Angeles, standard time
  assert.equal(clockOf(sameClock(now, 7, "America/Los_Angeles"), "America/Los_Angeles"), "09:00"); // daylight time
  assert.equal(sameClock(now, 7, "America/Los_Angeles").toISOString(), "2026-10-29T16:00:00.000Z");
  assert.equal(sameClock(now, 364, "UTC").toISOString(), "2025-11-06T17:00:00.000Z");
});

Deno.test("startOf gives the first moment of a day in any zone, also where clocks skip or repeat it", () => {
  const zones = [
    "UTC",
    "America/Los_Angeles",
    "Pacific/Auckland",
    "Pacific/Kiritimati",
    "America/Sao_Paulo",
    "Asia/Kolkata",
  ];
  for (const zone of zones) {
    for (const day of ["2026-03-08", "2026-03-09", "2026-11-01", "2018-11-04", "2026-09-27", "2026-12-31"]) {
      const at = startOf(day, zone);
      assert.equal(businessDay(at, zone), day, `${day} in ${zone}`);
      assert.equal(businessDay(new Date(at.getTime() - 1), zone), addDays(day, -1), `before ${day} in ${zone}`);
    }
  }
});
