/**
 * When one slot more may be tried: requests since the last refusal x seconds since then. A try that fails costs one refused
 * request, and a free slot is not seen before the next try; one refused request in a thousand and one try in eight seconds
 * are both kept where requests are quick and many, and both missed by the same factor where they are not (docs/decisions/0011).
 */
const TRY_AFTER = 1_000 * 8;
/** The first try after somebody took slots comes sooner: many take them for a moment only. */
const FIRST_TRY_AFTER = TRY_AFTER / 4;
/** No try sooner than this, and none later, in milliseconds. */
const SOONEST_TRY_MS = 3_000, LATEST_TRY_MS = 60_000;
/** Where not even one request goes: pauses before the next one, in milliseconds. */
const FIRST_PAUSE_MS = 500, LONGEST_PAUSE_MS = 8_000;
/** Where a governor begins: what the smallest account allows, less one. */
const FIRST_WIDTH = 4;
/** How far above what went well more is tried at once, once a try has gone well. */
const CLIMB = 1.5;

/** A request as it was sent. */
export interface Sent {
  epoch: number;
  /** Requests under way with it. */
  active: number;
}

/**
 * How many requests may be under way at once: additive increase, multiplicative decrease (RFC 5681), with a memory.
 *
 * - A refusal halves the width. Up to what was under way beside the refused request, which therefore goes well, the width
 *   comes back by one slot for every two good answers.
 * - Above that lies the unknown. One slot is tried now and then; once its own request has gone well, half as many again are
 *   tried. A refusal of such a try does not halve: the width goes back to what went well.
 * - Refusals of requests that were sent before the last refusal say that less was under way than was thought, no more.
 * - When the only request under way is refused, there is no slot at all, and all requests wait.
 */
export class Width {
  #most: number;
  #now: number;
  /** The width that is known to go well; above it lies the unknown. */
  #safe: number;
  #epoch = 0;
  #vain = 0;
  #good = 0;
  /** A try went well, and nothing was refused since: where one slot is free there may be more. */
  #isClimbing = false;
  #sentSince = 0;
  #refusedAt = -Infinity;
  #pause = 0;
  #closedUntil = -Infinity;

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

  /** How often NetSuite had enough so far. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Milliseconds for which nothing should be sent, as there was no slot at all. */
  closedFor(nowMs: number): number {
    return Math.max(0, this.#closedUntil - nowMs);
  }

  /**
   * Call when a request is sent, and hand on what it gives when the request is over.
   *
   * @param active requests under way with it
   */
  sent(active: number): Sent {
    this.#sentSince++;
    return { epoch: this.#epoch, active };
  }

  /**
   * A request went well: as many as were under way when it was sent are known to go well.
   *
   * @param isFull whether all slots are in use, so that the width is what holds us back
   * @param nowMs the clock
   */
  well(sent: Sent, isFull: boolean, nowMs: number): void {
    this.#pause = 0;
    if (sent.epoch === this.#epoch && sent.active > this.#safe) {
      this.#safe = Math.min(sent.active, this.#most);
      this.#isClimbing = true;
      this.#vain = 0;
    }
    const known = this.#isClimbing ? Math.min(this.#most, Math.floor(this.#safe * CLIMB) + 1) : this.#safe;
    if (this.#now < this.#safe) {
      if (++this.#good % 2 === 0) this.#now++;
    } else if (this.#now < known && isFull) this.#now++;
    else if (this.#now === this.#safe && this.#now < this.#most && isFull && this.#mayTry(nowMs)) this.#now++;
  }

  /** A request was refused for too many at once; see {@link well}. */
  refused(sent: Sent, active: number, nowMs: number): void {
    if (sent.epoch !== this.#epoch) { // it was counted as one that goes well
      this.#safe = Math.max(1, this.#safe - 1);
      this.#now = Math.min(this.#now, this.#safe);
      return;
    }
    this.#epoch++;
    const isTry = this.#now > this.#safe;
    this.#vain = isTry ? this.#vain + 1 : 0;
    this.#safe = Math.max(1, Math.min(this.#now, active) - 1);
    this.#now = isTry ? this.#safe : Math.max(1, this.#now >> 1);
    this.#isClimbing = false;
    this.#sentSince = 0;
    this.#refusedAt = nowMs;
    if (active > 1) return;
    this.#pause = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, this.#pause * 2));
    this.#closedUntil = nowMs + this.#pause;
  }

  #mayTry(nowMs: number): boolean {
    const passed = nowMs - this.#refusedAt;
    if (passed < SOONEST_TRY_MS) return false;
    const enough = this.#vain === 0 ? FIRST_TRY_AFTER : TRY_AFTER;
    return passed >= LATEST_TRY_MS || this.#sentSince * passed / 1000 >= enough;
  }
}
