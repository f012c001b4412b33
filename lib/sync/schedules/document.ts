import type { Collection } from "mongodb";
import type { Store } from "../../store/connect.ts";
import type { RunKind } from "../ledger.ts";
import type { ScheduleView } from "../views.ts";
import type { DueRule } from "./due.ts";

/** Kinds of runs that a schedule can make: a backfill needs a range, which a person gives. */
export const SCHEDULED_KINDS = ["incremental", "full", "proof"] as const satisfies readonly RunKind[];
/** One of {@link SCHEDULED_KINDS}. */
export type ScheduledKind = (typeof SCHEDULED_KINDS)[number];

/** Who has made and last changed a schedule that nobody has touched. */
export const SYSTEM = "system";

/** `sync_schedules`: what is run when. Answered from here, never from memory, so that a restart forgets nothing. */
export interface ScheduleDocument extends DueRule {
  _id: string;
  name: string;
  kind: ScheduledKind;
  /** Names of streams; empty: all. */
  streams: string[];
  isEnabled: boolean;
  /** Null while it is off. */
  nextDueAt: Date | null;
  lastDueAt: Date | null;
  /** A due time that was taken and for which there is no run yet: paid once, by whichever process is there. */
  owed: { dueAt: Date } | null;
  lastRunId: number | null;
  note: string | null;
  isBuiltIn: boolean;
  /** Of a built-in one that follows a setting: the setting's value that `cron` was made from, in milliseconds. */
  everyMs?: number;
  updatedBy: string;
  updatedAt: Date;
  /** Grows with every change by a person. */
  revision: number;
}

/** The collection of schedules. */
export function schedulesOf(store: Pick<Store, "collection">): Collection<ScheduleDocument> {
  return store.collection<ScheduleDocument>("sync_schedules");
}

/** A schedule as pages and the API see it. */
export function scheduleView(schedule: ScheduleDocument): ScheduleView {
  const { _id, name, kind, streams, cron, zone, quiet, isEnabled, lastRunId, note, isBuiltIn, updatedBy } = schedule;
  return {
    id: _id,
    name,
    kind,
    streams,
    cron,
    zone,
    quiet,
    isEnabled,
    nextDueAt: schedule.nextDueAt?.toISOString() ?? null,
    lastDueAt: schedule.lastDueAt?.toISOString() ?? null,
    lastRunId,
    note,
    isBuiltIn,
    updatedBy,
    updatedAt: schedule.updatedAt.toISOString(),
  };
}
