import type { SyncConfig } from "../config.ts";
import { type Clock, pause } from "../clock.ts";
import { AppError, messageOf } from "../errors.ts";
import { aboutLog, logOf } from "../log.ts";
import type { NetSuite } from "../sources/netsuite/client.ts";
import type { Reader } from "../sources/netsuite/ask.ts";
import type { Urgency } from "../sources/netsuite/slots.ts";
import type { Store } from "../store/connect.ts";
import type { Stream } from "../streams/define.ts";
import { streamNamed } from "../streams/registry.ts";
import { withKnownColumns } from "./columns.ts";
import { inSpan, traceIdOf } from "../telemetry/spans.ts";
import { closeStream } from "./close.ts";
import { readDeletes } from "./deletes.ts";
import { noteFailure } from "./failure.ts";
import { followChunk } from "./follow.ts";
import { claim, type Held, type Holder, keepLease } from "./lease.ts";
import type { Ledger, RunDocument } from "./ledger.ts";
import { type Notices, tablesOf } from "./notices.ts";
import { planRun } from "./plan.ts";
import { proveStream } from "./proof.ts";
import { readChunk } from "./read_chunk.ts";
import { holds, letIn, openRuns } from "./line.ts";
import { settleRun } from "./runs.ts";
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
      await noteFailure(work, error, this.#drain.signal.aborted);
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
