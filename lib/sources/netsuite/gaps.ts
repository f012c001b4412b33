/** A table or column that an account does not have, or that our role may not see. `column` null: the whole table. */
export interface Gap {
  table: string;
  column: string | null;
}

/** What is known to be missing, while one piece of work is done. Reading leaves it out, and goes on. */
export interface Gaps {
  has(table: string, column?: string): boolean;
  /** True for what is missing and was read before: it was taken away, where another account never had it. */
  wasThere?(table: string, column?: string): boolean;
  /** True for a table that {@link Gaps.wasThere} and has not been missing for a week yet: by mistake, most likely. */
  isLost?(table: string): boolean;
  /**
   * Remembers a gap, for this work and for later.
   *
   * @param said NetSuite's words, or why it is thought to be missing
   */
  add(gap: Gap, said: string): Promise<void>;
}

/** Gaps that nobody keeps: for tests, and for questions that are asked once. */
export function freshGaps(found: (gap: Gap & { said: string }) => void = () => {}): Gaps {
  const known = new Set<string>();
  return {
    has: (table, column) => known.has(gapName({ table, column: column ?? null })),
    add(gap, said) {
      known.add(gapName(gap));
      found({ ...gap, said });
      return Promise.resolve();
    },
  };
}

/** `customer` or `customer.url`: as people say it, and as it is kept. */
export function gapName({ table, column }: Gap): string {
  return column === null ? table.toLowerCase() : `${table}.${column}`.toLowerCase();
}
