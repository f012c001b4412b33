import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import { messageOf } from "../errors.ts";
import { logOf } from "../log.ts";
import { settleDirty } from "../marts/sales.ts";
import type { NetSuite } from "../sources/netsuite/client.ts";
import type { ExchangeNote } from "../sources/netsuite/exchange_note.ts";
import type { Store } from "../store/connect.ts";
import type { Stream } from "../streams/define.ts";
import { streamNamed, STREAMS } from "../streams/registry.ts";
import type { Family } from "../telemetry/metrics.ts";
import { type Alerts, makeAlerts } from "./alerts/mod.ts";
import { type CheckReport, makeCheck } from "./connection_check.ts";
import { makeHistory } from "./history/mod.ts";
import { type DriftQuery, readDrift } from "./drift.ts";
import { ledgerOf } from "./ledger.ts";
import { readSyncMetrics } from "./metrics.ts";
import { type MartDesk, martDesk } from "./mart_desk.ts";
import { Notices, type NoticeView } from "./notices.ts";
import { type QuarantineDesk, quarantineDesk } from "./quarantine_desk.ts";
import type { Queue } from "./queue.ts";
import type { RunDocument } from "./ledger.ts";
import { openRuns, waitsFor } from "./line.ts";
import { Poller } from "./poller.ts";
import type { RunRequest } from "./request.ts";
import { chunksOf, createRun, totalsOf } from "./runs.ts";
import { chunkView, countsByStream, pageOfChunks, runView } from "./run_view.ts";
import { makeSchedules, type ScheduleDesk } from "./schedules/mod.ts";
import { readStatus, readTide, type StatusParts, viewOf } from "./status.ts";
import { readStreamDetail } from "./stream_detail.ts";
import { cancelRun, pauseRun, resumeRun } from "./steer.ts";
import type {
  ChunkListing,
  DriftView,
  HistoryDayView,
  RunDetailView,
  RunView,
  StreamDetailView,
  SyncStatus,
  Tide,
} from "./views.ts";
import { Worker } from "./worker.ts";

/** Which runs are meant. */
export interface RunsQuery {
  limit: number;
  /** Only runs with a smaller number. */
  before?: number;
  kind?: RunView["kind"];
  status?: RunView["status"];
  /** Who asked: a person's name, or `schedule`. */
  by?: string;
  /** Only runs that read this stream. */
  stream?: string;
}

/** What pages, the API and `main.ts` do with the sync. */
export interface Sync {
  /**
   * Puts a run into the ledger and wakes a worker. A person's run whose streams are being read waits for their end.
   *
   * @throws {AppError} `unknown_stream`, `bad_range`, `no_range`, `same_run_waits`; `run_in_progress` for a schedule's
   */
  requestRun(request: RunRequest): Promise<RunView>;
  /**
   * Pauses a run after the pages in flight. It keeps its checkpoints and its streams, over restarts too.
   *
   * @param by name of who does it
   * @throws {AppError} `unknown_run` or `run_over`
   */
  pauseRun(id: number, by: string): Promise<RunView>;
  /**
   * Lets a paused run go on from its checkpoints.
   *
   * @throws {AppError} `unknown_run` or `run_over`
   */
  resumeRun(id: number, by: string): Promise<RunView>;
  /**
   * Ends a run after the pages in flight: what is written stays, and streams not read to their end keep their watermark.
   * `endedAt` is null until the last worker has let go of it.
   *
   * @throws {AppError} `unknown_run` or `run_over`
   */
  cancelRun(id: number, by: string): Promise<RunView>;
  status(): Promise<SyncStatus>;
  /** Runs, newest first; `before` goes on from an earlier page. */
  runs(query: RunsQuery): Promise<RunView[]>;
  /** One run with its chunks (all in their order, or a page of them by urgency) and counts by stream, or null. */
  run(id: number, listing?: ChunkListing): Promise<RunDetailView | null>;
  /**
   * What was asked of NetSuite and answered where chunks of a run failed, by chunk. An answer may hold rows of any part of
   * the company, so this is for those who see all rows.
   */
  exchanges(id: number): Promise<Record<string, ExchangeNote>>;
  /**
   * One stream's columns, custom fields and proofs.
   *
   * @throws {AppError} `unknown_stream`
   */
  stream(name: string): Promise<StreamDetailView>;
  tide(): Promise<Tide>;
  /** What NetSuite does not give us and is therefore left out. */
  notices(): Promise<NoticeView[]>;
  /**
   * Tables and columns of NetSuite that came, went or changed their type, newest first; kept for 400 days.
   *
   * @throws {AppError} `unknown_change` when `before` is the id of no change
   */
  drift(query: DriftQuery): Promise<DriftView[]>;
  /** Refused rows: list, edit, replay. */
  quarantine: QuarantineDesk;
  /** The state of the sync in numbers, for Prometheus. */
  metrics(): Promise<Family[]>;
  /** What is run when: list, change, preview. */
  schedules: ScheduleDesk;
  /** The last days of the sync, oldest first, today included; 1 to 400. */
  history(days: number): Promise<HistoryDayView[]>;
  /** What is wrong just now; and the watch that finds it and tells people. */
  alerts: Alerts;
  /** Totals: rebuild them, and see how far that is. */
  marts: MartDesk;
  /** Looks at the connection now: sign-in, clock, slots, zone, and every permission. */
  check(): Promise<CheckReport>;
  /**
   * One tick of the schedule; `Deno.cron` calls it every minute. Where the host has no queue it also does the work, for
   * 45 s at most: then chunks are given back with their checkpoints, and the next tick goes on.
   */
  tick(): Promise<void>;
  /** Begins to work off the ledger in this process. */
  start(): void;
  /** Stops after the pages in flight. */
  stop(): Promise<void>;
}

