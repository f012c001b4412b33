/** Chance that can be repeated: the same seed and name always give the same numbers, whatever else was drawn before. */

/** Gives the next number, 0 <= n < 1. */
export type Random = () => number;

/** A generator for one thing, e.g. one order. Naming it keeps its fate the same when only a share of the orders is loaded. */
export function randomFor(seed: number, name: string): Random {
  let state = (2166136261 ^ seed) >>> 0;
  for (let i = 0; i < name.length; i++) state = Math.imul(state ^ name.charCodeAt(i), 16777619) >>> 0;
  return () => { // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A whole number from `low` to `high`, both included. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/** One element. Throws a `RangeError` on an empty list. */
export function pick<T>(random: Random, list: readonly T[]): T {
  if (list.length === 0) throw new RangeError("Cannot pick from an empty list");
  return list[Math.floor(random() * list.length)]!;
}
