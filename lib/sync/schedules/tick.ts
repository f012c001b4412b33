import type { Collection } from "mongodb";
import { AppError, messageOf } from "../../errors.ts";
import { logOf } from "../../log.ts";
import type { ScheduledKind, ScheduleDocument } from "./document.ts";
import { nextDue } from "./due.ts";
import { endOfQuiet, isQuiet } from "./quiet.ts";

/** What a tick asks of the ledger of runs. */
export interface RunsForSchedules {
  /** The run that was made for a due time, or null. */
  findScheduled(scheduledAs: string): Promise<number | null>;
  /** Whether any run was ever made. */
  hasRuns(): Promise<boolean>;
  /** Names of all streams; of these, each that a run works on just now, with that run. */
  streams(): Promise<{ all: readonly string[]; busy: ReadonlyMap<string, number> }>;
  /**
   * Makes a run and tells its number.
   *
   * @throws {AppError} `run_in_progress`, or `already_scheduled` when there is one for the due time
   */
  request(run: { kind: ScheduledKind; streams: string[]; scheduledAs: string }): Promise<number>;
}

/** What a tick works with. */
export interface TickParts {
  schedules: Collection<ScheduleDocument>;
  runs: RunsForSchedules;
  now: Date;
}

const log = logOf("sync.schedules");
/** Heavy runs have their turn first, and keep their streams while they wait: one each minute would leave them none. */
const WEIGHT: Record<ScheduledKind, number> = { full: 2, proof: 1, incremental: 0 };

/**
 * One tick: takes every due time that has come, then makes the run that is owed for it.
 *
 * Taking is one conditional update, so that of any number of processes one takes a due time; whatever was missed before it
 * is taken with it, as one. What is taken stands in the schedule as owed until the run exists, and the run carries the
 * name of its due time, of which the ledger takes one: a process may die at any point between, and another one pays. A due
 * time that comes while an older one is still owed takes its place: one run is made for both.
 *
 * @throws {AggregateError} when schedules failed for reasons that are not ours; the others have had their turn
 */
export async function tickSchedules({ schedules, runs, now }: TickParts): Promise<void> {
  const found = await schedules.find({
    $or: [{ isEnabled: true, nextDueAt: { $ne: null, $lte: now } }, { owed: { $ne: null } }],
  }).toArray();
  found.sort((a, b) => WEIGHT[b.kind] - WEIGHT[a.kind] || (a._id < b._id ? -1 : 1));
  const faults: unknown[] = [];
  const kept = new Map<string, string>(); // streams that wait to be free for a run that is owed, with its schedule
  for (const schedule of found) {
    try {
      const owing = await takeDue(schedules, await settlePaid(schedules, runs, schedule), now);
      if (!owing?.owed || isQuiet(now, owing.quiet, owing.zone)) continue;
      for (const stream of await pay(schedules, runs, owing, owing.owed.dueAt, kept)) kept.set(stream, owing.name);
    } catch (error) {
      log.error("A schedule could not make its run; the next tick tries again", {
        schedule: schedule._id,
        error: messageOf(error),
      });
      faults.push(error);
    }
  }
  if (faults.length > 0) throw new AggregateError(faults, faults.map(messageOf).join("; "));
}

/** Lets go of what is owed where the run exists: its maker died before it could say so. Before a new due time is taken. */
async function settlePaid(
  schedules: Collection<ScheduleDocument>,
  runs: RunsForSchedules,
  schedule: ScheduleDocument,
): Promise<ScheduleDocument> {
  const { _id, owed } = schedule;
  const made = owed && await runs.findScheduled(nameOf(_id, owed.dueAt));
  if (!owed || made === null) return schedule;
  await settle(schedules, _id, owed.dueAt, madeNote(made), made);
  return { ...schedule, owed: null };
}

/**
 * Takes the due time of a schedule, if it has come.
 *
 * @returns the schedule as it stands then, or null when another process was first
 */
