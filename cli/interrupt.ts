/** Ctrl-C (SIGINT) and SIGTERM, counted. */
export interface Interrupt extends Disposable {
  /** How often so far. */
  readonly count: number;
  /** Calls back at each further one, in place of what was said before. */
  onInterrupt(told: (count: number) => void): void;
}

/**
 * Begins to listen.
 *
 * @param usual what an interrupt does until a command says otherwise: most can be broken off at any point
 */
export function listenForInterrupts(
  usual: () => void,
  signals: readonly Deno.Signal[] = ["SIGINT", "SIGTERM"],
): Interrupt {
  let count = 0, told: (count: number) => void = usual;
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
