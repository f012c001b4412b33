import { type Clock, pause, systemClock } from "../../clock.ts";
import { AppError, UpstreamBusyError } from "../../errors.ts";
import { Slots, type Urgency } from "./slots.ts";
import { Width } from "./width.ts";

/** What the governor may use, and how patient it is. */
export interface GovernorOptions {
  /** Requests that the account allows at once; {@link Governor.limit} changes it. */
  concurrency: number;
  /** How many of them are left to others. With `concurrency` 1 none can be left. */
  reservedSlots: number;
  /** For how long one request is tried again, in milliseconds. */
  retryBudgetMs: number;
  clock?: Clock;
  /** Draws from [0, 1); tests give a seeded one. */
  random?: () => number;
  /** Waits; tests give one that needs no real time. */
  wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Counts what one piece of work cost; the caller makes it and adds it to its run. */
export interface Meter {
  /** Requests sent, tries again included. */
  requests: number;
  /** Answers that said "too many at once". */
  throttled: number;
}

/** How one call is to be treated. */
export interface Turn {
  meter: Meter;
  signal?: AbortSignal | undefined;
  /** `person` goes before all background work. Default `background`. */
  urgency?: Urgency | undefined;
  /** Whether this error may be tried again; by default every error whose recovery is `retry`. */
  mayRetry?: ((error: AppError, tries: number) => boolean) | undefined;
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

/** A refusal for too many at once is over sooner than an outage: what paces those requests is the width. */
const FIRST_WAIT_MS = 250, LONGEST_WAIT_MS = 30_000, LONGEST_WAIT_FOR_SLOT_MS = 5_000;

/**
 * Keeps one account's requests within what NetSuite allows: how many at once is decided by {@link Width}, who comes next by
 * {@link Slots}. A request that must wait gives its slot back first. Waits grow with full jitter, so that refused callers
 * do not come back together, and end when the time for retries is used up.
 */
export class Governor {
  readonly #width: Width;
  readonly #slots: Slots;
  readonly #options: GovernorOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** The most slots in use within this second and within the one before. */
  #peak = { second: 0, now: 0, before: 0 };

  /** @throws {RangeError} when no slot is left */
  constructor(options: GovernorOptions) {
    const most = options.concurrency - options.reservedSlots;
    if (most < 1) throw new RangeError(`${options.concurrency} slots less ${options.reservedSlots} leaves none`);
    this.#width = new Width(most);
    this.#slots = new Slots(this.#width.now);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#wait = options.wait ?? pause;
  }

  /** Slots in use, allowed and kept for others. */
  get state(): GovernorState {
    return {
      inUse: this.#inUse(),
      width: this.#slots.width,
      most: this.#width.most,
      kept: this.#options.reservedSlots,
    };
  }

  /**
   * Tells how many requests NetSuite allows at once. What is left to others is left then too, but one slot stays ours:
   * an account that allows a single request still moves on.
   */
  set limit(concurrency: number) {
    this.#width.most = Math.max(1, concurrency - this.#options.reservedSlots);
    this.#slots.width = this.#width.now;
  }

  /** Overload that was not told as such (docs/netsuite.md 5.2: refused sign-ins under load) halves the width like a refusal. */
  noteOverload(): void {
    const active = this.#slots.active + 1;
    this.#width.refused({ epoch: this.#width.epoch, active }, active, +this.#clock.now());
    this.#slots.width = this.#width.now;
  }

  /**
   * Runs one request in a slot, and again while its error says that trying again is safe and the time allows.
   *
   * @param request one try; it must make everything afresh (a signature may be used once only)
   * @param turn who counts, who waits in front, what may be tried again
   * @throws the last error of the request, when the budget is used up or the error is not one to retry
   */
  async run<T>(request: () => Promise<T>, turn: Turn): Promise<T> {
    const { signal, meter, mayRetry = () => true } = turn;
    const until = +this.#clock.now() + this.#options.retryBudgetMs;
    for (let tries = 1;; tries++) {
      try {
        return await this.#once(request, turn);
      } catch (error) {
        if (!(error instanceof AppError) || error.recovery !== "retry" || signal?.aborted) throw error;
        const isThrottled = error.code === "upstream_throttled";
        if (isThrottled) meter.throttled++;
        if (!mayRetry(error, tries)) throw error;
        const asked = error instanceof UpstreamBusyError ? error.retryAfterMs : null;
        const longest = isThrottled ? LONGEST_WAIT_FOR_SLOT_MS : LONGEST_WAIT_MS;
        const wait = (asked ?? 0) + this.#random() * Math.min(longest, FIRST_WAIT_MS * 2 ** tries);
        if (+this.#clock.now() + wait > until) throw error;
        await this.#wait(wait, signal);
        signal?.throwIfAborted();
      }
    }
  }

  /** One try in a slot of its own; what it says about the account's state is noted before the slot goes on. */
  async #once<T>(request: () => Promise<T>, { meter, signal, urgency = "background" }: Turn): Promise<T> {
    await this.#slots.take(urgency, signal);
    const closedMs = this.#width.closedFor(+this.#clock.now());
    if (closedMs > 0) await this.#waitUntilOpen(closedMs, signal);
    const sent = this.#width.sent(this.#slots.active);
    meter.requests++;
    this.#inUse();
    try {
      const result = await request();
      this.#width.well(sent, this.#slots.active >= this.#slots.width, +this.#clock.now());
      return result;
    } catch (error) {
      if (error instanceof AppError && error.code === "upstream_throttled") {
        this.#width.refused(sent, this.#slots.active, +this.#clock.now());
      }
      throw error;
    } finally {
      this.#slots.width = this.#width.now;
      this.#slots.release();
    }
  }

  /** Waits while the account has no slot at all, keeping the only one, so that all others wait too. */
  async #waitUntilOpen(ms: number, signal?: AbortSignal): Promise<void> {
    try {
      await this.#wait(ms, signal);
      signal?.throwIfAborted();
    } catch (error) {
      this.#slots.release();
      throw error;
    }
  }

  #inUse(): number {
    const second = Math.floor(+this.#clock.now() / 1000), { now, before, second: last } = this.#peak;
    if (second !== last) this.#peak = { second, now: 0, before: second === last + 1 ? now : 0 };
    this.#peak.now = Math.max(this.#peak.now, this.#slots.active);
    return Math.max(this.#peak.now, second === last ? before : this.#peak.before);
  }
}
