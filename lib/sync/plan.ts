import { MissingError } from "../sources/netsuite/answers.ts";
import { probe } from "../sources/netsuite/probe.ts";
import { type Extent, extentOf, histogramOf } from "../sources/netsuite/survey.ts";
import { cursorOf, DELETED, type Window } from "../sources/netsuite/suiteql.ts";
import type { Stream } from "../streams/define.ts";
import { discoverColumns, type Fill, streamsToFill } from "./columns.ts";
import { followAgain, takeUpReplayed } from "./follow_again.ts";
import { type ChunkDocument, type DateRange, newChunk, type StateDocument, type StreamPlan } from "./ledger.ts";
import { ALL_TIMES, timesOf, windowOf } from "./range.ts";
import { windowStart } from "./watermark.ts";
import { finish, type Work } from "./work.ts";

/** Pages that a chunk has at most: few enough that all slots stay busy, enough that claiming costs nothing. */
const CHUNK_PAGES = 10;
/** Buckets of a histogram: fits one page of an answer. */
const BUCKETS = 500;

const WHOLE: Readonly<StreamPlan> = { mode: "full", from: null, expected: 0 };

/** A chunk before it has a number. */
type Draft = Pick<ChunkDocument, "kind" | "stream" | "group" | "needs"> & Partial<ChunkDocument>;

/** Bounds of one chunk: `above < key <= upTo`, open where null. */
export interface Range {
  above: number | null;
  upTo: number | null;
  rows: number;
}

/**
 * Plans a run: asks NetSuite for its clock and for what has moved, cuts the streams into chunks, and puts them into the
 * ledger. The plan counts from the moment its token stands in the run: a planner that dies before leaves chunks that
 * nobody takes up, and one that comes back late cannot replace a plan that already counts.
 */
export async function planRun(work: Work): Promise<void> {
  const { run, ledger, held } = work;
  if (run.plan === null) {
    // the clock first: where not even that is answered, nothing else is asked
    const to = await endOfWindow(work);
    if (!run.isDryRun) {
      await discoverColumns({ store: work.store, reader: work.reader, run, everyMs: work.config.columnsMs });
    }
    const { plans, drafts } = await draftRun(work, to);
    await ledger.chunks.insertMany(drafts.map((draft, n) => chunkOf(work, draft, n)));
    if (!run.isDryRun) {
      const names = work.streams.map(({ name }) => name);
      await followAgain(ledger, names, run._id); // a run that has waited may have a lower number than one that was followed
      await takeUpReplayed(ledger, names);
    }
    await ledger.runs.updateOne(
      { _id: run._id, plan: null, endedAt: null, status: { $ne: "cancelled" } },
      { $set: { plan: held.token, plans, to } },
    );
  }
  await dropVoid(work);
  await finish(work, {});
}

/**
 * Lets go of the chunks of plans that do not count. Only now that one does: before, the plan of a planner that was held up
 * may still become the one, and its chunks must be there then.
 */
async function dropVoid({ run, ledger }: Work): Promise<void> {
  const planned = await ledger.runs.findOne({ _id: run._id }, { projection: { plan: 1 } });
  await ledger.chunks.deleteMany({ runId: run._id, kind: { $ne: "plan" }, plan: { $ne: planned?.plan ?? null } });
}

/** Where the run's window ends: a safety lag before NetSuite's own clock, in whole seconds. */
async function endOfWindow({ reader, config }: Work): Promise<Date> {
  const clock = await reader.netsuite.serverTime({
    asked: "its clock",
    meter: reader.meter,
    ...(reader.signal ? { signal: reader.signal } : {}),
  });
  return new Date(Math.floor((+clock - config.lagMs) / 1000) * 1000);
}

