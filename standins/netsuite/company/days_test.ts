import { strict as assert } from "node:assert";
import fc from "fast-check";
import { DAY, dayText, moveCalendar, parseDay, timeText } from "./days.ts";

Deno.test("parseDay reads the three formats of the sources", () => {
  for (const text of ["5/31/2011", "2011-05-31", "2011-05-31 00:00:00.000"]) {
    assert.equal(dayText(parseDay(text)), "2011-05-31");
  }
  assert.throws(() => parseDay("31.5.2011"), /Cannot read the day "31.5.2011"/);
});

Deno.test("timeText writes UTC to the second", () => {
  assert.equal(timeText(20_000 * DAY + 3_661), "2024-10-04 01:01:01");
  assert.equal(timeText(Date.parse("2028-02-29T23:59:59Z") / 1000), "2028-02-29 23:59:59");
});

Deno.test("moveCalendar ends exactly yesterday and moves by whole weeks, but for the newest day", () => {
  const days = fc.array(fc.integer({ min: 10_000, max: 11_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(fc.property(days, fc.integer({ min: 20_000, max: 21_000 }), (source, yesterday) => {
    const moves = moveCalendar(source, yesterday);
    const moved = source.map((day, index) => day + moves[index]!);
    assert.equal(Math.max(...moved), yesterday);
    moved.forEach((day, index) => {
      if (day !== yesterday) assert.equal(Math.abs(moves[index]! % 7), 0);
    });
    const [oldest, earliest] = [Math.min(...source), Math.min(...moved)];
    assert.ok(
      Math.abs((yesterday - earliest) - (Math.max(...source) - oldest)) <= 35,
      "the span is kept within five weeks",
    );
  }));
});
