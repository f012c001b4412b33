import type { Config } from "../config.ts";
import type { NetSuite } from "../sources/netsuite/client.ts";
import type { Store } from "../store/connect.ts";
import { TOMBSTONES } from "../store/live.ts";
import type { Stream } from "../streams/define.ts";
import type { ChunkDocument, Ledger, ProofDocument, RunDocument, StateDocument } from "./ledger.ts";
import { openRuns, waitsFor } from "./line.ts";
import { chunksOf } from "./runs.ts";
import { expectedOf, runView } from "./run_view.ts";
import type { Notices } from "./notices.ts";
import type { ConnectionView, ProofView, RunView, StreamView, SyncStatus, Tide } from "./views.ts";

/** What reading the status needs. */
export interface StatusParts {
  store: Store;
  ledger: Ledger;
  netsuite: NetSuite;
  notices: Notices;
  streams: readonly Stream[];
  config: Config;
  now: () => Date;
}

const RUNS_SHOWN = 10;
const NAMES = { full: "Full run", incremental: "Incremental run", proof: "Proof", backfill: "Backfill" };

/** A run that is not over, with its chunks. */
interface OpenRun {
  run: RunDocument;
  chunks: ChunkDocument[];
  view: RunView;
}

/** Everything the Sync page shows. */
export async function readStatus(parts: StatusParts): Promise<SyncStatus> {
  const { ledger, netsuite, streams, notices, now } = parts;
  const [open, states, latest, gaps, differing] = await Promise.all([
    readOpen(parts),
    statesOf(ledger),
    ledger.runs.find({}, { sort: { _id: -1 }, limit: RUNS_SHOWN }).toArray(),
    notices.gaps(),
    findDiffering(ledger, streams),
  ]);
  const views = await Promise.all(streams.map((stream) => streamView(parts, stream, states.get(stream.name), open)));
  const running = open.map(({ view }) => view);
  const runs = latest.map((run) => running.find(({ id }) => id === run._id) ?? runView(run, [], [], now()));
  const { inUse, most, kept } = netsuite.governor;
  return {
    now: now().toISOString(),
    account: netsuite.realm,
    tide: tideOf(
      parts,
      views.filter(({ table }) => !gaps.has(table) || gaps.isLost?.(table)).map((view) => view.watermark),
      running,
      latest,
      differing,
    ),
    connection: connectionOf(netsuite),
    current: running[0] ?? null,
    running,
    streams: views,
    runs,
    documents: views.reduce((sum, view) => sum + view.documents, 0),
    slots: { inUse, total: most + kept, kept },
  };
}

/** The one line at the foot of every page: a few small reads. */
export async function readTide(parts: StatusParts): Promise<Tide> {
  const { ledger, streams, notices } = parts;
  const [open, states, latest, gaps, differing] = await Promise.all([
    readOpen(parts),
    statesOf(ledger),
    ledger.runs.find({}, { sort: { _id: -1 }, limit: RUNS_SHOWN }).toArray(),
    notices.gaps(),
    findDiffering(ledger, streams),
  ]);
  const marks = streams.filter(({ table }) => !gaps.has(table) || gaps.isLost?.(table)).map((stream) =>
    states.get(stream.name)?.watermark?.toISOString() ?? null
  );
  return tideOf(parts, marks, open.map(({ view }) => view), latest, differing);
}

/** Runs that are not over, the one that a person cares about most first: those that move, then those that rest, then those that wait. */
async function readOpen(parts: StatusParts): Promise<OpenRun[]> {
  const open = await openRuns(parts.ledger);
  const all = await Promise.all(open.map(async (run): Promise<OpenRun> => {
    const chunks = await chunksOf(parts.ledger, run);
    return { run, chunks, view: await viewOf(parts, run, chunks, waitsFor(run, open, parts.streams)) };
  }));
  const rank = ({ view }: OpenRun) => view.waitsFor.length > 0 ? 2 : view.status === "paused" ? 1 : 0;
  return all.sort((a, b) => rank(a) - rank(b)); // stable: within a rank they stay in turn
}

/** A run with its chunks' sums and its pace. */
export async function viewOf(
  parts: StatusParts,
  run: RunDocument,
  chunks: ChunkDocument[],
  waitsFor: number[] = [],
): Promise<RunView> {
  const since = new Date(+parts.now() - 11 * 60_000);
  const samples = run.endedAt
    ? []
    : await parts.ledger.samples.find({ runId: run._id, at: { $gte: since } }, { sort: { at: 1 } }).toArray();
  return runView(run, chunks, samples, parts.now(), waitsFor);
}

/**
 * The newest run whose proof found records that differ, of a stream that no later proof has found equal: until then it does
 * not matter how many runs come to their end. Null when there is none.
 */
async function findDiffering({ proofs }: Ledger, known: readonly Stream[]): Promise<number | null> {
  const names = known.map(({ name }) => name); // what is not kept any more is not proved any more
  const streams = await proofs.distinct("stream", { outcome: "differs", stream: { $in: names } });
  const last = await Promise.all(
    streams.map((stream) => proofs.find({ stream }, { sort: { at: -1 }, limit: 1 }).toArray()),
  );
  const runs = last.flat().filter(({ outcome }) => outcome === "differs").map(({ runId }) => runId);
  return runs.length > 0 ? Math.max(...runs) : null;
}

