import type { Clock } from "../../clock.ts";
import type { Store } from "../../store/connect.ts";
import type { Stream } from "../../streams/define.ts";
import type { Ledger } from "../ledger.ts";
import { busyStreams, openRuns } from "../line.ts";
import { type ScheduleDesk, scheduleDesk } from "./desk.ts";
import { schedulesOf } from "./document.ts";
import { seedSchedules } from "./seed.ts";
import { type RunsForSchedules, tickSchedules } from "./tick.ts";

export type { ScheduleDesk, ScheduleInput } from "./desk.ts";
export { SCHEDULED_KINDS, type ScheduledKind } from "./document.ts";

/** Schedules: the desk for people, the tick for the clock. */
export interface Schedules {
  desk: ScheduleDesk;
  /** Makes the runs that are due. Called each minute in every process that works; safe at any time. */
  tick(): Promise<void>;
}

/** What schedules are made of. */
export interface SchedulesParts {
  store: Store;
  ledger: Ledger;
  streams: readonly Stream[];
  clock: Clock;
  /** How often the built-in incremental run is made, until a person changes it; milliseconds. */
  everyMs: number;
  /** The company's zone, for the built-in nightly and weekly runs. */
  zone: string;
  request: RunsForSchedules["request"];
}

/** Puts the schedules together. Nothing happens before a call. */
export function makeSchedules({ store, ledger, streams, clock, everyMs, zone, request }: SchedulesParts): Schedules {
  const schedules = schedulesOf(store);
  const seed = () => seedSchedules(schedules, everyMs, zone, clock.now());
  const runs: RunsForSchedules = {
    request,
    findScheduled: async (scheduledAs) =>
      (await ledger.runs.findOne({ scheduledAs }, { projection: { _id: 1 } }))?._id ?? null,
    hasRuns: async () => await ledger.runs.findOne({}, { projection: { _id: 1 } }) !== null,
    streams: async () => ({
      all: streams.map(({ name }) => name),
      busy: busyStreams(await openRuns(ledger), streams),
    }),
  };
  return {
    desk: scheduleDesk({ store, streams, clock, seed }),
    async tick() {
      await seed();
      await tickSchedules({ schedules, runs, now: clock.now() });
    },
  };
}
