import { countDirty } from "../marts/dirty.ts";
import type { NetSuite } from "../sources/netsuite/client.ts";
import type { Store } from "../store/connect.ts";
import type { Stream } from "../streams/define.ts";
import type { Family, Sample } from "../telemetry/metrics.ts";
import type { Ledger, ProofDocument } from "./ledger.ts";
import { quarantineOf } from "./quarantine.ts";
import { type RunTotal, runTotals } from "./run_totals.ts";

/** What reading the metrics needs. */
export interface MetricsParts {
  store: Store;
  ledger: Ledger;
  netsuite: NetSuite;
  streams: readonly Stream[];
  now: Date;
}

const OUTCOMES = ["proved", "repaired", "differs"] as const;
const ROWS = ["written", "unchanged", "stale", "deleted", "quarantined"] as const;

/** The state of the sync in numbers, read off the database; only the slots are this process's own. */
export async function readSyncMetrics(parts: MetricsParts): Promise<Family[]> {
  const [totals, streams, work] = await Promise.all([
    runTotals(parts.store, parts.ledger, parts.now),
    ofStreams(parts),
    ofWork(parts),
  ]);
  return [...ofRuns(totals), ...streams, ...work, slotsOf(parts.netsuite)];
}

function ofRuns(totals: RunTotal[]): Family[] {
  const counter = (name: string, help: string, samples: Sample[]): Family => ({ name, help, type: "counter", samples });
  const sum = (pick: (total: RunTotal) => number) => totals.reduce((all, total) => all + pick(total), 0);
  return [
    counter(
      "tidemark_runs_total",
      "Runs that ended, by kind and outcome",
      totals.map(({ kind, status, runs }) => ({ labels: { kind, status }, value: runs })),
    ),
    counter(
      "tidemark_run_seconds_total",
      "Time that ended runs took, by kind and outcome",
      totals.map(({ kind, status, seconds }) => ({ labels: { kind, status }, value: seconds })),
    ),
    counter(
      "tidemark_run_rows_total",
      "Rows of ended runs, by what became of them",
      ROWS.map((outcome) => ({ labels: { outcome }, value: sum((total) => total[outcome]) })),
    ),
    counter("tidemark_run_rows_read_total", "Rows that ended runs have read", [{
      labels: {},
      value: sum(({ read }) => read),
    }]),
    counter("tidemark_run_requests_total", "Requests to NetSuite of ended runs", [
      { labels: {}, value: sum(({ requests }) => requests) },
    ]),
    counter("tidemark_run_requests_throttled_total", "Those that NetSuite refused as too many at once", [
      { labels: {}, value: sum(({ throttled }) => throttled) },
    ]),
  ];
}

async function ofStreams({ store, ledger, streams, now }: MetricsParts): Promise<Family[]> {
  const [states, rows, documents, proofs, dirty] = await Promise.all([
    ledger.states.find().toArray(),
    quarantineOf(store).aggregate<{ _id: string; rows: number }>([{ $group: { _id: "$stream", rows: { $sum: 1 } } }])
      .toArray(),
    Promise.all(streams.map(({ name }) => store.collection(name).estimatedDocumentCount())),
    Promise.all(streams.map(({ name }) => ledger.proofs.findOne({ stream: name }, { sort: { at: -1 } }))),
    countDirty(store, "sales"),
  ]);
  const marks = states.flatMap(({ _id, watermark }) =>
    watermark ? [{ labels: { stream: _id }, at: +watermark / 1000 }] : []
  );
  const proved = proofs.filter((proof): proof is ProofDocument => proof !== null);
  const gauge = (name: string, help: string, samples: Sample[]): Family => ({ name, help, type: "gauge", samples });
  return [
    gauge(
      "tidemark_stream_watermark_timestamp_seconds",
      "NetSuite's time up to which every change is certainly written",
      marks.map(({ labels, at }) => ({ labels, value: at })),
    ),
    gauge(
      "tidemark_stream_lag_seconds",
      "How long ago that time is",
      marks.map(({ labels, at }) => ({ labels, value: Math.max(0, +now / 1000 - at) })),
    ),
    gauge(
      "tidemark_stream_documents",
      "Documents in the mirror, tombstones included",
      streams.map(({ name }, n) => ({ labels: { stream: name }, value: documents[n]! })),
    ),
    gauge(
      "tidemark_quarantine_rows",
      "Rows that their stream could not take",
      streams.map(({ name }) => ({ labels: { stream: name }, value: rows.find(({ _id }) => _id === name)?.rows ?? 0 })),
    ),
    gauge(
      "tidemark_proof_timestamp_seconds",
      "When the stream was last compared with NetSuite",
      proved.map(({ stream, at }) => ({ labels: { stream }, value: +at / 1000 })),
    ),
    gauge(
      "tidemark_proof_outcome",
      "1 for how that comparison ended, 0 for the other ways",
      proved.flatMap(({ stream, outcome }) =>
        OUTCOMES.map((one) => ({ labels: { stream, outcome: one }, value: one === outcome ? 1 : 0 }))
      ),
    ),
    gauge("tidemark_mart_dirty_days", "Days whose totals wait to be counted again", [{
      labels: { mart: "sales" },
      value: dirty,
    }]),
  ];
}

async function ofWork({ ledger }: MetricsParts): Promise<Family[]> {
  const active = await ledger.runs.find({ endedAt: null }, { projection: { status: 1, plan: 1 } }).toArray();
  const chunks = await Promise.all(["waiting", "working"].map(async (status) => ({
    labels: { status },
    value: active.length === 0 ? 0 : await ledger.chunks.countDocuments({
      status: status as "waiting" | "working",
      $or: active.map(({ _id, plan }) => ({ runId: _id, plan: { $in: [plan, null] } })),
    }),
  })));
  const runs = ["queued", "running", "paused"].map((status) => ({
    labels: { status },
    value: active.filter((run) => run.status === status).length,
  }));
  return [
    { name: "tidemark_runs_active", help: "Runs that are not over", type: "gauge", samples: runs },
    { name: "tidemark_chunks", help: "Chunks of these runs that are left to do", type: "gauge", samples: chunks },
  ];
}

function slotsOf({ governor }: NetSuite): Family {
  const { inUse, width, most, kept } = governor;
  return {
    name: "tidemark_netsuite_slots",
    help: "Requests at once: in use, allowed at the moment, allowed at most, and left to others; of this process",
    type: "gauge",
    samples: Object.entries({ in_use: inUse, allowed: width, most, kept })
      .map(([state, value]) => ({ labels: { state }, value })),
  };
}