async function takeDue(
  schedules: Collection<ScheduleDocument>,
  schedule: ScheduleDocument,
  now: Date,
): Promise<ScheduleDocument | null> {
  const { _id, nextDueAt, isEnabled, quiet, zone, revision } = schedule;
  if (!isEnabled || !nextDueAt || nextDueAt > now) return schedule;
  const asRead = { _id, nextDueAt, revision, isEnabled };
  if (isQuiet(now, quiet, zone)) { // it was missed, and now it is quiet: it waits for the end
    await schedules.updateOne(asRead, { $set: { nextDueAt: endOfQuiet(now, quiet, zone) } });
    return schedule;
  }
  return await schedules.findOneAndUpdate(asRead, {
    $set: { nextDueAt: nextDue(schedule, now), lastDueAt: nextDueAt, owed: { dueAt: nextDueAt } },
  }, { returnDocument: "after" });
}

/**
 * Makes the run that is owed, or notes why there is none.
 *
 * @param kept streams that are kept for heavier runs, with the schedule that waits for them
 * @returns the streams that are to be kept for this one, since it waits
 */
async function pay(
  schedules: Collection<ScheduleDocument>,
  runs: RunsForSchedules,
  schedule: ScheduleDocument,
  dueAt: Date,
  kept: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const { _id, kind } = schedule, scheduledAs = nameOf(_id, dueAt);
  const { all, busy } = await runs.streams();
  const wanted = schedule.streams.length > 0 ? schedule.streams : [...all];
  const taken = wanted.filter((stream) => busy.has(stream) || kept.has(stream));
  const isLight = kind === "incremental"; // the next one reads what this one leaves: no need to wait
  let why = takersOf(taken, busy, kept);
  if (taken.length === 0 || (isLight && taken.length < wanted.length)) {
    const isFirst = isLight && schedule.streams.length === 0 && !await runs.hasRuns();
    const streams = taken.length > 0 ? wanted.filter((stream) => !taken.includes(stream)) : schedule.streams;
    try {
      const id = await runs.request({ kind: isFirst ? "full" : kind, streams, scheduledAs });
      await settle(
        schedules,
        _id,
        dueAt,
        madeNote(id, taken.length > 0 ? ` without ${taken.join(", ")}: ${why}` : ""),
        id,
      );
      return [];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === "already_scheduled") {
        const id = await runs.findScheduled(scheduledAs);
        if (id !== null) await settle(schedules, _id, dueAt, madeNote(id), id);
        return [];
      }
      if (error.code !== "run_in_progress") throw error;
      why = "another run was faster";
    }
  }
  if (isLight) {
    await settle(schedules, _id, dueAt, `No run at ${dueAt.toISOString()}: ${why}. The next one reads it all.`, null);
    return [];
  }
  const note = `Due at ${dueAt.toISOString()}, but ${why}: it is made as soon as its streams are free.`;
  if (schedule.note !== note) await schedules.updateOne({ _id, "owed.dueAt": dueAt }, { $set: { note } });
  return wanted;
}

/** Who has, or waits for, these streams. */
function takersOf(
  streams: readonly string[],
  busy: ReadonlyMap<string, number>,
  kept: ReadonlyMap<string, string>,
): string {
  const runs = [...new Set(streams.flatMap((stream) => busy.get(stream) ?? []))].sort((a, b) => a - b);
  const names = [...new Set(streams.flatMap((stream) => busy.has(stream) ? [] : kept.get(stream) ?? []))];
  const parts = [
    ...(runs.length > 0 ? [`${runs.length === 1 ? "run" : "runs"} ${runs.join(", ")} read them`] : []),
    ...(names.length > 0 ? [`${names.map((name) => `"${name}"`).join(", ")} waits for them`] : []),
  ];
  return parts.join(" and ");
}

/** Lets go of what is owed, with what became of it. */
async function settle(
  schedules: Collection<ScheduleDocument>,
  _id: string,
  dueAt: Date,
  note: string,
  lastRunId: number | null,
): Promise<void> {
  const run = lastRunId === null ? {} : { lastRunId };
  await schedules.updateOne({ _id, "owed.dueAt": dueAt }, { $set: { owed: null, note, ...run } });
}

/** Under which name the ledger takes one run for a due time. */
function nameOf(id: string, dueAt: Date): string {
  return `${id}@${dueAt.toISOString()}`;
}

function madeNote(run: number, without = ""): string {
  return `Run ${run} was made${without}.`;
}
