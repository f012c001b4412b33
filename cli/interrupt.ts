/** Ctrl-C (SIGINT) and SIGTERM, counted. */
export interface Interrupt extends Disposable {
  /** How often so far. */
  readonly count: number;
  /** Calls back at each further one. */
  onInterrupt(told: (count: number) => void): void;
}

/** Begins to listen; without a listener Ctrl-C ends the process at once, as usual. */
export function listenForInterrupts(signals: readonly Deno.Signal[] = ["SIGINT", "SIGTERM"]): Interrupt {
  let count = 0, told: (count: number) => void = () => {};
  const note = () => told(++count);
  for (const signal of signals) Deno.addSignalListener(signal, note);
  return {
    get count() {
      return count;
    },
    onInterrupt: (callback) => told = callback,
    [Symbol.dispose]() {
      for (const signal of signals) Deno.removeSignalListener(signal, note);
    },
  };
}
