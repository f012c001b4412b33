import type { ScheduleView } from "../lib/sync/views.ts";
import { aligned } from "./arguments.ts";
import type { Command } from "./command.ts";
import { EXIT } from "./exit.ts";

/** What runs when. */
export const SCHEDULES: Command = {
  syntax: {
    name: "schedules",
    summary: "What runs when: each schedule with its rule, its next due time, and what became of the last one.",
    options: [],
    notes: "They are changed on the Sync page and over the API.",
  },
  async run({ engine, output }) {
    const schedules = await engine.sync.schedules.list();
    const rows = schedules.map((schedule) => [schedule.name, wordsOf(schedule)] as const);
    output.result(EXIT.complete, { schedules }, rows.length > 0 ? aligned(rows).join("\n") : "There are no schedules.");
    return EXIT.complete;
  },
};

function wordsOf({ kind, streams, cron, zone, quiet, isEnabled, nextDueAt, note }: ScheduleView): string {
  return [
    `${kind} of ${streams.length > 0 ? streams.join(", ") : "all streams"}`,
    `${cron} ${zone}`,
    ...quiet ? [`quiet ${quiet.from}-${quiet.to}`] : [],
    isEnabled ? `next ${nextDueAt ?? "never"}` : "off",
    ...note ? [note] : [],
  ].join("; ");
}
