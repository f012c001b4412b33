import { setImmediate } from "node:timers";
import { UpstreamBusyError } from "../../errors.ts";
import { Governor } from "./governor.ts";

/**
 * Time that passes only when everybody waits: what a test of pauses and rates needs to be quick and to come out the same
 * every time.
 */
export class VirtualTime {
  #nowMs = Date.UTC(2026, 10, 24);
  #order = 0;
  readonly #timers: { at: number; order: number; fire: () => void }[] = [];

  now(): Date {
    return new Date(this.#nowMs);
  }

  /** Milliseconds since the beginning. */
  get elapsedMs(): number {
    return this.#nowMs - Date.UTC(2026, 10, 24);
  }

  /** Waits in this time. */
  readonly wait = (ms: number): Promise<void> =>
    new Promise((fire) => {
      const timer = { at: this.#nowMs + Math.max(0, ms), order: this.#order++, fire };
      let low = 0, high = this.#timers.length; // latest first, so that the next one is popped off the end
      while (low < high) {
        const middle = (low + high) >> 1, other = this.#timers[middle]!;
        if (other.at > timer.at || (other.at === timer.at && other.order > timer.order)) low = middle + 1;
        else high = middle;
      }
      this.#timers.splice(low, 0, timer);
    });

  /** Lets this much time pass. */
  async pass(ms: number): Promise<void> {
    const end = this.#nowMs + ms;
    while (true) {
      await settle();
      const next = this.#timers.at(-1);
      if (!next || next.at > end) break;
      this.#timers.pop();
      this.#nowMs = next.at;
      next.fire();
    }
    this.#nowMs = end;
  }
}

/** Lets all that can go on without time passing go on. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** An account that other integrations use too. */
export interface SharedAccount {
  limit: number;
  /** Slots left to others by setting. */
  reserved: number;
  /** Middle answer time in milliseconds; single answers lie around it. */
  latencyMs: number;
  /** Slots that others hold, from a moment on (seconds since the beginning), in order of time. */
  others: [fromSecond: number, slots: number][];
  seconds: number;
  seed: number;
}

/** What came of it. */
export interface Outcome {
  requests: number;
  refused: number;
  /** Our slot-seconds as a share of those that were free for us. */
  used: number;
  /** For each time others freed slots: seconds until all that were then free for us were in use; null where never. */
  recoveries: (number | null)[];
}

/** Runs a governor with more work than slots against such an account, in virtual time. What happens in the first 10 s is not counted. */
export async function simulate(account: SharedAccount): Promise<Outcome> {
  const time = new VirtualTime(), random = seeded(account.seed);
  const governor = new Governor({
    concurrency: account.limit,
    reservedSlots: account.reserved,
    retryBudgetMs: 3_600_000,
    clock: time,
    random,
    wait: time.wait,
  });
  let isOver = false;
  const taken = () => isOver ? 0 : account.others.findLast(([from]) => time.elapsedMs >= from * 1000)?.[1] ?? 0;
  const free = () => Math.max(0, Math.min(account.limit - account.reserved, account.limit - taken()));
  let inUse = 0, requests = 0, refused = 0, usedMs = 0, freeMs = 0, lastMs = 0, freeSince = free();
  const warm = () => time.elapsedMs >= 10_000;
  /** Adds up the time since the last change, in which nothing changed. */
  const addUp = () => {
    const now = time.elapsedMs;
    if (warm()) {
      usedMs += Math.min(inUse, freeSince) * (now - lastMs);
      freeMs += freeSince * (now - lastMs);
    }
    lastMs = now;
    freeSince = free();
  };
  const waiting: { since: number; at: number | null }[] = [];
  const look = () => {
    const open = waiting.at(-1);
    if (open && open.at === null && inUse >= free() && time.elapsedMs > open.since) open.at = time.elapsedMs;
  };
  const request = async () => {
    if (warm()) requests++;
    if (inUse + taken() >= account.limit) {
      if (warm()) refused++;
      await time.wait(10);
      throw new UpstreamBusyError("too many", "upstream_throttled");
    }
    addUp();
    inUse++;
    look();
    await time.wait(account.latencyMs * Math.exp((random() + random() + random() - 1.5) * 0.8));
    addUp();
    inUse--;
  };
  const meter = { requests: 0, throttled: 0 };
  const hands = Array.from({ length: account.limit * 3 }, async () => {
    while (!isOver) await governor.run(request, { meter });
  });
  for (const [n, [from, slots]] of account.others.entries()) {
    await time.pass(from * 1000 - time.elapsedMs);
    addUp();
    if (n > 0 && slots < account.others[n - 1]![1]) waiting.push({ since: time.elapsedMs, at: null });
  }
  await time.pass(account.seconds * 1000 - time.elapsedMs);
  isOver = true;
  await time.pass(120_000);
  await Promise.all(hands);
  return {
    requests,
    refused,
    used: usedMs / freeMs,
    recoveries: waiting.map(({ since, at }) => at === null ? null : (at - since) / 1000),
  };
}

/** The mulberry32 generator: the same seed, the same numbers. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
