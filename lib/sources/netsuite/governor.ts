import pLimit from "p-limit";
import { type Clock, pause, systemClock } from "../../clock.ts";
import { AppError, UpstreamBusyError } from "../../errors.ts";

/** What the governor may use, and how patient it is. */
export interface GovernorOptions {
  /** Requests that the account allows at once. */
  concurrency: number;
  /** How many of them are left to others. */
  reservedSlots: number;
  /** For how long one request is tried again, in milliseconds. */
  retryBudgetMs: number;
  clock?: Clock;
  /** Draws from [0, 1); tests give a seeded one. */
  random?: () => number;
}

/** Counts what one piece of work cost; the caller makes it and adds it to its run. */
export interface Meter {
  /** Requests sent, tries again included. */
  requests: number;
  /** Answers that said "too many at once". */
  throttled: number;
}

/** What the governor does now. */
export interface GovernorState {
  /** The most slots in use at once within the last second or two: a single moment would flicker. */
  inUse: number;
  /** Slots it allows itself at the moment. */
  width: number;
  /** Slots it may have at most. */
  most: number;
  kept: number;
}

const FIRST_WAIT_MS = 250, LONGEST_WAIT_MS = 30_000;

/**
 * Keeps one account's requests within what NetSuite allows: at most so many at once, half as many after a refusal for
 * concurrency, one more after four times the width went well (additive increase, multiplicative decrease, as in RFC
 * 5681). A request that must wait gives its slot back first. Waits grow with full jitter, so that refused callers do not
 * come back together.
 */
export class Governor {
  readonly #limit;
  readonly #most: number;
  readonly #options: GovernorOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  #good = 0;
  /** The most slots in use within this second and within the one before. */
  #peak = { second: 0, now: 0, before: 0 };

  /** @throws {RangeError} when no slot is left */
  constructor(options: GovernorOptions) {
    this.#most = options.concurrency - options.reservedSlots;
    if (this.#most < 1) throw new RangeError(`${options.concurrency} slots less ${options.reservedSlots} leaves none`);
    this.#limit = pLimit(this.#most);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  /** Slots in use, allowed and kept for others. */
  get state(): GovernorState {
    return {
      inUse: this.#inUse(),
      width: this.#limit.concurrency,
      most: this.#most,
      kept: this.#options.reservedSlots,
    };
  }

  /**
   * Runs one request in a slot, and again while its error says that trying again is safe and the time allows.
   *
   * @param request one try; it must make everything afresh (a signature may be used once only)
   * @param meter counts requests and refusals
   * @param signal ends the waiting; the request itself gets it from its caller
   * @throws the last error of the request, when the budget is used up or the error is not one to retry
   */
  async run<T>(request: () => Promise<T>, meter: Meter, signal?: AbortSignal): Promise<T> {
    const until = +this.#clock.now() + this.#options.retryBudgetMs;
    for (let tries = 1;; tries++) {
      try {
        const result = await this.#limit(() => {
          signal?.throwIfAborted();
          meter.requests++;
          this.#inUse();
          return request();
        });
        this.#widen();
        return result;
      } catch (error) {
        if (!(error instanceof AppError) || error.recovery !== "retry" || signal?.aborted) throw error;
        const asked = error instanceof UpstreamBusyError ? error.retryAfterMs : null;
        if (error.code === "upstream_throttled") {
          meter.throttled++;
          this.#narrow();
        }
        const wait = (asked ?? 0) + this.#random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries);
        if (+this.#clock.now() + wait > until) throw error;
        await pause(wait, signal);
        signal?.throwIfAborted();
      }
    }
  }

  #inUse(): number {
    const second = Math.floor(+this.#clock.now() / 1000), { now, before, second: last } = this.#peak;
    if (second !== last) this.#peak = { second, now: 0, before: second === last + 1 ? now : 0 };
    this.#peak.now = Math.max(this.#peak.now, this.#limit.activeCount);
    return Math.max(this.#peak.now, second === last ? before : this.#peak.before);
  }

  #widen(): void {
    if (++this.#good < this.#limit.concurrency * 4 || this.#limit.concurrency >= this.#most) return;
    this.#limit.concurrency++;
    this.#good = 0;
  }

  #narrow(): void {
    this.#limit.concurrency = Math.max(1, this.#limit.concurrency >> 1);
    this.#good = 0;
  }
}
