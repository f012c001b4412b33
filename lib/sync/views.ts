/**
 * What pages and the API see of the sync. Plain values only, times as ISO strings, so that a view can go to the browser
 * or into JSON as it is.
 */

/** The state of the mirror in one line, shown at the foot of every page. */
export interface Tide {
  state: "level" | "running" | "behind" | "never" | "failing";
  /** Share of the run in progress, 0 to 1; null when none runs. */
  share: number | null;
  /** The oldest watermark of all streams; null until every stream has one. */
  watermark: string | null;
  /** A few words, e.g. "Level with NetSuite". */
  text: string;
}

/** Whether NetSuite answers, from the newest exchange with it. */
export interface ConnectionView {
  state: "ok" | "unknown" | "failing";
  answeredMs: number | null;
  checkedAt: string | null;
  message: string | null;
}

/** Why something failed: what happened, and what to do. */
export interface FaultView {
  code: string;
  message: string;
  advice: string;
}

/** One run. Counts are rows of the source; `share` reaches 1 only when the run is complete. */
export interface RunView {
  id: number;
  kind: "full" | "incremental" | "proof";
  status: "queued" | "running" | "complete" | "incomplete" | "failed";
  streams: string[];
  requestedBy: string;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
  tookMs: number | null;
  share: number;
  rowsRead: number;
  rowsExpected: number | null;
  written: number;
  unchanged: number;
  deleted: number;
  quarantined: number;
  chunksDone: number;
  chunksTotal: number;
  chunksWorking: number;
  restarts: number;
  requests: number;
  throttled: number;
  ratePerSecond: number | null;
  /** Rate as a share of what the free slots could bring at NetSuite's present speed, 0 to 1. */
  ceilingShare: number | null;
  /** Rows per second of the last minutes, oldest first. */
  recentRates: number[];
  secondsLeft: number | null;
  error: FaultView | null;
}

/** The newest comparison of a stream's source and mirror. */
export interface ProofView {
  outcome: "proved" | "repaired" | "differs";
  at: string;
  rows: number;
  /** Records that differed and are equal now that they were read again. */
  repaired: number;
  /** Records that differ even so. */
  differing: number;
}

/** One stream: where its mirror stands, and how it does in the run of now. */
export interface StreamView {
  name: string;
  table: string;
  state: "idle" | "waiting" | "reading" | "done" | "failed";
  rowsRead: number;
  rowsExpected: number | null;
  share: number | null;
  watermark: string | null;
  lagMs: number | null;
  documents: number;
  tombstones: number;
  quarantined: number;
  lastRunId: number | null;
  /** The newest comparison with the source; null before the first. */
  proof: ProofView | null;
  strategy: "changes" | "full";
  deletes: "deletedrecord" | "sweep";
}

/** One chunk of a run. `from` and `to` say what it covers: ids, or times. */
export interface ChunkView {
  id: string;
  stream: string;
  kind: string;
  status: "waiting" | "working" | "done" | "failed";
  rowsRead: number;
  attempts: number;
  error: string | null;
  from: string | null;
  to: string | null;
}

/** Everything the Sync page shows. */
export interface SyncStatus {
  now: string;
  account: string;
  tide: Tide;
  connection: ConnectionView;
  current: RunView | null;
  streams: StreamView[];
  runs: RunView[];
  documents: number;
  slots: { inUse: number; total: number; kept: number };
}
