import type { Collection } from "mongodb";
import { isDuplicate } from "../../store/duplicate.ts";
import { type ScheduleDocument, SYSTEM } from "./document.ts";
import { nextDue } from "./due.ts";

const MINUTE_MS = 60_000;

/**
 * Makes the schedules that are there from the first start on, unless they are: incremental as the setting says, a proof
 * each night, a full run each week that is off. One that a person has changed stays as it is; the incremental one follows
 * the setting until then. Safe to call at each tick, from any process.
 *
 * @param everyMs setting `SYNC_EVERY_MINUTES`, in milliseconds
 * @param zone the company's zone
 */
export async function seedSchedules(
  schedules: Collection<ScheduleDocument>,
  everyMs: number,
  zone: string,
  now: Date,
): Promise<void> {
  const cron = cronOf(everyMs);
  const seeds = [
    // in UTC, where no clock is ever changed
    { _id: "incremental", name: "Incremental", kind: "incremental", cron, zone: "UTC", isEnabled: true, everyMs },
    { _id: "nightly-proof", name: "Nightly proof", kind: "proof", cron: "30 2 * * *", zone, isEnabled: true },
    { _id: "weekly-full", name: "Weekly full run", kind: "full", cron: "0 4 * * 0", zone, isEnabled: false },
  ] as const;
  for (const { _id, ...seed } of seeds) {
    const isFirst = _id === "incremental"; // a new house is filled at once
    const nextDueAt = !seed.isEnabled ? null : isFirst ? now : nextDue({ ...seed, quiet: null }, now);
    await orThere(schedules.updateOne(
      { _id, cron: { $exists: false } }, // none, or one of a version that stored the due time alone: it keeps that
      {
        $set: {
          ...seed,
          streams: [],
          quiet: null,
          lastDueAt: null,
          owed: null,
          lastRunId: null,
          note: null,
          isBuiltIn: true,
          updatedBy: SYSTEM,
          updatedAt: now,
          revision: 0,
        },
        $setOnInsert: { nextDueAt },
      },
      { upsert: true },
    ));
  }
  await schedules.updateOne(
    { _id: "incremental", updatedBy: SYSTEM, everyMs: { $ne: everyMs } },
    { $set: { cron, everyMs, nextDueAt: now } },
  );
}

/**
 * The cron of "every so many minutes". Cron knows only what divides an hour or a day; what does not becomes the next
 * shorter span that does, as too often is safer than too seldom.
 */
export function cronOf(everyMs: number): string {
  const minutes = Math.max(1, Math.floor(everyMs / MINUTE_MS));
  if (minutes === 1) return "* * * * *";
  if (minutes < 60) return `*/${largestDivisor(60, minutes)} * * * *`;
  const hours = largestDivisor(24, Math.floor(minutes / 60));
  return hours === 1 ? "0 * * * *" : hours === 24 ? "0 0 * * *" : `0 */${hours} * * *`;
}

function largestDivisor(of: number, most: number): number {
  let divisor = Math.min(of, most);
  while (of % divisor !== 0) divisor--;
  return divisor;
}

/** An upsert whose filter leaves out what is there meets it under its `_id`: then there is nothing to do. */
async function orThere(upsert: Promise<unknown>): Promise<void> {
  try {
    await upsert;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}
