import type { Collection } from "mongodb";
import { AppError } from "../errors.ts";
import type { Store } from "../store/connect.ts";

/** `sync_schedules`: what is due when. Answered from here, never from memory, so a restart forgets nothing. */
export interface ScheduleDocument {
  _id: string;
  nextDueAt: Date;
}

/**
 * Asks whether the incremental run is due, and if so moves the due time on: of any number of processes exactly one is told
 * yes. Missed times are caught up once, not one by one.
 *
 * @param everyMs how often, in milliseconds
 */
export async function takeDue(store: Store, everyMs: number, now: Date): Promise<boolean> {
  const schedules: Collection<ScheduleDocument> = store.collection("sync_schedules");
  await schedules.updateOne({ _id: "incremental" }, { $setOnInsert: { nextDueAt: now } }, { upsert: true });
  const next = new Date((Math.floor(+now / everyMs) + 1) * everyMs);
  const taken = await schedules.updateOne({ _id: "incremental", nextDueAt: { $lte: now } }, {
    $set: { nextDueAt: next },
  });
  return taken.modifiedCount === 1;
}

/**
 * One tick of the schedule: makes the run that is due. The very first one is full.
 *
 * @param request makes a run; a run still under way is no fault, the next tick comes
 * @param hasRuns whether any run was ever made
 */
export async function tick(
  store: Store,
  everyMs: number,
  now: Date,
  hasRuns: () => Promise<boolean>,
  request: (kind: "full" | "incremental") => Promise<unknown>,
): Promise<void> {
  if (!await takeDue(store, everyMs, now)) return;
  try {
    await request(await hasRuns() ? "incremental" : "full");
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "run_in_progress") throw error;
  }
}
