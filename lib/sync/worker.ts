import { MongoNetworkError, MongoServerSelectionError } from "mongodb";
import type { SyncConfig } from "../config.ts";
import { type Clock, pause } from "../clock.ts";
import { AppError, LeaseLostError, messageOf } from "../errors.ts";
import { aboutLog, logOf } from "../log.ts";
import type { NetSuite } from "../sources/netsuite/client.ts";
import { exchangeOf } from "../sources/netsuite/exchange_note.ts";
import type { Reader } from "../sources/netsuite/ask.ts";
import type { Urgency } from "../sources/netsuite/slots.ts";
import type { Store } from "../store/connect.ts";
import type { Stream } from "../streams/define.ts";
import { streamNamed } from "../streams/registry.ts";
import { withKnownColumns } from "./columns.ts";
import { inSpan, noteErrorHere, traceIdOf } from "../telemetry/spans.ts";
import { closeStream } from "./close.ts";
import { readDeletes } from "./deletes.ts";
import { followChunk } from "./follow.ts";
import { change, claim, type Held, type Holder, keepLease, triesOf } from "./lease.ts";
import type { Fault, Ledger, RunDocument } from "./ledger.ts";
import { type Notices, tablesOf } from "./notices.ts";
import { planRun } from "./plan.ts";
import { proveStream } from "./proof.ts";
import { readChunk } from "./read_chunk.ts";
import { holds, letIn, openRuns } from "./line.ts";
import { CANCELLED, failRun, settleRun } from "./runs.ts";
import { traced } from "./traced.ts";
import type { Work } from "./work.ts";

/** What a worker is made of. */
export interface WorkerParts {
  store: Store;
  ledger: Ledger;
  netsuite: NetSuite;
  notices: Notices;
  streams: readonly Stream[];
  config: SyncConfig;
  clock: Clock;
  /** Chunks worked on at once: as many as there are slots at the moment. */
  width: () => number;
}

/** How often a worker looks at the ledger by itself, for work that no wake-up told of. */
const LOOK_MS = 1_000;
const MOST_ATTEMPTS = 5;
/** Hands that may ever be needed: the most slots that an account can have. Those above the width of the moment rest. */
const MOST_HANDS = 50;
const STOPPING = new AppError("The program ends", "stopping", "retry");
const log = logOf("sync");

/**
 * Works off the ledger: claims chunks, does them, ends runs. Any number of workers in any number of processes share the
 * work; each may be killed at any moment.
 */
export class Worker {
  readonly #parts: WorkerParts;
  readonly #holder: Holder;
  readonly #stop = new AbortController();
  /** Nothing new is begun, and what is under way ends at the next page; requests in flight are waited for. */
  readonly #drain = new AbortController();
  readonly #sleepers = new Set<AbortController>();
  /** What this worker is at: a run that a person halts is let go of. */
  readonly #doing = new Map<AbortController, number>();
  #hands: Promise<void>[] = [];
  #turns = 0;

  constructor(parts: WorkerParts) {
    this.#parts = { ...parts, netsuite: traced(parts.netsuite) };
    const owner = `${Deno.pid}:${crypto.randomUUID().slice(0, 8)}`;
    this.#holder = { owner, leaseMs: parts.config.leaseMs, clock: parts.clock };
  }

  /** Begins to look for work. */
  start(): void {
    for (let hand = 0; hand < MOST_HANDS; hand++) this.#hands.push(this.#loop(hand));
    this.#hands.push(this.#watch());
  }

