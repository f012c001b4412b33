import assert from "node:assert/strict";
import fc from "fast-check";
import { aSchedule } from "../testing.ts";
import { cronOf, draftOf, fieldsOf, inputOf, readDraft, STEPS } from "./draft.ts";

Deno.test("draftOf and cronOf keep the times of every schedule", () => {
  const clock = fc.tuple(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 23 }));
  const cron = fc.oneof(
    fc.constantFrom("* * * * *", "0 */6 * * *", "0 3 1 * *", "*/7 * * * *", "0 8,17 * * 1-5", "61 25 * * *"),
    clock.map(([minute, hour]) => `${minute} ${hour} * * *`),
    fc.tuple(clock, fc.integer({ min: 0, max: 7 })).map(([[minute, hour], day]) => `${minute} ${hour} * * ${day}`),
  );
  fc.assert(fc.property(cron, (cron) => {
    assert.equal(cronOf(draftOf(aSchedule({ cron }), "UTC")), cron);
  }));
});

Deno.test("draftOf shows usual times in fields of their own", () => {
  const shown = (cron: string) => {
    const { when, every, dailyAt, weekday, weeklyAt } = draftOf(aSchedule({ cron }), "UTC");
    return { every, daily: dailyAt, weekly: `${weekday} ${weeklyAt}`, cron }[when];
  };
  assert.equal(shown("*/5 * * * *"), "5");
  assert.equal(shown("0 */2 * * *"), "120");
  assert.equal(shown("5 9 * * *"), "09:05");
  assert.equal(shown("0 4 * * 3"), "3 04:00");
  assert.equal(shown("0 4 * 1 *"), "0 4 * 1 *");
  for (const minutes of STEPS) {
    const cron = cronOf({ when: "every", every: `${minutes}`, dailyAt: "", weekday: "", weeklyAt: "", cron: "" });
    assert.equal(shown(cron), `${minutes}`);
  }
});

Deno.test("readDraft and inputOf say what was sent, also where it is wrong", () => {
  const form = new URLSearchParams(
    "name= Nightly &kind=proof&stream=items&stream=customers&when=daily&dailyAt=25:99&zone=Mars/Base",
  );
  const input = inputOf(readDraft(form), "s1");
  assert.deepEqual(input, {
    id: "s1",
    name: "Nightly",
    kind: "proof",
    streams: ["items", "customers"],
    cron: "99 25 * * *",
    zone: "Mars/Base",
    quiet: null,
    isEnabled: false,
  });
  form.set("dailyAt", "soon");
  assert.equal(inputOf(readDraft(form), null).cron, '"soon" * * *');
});

Deno.test("fieldsOf makes the same schedule anew", () => {
  const schedule = aSchedule({
    quiet: { from: "22:00", to: "05:30" },
    cron: "0 3 L * *",
    streams: ["items", "prices"],
  });
  const { name, kind, streams, cron, zone, quiet, isEnabled } = schedule;
  const again = inputOf(readDraft(new URLSearchParams(fieldsOf(schedule))), null);
  assert.deepEqual(again, { name, kind, streams, cron, zone, quiet, isEnabled });
});
