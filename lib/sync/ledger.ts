import type { Collection } from "mongodb";
import type { Store } from "../store/connect.ts";
import { type Counter, nextNumber } from "../store/counter.ts";
import type { Fill } from "./columns.ts";
import type { ExchangeNote } from "../sources/netsuite/exchange_note.ts";
import type { Key } from "../sources/netsuite/suiteql.ts";

/**
 * The ledger: what is to be done, who does it, and how far it is. It lives in MongoDB, so that any process may die at any
 * moment and another one goes on. The KV queue carries wake-ups only.
 */

/** Counts of rows by what became of them. */
export interface Counts {
  read: number;
  written: number;
  unchanged: number;
  stale: number;
  deleted: number;
  quarantined: number;
}

/** Nothing counted yet. */
export const NO_COUNTS: Readonly<Counts> = { read: 0, written: 0, unchanged: 0, stale: 0, deleted: 0, quarantined: 0 };

/** How one stream is read in a run. */
export interface StreamPlan {
  /**
   * `full`: every row by key; `changes`: a window of change times; `range`: what lies in the run's range of dates;
   * `follow`: with another stream; `still`: nothing moved.
   */
  mode: "full" | "changes" | "range" | "follow" | "still";
  /** Start of the window; null for all of time. */
  from: Date | null;
  /** Rows expected, when the plan was made. */
  expected: number;
  /** Of a stream without change times: what stood for its content before it was read. */
  print?: string;
  /** Nothing was deleted since the run's streams saw all deletes: there is no chunk that reads them. */
  noDeletes?: true;
  /** NetSuite does not show its table: nothing of it is read, so neither its watermark nor the end of its deletes may move. */
  isAbsent?: true;
  /** Of a stream that is read whole: the custom fields that this fills in. */
  fills?: Fill[];
}

/** Why something failed. */
export interface Fault {
  code: string;
  message: string;
  /** What was asked of NetSuite and what it answered, where the fault came of that. */
  exchange?: ExchangeNote;
}

/**
 * `full` reads every row and proves it, `incremental` reads what changed, `proof` does that and then compares everything,
 * `backfill` reads again what lies in a range of business dates.
 */
export type RunKind = "full" | "incremental" | "proof" | "backfill";
/** What a run is: `paused` and `cancelled` are a person's doing, `incomplete` and `failed` are not. */
export type RunStatus = "queued" | "running" | "paused" | "complete" | "incomplete" | "failed" | "cancelled";
/** Who waits for a run: a person's goes before the schedule's. */
export type Priority = "person" | "schedule";

/** Business dates, `YYYY-MM-DD`, both included. */
export interface DateRange {
  from: string;
  to: string;
}

/** `sync_runs`: one execution. */
export interface RunDocument {
  _id: number;
  kind: RunKind;
  status: RunStatus;
  /**
   * The streams that the run holds, from the moment its turn has come until it is over. A unique index allows a stream
   * in one run only: whoever asks, the database decides. Absent while the run waits for others.
   */
  active?: string[];
  requestedBy: string;
  /** Of a scheduled run: the schedule and its due time. A unique index allows one run for it. */
  scheduledAs?: string;
  priority: Priority;
  isDryRun: boolean;
  range: DateRange | null;
  streams: string[];
  /** Where the run stands in its trace (W3C `traceparent`), so that what other processes work of it belongs there too. */
  trace?: string;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  /** End of the run's window, from the source's own clock; null until planned. */
  to: Date | null;
  /** Fencing token of the plan that counts; chunks of any other plan are void. */
  plan: number | null;
  plans: Record<string, StreamPlan>;
  error: Fault | null;
  /** Who has paused or cancelled it, and when; absent while nobody has. */
  halted?: { by: string; at: Date };
  /** For how long it has been paused so far, pauses that are over. */
  pausedMs?: number;
  /** Filled when the run ends. */
  totals: Totals | null;
}

/** What the chunks of a run add up to. */
export interface Totals extends Counts {
  requests: number;
  throttled: number;
  restarts: number;
  chunks: number;
  chunksDone: number;
}

/** What a chunk is for. */
export type ChunkKind = "plan" | "read" | "deletes" | "follow" | "close" | "proof";

/** Who works on a chunk, until when. The token only grows: every later write to the chunk names it. */
export interface Lease {
  token: number;
  owner: string;
  until: Date;
}

