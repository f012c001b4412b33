import { fail } from "./errors.ts";

let deadline = Infinity;

/** Sets when the command that runs now must end (`maxTimeMS`; 0: never). Commands run one at a time, so one number is enough. */
export function startTimer(maxTimeMs: number): void {
  deadline = maxTimeMs > 0 ? performance.now() + maxTimeMs : Infinity;
}

/** Throws code 50 when the time of the running command is over. Called in all loops over documents. */
export function checkTime(): void {
  if (deadline !== Infinity && performance.now() > deadline) fail(50, "operation exceeded time limit");
}
