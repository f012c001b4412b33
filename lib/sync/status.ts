import type { Config } from "../config.ts";
import type { NetSuite } from "../sources/netsuite/client.ts";
import type { Store } from "../store/connect.ts";
import { TOMBSTONES } from "../store/live.ts";
import type { Stream } from "../streams/define.ts";
import type { ChunkDocument, Ledger, ProofDocument, RunDocument, StateDocument } from "./ledger.ts";
import { activeRun, chunksOf } from "./runs.ts";
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

/** Everything the Sync page shows. */
export async function readStatus(parts: StatusParts): Promise<SyncStatus> {
  const { ledger, netsuite, streams, notices, now } = parts;
  const [active, states, latest, gaps] = await Promise.all([
    activeRun(ledger),
    statesOf(ledger),
    ledger.runs.find({}, { sort: { _id: -1 }, limit: RUNS_SHOWN }).toArray(),
    notices.gaps(),
  ]);
  const chunks = active ? await chunksOf(ledger, active) : [];
  const current = active ? await viewOf(parts, active, chunks) : null;
  const views = await Promise.all(
    streams.map((stream) => streamView(parts, stream, states.get(stream.name), active, chunks)),
  );
  const runs = latest.map((run) => current && run._id === current.id ? current : runView(run, [], [], now()));
  const { inUse, most, kept } = netsuite.governor;
  return {
    now: now().toISOString(),
    account: netsuite.realm,
    tide: tideOf(
      parts,
      views.filter(({ table }) => !gaps.has(table)).map((view) => view.watermark),
      current,
      latest[0] ?? null,
    ),
    connection: connectionOf(netsuite),
    current,
    streams: views,
    runs,
    documents: views.reduce((sum, view) => sum + view.documents, 0),
    slots: { inUse, total: most + kept, kept },
  };
}

/** The one line at the foot of every page: three small reads. */
export async function readTide(parts: StatusParts): Promise<Tide> {
  const { ledger, streams, notices } = parts;
  const [active, states, [latest], gaps] = await Promise.all([
    activeRun(ledger),
    statesOf(ledger),
    ledger.runs.find({}, { sort: { _id: -1 }, limit: 1 }).toArray(),
    notices.gaps(),
  ]);
  const current = active ? await viewOf(parts, active, await chunksOf(ledger, active)) : null;
  const marks = streams.filter(({ table }) => !gaps.has(table)).map((stream) =>
    states.get(stream.name)?.watermark?.toISOString() ?? null
  );
  return tideOf(parts, marks, current, latest ?? null);
}

/** A run with its chunks' sums and its pace. */
export async function viewOf(parts: StatusParts, run: RunDocument, chunks: ChunkDocument[]): Promise<RunView> {
  const since = new Date(+parts.now() - 11 * 60_000);
  const samples = run.endedAt
    ? []
    : await parts.ledger.samples.find({ runId: run._id, at: { $gte: since } }, { sort: { at: 1 } }).toArray();
  return runView(run, chunks, samples, parts.now());
}

async function statesOf(ledger: Ledger): Promise<Map<string, StateDocument>> {
  return new Map((await ledger.states.find().toArray()).map((state) => [state._id, state]));
}

async function streamView(
  parts: StatusParts,
  stream: Stream,
  state: StateDocument | undefined,
  run: RunDocument | null,
  chunks: ChunkDocument[],
): Promise<StreamView> {
  const { store, ledger, now } = parts;
  const collection = store.collection(stream.name);
  const [[proof], all, tombstones, quarantined] = await Promise.all([
    ledger.proofs.find({ stream: stream.name }, { sort: { at: -1 }, limit: 1 }).toArray(),
    collection.estimatedDocumentCount(),
    collection.countDocuments(TOMBSTONES),
    store.collection("quarantine").countDocuments({ stream: stream.name }),
  ]);
  const own = chunks.filter((chunk) => chunk.stream === stream.name);
  const reading = own.filter((chunk) => chunk.kind === "read" || chunk.kind === "follow");
  const rowsRead = reading.reduce((sum, chunk) => sum + chunk.counts.read, 0);
  const expected = expectedOf(own);
  const watermark = state?.watermark ?? null;
  const isIn = run?.streams.includes(stream.name) && run.plan !== null;
  return {
    name: stream.name,
    table: stream.table,
    state: isIn ? stateOf(own) : run?.streams.includes(stream.name) ? "waiting" : "idle",
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
  current: RunView | null,
  latest: RunDocument | null,
): Tide {
  const known = marks.filter((mark) => mark !== null).sort();
  const watermark = known.length === marks.length ? known[0] ?? null : null;
  const say = (state: Tide["state"], text: string): Tide => ({ state, text, watermark, share: current?.share ?? null });
  if (current && (current.kind !== "incremental" || !watermark)) {
    return say(
      "running",
      `${NAMES[current.kind]}, ${Math.floor(current.share * 100)}%`,
    );
  }
  if (latest && latest.endedAt && latest.status !== "complete") {
    return say("failing", latest.status === "failed" ? `Run ${latest._id} failed` : `Run ${latest._id} is incomplete`);
  }
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
