import assert from "node:assert/strict";
import { testSeed } from "../../../tests/support/seed.ts";
import fc from "fast-check";
import { AppError } from "../../errors.ts";
import { checkRule, type DueRule, nextDue, nextTimes } from "./due.ts";
import { dueMinutes } from "./testing.ts";

const rule = (cron: string, zone: string, quiet: DueRule["quiet"] = null): DueRule => ({ cron, zone, quiet });
const times = (r: DueRule, after: string, count: number) =>
  nextTimes(r, new Date(after), count).map((at) => at.toISOString().slice(5, 16));

Deno.test("nextDue: a time that the clock skips is due at the first minute after the gap", () => {
  assert.deepEqual(times(rule("30 2 * * *", "Europe/Berlin"), "2026-03-28T00:00:00Z", 3), [
    "03-28T01:30",
    "03-29T01:00", // 03:00 by the clock, which goes from 01:59 to 03:00
    "03-30T00:30",
  ]);
  assert.deepEqual(times(rule("30 2 * * *", "America/New_York"), "2026-03-07T08:00:00Z", 2), [
    "03-08T07:00",
    "03-09T06:30",
  ]);
  // half an hour is skipped there
  assert.deepEqual(times(rule("10 2 * * *", "Australia/Lord_Howe"), "2026-10-02T16:00:00Z", 2), [
    "10-03T15:30",
    "10-04T15:10",
  ]);
});

Deno.test("nextDue: a time that the clock shows twice is due once, and every-hour rules go by passing time", () => {
  assert.deepEqual(times(rule("30 2 * * *", "Europe/Berlin"), "2026-10-24T12:00:00Z", 2), [
    "10-25T00:30",
    "10-26T01:30",
  ]);
  assert.deepEqual(times(rule("*/30 * * * *", "Europe/Berlin"), "2026-10-25T00:00:00Z", 4), [
    "10-25T00:30",
    "10-25T01:00",
    "10-25T01:30",
    "10-25T02:00",
  ]);
  assert.deepEqual(times(rule("30 2 * * *", "Europe/Berlin"), "2026-10-25T01:10:00Z", 1), ["10-26T01:30"]);
});

Deno.test("nextDue: times in quiet hours are due once at their end, over midnight and over changes of clocks", () => {
  const quiet = { from: "22:00", to: "05:30" };
  assert.deepEqual(times(rule("*/30 * * * *", "Europe/Berlin", quiet), "2026-01-10T20:20:00Z", 3), [
    "01-10T20:30",
    "01-11T04:30",
    "01-11T05:00",
  ]);
  assert.deepEqual(times(rule("0 3 * * *", "Europe/Berlin", quiet), "2026-03-28T12:00:00Z", 2), [
    "03-29T03:30",
    "03-30T03:30",
  ]);
  // the clock is put back within them: what it shows again before they begin is not quiet
  const night = { from: "01:30", to: "02:30" };
  assert.deepEqual(times(rule("*/20 * * * *", "America/New_York", night), "2026-11-01T05:10:00Z", 5), [
    "11-01T05:20",
    "11-01T06:00",
    "11-01T06:20",
    "11-01T07:30",
    "11-01T07:40",
  ]);
  // the end itself is skipped: they end with the gap
  const short = { from: "01:00", to: "02:30" };
  assert.deepEqual(times(rule("30 1 * * *", "Europe/Berlin", short), "2026-03-28T12:00:00Z", 1), ["03-29T01:00"]);
});

const ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC"];
const seed = testSeed(4_711);

Deno.test(`nextDue agrees with a walk through every minute, near every change of clocks (SEED=${seed})`, () => {
  const minute = fc.oneof(fc.constantFrom("*", "*/7", "*/30", "0,30", "10-20"), fc.integer({ min: 0, max: 59 }));
  const hour = fc.oneof(fc.constantFrom("*", "*/2", "1-3", "0,2,23"), fc.integer({ min: 0, max: 23 }));
  const clock = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom("00", "30", "17"))
    .map(([h, m]) => `${String(h).padStart(2, "0")}:${m}`);
  const rules = fc.record({
    cron: fc.tuple(minute, hour, fc.constantFrom("*", "*", "1-15"), fc.constantFrom("*", "*", "0"))
      .map(([m, h, d, w]) => `${m} ${h} ${d} * ${w}`),
    zone: fc.constantFrom(...ZONES),
    quiet: fc.option(fc.record({ from: clock, to: clock }).filter(({ from, to }) => from !== to)),
  });
  const changes = [ // days around changes of clocks, and the day that Samoa left out
    "2026-03-29",
    "2026-10-25",
    "2026-03-08",
    "2026-11-01",
    "2026-04-05",
    "2026-10-04",
    "2011-12-30",
    "2026-07-01",
  ];
  fc.assert(
    fc.property(rules, fc.constantFrom(...changes), fc.integer({ min: -2000, max: 1500 }), (r, day, offset) => {
      const from = new Date(Date.parse(day) + offset * 60_000), to = new Date(+from + 30 * 3_600_000);
      const found: string[] = [];
      // strictly after: a minute before the span is where asking begins
      for (let at = nextDue(r, new Date(+from - 1)); at && at < to; at = nextDue(r, at)) found.push(at.toISOString());
      const expected = dueMinutes(r, from, to).map((at) => at.toISOString());
      // what was put off from quiet hours that began before the span is owed there, but not by a rule asked inside of them
      const extra = expected[0] !== found[0] && r.quiet ? expected.slice(1) : expected;
      assert.deepEqual(found, extra);
    }),
    { seed, numRuns: Number(Deno.env.get("FC_RUNS") ?? 400) },
  );
});

Deno.test("checkRule names each fault with its value and what would be right", () => {
  const fault = (r: DueRule) => {
    try {
      checkRule(r);
    } catch (error) {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, "bad_schedule");
      return error.message;
    }
    return "";
  };
  assert.equal(fault(rule("30 2 * * MON-FRI", "Europe/Berlin", { from: "22:00", to: "05:30" })), "");
  assert.match(fault(rule("61 * * * *", "UTC")), /"61 \* \* \* \*".*minute: 61.*"30 2 \* \* \*"/);
  assert.match(fault(rule("0 0 31 2 *", "UTC")), /no day of the calendar/);
  assert.match(fault(rule("* * * * * *", "UTC")), /not five fields/);
  assert.match(fault(rule("@daily", "UTC")), /not five fields/);
  assert.match(fault(rule("0 2 * * *", "Berlin")), /"Berlin" is no time zone.*Europe\/Berlin/);
  assert.match(fault(rule("0 2 * * *", "UTC", { from: "22:00", to: "22:00" })), /cover the whole day/);
  assert.match(fault(rule("0 2 * * *", "UTC", { from: "24:00", to: "7:00" })), /"24:00".*"7:00"/);
});
