/** Accumulators of `$group`. */
import { type Doc, isDoc, type Maybe, type Value } from "./bson.ts";
import { fail } from "./errors.ts";
import { isNum, Sum } from "./numbers.ts";
import { compare, identity } from "./order.ts";
import { typeName } from "./types.ts";

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
  $count: () => {
    const sum = new Sum();
    return { add: () => sum.add(1), value: () => sum.value() };
  },
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
  $last: () => {
    let last: Maybe;
    return { add: (v) => void (last = v ?? null), value: () => last };
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
  $addToSet: () => {
    const all = new Map<unknown, Value>();
    return {
      add: (v) => {
        if (v !== undefined && !all.has(identity(v))) all.set(identity(v), v);
      },
      value: () => [...all.values()],
    };
  },
  $mergeObjects: () => {
    const out: Doc = new Map();
    return {
      add: (v) => {
        if (v === undefined || v === null) return;
        if (!isDoc(v)) fail(40400, `$mergeObjects requires object inputs, but input is of type ${typeName(v)}`);
        for (const [name, e] of v) out.set(name, e);
      },
      value: () => out,
    };
  },
};
