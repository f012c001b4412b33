import { pause } from "../clock.ts";
import { messageOf } from "../errors.ts";
import { logOf } from "../log.ts";
import { Worker, type WorkerParts } from "./worker.ts";

/** How often a tick looks whether anything is left to do. */
const LOOK_MS = 500;
/** What is under way when the time is up may still come to the end of its page within this time. */
const GRACE_MS = 10_000;
const log = logOf("sync");

/**
 * Works off the ledger for a while at a time, on hosts that keep no process alive between ticks. What is not done when the
 * time is up goes back into the ledger with its checkpoint, and whichever process has the next tick goes on.
 */
export class Poller {
  readonly #parts: WorkerParts;
  readonly #stop = new AbortController();
  #worker: Worker | null = null;
  #working: Promise<void> | null = null;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
  }

  /**
   * Works until nothing is left to do or the time is up, whichever comes first. A second call while one is at work returns
   * with it.
   *
   * @param ms milliseconds
   */
  work(ms: number): Promise<void> {
    this.#working ??= this.#once(ms).finally(() => this.#working = null);
    return this.#working;
  }

  /** Ends after the pages in flight, for good. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#worker?.stop();
    await this.#working;
  }

  async #once(ms: number): Promise<void> {
    const { signal } = this.#stop, until = performance.now() + ms;
    if (signal.aborted) return;
    const worker = this.#worker = new Worker(this.#parts);
    worker.start();
    try {
      while (!signal.aborted && performance.now() < until && await this.#isLeft()) {
        await pause(Math.min(LOOK_MS, Math.max(1, until - performance.now())), signal);
      }
    } finally {
      await worker.drain(GRACE_MS);
    }
  }

  /** Whether some run is not over and not at rest. */
  async #isLeft(): Promise<boolean> {
    try {
      const open = { endedAt: null, status: { $ne: "paused" as const } };
      return await this.#parts.ledger.runs.findOne(open, { projection: { _id: 1 } }) !== null;
    } catch (error) {
      log.warning("The ledger could not be reached; looking again", { error: messageOf(error) });
      return true;
    }
  }
}