/** What the sync is made of. */
export interface SyncParts {
  config: Config;
  store: Store;
  netsuite: NetSuite;
  queue: Queue;
  clock: Clock;
  streams?: readonly Stream[];
  /** Where ticks do the work: for how long each, in milliseconds. */
  tickMs?: number;
}

/** Failed chunks of a run whose exchanges are shown; the others fail alike. */
const MOST_EXCHANGES = 200;
const SAMPLE_MS = 2_000, LOOK_MS = 10_000;
/** A tick is over before the next one comes, with time to give back what it is at. */
const TICK_MS = 45_000;
const log = logOf("sync");

/** Puts the sync together. Nothing happens before {@link Sync.start}. */
export function makeSync(given: SyncParts): Sync {
  const { config, store, netsuite, queue, clock, streams = STREAMS, tickMs = TICK_MS } = given;
  const ledger = ledgerOf(store);
  const notices = new Notices(store, clock, streams);
  const parts: StatusParts = { store, ledger, netsuite, notices, streams, config, now: () => clock.now() };
  const width = () => netsuite.governor.most;
  const workerParts = { store, ledger, netsuite, notices, streams, config: config.sync, clock, width };
  const worker = new Worker(workerParts), poller = new Poller(workerParts);
  let sampler: ReturnType<typeof setInterval> | undefined, looker: ReturnType<typeof setInterval> | undefined;

  async function requestRun(request: RunRequest): Promise<RunView> {
    const run = await createRun(ledger, request, streams, clock.now());
    log.info("A run was asked for", { run: run._id, kind: run.kind, by: run.requestedBy, streams: run.streams.length });
    await wake(run._id);
    return await viewNow(run);
  }

  async function wake(runId: number): Promise<void> {
    worker.poke();
    await queue.wake(runId).catch((error) => {
      log.warning("The queue took no wake-up; the next look at the ledger finds the run", { error: messageOf(error) });
    });
  }

  async function steered(run: RunDocument, what: string, by: string): Promise<RunView> {
    log.info(`A run was ${what}`, { run: run._id, by });
    await wake(run._id);
    return await viewNow(run);
  }

  async function viewNow(run: RunDocument, open?: RunDocument[]): Promise<RunView> {
    if (run.endedAt) return runView(run, [], [], clock.now());
    const waiting = waitsFor(run, open ?? await openRuns(ledger), streams);
    return await viewOf(parts, run, await chunksOf(ledger, run), waiting);
  }

  const schedules = makeSchedules({
    ...{ store, ledger, streams, clock, everyMs: config.sync.everyMs, zone: config.zone },
    request: async (run) => (await requestRun({ ...run, requestedBy: "schedule" })).id,
  });

  const history = makeHistory({ store, ledger, netsuite, notices, streams, clock, zone: config.zone });

  const marts = martDesk({ store, clock });
  const alerts = makeAlerts({
    ...{ store, ledger, notices, streams, clock, zone: config.zone, publicUrl: config.publicUrl },
    ...{ config: config.alerts, isScheduled: config.sync.cron, account: netsuite.realm },
  });

  return {
    requestRun,
    status: () => readStatus(parts),
    async runs({ limit, before, kind, status, by, stream }) {
      const filter = {
        ...(before === undefined ? {} : { _id: { $lt: before } }),
        ...(kind === undefined ? {} : { kind }),
        ...(status === undefined ? {} : { status }),
        ...(by === undefined ? {} : { requestedBy: by }),
        ...(stream === undefined ? {} : { streams: stream }),
      };
      const found = await ledger.runs.find(filter, { sort: { _id: -1 }, limit }).toArray();
      const open = found.some((run) => !run.endedAt) ? await openRuns(ledger) : [];
      return await Promise.all(found.map((run) => viewNow(run, open)));
    },
    async run(id, listing) {
      const run = await ledger.runs.findOne({ _id: id });
      if (!run) return null;
      const chunks = await chunksOf(ledger, run);
      const waiting = run.endedAt ? [] : waitsFor(run, await openRuns(ledger), streams);
      return {
        now: clock.now().toISOString(),
        ...await viewOf(parts, run, chunks, waiting),
        chunks: (listing ? pageOfChunks(chunks, listing) : chunks).map(chunkView),
        byStream: countsByStream(run, chunks),
      };
    },
    pauseRun: async (id, by) => await steered(await pauseRun(ledger, id, by, clock.now()), "paused", by),
    resumeRun: async (id, by) => await steered(await resumeRun(ledger, id, clock.now()), "resumed", by),
    cancelRun: async (id, by) => await steered(await cancelRun(ledger, id, by, clock.now()), "cancelled", by),
    async exchanges(id) {
      const failed = await ledger.chunks.find(
        { runId: id, "error.exchange": { $exists: true } },
        { projection: { error: 1 }, limit: MOST_EXCHANGES },
      ).toArray();
      return Object.fromEntries(failed.flatMap(({ _id, error }) => error?.exchange ? [[_id, error.exchange]] : []));
    },
    stream: async (name) =>
      await readStreamDetail(store, ledger, streams.find((stream) => stream.name === name) ?? streamNamed(name)),
    tide: () => readTide(parts),
    notices: () => notices.list(),
    drift: (query) => readDrift(store, query),
    metrics: () => readSyncMetrics({ store, ledger, netsuite, streams, now: clock.now() }),
    quarantine: quarantineDesk({ store, ledger, streams, clock }),
    schedules: schedules.desk,
    alerts,
    marts,
    history: (days) => history.read(days),
    check: makeCheck({ netsuite, notices, streams, clock, zone: config.zone }),
    tick: () =>
      inTurn([
        () => settleDirty(store), // days that a killed process has left marked
        () => schedules.tick(),
        () => marts.tick(),
        () => history.settle(),
        ...(config.queue === "poll" ? [workInTick] : []),
      ]),
    start() {
      if (config.queue === "poll") return; // each tick works by itself
      worker.start();
      queue.listen(() => worker.poke());
      watch();
    },
    async stop() {
      unwatch();
      await Promise.all([worker.stop(), poller.stop(), marts.stop()]);
    },
  };

  async function workInTick(): Promise<void> {
    watch();
    try {
      await poller.work(tickMs);
    } finally {
      unwatch();
    }
  }

  function watch(): void {
    unwatch();
    sampler = setInterval(sample, SAMPLE_MS);
    looker = setInterval(() => history.look(), LOOK_MS);
  }

  function unwatch(): void {
    clearInterval(sampler);
    clearInterval(looker);
  }

  /** Notes how far the runs under way are: their rates are read off these notes, by any process. */
  async function sample(): Promise<void> {
    try {
      for (const run of await openRuns(ledger)) {
        if (run.status !== "running") continue;
        const { read } = totalsOf(await chunksOf(ledger, run));
        await ledger.samples.insertOne({ runId: run._id, at: clock.now(), rows: read });
      }
    } catch (error) {
      log.debug("No sample taken", { error: messageOf(error) });
    }
  }
}

/** Does one after the other; what fails does not keep the next one from its turn. */
async function inTurn(jobs: (() => Promise<unknown>)[]): Promise<void> {
  const faults: unknown[] = [];
  for (const job of jobs) await job().catch((error) => faults.push(error));
  if (faults.length === 1) throw faults[0];
  if (faults.length > 1) throw new AggregateError(faults, faults.map(messageOf).join("; "));
}
