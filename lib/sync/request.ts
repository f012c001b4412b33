import { AppError } from "../errors.ts";
import type { Stream } from "../streams/define.ts";
import { streamNamed } from "../streams/registry.ts";
import type { DateRange, Priority, RunDocument, RunKind } from "./ledger.ts";

/** What is asked for. */
export interface RunRequest {
  kind: RunKind;
  /** Names of streams; all when absent or empty. */
  streams?: string[];
  /** Who asks: a person's name, or `schedule`. */
  requestedBy: string;
  /** Of a schedule: names its due time. The ledger takes one run for it, however often it is asked for. */
  scheduledAs?: string;
  /** Of a backfill, and only of it: business dates `YYYY-MM-DD`, both included. */
  range?: DateRange | null;
  /** Read, check and report, but write nothing. */
  isDryRun?: boolean;
  /** Who waits for it; `schedule` when `requestedBy` says so, else `person`. */
  priority?: Priority;
}

/** A request that can be carried out. */
export interface CheckedRequest {
  /** In the order in which they are read. */
  streams: string[];
  range: DateRange | null;
  priority: Priority;
  isDryRun: boolean;
}

/**
 * Checks what is asked for.
 *
 * @throws {AppError} `unknown_stream`; `bad_range` for a range that is missing, out of place or no range; `no_range` for
 *   streams whose rows have neither a business date nor a change time
 */
export function checkRequest(request: RunRequest, all: readonly Stream[]): CheckedRequest {
  const asked = request.streams?.length ? new Set(request.streams.map((name) => streamNamed(name).name)) : null;
  const streams = all.filter((stream) => !asked || asked.has(stream.name));
  const range = request.range ?? null;
  if (request.kind === "backfill") {
    if (!range) throw bad("A backfill needs a range of dates: from which day to which.");
    checkDates(range);
  } else if (range) throw bad(`A range of dates belongs to a backfill, not to a run of kind ${request.kind}.`);
  return {
    streams: (range ? dated(streams, asked !== null) : streams).map(({ name }) => name),
    range,
    priority: request.priority ?? (request.requestedBy === "schedule" ? "schedule" : "person"),
    isDryRun: request.isDryRun ?? false,
  };
}

/**
 * Refuses a request that is the same as one that has not begun: a second click, most likely.
 *
 * @throws {AppError} `same_run_waits`
 */
export function refuseSame(asked: Pick<RunDocument, "kind" | "streams" | "range" | "isDryRun">, open: RunDocument[]) {
  const text = ({ kind, streams, range, isDryRun }: typeof asked) => JSON.stringify([kind, streams, range, isDryRun]);
  const same = open.find((run) => run.startedAt === null && run.status === "queued" && text(run) === text(asked));
  if (!same) return;
  throw new AppError(
    `Run ${same._id} asks for the same and has not begun yet. Wait for it, or cancel it first.`,
    "same_run_waits",
    "reject_request",
  );
}

/** Streams that can be read by a range of dates: all that were named must be, of all streams those that can are taken. */
function dated(streams: Stream[], areNamed: boolean): Stream[] {
  const without = streams.filter((stream) => !stream.range && !stream.cursor && !stream.follows);
  if (areNamed && without.length > 0) {
    throw new AppError(
      `Cannot read ${
        without.map(({ name }) => name).join(", ")
      } by dates: these rows have neither a business date nor ` +
        "a time of change. Ask for a full run of them.",
      "no_range",
      "reject_request",
    );
  }
  return streams.filter((stream) => !without.includes(stream));
}

function checkDates({ from, to }: DateRange): void {
  for (const date of [from, to]) {
    const at = new Date(`${date}T00:00:00Z`);
    const isDate = /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(+at) && at.toISOString().slice(0, 10) === date;
    if (!isDate) throw bad(`"${date}" is no date. Write year, month and day, such as 2026-11-30.`);
  }
  if (from > to) throw bad(`The range ends on ${to}, before it begins on ${from}.`);
}

function bad(message: string): AppError {
  return new AppError(message, "bad_range", "reject_request");
}