async function draftRun(work: Work, to: Date): Promise<{ plans: Record<string, StreamPlan>; drafts: Draft[] }> {
  const { reader, streams, run } = work;
  if (run.range) return await draftRange(work, run.range, to);
  if (run.isDryRun && run.kind === "proof") return { plans: {}, drafts: proofs(work, streams, []) };
  const states = new Map((await work.ledger.states.find().toArray()).map((state) => [state._id, state]));
  const deletedFrom = deletesStart(work, states, to);
  const toFill = await streamsToFill(work.store, streams);
  const plans = Object.fromEntries(
    streams.map((stream) => [stream.name, modeOf(work, stream, states, to, toFill)]),
  );
  const moved = await probe(reader, {
    moving: streams.flatMap((stream) => {
      const { mode, from } = plans[stream.name]!;
      return mode === "changes" ? [{ stream, from: from! }] : [];
    }),
    // a full run reads them whatever the fingerprint says: it is kept, for the runs that come after
    whole: streams.filter((stream) => plans[stream.name]!.mode === "full" && !cursorOf(stream, reader.gaps)),
    deletedSince: deletedFrom,
  });
  const drafts = (await Promise.all(streams.map(async (stream) => {
    const plan = plans[stream.name]!;
    if (reader.gaps.has(stream.table)) return absent(work, stream, plan);
    if (plan.mode === "changes") {
      plan.expected = moved.changed.get(stream.name) ?? 0;
      if (plan.expected === 0) plan.mode = "still";
      if (!cursorOf(stream, reader.gaps)) plan.mode = "full"; // found out just now, by asking what has moved
    }
    const whole = moved.whole.get(stream.name), state = states.get(stream.name);
    if (whole) {
      plan.print = whole.print; // taken before the reading: what changes meanwhile is read again the next time
      plan.expected = whole.rows;
      if (run.kind !== "full" && state?.watermark && state.print === whole.print && !plan.fills) plan.mode = "still";
    }
    return await draftStream(work, stream, plan, to);
  }))).flat();
  const read = [
    ...new Set(
      drafts.filter((draft) => draft.kind === "read" && !isFollower(streams, draft.stream)).map((draft) => draft.group),
    ),
  ];
  if (!reader.gaps.has(DELETED)) {
    // a full run reads them even so: only that shows that nothing was missed while they could not be read
    if (moved.deleted === 0 && run.kind !== "full") { for (const plan of Object.values(plans)) plan.noDeletes = true; }
    else {
      drafts.push({
        kind: "deletes",
        stream: "*",
        group: "deletes",
        needs: read,
        from: deletedFrom,
        to,
        expected: moved.deleted ?? 0,
      });
    }
  }
  // what was read whole is proved at the end, when deletes are in and nothing of the run is still being written; a run
  // of kind `proof` first reads what changed, so that it compares the mirror as it should be now
  if (run.isDryRun) return { plans, drafts }; // the mirror is not what it would be: there is nothing to compare
  const before = [...new Set(drafts.map((draft) => draft.group))];
  const proved = run.kind === "incremental" ? streams.filter((stream) => !states.get(stream.name)?.watermark) : streams;
  return { plans, drafts: [...drafts, ...proofs(work, proved, before)] };
}

/** A follower is proved after the stream it follows: what that proof repairs, the follower's must see. */
function proofs({ reader }: Work, streams: readonly Stream[], before: string[]): Draft[] {
  return streams.filter(({ table }) => !reader.gaps.has(table)).map(({ name, follows }) => ({
    kind: "proof",
    stream: name,
    group: `proof:${name}`,
    needs: follows ? [...before, `proof:${follows.stream}`] : before,
  }));
}

/**
 * A backfill reads what lies in its range, whatever has changed or not. It looks for no deletes and compares nothing: most
 * of a stream is not in the range.
 */
async function draftRange(work: Work, range: DateRange, to: Date): ReturnType<typeof draftRun> {
  const { reader, config } = work;
  const { from } = timesOf(range, config.zone);
  const plans: Record<string, StreamPlan> = {}, drafts: Draft[] = [];
  for (const stream of work.streams) {
    if (!stream.follows && !stream.range && !cursorOf(stream, reader.gaps)) continue; // its change time is a gap
    const plan: StreamPlan = stream.follows
      ? { mode: "follow", from: null, expected: 0 }
      : { mode: "range", from, expected: 0 };
    plans[stream.name] = plan;
    const isShown = !reader.gaps.has(stream.table);
    drafts.push(...isShown ? await draftStream(work, stream, plan, to) : absent(work, stream, plan));
  }
  return { plans, drafts };
}

/**
 * Where the run's window of `deletedrecord` begins: each of its streams has seen all deletes up to a time of its own, and
 * the earliest of those times counts. A stream whose table is not shown has its turn when it is there again.
 */
function deletesStart({ streams, config, reader }: Work, states: Map<string, StateDocument>, to: Date): Date {
  const told = streams.filter(({ deletedTypes, table }) => deletedTypes.length > 0 && !reader.gaps.has(table));
  const seen = told.map(({ name }) => {
    const state = states.get(name);
    return state?.deletesTo ?? states.get(DELETED)?.watermark ?? (state?.watermark ? new Date(0) : to);
  });
  return windowStart(new Date(Math.min(+to, ...seen.map(Number))), to, config.overlapMs);
}

function modeOf(
  work: Work,
  stream: Stream,
  states: Map<string, StateDocument>,
  to: Date,
  toFill: ReadonlyMap<string, Fill[]>,
): StreamPlan {
  const { run, reader, config } = work;
  const watermark = states.get(stream.name)?.watermark ?? null;
  const fills = toFill.get(stream.name);
  if (run.kind === "full" || !watermark || fills) return { ...WHOLE, ...(fills ? { fills } : {}) };
  if (stream.follows) return { mode: "follow", from: null, expected: 0 };
  if (!cursorOf(stream, reader.gaps)) return { ...WHOLE };
  return { mode: "changes", from: windowStart(watermark, to, config.overlapMs), expected: 0 };
}

