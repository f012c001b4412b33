import { isLimited, NO_LIMITS, type RowLimits } from "./limits.ts";
import type { Person } from "./roles.ts";

/**
 * Whose rows a reading may see. Every report asks for one, and only {@link scopeOf} and {@link ALL_ROWS} make one: a report
 * that is called without the person's limits does not compile.
 */
export class Scope {
  /** Makes the type nominal: an object that merely looks like a scope is none. */
  readonly #limits: RowLimits;

  /** @internal only for this file */
  constructor(limits: RowLimits, key: symbol) {
    if (key !== KEY) throw new TypeError("A scope comes from scopeOf(person) or is ALL_ROWS");
    this.#limits = limits;
  }

  /** The limits that hold; none for all rows. */
  get limits(): RowLimits {
    return this.#limits;
  }

  /** True when some rows are hidden. */
  get isLimited(): boolean {
    return isLimited(this.#limits);
  }
}

const KEY = Symbol("scope");

/** What a person may see. Nobody sees no row. */
export function scopeOf(person: Person | null): Scope {
  return new Scope(person === null ? { subsidiaries: [] } : person.limits, KEY);
}

/** Every row: for the program's own sums and for tests, never for an answer to somebody. */
export const ALL_ROWS: Scope = new Scope(NO_LIMITS, KEY);