/** `sync_chunks`: the unit of work. */
export interface ChunkDocument {
  _id: string;
  runId: number;
  plan: number | null;
  seq: number;
  kind: ChunkKind;
  /** The stream's name, or `*` for work that concerns all. */
  stream: string;
  /** What this chunk is part of; other chunks wait for groups. */
  group: string;
  /** Groups that must be over before this chunk may begin. */
  needs: string[];
  status: "waiting" | "working" | "done" | "failed";
  /** Bounds of the first key column: `above < key <= upTo`. */
  above: number | null;
  upTo: number | null;
  /** Window of change times; null bounds are open. */
  from: Date | null;
  to: Date | null;
  expected: number;
  /** The last key that is certainly written; a restarted chunk goes on from it. */
  checkpoint: Key | null;
  counts: Counts;
  requests: number;
  throttled: number;
  /** How often it was taken up. */
  attempts: number;
  /** How often it was taken up from a worker that had fallen silent. */
  restarts: number;
  notBefore: Date;
  lease: Lease | null;
  error: Fault | null;
  /** Of a chunk that reads deletes: how many documents of each stream. */
  deletedBy?: Record<string, number>;
  /** Of a dry run: records that would have changed, for the streams that follow them. */
  touched?: number[];
}

/** `sync_state`: where the mirror of a stream stands. `_id` is the stream's name. */
export interface StateDocument {
  _id: string;
  /** The source time up to which every change is certainly written. */
  watermark: Date | null;
  lastRunId: number | null;
  lastFullAt: Date | null;
  /** When the run began that has read it whole last: what was there by then is in the mirror. */
  fullFrom?: Date | null;
  /** For a stream that follows another: the last run whose changed records it has followed. */
  followedRunId: number | null;
  /** For a stream that follows another: the first replay that has written to that one and is not followed yet. */
  replayedIn?: number | null;
  /** The source time up to which every delete that `deletedrecord` tells of is certainly done. */
  deletesTo?: Date | null;
  /** Of a stream without change times: what stood for its content before the last reading that went through. */
  print?: string | null;
  /** Token of the last writer. */
  fence: number;
}

/** `sync_samples`: how far a run was at a moment, for its rate. */
export interface SampleDocument {
  runId: number;
  at: Date;
  rows: number;
}

/** `sync_proofs`: one comparison of a stream's source and mirror. */
export interface ProofDocument {
  _id: string;
  stream: string;
  runId: number;
  at: Date;
  /** What changed in the source from this time on is left to the next run. */
  upTo: Date;
  /** `repaired`: it differed, was read again, and is equal now. */
  outcome: "proved" | "repaired" | "differs";
  /** Rows of the source. */
  rows: number;
  buckets: number;
  /** Buckets that were looked into record by record. */
  looked: number;
  repaired: number;
  later: number;
  differing: number;
}

/** The ledger's collections. */
export interface Ledger {
  runs: Collection<RunDocument>;
  chunks: Collection<ChunkDocument>;
  states: Collection<StateDocument>;
  samples: Collection<SampleDocument>;
  proofs: Collection<ProofDocument>;
  /** Draws the next number of a sequence; numbers only grow, over all processes. */
  next(sequence: "run" | "token"): Promise<number>;
}

/** The ledger of a store. Opens nothing. */
export function ledgerOf(store: Store): Ledger {
  const counters = store.collection<Counter>("sync_counters");
  return {
    runs: store.collection("sync_runs"),
    chunks: store.collection("sync_chunks"),
    states: store.collection("sync_state"),
    samples: store.collection("sync_samples"),
    proofs: store.collection("sync_proofs"),
    next: (sequence) => nextNumber(counters, sequence),
  };
}

/** Adds counts. */
export function addCounts(a: Counts, b: Partial<Counts>): Counts {
  const sum = { ...a };
  for (const name of Object.keys(NO_COUNTS) as (keyof Counts)[]) sum[name] += b[name] ?? 0;
  return sum;
}

/**
 * A chunk that nobody has taken up yet.
 *
 * @param given what it is for; bounds, window and the rest are open unless told
 */
export function newChunk(
  given:
    & Pick<ChunkDocument, "_id" | "runId" | "plan" | "seq" | "kind" | "stream" | "group" | "notBefore">
    & Partial<ChunkDocument>,
): ChunkDocument {
  return {
    needs: [],
    status: "waiting",
    above: null,
    upTo: null,
    from: null,
    to: null,
    expected: 0,
    checkpoint: null,
    counts: { ...NO_COUNTS },
    requests: 0,
    throttled: 0,
    attempts: 0,
    restarts: 0,
    lease: null,
    error: null,
    ...given,
  };
}
