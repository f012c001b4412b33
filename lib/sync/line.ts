import type { Stream } from "../streams/define.ts";
import type { Ledger, RunDocument } from "./ledger.ts";
import { isDuplicate } from "../store/duplicate.ts";

/**
 * Who may run now. Runs of different streams go side by side; two runs of one stream never do. What a run holds stands in
 * the run itself, under a unique index over all runs: two processes that both think a stream is free cannot both have it.
 */

/**
 * The streams that a run of these keeps others away from: themselves, and those that follow them or that they follow,
 * since a stream that follows reads what the followed one has written.
 */
export function streamsHeld(names: readonly string[], all: readonly Stream[]): string[] {
  const held = new Set(names);
  let before: number;
  do {
    before = held.size;
    for (const { name, follows } of all) {
      if (!follows) continue;
      if (held.has(name)) held.add(follows.stream);
      else if (held.has(follows.stream)) held.add(name);
    }
  } while (held.size > before);
  return all.map(({ name }) => name).filter((name) => held.has(name));
}

/** All runs that are not over, in the order in which they are served: people's before schedules', then as they came. */
export async function openRuns(ledger: Ledger): Promise<RunDocument[]> {
  return (await ledger.runs.find({ endedAt: null }).toArray()).sort(byTurn);
}

function byTurn(a: RunDocument, b: RunDocument): number {
  return Number(a.priority === "schedule") - Number(b.priority === "schedule") || a._id - b._id;
}

/** Whether a run's turn has come: its streams are its own. */
export function holds(run: RunDocument): boolean {
  return Array.isArray(run.active);
}

/**
 * Lets runs begin whose streams are free. A run that waits keeps its streams from all that come after it in line, so that
 * many small runs cannot keep a large one waiting for ever.
 *
 * @param open all runs that are not over, in turn
 * @returns the same runs as they stand now
 */
export async function letIn(ledger: Ledger, open: RunDocument[], all: readonly Stream[]): Promise<RunDocument[]> {
  if (open.every(holds)) return open;
  const taken = new Set(open.flatMap((run) => holds(run) ? run.active! : []));
  const now: RunDocument[] = [];
  for (const run of open) {
    if (holds(run) || run.status === "paused" || run.status === "cancelled") {
      now.push(run);
      continue;
    }
    const wanted = streamsHeld(run.streams, all);
    const isFree = wanted.every((name) => !taken.has(name));
    for (const name of wanted) taken.add(name);
    now.push(isFree && await take(ledger, run, wanted) ? { ...run, active: wanted } : run);
  }
  return now;
}

async function take(ledger: Ledger, run: RunDocument, wanted: string[]): Promise<boolean> {
  try {
    // a run of an earlier version holds nothing by name: `active` was just a mark
    const mark = { $in: [null, true] } as unknown as string[];
    const done = await ledger.runs.updateOne(
      { _id: run._id, endedAt: null, status: run.status, active: mark },
      { $set: { active: wanted } },
    );
    return done.modifiedCount > 0;
  } catch (error) {
    if (isDuplicate(error)) return false; // another run was faster
    throw error;
  }
}

/** Streams that a new run cannot have at once, each with the run that has it, or that waits for it. */
export function busyStreams(open: RunDocument[], all: readonly Stream[]): Map<string, number> {
  const busy = new Map<string, number>();
  for (const run of [...open.filter(holds), ...open.filter((run) => !holds(run))]) {
    for (const name of run.active ?? streamsHeld(run.streams, all)) if (!busy.has(name)) busy.set(name, run._id);
  }
  return busy;
}

/** Runs for whose end a run waits; none when its turn has come. */
export function waitsFor(run: RunDocument, open: RunDocument[], all: readonly Stream[]): number[] {
  if (holds(run) || run.endedAt) return [];
  const wanted = new Set(streamsHeld(run.streams, all));
  const others = open.filter((other) => other._id !== run._id);
  const holders = others.filter((other) => holds(other) && other.active!.some((name) => wanted.has(name)));
  const before = others.filter((other) =>
    !holds(other) && byTurn(other, run) < 0 && streamsHeld(other.streams, all).some((name) => wanted.has(name))
  );
  return [...holders, ...before].map(({ _id }) => _id).sort((a, b) => a - b);
}
