import type { Clock } from "../../clock.ts";
import { AppError } from "../../errors.ts";
import type { Store } from "../../store/connect.ts";
import type { Stream } from "../../streams/define.ts";
import type { ScheduleView } from "../views.ts";
import { SCHEDULED_KINDS, type ScheduledKind, type ScheduleDocument, schedulesOf, scheduleView } from "./document.ts";
import { checkRule, type DueRule, nextDue, nextTimes } from "./due.ts";
import type { QuietHours } from "./quiet.ts";

/** What a person says about a schedule. */
export interface ScheduleInput {
  /** Of the schedule to change; absent for a new one. */
  id?: string;
  name: string;
  kind: ScheduledKind;
  /** Names of streams; empty: all. */
  streams: string[];
  cron: string;
  zone: string;
  quiet: QuietHours | null;
  isEnabled: boolean;
}

/** What pages and the API do with schedules. */
export interface ScheduleDesk {
  /** All of them: the built-in ones first, then by name. */
  list(): Promise<ScheduleView[]>;
  /**
   * Makes or changes a schedule. What fell due before the change and was not yet run is still run, unless it is switched off.
   *
   * @param by name of who does it
   * @throws {AppError} `bad_schedule` or `unknown_stream` with a sentence for each fault, `unknown_schedule`
   */
  save(input: ScheduleInput, by: string): Promise<ScheduleView>;
  /**
   * Removes a schedule.
   *
   * @throws {AppError} `unknown_schedule`, or `schedule_built_in` for one that can only be switched off
   */
  remove(id: string): Promise<void>;
  /**
   * The next moments at which a rule would be due, ISO times.
   *
   * @throws {AppError} `bad_schedule`
   */
  preview(cron: string, zone: string, quiet: QuietHours | null, count: number): string[];
}

const MOST_SCHEDULES = 100, MOST_NAME = 80;

/** The desk at which schedules are kept. */
export function scheduleDesk(
  { store, streams, clock, seed }: {
    store: Store;
    streams: readonly Stream[];
    clock: Clock;
    seed: () => Promise<void>;
  },
): ScheduleDesk {
  const schedules = schedulesOf(store);

  return {
    async list() {
      await seed();
      const found = await schedules.find({}).toArray();
      const order = (one: ScheduleDocument) => `${one.isBuiltIn ? 0 : 1}${one.name.toLowerCase()}`;
      return found.sort((a, b) => order(a) < order(b) ? -1 : 1).map(scheduleView);
    },
    async save(input, by) {
      await seed();
      const said = checked(input, streams);
      return scheduleView(input.id === undefined ? await add(said, by) : await change(input.id, said, by));
    },
    async remove(id) {
      const { deletedCount } = await schedules.deleteOne({ _id: id, isBuiltIn: false });
      if (deletedCount > 0) return;
      const { name } = await readOne(id);
      throw new AppError(
        `"${name}" cannot be removed, it is always there. Switch it off instead.`,
        "schedule_built_in",
        "reject_request",
      );
    },
    preview(cron, zone, quiet, count) {
      const rule = { cron: tidy(cron), zone, quiet };
      checkRule(rule);
      return nextTimes(rule, clock.now(), count).map((at) => at.toISOString());
    },
  };

  async function add(said: Said, by: string): Promise<ScheduleDocument> {
    if (await schedules.countDocuments({}) >= MOST_SCHEDULES) {
      throw new AppError(
        `There are ${MOST_SCHEDULES} schedules already, the most there can be. Remove one that is off.`,
        "bad_schedule",
        "reject_request",
      );
    }
    const now = clock.now();
    const schedule: ScheduleDocument = {
      _id: crypto.randomUUID(),
      ...said,
      nextDueAt: said.isEnabled ? nextDue(said, now) : null,
      lastDueAt: null,
      owed: null,
      lastRunId: null,
      note: null,
      isBuiltIn: false,
      updatedBy: by,
      updatedAt: now,
      revision: 0,
    };
    await schedules.insertOne(schedule);
    return schedule;
  }

  async function change(id: string, said: Said, by: string): Promise<ScheduleDocument> {
    while (true) {
      const old = await readOne(id);
      const now = clock.now();
      const isOverdue = old.nextDueAt !== null && old.nextDueAt <= now;
      const staysDue = old.nextDueAt !== null && (isOverdue || isSameRule(old, said));
      const change = {
        ...said,
        nextDueAt: !said.isEnabled ? null : staysDue ? old.nextDueAt : nextDue(said, now),
        updatedBy: by,
        updatedAt: now,
        ...(said.isEnabled ? {} : { owed: null }),
      };
      // a tick that takes the due time between reading and writing has changed `nextDueAt`: look again
      const { modifiedCount } = await schedules.updateOne(
        { _id: id, revision: old.revision, nextDueAt: old.nextDueAt },
        { $set: change, $inc: { revision: 1 } },
      );
      if (modifiedCount > 0) return { ...old, ...change };
    }
  }

  async function readOne(id: string): Promise<ScheduleDocument> {
    const found = await schedules.findOne({ _id: id });
    if (!found) throw new AppError(`There is no schedule ${id}.`, "unknown_schedule", "reject_request");
    return found;
  }
}

type Said = DueRule & Pick<ScheduleDocument, "name" | "kind" | "streams" | "isEnabled">;

function checked({ name, kind, streams, cron, zone, quiet, isEnabled }: ScheduleInput, all: readonly Stream[]): Said {
  const title = name.trim();
  if (title === "" || title.length > MOST_NAME) {
    throw bad(`A schedule needs a name of 1 to ${MOST_NAME} characters, this one has ${title.length}.`);
  }
  if (!SCHEDULED_KINDS.includes(kind)) {
    throw bad(`"${kind}" is no kind of run that a schedule makes. It can be ${SCHEDULED_KINDS.join(", ")}.`);
  }
  const unknown = streams.filter((stream) => !all.some(({ name }) => name === stream));
  if (unknown.length > 0) {
    const known = all.map(({ name }) => name).join(", ");
    throw new AppError(
      `There is no stream ${unknown.join(", ")}. Streams are: ${known}.`,
      "unknown_stream",
      "reject_request",
    );
  }
  const rule = { cron: tidy(cron), zone, quiet };
  checkRule(rule);
  return { name: title, kind, streams: [...new Set(streams)], ...rule, isEnabled };
}

function isSameRule(a: DueRule, b: DueRule): boolean {
  return a.cron === b.cron && a.zone === b.zone && a.quiet?.from === b.quiet?.from && a.quiet?.to === b.quiet?.to;
}

function tidy(cron: string): string {
  return cron.trim().replace(/\s+/g, " ");
}

function bad(message: string): AppError {
  return new AppError(message, "bad_schedule", "reject_request");
}
