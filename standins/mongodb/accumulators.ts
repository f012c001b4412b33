/** Accumulators of `$group`. */
import { type Maybe, type Value } from "./bson.ts";
import { isNum, Sum } from "./numbers.ts";
import { compare } from "./order.ts";

/** Takes the values of a group one by one. */
export interface Accumulator {
  add(v: Maybe): void;
  value(): Maybe;
}

class Best implements Accumulator {
  #best: Value = null;
  constructor(readonly sign: number) {}
  add(v: Maybe) {
    if (v === undefined || v === null) return;
    if (this.#best === null || compare(v, this.#best) * this.sign > 0) this.#best = v;
  }
  value = () => this.#best;
}

/** How to make each accumulator; the argument is evaluated per document. */
export const ACCUMULATORS: Record<string, () => Accumulator> = {
  $sum: () => new Sum(),
  $avg: () => {
    const sum = new Sum();
    let n = 0;
    return {
      add: (v) => {
        if (isNum(v)) sum.add(v), n++;
      },
      value: () => n ? sum.mean(n) : null,
    };
  },
  $min: () => new Best(-1),
  $max: () => new Best(1),
  $first: () => {
    let got = false, first: Maybe;
    return {
      add: (v) => {
        if (!got) first = v ?? null;
        got = true;
      },
      value: () => first,
    };
  },
  $push: () => {
    const all: Value[] = [];
    return {
      add: (v) => {
        if (v !== undefined) all.push(v);
      },
      value: () => all,
    };
  },
};
