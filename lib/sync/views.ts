/**
 * What pages and the API see of the sync. Plain values only, times as ISO strings, so that a view can go to the browser
 * or into JSON as it is.
 */

/** The state of the mirror in one line, shown at the foot of every page. */
export interface Tide {
  state: "level" | "running" | "paused" | "behind" | "never" | "failing";
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
  kind: "full" | "incremental" | "proof" | "backfill";
  status: "queued" | "running" | "paused" | "complete" | "incomplete" | "failed" | "cancelled";
  streams: string[];
  requestedBy: string;
  /** Who is waiting: a person's run goes before the schedule's. */
  priority: "person" | "schedule";
  /** A run that reads, checks and reports, and writes nothing to the mirror. */
  isDryRun: boolean;
  /** Of a backfill: business dates, `YYYY-MM-DD`, both included. */
  range: { from: string; to: string } | null;
  /** Runs that read its streams just now, and for whose end it waits; empty when its turn has come. */
  waitsFor: number[];
  /** Who has paused or cancelled it; null while nobody has, and after it was resumed. */
  haltedBy: string | null;
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

/** A stream as it is declared and used: for its own page. */
export interface StreamDetailView {
  /** Columns that identify a row. */
  key: string[];
  /** Column with the time of the last change; null where there is none. */
  cursor: string | null;
  /** The stream with whose changes it is read; null for most. */
  follows: string | null;
  /** Fields of a document with the column each comes from. */
  columns: { field: string; source: string }[];
  /** Rows of another table inside each document. */
  children: { field: string; table: string; columns: { field: string; source: string }[] } | null;
  /** Custom fields with a value, and in how many of the newest `sampled` documents. */
  custom: { name: string; documents: number }[];
  sampled: number;
  /** Newest first. */
  proofs: (ProofView & { runId: number })[];
}

/** What became of a stream's rows in a run; of a dry run, what would have become of them. */
export interface StreamCountsView {
  stream: string;
  rowsRead: number;
  written: number;
  unchanged: number;
  deleted: number;
  quarantined: number;
}

/** A run with everything that is known of it. */
export interface RunDetailView extends RunView {
  /** The moment of which all this is. */
  now: string;
  /** All of them, or the page that was asked for; `chunksTotal` says how many there are. */
  chunks: ChunkView[];
  /** In the order in which streams are read. */
  byStream: StreamCountsView[];
}

/** So many chunks of a run, those that need a look first, and which page of them. */
export interface ChunkListing {
  rows: number;
  /** From 1; a page behind the last is the last. */
  page: number;
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
  /** Of the runs that are not over, the one that a person cares about most. */
  current: RunView | null;
  /** All runs that are not over, in the order in which they are served; {@link current} is the first. */
  running: RunView[];
  streams: StreamView[];
  runs: RunView[];
  documents: number;
  slots: { inUse: number; total: number; kept: number };
}

/** A row that its stream could not take, with what a person needs to mend it. */
export interface QuarantineView {
  /** `stream/key`. */
  id: string;
  stream: string;
  key: number | string | null;
  /** Sentences: which column, which value, what would be right. Of an edited row those that are left; then it may be empty. */
  reasons: string[];
  /** The row as a person has edited it, or as NetSuite gave it where nobody has. */
  raw: Record<string, string>;
  children: Record<string, string>[];
  /** The row as NetSuite gave it, where a person has edited it. */
  original: { raw: Record<string, string>; children: Record<string, string>[] } | null;
  /** Columns that an edit may set, of the row and of its children. */
  columns: { raw: string[]; children: string[] };
  isEdited: boolean;
  editedBy: string | null;
  editedAt: string | null;
  firstSeenAt: string;
  lastSeenAt: string;
  times: number;
  runId: number;
  /** Whether the mirror shows an older document of the record meanwhile. */
  isMirrored: boolean;
}

/** A page of the quarantine. */
export interface QuarantinePage {
  rows: QuarantineView[];
  /** Rows that the question covers, on all pages. */
  total: number;
  /** `after` of the next page; null on the last. */
  next: string | null;
  /** Rows by stream, and by reason (without the rows' own values), most first; of the question without its reason. */
  byStream: { stream: string; rows: number }[];
  byReason: { reason: string; rows: number }[];
}

/** What a replay did. */
export interface ReplayView {
  /** Rows that are in the mirror now. */
  replayed: number;
  /** Rows that stay in quarantine, with new reasons. */
  refused: number;
  /** Rows of which the mirror has a newer document already: let go. */
  outdated: number;
}

/** A schedule: what is run when. */
export interface ScheduleView {
  id: string;
  name: string;
  kind: RunView["kind"];
  /** Empty: all streams. */
  streams: string[];
  /** Five fields of cron. */
  cron: string;
  /** IANA name of the zone in which `cron` and `quiet` are read. */
  zone: string;
  /** Hours of the day in which it does not run, e.g. `{ from: "22:00", to: "05:30" }`; may span midnight. */
  quiet: { from: string; to: string } | null;
  isEnabled: boolean;
  nextDueAt: string | null;
  lastDueAt: string | null;
  lastRunId: number | null;
  /** What became of the last due time, in a sentence; null before the first. */
  note: string | null;
  /** One of those that are there from the first start on: it can be switched off, not removed. */
  isBuiltIn: boolean;
  updatedBy: string;
  updatedAt: string;
}

/** A change of NetSuite's columns that was noticed. */
export interface DriftView {
  id: string;
  table: string;
  /** Null: the whole table. */
  column: string | null;
  change: "appeared" | "vanished" | "type_changed";
  /** E.g. `integer` before, `text` now; null where there was or is none, or where it is not known. */
  before: string | null;
  after: string | null;
  at: string;
  /** A sentence: what it means for the mirror. */
  text: string;
}

/** One day of the sync's history. */
export interface HistoryDayView {
  /** `YYYY-MM-DD` in the account's zone. */
  date: string;
  runs: { complete: number; incomplete: number; failed: number; cancelled: number };
  rowsRead: number;
  written: number;
  deleted: number;
  quarantined: number;
  requests: number;
  throttled: number;
  /** Seconds, of incremental runs that day. */
  medianSeconds: number | null;
  longestSeconds: number | null;
  /** Mean share of slots in use while runs were under way, 0 to 1. */
  slotShare: number | null;
  /** The oldest change that was not yet in the mirror, at its worst that day, in seconds. */
  worstLagSeconds: number | null;
}

/** Something that is wrong with the sync just now, and of which people were told. */
export interface AlertView {
  id: string;
  kind: "run_failed" | "run_incomplete" | "proof_differs" | "stale" | "quarantine_grows";
  /** A line, e.g. "Incremental runs fail". */
  title: string;
  /** What happened and what to do, in sentences. */
  text: string;
  runId: number | null;
  since: string;
  /** When people were last told of it. */
  toldAt: string;
}

/** Something that was wrong and is over. */
export interface PastAlertView extends AlertView {
  endedAt: string;
}

/** A way by which people are told, and how that went lately. */
export interface ChannelView {
  channel: "webhook" | "mail";
  /** The webhook's host, or the mail addresses. */
  to: string[];
  sentAt: string | null;
  /** Title of the last message that went out. */
  sentTitle: string | null;
  /** Messages that are still to be sent. */
  waiting: number;
  /** Why the first of those was not sent yet, where it was tried. */
  failing: { error: string; attempts: number; nextTryAt: string } | null;
  /** Messages of the last 30 days that nobody got. */
  givenUp: number;
  lastGivenUp: { at: string; title: string; error: string } | null;
}

/** What became of a test message on one channel. */
export interface TestResult {
  channel: ChannelView["channel"];
  /** A sentence; null when it was sent. */
  error: string | null;
}

/** A rebuild of the totals that is not over. */
export interface RebuildView {
  startedAt: string;
  /** Months done, of all; null before the first. */
  done: number | null;
  total: number | null;
}

/** Daily totals that reports read, and where they stand. Days are `YYYY-MM-DD`. */
export interface MartView {
  name: "sales";
  /** Streams whose documents it counts. */
  streams: string[];
  /** Days that have a total. */
  days: number;
  first: string | null;
  last: string | null;
  /** Days that are to be recounted, since their documents changed. */
  dirty: number;
  /** Every day is to be recounted: a full run is writing. */
  isAllDirty: boolean;
  oldestDirty: string | null;
  dirtySince: string | null;
  /** When a day was last recounted. */
  settledAt: string | null;
  /** The rebuild that is not over. */
  rebuild: RebuildView | null;
}
