/** How long to hold still after a refusal before one slot more is tried, in milliseconds. */
const FIRST_HOLD_MS = 2_000, LONGEST_HOLD_MS = 8_000, HOLD_GROWS = 1.5;
/** From this many vain tries in a row on, a slot is taken for held for long: the next try costs at most one request in a thousand. */
const PATIENT_AFTER = 8, PATIENT_REQUESTS = 1_000, PATIENT_MS = 60_000;
/** Where a governor begins: what the smallest account allows, less one. */
const FIRST_WIDTH = 4;

/**
 * How many requests may be under way at once: additive increase, multiplicative decrease (RFC 5681), with a memory.
 *
 * A refusal halves the width. Up to the width that went well before it comes back by one slot per round of requests;
 * above that, one slot is tried after a pause which grows while the tries are in vain. Without the pause, every round
 * would end in a refusal; without the memory, half of the slots would lie idle after each.
 *
 * Refusals of requests that were sent before the last halving say nothing new and do not halve again.
 */
export class Width {
  #most: number;
  #now: number;
  /** The width that is known to go well; above it lies the unknown. */
  #safe: number;
  #epoch = 0;
  #good = 0;
  #vain = 0;
  #sentSince = 0;
  #holdUntil = 0;
  #refusedAt = -Infinity;
  #isTrying = false;

  /** @param most slots that may be used at all, 1 or more */
  constructor(most: number) {
    this.#most = most;
    this.#now = Math.min(most, FIRST_WIDTH);
    this.#safe = this.#now;
  }

  /** The width of this moment. */
  get now(): number {
    return this.#now;
  }

  get most(): number {
    return this.#most;
  }

  /** Changes the most, when NetSuite tells another limit. */
  set most(most: number) {
    this.#most = most;
    this.#now = Math.min(this.#now, most);
    this.#safe = Math.min(this.#safe, most);
  }

  /** How often the width was halved so far. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Call when a request is sent; hand the number to {@link refused}. */
  sent(): number {
    this.#sentSince++;
    return this.#epoch;
  }

  /**
   * A request went well.
   *
   * @param isFull whether all slots were in use, so that the width was what held us back
   * @param nowMs the clock
   */
  well(isFull: boolean, nowMs: number): void {
    if (this.#now >= this.#most && !this.#isTrying) return;
    if (this.#now > this.#safe) { // a slot is being tried: a whole round must go well, with all slots in use
      if (!isFull || ++this.#good < this.#now) return;
      this.#safe = this.#now;
      this.#vain = 0;
      this.#good = 0;
      this.#isTrying = false;
      if (this.#now < this.#most) this.#widen(); // where one slot is free there may be more
      return;
    }
    if (this.#now < this.#safe) {
      if (++this.#good >= this.#now) this.#widen();
      return;
    }
    if (isFull && this.#mayTry(nowMs)) this.#widen();
  }

  /**
   * A request was refused for too many at once.
   *
   * @param epoch what {@link sent} gave when it was sent
   * @param active requests under way with it
   */
  refused(epoch: number, active: number, nowMs: number): void {
    if (epoch !== this.#epoch) return;
    this.#epoch++;
    this.#vain = this.#isTrying ? this.#vain + 1 : 0;
    this.#isTrying = false;
    this.#safe = Math.max(1, Math.min(this.#now, active) - 1);
    this.#now = Math.max(1, this.#now >> 1);
    this.#good = 0;
    this.#sentSince = 0;
    this.#refusedAt = nowMs;
    this.#holdUntil = nowMs + Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * HOLD_GROWS ** this.#vain);
  }

  #mayTry(nowMs: number): boolean {
    if (nowMs < this.#holdUntil) return false;
    return this.#vain < PATIENT_AFTER || this.#sentSince >= PATIENT_REQUESTS || nowMs >= this.#refusedAt + PATIENT_MS;
  }

  #widen(): void {
    this.#now++;
    this.#good = 0;
    this.#isTrying = this.#now > this.#safe;
  }
}
