/** An exact decimal, for amounts: `1234.56`, with its places behind the point. */
export interface Decimal {
  exact: string;
  precision: number;
}

/** A part of one, at most 4 places: 0.25 is a quarter, and 25.0 % where a file can say so. */
export interface Share {
  share: number;
}

/** A business day, `YYYY-MM-DD`. */
export interface Day {
  day: string;
}

/** A cell of a file. Text is never run as a formula, numbers are written as they are, null is empty. */
export type Cell = string | number | Decimal | Share | Day | null;

/** A table that is written to a file, in whichever format. */
export interface Sheet {
  /** What it is, for the tab of a workbook. */
  name: string;
  head: string[];
  /** As they are made: however many there are, one batch is in memory. */
  rows: Iterable<Cell[]> | AsyncIterable<Cell[]>;
  /** The last line, asked for when all rows are written. */
  total?: () => Cell[];
}

/** Minor units as an exact decimal: 123456 with precision 2 is `1234.56`. */
export function decimalOf(minor: number | null, precision: number): Decimal | null {
  if (minor === null) return null;
  const digits = String(Math.abs(minor)).padStart(precision + 1, "0");
  const cut = digits.length - precision;
  const exact = `${minor < 0 ? "-" : ""}${digits.slice(0, cut)}${precision > 0 ? `.${digits.slice(cut)}` : ""}`;
  return { exact, precision };
}
