/** The one clock of the program: passed down, so that tests need no real time. */
export interface Clock {
  /** The time now. */
  now(): Date;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => new Date() };

/**
 * Waits, and gives up waiting when the signal fires.
 *
 * @param ms milliseconds
 * @param signal ends the wait early, without an error: the caller looks at the signal itself
 */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });
}
