import assert from "node:assert/strict";
import { testSeed } from "../../../tests/support/seed.ts";
import { AppError } from "../../errors.ts";
import { randomFrom } from "../../marts/testing.ts";
import { openTestStore } from "../../store/testing.ts";
import { STREAMS } from "../../streams/registry.ts";
import { scheduleDesk, type ScheduleInput } from "./desk.ts";
import { schedulesOf } from "./document.ts";
import type { DueRule } from "./due.ts";
import { walkOf } from "./testing.ts";
import { type RunsForSchedules, tickSchedules } from "./tick.ts";

const MINUTE = 60_000, DAY = 1440 * MINUTE;
const seed = testSeed(4_711);
const BERLIN = "Europe/Berlin", NEW_YORK = "America/New_York", LORD_HOWE = "Australia/Lord_Howe";

/** Rules that a company may have, and that edits change to. */
const RULES: DueRule[] = [
  { cron: "30 2 * * *", zone: BERLIN, quiet: null },
  { cron: "30 2 * * *", zone: NEW_YORK, quiet: null },
  { cron: "10 2 * * *", zone: LORD_HOWE, quiet: null },
  { cron: "30 1 * * *", zone: NEW_YORK, quiet: null },
  { cron: "45 1 * * *", zone: LORD_HOWE, quiet: { from: "23:15", to: "02:10" } },
  { cron: "*/15 * * * *", zone: BERLIN, quiet: { from: "22:00", to: "05:30" } },
  { cron: "0 */2 * * *", zone: LORD_HOWE, quiet: null },
  { cron: "*/20 * * * *", zone: NEW_YORK, quiet: { from: "01:30", to: "02:30" } },
  { cron: "5 4 * * 0", zone: BERLIN, quiet: { from: "04:00", to: "04:01" } },
  { cron: "0 3 1,15 * 1", zone: NEW_YORK, quiet: null },
];

/** What must happen to a schedule: kept by walking through the minutes, with no due time computed ahead. */
interface Expected {
  rule: DueRule;
  walk: ReturnType<typeof walkOf>;
  isEnabled: boolean;
  /** A due time has come and no run was made for it yet. */
  isWaiting: boolean;
  runs: number;
}

for (const [month, first] of [["spring there", "2026-03-07"], ["autumn there", "2026-10-03"]] as const) {
  Deno.test(`A month of schedules over changes of clocks, ${month}: each due run once (SEED=${seed})`, async () => {
    await using store = await openTestStore();
    const random = randomFrom(seed), start = Date.parse(first);
    const schedules = schedulesOf(store);
    let now = new Date(start);
    const desk = scheduleDesk({ store, streams: STREAMS, clock: { now: () => now }, seed: () => Promise.resolve() });
    const expected = new Map<string, Expected>();
    const input = (rule: DueRule, isEnabled = true): ScheduleInput => ({
      ...{ name: "One", kind: "proof", streams: [], isEnabled },
      ...rule,
    });
    const add = async (rule: DueRule) => {
      const { id } = await desk.save(input(rule), "Ada");
      expected.set(id, { rule, walk: walkOf(rule, now), isEnabled: true, isWaiting: false, runs: 0 });
    };
    for (const rule of RULES) await add(rule);

    const made = new Map<string, number>();
    /** A ledger that all processes share. It dies under them, before and after it has taken a run. */
    const runs = (dies: () => boolean): RunsForSchedules => ({
      findScheduled: (name) => Promise.resolve(made.get(name) ?? null),
      hasRuns: () => Promise.resolve(true),
      streams: () => Promise.resolve({ all: [], busy: new Map() }),
      request: async ({ scheduledAs }) => {
        if (dies()) throw new Error("killed before");
        await Promise.resolve();
        if (made.has(scheduledAs)) throw new AppError("there", "already_scheduled", "reject_request");
        made.set(scheduledAs, made.size + 1);
        if (dies()) throw new Error("killed after");
        return made.size;
      },
    });
    const runsOf = (id: string) => [...made.keys()].filter((name) => name.startsWith(`${id}@`)).length;

    /** Several processes tick at once, each may be killed at any point; one that lives looks once more in the same minute. */
    const tick = async (processes: number) => {
      const dying = Array.from({ length: processes }, () => runs(() => random.next() < 0.3));
      await Promise.allSettled(dying.map((one) => tickSchedules({ schedules, runs: one, now })));
      await tickSchedules({ schedules, runs: runs(() => false), now });
      for (const one of expected.values()) {
        if (!one.isWaiting || one.walk.isQuiet(now)) continue;
        one.isWaiting = false;
        one.runs++;
      }
    };
    /** A process is killed after it has taken the due times, and nobody is there until the next tick. */
    const tickAndDie = () => tickSchedules({ schedules, runs: runs(() => true), now }).catch(() => {});

    let stall = 0, ticks = 0;
    for (let minute = 0; minute < 30 * 1440; minute++) {
      now = new Date(start + minute * MINUTE + random.whole(60_000));
      for (const one of expected.values()) one.isWaiting ||= one.isEnabled && minute > 0 && one.walk.isDue(now);
      if (random.next() < 1 / 700) await edit();
      if (stall-- > 0) continue;
      if (random.next() < 1 / 900) stall = random.whole(1200); // for hours nobody is there
      else if (random.next() < 1 / 120) await tickAndDie();
      else if (random.next() < ([...expected.values()].some((one) => one.isWaiting) ? 1 / 8 : 1 / 60)) {
        await tick(1 + random.whole(2));
        ticks++;
      }
    }
    now = new Date(start + 30 * DAY + 6 * 60 * MINUTE);
    for (const one of expected.values()) {
      for (let at = start + 30 * DAY; at <= +now; at += MINUTE) {
        one.isWaiting ||= one.isEnabled && one.walk.isDue(new Date(at));
      }
    }
    await tick(2);
    for (const [id, { rule, runs }] of expected) assert.equal(runsOf(id), runs, JSON.stringify(rule));
    const total = [...expected.values()].reduce((sum, one) => sum + one.runs, 0);
    assert.ok(total > 300 && ticks > 300, `${total} runs in ${ticks} ticks: the month was not lived`);

    async function edit(): Promise<void> {
      const [id, one] = random.pick([...expected]);
      if (one.walk.isQuiet(now)) return; // what is put off belongs to the rule that put it off
      const what = random.whole(3);
      if (what === 0) { // another name: nothing else changes
        await desk.save({ ...input(one.rule, one.isEnabled), id, name: `Name ${minuteOf(now)}` }, "Grace");
      } else if (what === 1) {
        one.isEnabled = !one.isEnabled;
        one.isWaiting &&= one.isEnabled;
        await desk.save({ ...input(one.rule, one.isEnabled), id }, "Grace");
      } else if (one.isEnabled) {
        one.rule = random.pick(RULES);
        one.walk = walkOf(one.rule, now);
        await desk.save({ ...input(one.rule), id }, "Grace");
      }
    }
  });
}

const minuteOf = (at: Date) => Math.floor(+at / MINUTE);