async function draftStream(work: Work, stream: Stream, plan: StreamPlan, to: Date): Promise<Draft[]> {
  const group = `read:${stream.name}`;
  // the totals of days are recounted when a stream closes, so deletes must have been read by then
  const closeNeeds = stream.name === "transactions" ? [group, "deletes"] : [group];
  const close = closing(stream, closeNeeds);
  // a follower's rows belong to other records: it comes after them, and after their deletes
  const needs = stream.follows ? [`read:${stream.follows.stream}`, "deletes"] : [];
  if (plan.mode === "still") return [{ ...close, needs: closeNeeds.slice(1) }];
  if (plan.mode === "follow") return [{ kind: "follow", stream: stream.name, group, needs }, close];
  const window = windowOfPlan(work, stream, plan, to);
  const ranges = await cutRanges(work, stream, window, plan);
  if (ranges.length === 0) return absent(work, stream, plan);
  return [
    ...ranges.map((range): Draft => ({
      kind: "read",
      stream: stream.name,
      group,
      needs,
      above: range.above,
      upTo: range.upTo,
      from: window.from,
      to: window.to,
      expected: range.rows,
    })),
    close,
  ];
}

/** Of a table that is not shown there is nothing to read; what was read before is a fault of the run, told by its closing. */
function absent({ reader, run }: Work, stream: Stream, plan: StreamPlan): Draft[] {
  plan.isAbsent = true;
  return reader.gaps.isLost?.(stream.table) && !run.isDryRun ? [closing(stream, [])] : [];
}

function closing({ name }: Stream, needs: string[]): Draft {
  return { kind: "close", stream: name, group: `close:${name}`, needs };
}

function windowOfPlan({ run, config }: Work, stream: Stream, plan: StreamPlan, to: Date): Window {
  if (run.range) return windowOf(run, stream, timesOf(run.range, config.zone));
  return plan.mode === "full" ? ALL_TIMES : { from: plan.from, to };
}

async function cutRanges(work: Work, stream: Stream, window: Window, plan: StreamPlan): Promise<Range[]> {
  const most = stream.pageRows * CHUNK_PAGES;
  const everything = (rows: number): Range[] => [{ above: null, upTo: null, rows }];
  // where the probe has counted few rows, looking how they are spread would cost more than it brings
  if (plan.mode === "changes" && plan.expected <= most) return everything(plan.expected);
  if (plan.print && work.run.kind !== "full" && plan.expected <= 2 * most) return everything(plan.expected);
  const extent = await extentIn(work, stream, window);
  if (extent === "absent") return [];
  plan.expected = extent?.rows ?? 0;
  // two chunks a slot, so that none is idle while another works off the last one; no less than two pages
  const even = Math.ceil(plan.expected / (2 * work.reader.netsuite.governor.most));
  const size = Math.min(most, Math.max(2 * stream.pageRows, even));
  if (!extent || extent.rows <= size) return everything(plan.expected);
  const width = Math.max(1, Math.ceil((extent.max - extent.min + 1) / BUCKETS));
  return mergeBuckets(await histogramOf(work.reader, stream, window, width), width, size);
}

/** The extent of a stream's keys; a table that turns out to be missing has none. */
async function extentIn(work: Work, stream: Stream, window: Window): Promise<Extent | null | "absent"> {
  try {
    return await extentOf(work.reader, stream, window);
  } catch (error) {
    if (error instanceof MissingError && work.reader.gaps.has(stream.table)) return "absent";
    throw error;
  }
}

/**
 * Joins neighbouring buckets into ranges of about `size` rows. The first range is open below and the last one above, so
 * that together they hold every key there is or will be.
 *
 * @param buckets rows per bucket, ascending; bucket b holds the keys from b x width to b x width + width - 1
 */
export function mergeBuckets(buckets: { bucket: number; rows: number }[], width: number, size: number): Range[] {
  const ranges: Range[] = [];
  let rows = 0, above: number | null = null;
  for (const { bucket, rows: more } of buckets) {
    if (rows > 0 && rows + more > size) {
      const upTo = bucket * width - 1;
      ranges.push({ above, upTo, rows });
      above = upTo;
      rows = 0;
    }
    rows += more;
  }
  ranges.push({ above, upTo: null, rows });
  return ranges;
}

function isFollower(streams: readonly Stream[], name: string): boolean {
  return streams.some((stream) => stream.name === name && stream.follows !== null);
}

function chunkOf({ run, held, reader }: Work, draft: Draft, n: number): ChunkDocument {
  return newChunk({
    _id: `${run._id}.${held.token}.${n + 1}`,
    runId: run._id,
    plan: held.token,
    seq: n + 1,
    notBefore: reader.now(),
    ...draft,
  });
}