  /** Tells the worker that there is something to do now. */
  poke(): void {
    for (const sleeper of this.#sleepers) sleeper.abort();
  }

  /** Stops after the page in flight; chunks go back into the ledger, to be taken up from their checkpoints at once. */
  async stop(): Promise<void> {
    this.#stop.abort(STOPPING);
    this.#drain.abort(STOPPING);
    this.poke();
    await Promise.all(this.#hands);
  }

  /**
   * Stops, and gives what is under way the time to come to the end of its page, or to its own end where it has no pages: a
   * plan that is always cut short would never be made.
   *
   * @param ms for how long at most, in milliseconds
   */
  async drain(ms: number): Promise<void> {
    this.#drain.abort(STOPPING);
    this.poke();
    const late = setTimeout(() => this.#stop.abort(STOPPING), ms);
    await Promise.all(this.#hands);
    clearTimeout(late);
    await this.stop();
  }

  async #loop(hand: number): Promise<void> {
    const { signal } = this.#drain;
    while (!signal.aborted) {
      try {
        if (hand < this.#parts.width() && await this.#step(hand)) continue;
      } catch (error) {
        log.error("The ledger could not be reached; looking again", { error: messageOf(error) });
      }
      await this.#idle();
    }
  }

  /** Waits for a poke, or for the next look. */
  async #idle(): Promise<void> {
    const sleeper = new AbortController();
    this.#sleepers.add(sleeper);
    await pause(LOOK_MS, sleeper.signal);
    this.#sleepers.delete(sleeper);
  }

  /** Looks each second, and when poked, whether a person has halted a run that this worker is at. */
  async #watch(): Promise<void> {
    while (!this.#drain.signal.aborted) {
      try {
        await this.#heed();
      } catch (error) {
        log.debug("Nobody could be asked whether to go on", { error: messageOf(error) });
      }
      await this.#idle();
    }
  }

  async #heed(): Promise<void> {
    if (this.#doing.size === 0) return;
    const halted = await this.#parts.ledger.runs.find(
      { _id: { $in: [...new Set(this.#doing.values())] }, status: { $in: ["paused", "cancelled"] } },
      { projection: { status: 1 } },
    ).toArray();
    for (const { _id, status } of halted) {
      const reason = new AppError(`Run ${_id} was ${status}`, `run_${status}`, "retry");
      for (const [stop, run] of this.#doing) if (run === _id) stop.abort(reason);
    }
  }

  /** Does one chunk, if there is one. */
  async #step(hand: number): Promise<boolean> {
    const { ledger, clock, streams } = this.#parts;
    const open = await openRuns(ledger);
    if (open.length === 0) return false;
    const begun = (await letIn(ledger, open, streams)).filter(holds);
    for (const run of open.filter(({ status }) => status === "cancelled")) await this.#settle(run);
    for (const run of this.#inTurn(begun.filter(({ status }) => status === "queued" || status === "running"), hand)) {
      const held = await claim(ledger, run, this.#holder);
      if (!held) {
        await this.#settle(run);
        continue;
      }
      if (!run.startedAt) {
        await ledger.runs.updateOne(
          { _id: run._id, status: "queued", startedAt: null },
          { $set: { status: "running", startedAt: clock.now() } },
        );
      }
      await this.#do(run, held);
      await this.#settle(run);
      this.poke(); // what waited for this chunk may begin now
      return true;
    }
    return false;
  }

  async #settle(run: RunDocument): Promise<void> {
    const { ledger, clock } = this.#parts;
    if (await settleRun(ledger, run._id, clock.now())) this.poke(); // who waited for its streams may begin
  }

  /**
   * Runs in the order in which this hand serves them: people's first. One hand serves the schedule's first, so that a run
   * of many hours does not let the other streams fall behind; a worker with a single hand takes turns.
   */
  #inTurn(runs: RunDocument[], hand: number): RunDocument[] {
    const isForSchedule = hand === 0 && (this.#parts.width() > 1 || this.#turns++ % 2 === 1);
    if (!isForSchedule) return runs;
    const isScheduled = ({ priority }: RunDocument) => priority === "schedule";
    return [...runs.filter(isScheduled), ...runs.filter((run) => !isScheduled(run))];
  }

  /** Does one chunk inside its span; every log line below names run, chunk, stream and trace. */
  #do(run: RunDocument, held: Held): Promise<void> {
    const { _id: chunk, kind, stream, attempts } = held.chunk;
    const attributes = {
      "tidemark.run": run._id,
      "tidemark.chunk": chunk,
      "tidemark.chunk.kind": kind,
      "tidemark.stream": stream,
      "tidemark.attempt": attempts,
    };
    return aboutLog(
      { run: run._id, chunk, stream, trace: traceIdOf(run.trace) },
      () => inSpan("tidemark.chunk", attributes, () => this.#work(run, held), run.trace ?? null),
    );
  }

  async #work(run: RunDocument, held: Held): Promise<void> {
    const stop = new AbortController();
    const asking = AbortSignal.any([this.#stop.signal, stop.signal]);
    const signal = AbortSignal.any([this.#drain.signal, asking]);
    const { store, ledger, netsuite, notices, config, clock } = this.#parts;
    const gaps = await notices.gapsNow();
    const reader: Reader = {
      netsuite,
      gaps,
      meter: { requests: 0, throttled: 0 },
      signal: asking,
      now: () => clock.now(),
      urgency: urgencyOf(run),
    };
    const streams = await withKnownColumns(store, run.streams.map(streamNamed));
    const touched = run.isDryRun && isFollowed(streams, held.chunk.stream) ? held.chunk.touched ?? [] : null;
    const work: Work = { store, ledger, run, held, reader, config, streams, touched, signal };
    using _lease = keepLease(ledger, held, this.#holder, stop);
    this.#doing.set(stop, run._id);
    try {
      await doChunk(work);
      await this.#noteBack(run, held);
      log.debug("A chunk is done", { kind: held.chunk.kind, ...work.reader.meter });
    } catch (error) {
      await this.#fail(work, error);
    } finally {
      this.#doing.delete(stop);
    }
  }

  /** What was missing and has been read now is noted; after a full run nothing of it is left out any more. */
  async #noteBack(run: RunDocument, { chunk }: Held): Promise<void> {
    if (run.isDryRun) return;
    const { notices } = this.#parts;
    if (chunk.kind === "plan") return await notices.confirm(["deletedrecord"]); // it has asked for them
    if (chunk.kind === "deletes") {
      await notices.confirm(["deletedrecord"]);
      if (run.kind === "full") await notices.settle(["deletedrecord"], run.startedAt ?? run.createdAt);
      return;
    }
    if (chunk.kind !== "read" && chunk.kind !== "follow" && chunk.kind !== "close") return;
    const tables = tablesOf(streamNamed(chunk.stream));
    if (chunk.kind !== "close") return await notices.confirm(tables);
    if (run.plans[chunk.stream]?.mode === "full") await notices.settle(tables, run.startedAt ?? run.createdAt);
  }

  async #fail(work: Work, error: unknown): Promise<void> {
    const { ledger, held, run, reader } = work, { chunk } = held;
    noteErrorHere(error);
    const about = { run: run._id, chunk: chunk._id, stream: chunk.stream };
    if (error instanceof LeaseLostError || (work.signal.aborted && work.signal.reason instanceof LeaseLostError)) {
      return log.warning("A chunk passed to another worker", about);
    }
    const costs = {
      requests: chunk.requests + reader.meter.requests,
      throttled: chunk.throttled + reader.meter.throttled,
    };
    try {
      const halt = codeOf(work.signal.reason);
      if (halt === "run_cancelled") {
        return await change(ledger, held, { $set: { ...costs, status: "failed", lease: null, error: CANCELLED } });
      }
      if (this.#drain.signal.aborted || halt === "run_paused") {
        return await change(ledger, held, {
          $set: { ...costs, status: "waiting", lease: null },
          $inc: { attempts: -1 },
        });
      }
      if (isStoreAway(error)) { // no fault of the chunk's: it may take any number of tries
        log.warning("MongoDB was away; the chunk is taken up again", { ...about, error: messageOf(error) });
        const notBefore = new Date(+reader.now() + LOOK_MS);
        return await change(ledger, held, {
          $set: { ...costs, status: "waiting", lease: null, notBefore },
          $inc: { attempts: -1 },
        });
      }
      const fault: Fault = error instanceof AppError
        ? { code: error.code, message: error.message }
        : { code: "bug", message: `Unexpected: ${messageOf(error)}` };
      const told = exchangeOf(error);
      const noted: Fault = told ? { ...fault, exchange: told } : fault; // for the ledger; a log line has no room for it
      const isLast = triesOf(chunk) >= MOST_ATTEMPTS || (error instanceof AppError && error.recovery !== "retry");
      log.error("A chunk failed", {
        ...about,
        ...fault,
        attempt: chunk.attempts,
        isLast,
        ...(fault.code === "bug" ? { error } : {}),
      });
      if (error instanceof AppError && error.recovery === "fix_config") {
        return await failRun(ledger, run._id, noted, reader.now());
      }
      const wait = Math.min(30_000, 500 * 2 ** triesOf(chunk));
      await change(ledger, held, {
        $set: isLast
          ? { ...costs, status: "failed", lease: null, error: noted }
          : { ...costs, status: "waiting", lease: null, error: noted, notBefore: new Date(+reader.now() + wait) },
      });
      if (isLast && chunk.kind === "plan") await failRun(ledger, run._id, noted, reader.now());
    } catch (again) {
      // the ledger itself is out of reach: the lease will run out, and someone takes the chunk up
      log.error("A failed chunk could not be noted", { ...about, error: messageOf(again) });
    }
  }
}

/** The connection failed, or no server answered: whatever was asked may or may not be done, and may be done again. */
function isStoreAway(error: unknown): boolean {
  return error instanceof MongoNetworkError || error instanceof MongoServerSelectionError;
}

function codeOf(reason: unknown): string | null {
  return reason instanceof AppError ? reason.code : null;
}

/**
 * A person who asks for what has changed waits for it, and is served before all that has time. Runs of many hours are
 * background work whoever asks: else nothing else would be served while they last.
 */
function urgencyOf(run: RunDocument): Urgency {
  return run.kind === "incremental" && run.priority === "person" ? "person" : "background";
}

/** Whether a stream of the run follows what a chunk is about. */
function isFollowed(streams: readonly Stream[], name: string): boolean {
  return streams.some(({ follows }) => follows !== null && (name === "*" || name === follows.stream));
}

/** What each kind of chunk does. */
function doChunk(work: Work): Promise<void> {
  const { chunk } = work.held;
  const stream = () => work.streams.find(({ name }) => name === chunk.stream) ?? streamNamed(chunk.stream);
  switch (chunk.kind) {
    case "plan":
      return planRun(work);
    case "read":
      return readChunk(work, stream());
    case "deletes":
      return readDeletes(work);
    case "follow":
      return followChunk(work, stream());
    case "close":
      return closeStream(work, stream());
    case "proof":
      return proveStream(work, stream());
  }
}