async function statesOf(ledger: Ledger): Promise<Map<string, StateDocument>> {
  return new Map((await ledger.states.find().toArray()).map((state) => [state._id, state]));
}

async function streamView(
  parts: StatusParts,
  stream: Stream,
  state: StateDocument | undefined,
  open: OpenRun[],
): Promise<StreamView> {
  const { store, ledger, now } = parts;
  const collection = store.collection(stream.name);
  const [[proof], all, tombstones, quarantined] = await Promise.all([
    ledger.proofs.find({ stream: stream.name }, { sort: { at: -1 }, limit: 1 }).toArray(),
    collection.estimatedDocumentCount(),
    collection.countDocuments(TOMBSTONES),
    store.collection("quarantine").countDocuments({ stream: stream.name }),
  ]);
  // of several runs that it is in, one reads it and the others wait: that one stands first
  const { run, chunks, view } = open.find(({ run }) => run.streams.includes(stream.name)) ?? NO_RUN;
  const own = chunks.filter((chunk) => chunk.stream === stream.name);
  const reading = own.filter((chunk) => chunk.kind === "read" || chunk.kind === "follow");
  const rowsRead = reading.reduce((sum, chunk) => sum + chunk.counts.read, 0);
  const expected = expectedOf(own);
  const watermark = state?.watermark ?? null;
  const isIn = run !== null && run.plan !== null;
  const isResting = view?.status === "paused" && stateOf(own) === "reading";
  return {
    name: stream.name,
    table: stream.table,
    state: isIn && !isResting ? stateOf(own) : run ? "waiting" : "idle",
    rowsRead,
    rowsExpected: isIn ? expected : null,
    share: isIn ? (stateOf(own) === "done" ? 1 : expected > 0 ? Math.min(0.99, rowsRead / expected) : 0) : null,
    watermark: watermark?.toISOString() ?? null,
    lagMs: watermark ? Math.max(0, +now() - +watermark) : null,
    documents: Math.max(0, all - tombstones),
    tombstones,
    quarantined,
    lastRunId: state?.lastRunId ?? null,
    proof: proof ? proofView(proof) : null,
    strategy: stream.cursor && !stream.follows ? "changes" : "full",
    deletes: stream.deletedTypes.length > 0 ? "deletedrecord" : "sweep",
  };
}

const NO_RUN = { run: null, chunks: [], view: null };

function proofView({ outcome, at, rows, repaired, differing }: ProofDocument): ProofView {
  return { outcome, at: at.toISOString(), rows, repaired, differing };
}

function stateOf(chunks: ChunkDocument[]): StreamView["state"] {
  if (chunks.some((chunk) => chunk.status === "failed")) return "failed";
  if (chunks.every((chunk) => chunk.status === "done")) return "done";
  return chunks.some((chunk) => chunk.status !== "waiting" && chunk.kind !== "close") ? "reading" : "waiting";
}

function connectionOf(netsuite: NetSuite): ConnectionView {
  const last = netsuite.lastExchange;
  if (!last) return { state: "unknown", answeredMs: null, checkedAt: null, message: null };
  return {
    state: last.error ? "failing" : "ok",
    answeredMs: last.error ? null : last.tookMs,
    checkedAt: last.at.toISOString(),
    message: last.error?.message ?? null,
  };
}

function tideOf(
  parts: StatusParts,
  marks: (string | null)[],
  running: RunView[],
  latest: RunDocument[],
  differing: number | null,
): Tide {
  const known = marks.filter((mark) => mark !== null).sort();
  const watermark = known.length === marks.length ? known[0] ?? null : null;
  const moving = running.find(({ status, waitsFor }) => status !== "paused" && waitsFor.length === 0) ?? null;
  const large = running.find((run) => run.status === "running" && (run.kind !== "incremental" || !watermark)) ?? moving;
  const paused = running.find(({ status }) => status === "paused");
  const say = (state: Tide["state"], text: string, run = moving): Tide => {
    return { state, text, watermark, share: run?.share ?? null };
  };
  if (large && (large.kind !== "incremental" || !watermark)) {
    const name = large.isDryRun ? `Dry run, ${NAMES[large.kind].toLowerCase()}` : NAMES[large.kind];
    return say("running", `${name}, ${Math.floor(large.share * 100)}%`, large);
  }
  // its streams stand still for as long as it is paused: that is never level
  if (paused) return say("paused", `Run ${paused.id} is paused`, paused);
  // a dry run says nothing of the mirror, and a run that was cancelled failed at nothing
  const last = latest.find(({ isDryRun, status }) => !isDryRun && status !== "cancelled");
  if (last && last.endedAt && last.status !== "complete") {
    return say("failing", last.status === "failed" ? `Run ${last._id} failed` : `Run ${last._id} is incomplete`);
  }
  if (differing !== null) return say("failing", `Run ${differing} is incomplete`);
  if (!watermark) return say("never", "Not synced yet");
  const lagMs = +parts.now() - Date.parse(watermark);
  const { everyMs, lagMs: safetyMs } = parts.config.sync;
  const late = 2 * everyMs + safetyMs + 60_000;
  return lagMs > late ? say("behind", `${span(lagMs)} behind`) : say("level", "Level with NetSuite");
}

function span(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
}
