/**
 * Kinds of columns: how one is asked for in SuiteQL, and how its text becomes a typed value.
 *
 * SuiteQL answers every value as a string, leaves missing ones out, writes booleans as `T`/`F`, and prints raw dates in
 * the user's own format without their time. So each kind says what to select and what to accept; anything else is a
 * sentence in the row's reasons, never a guess.
 */

/** What a column may need to know of its row. */
export interface RowContext {
  /** Decimals of the row's currency (ISO 4217: 2 for USD, 0 for JPY); null when the row has none. */
  precision: number | null;
  /** Decimals of the currency that the books of the row's subsidiary are kept in; absent where nobody told. */
  base?: number | null;
}

/** Decimals of an amount whose currency the account does not show: its one currency most likely has two. */
const USUAL_DECIMALS = 2;

/** One column of a stream. */
export interface Column<Value = unknown> {
  /** Name in NetSuite; also the alias under which it is selected. */
  source: string;
  /** Builds the SuiteQL expression, given the column's qualified name (`t.trandate`). */
  select: (name: string) => string;
  /** Turns the text into a value. Throws a plain `Error` with what would be right: the row adds name and value. */
  read: (text: string, row: RowContext) => Value;
  /** Keep the source's text beside the number when a number cannot hold it. */
  keepsText?: (text: string, row: RowContext) => boolean;
  /** Alias of the table it comes from; `t`, the stream's own table, unless a join is named. */
  from: string;
}

const bare = (name: string) => name;
const wrong = (right: string): never => {
  throw new Error(right);
};

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const INTEGER = /^[+-]?\d+$/;

/** Text as it stands. */
export function text(source: string): Column<string> {
  return { source, select: bare, from: "t", read: (value) => value };
}

/** An internal id or another whole number that a double holds exactly (NetSuite ids may pass 2^31). */
export function integer(source: string): Column<number> {
  return {
    source,
    select: bare,
    from: "t",
    read: (value) => {
      const number = Number(value);
      return INTEGER.test(value) && Number.isSafeInteger(number) ? number || 0 : wrong("a whole number below 2^53");
    },
  };
}

/** A rate or quantity. Where the text has more digits than a double holds, the text is kept too (`<field>Text`). */
export function decimal(source: string): Column<number> {
  return {
    source,
    select: bare,
    from: "t",
    read: (value) => {
      const number = isDecimal(value) ? Number(value) : NaN;
      return Number.isFinite(number) ? number || 0 : wrong("a decimal number");
    },
    keepsText: (value) => significantDigits(value) > 15,
  };
}

/** `T` or `F`. */
export function flag(source: string): Column<boolean> {
  return {
    source,
    select: bare,
    from: "t",
    read: (value) => value === "T" ? true : value === "F" ? false : wrong("T or F"),
  };
}

/** A business date: the subsidiary's calendar day, no zone, `YYYY-MM-DD` (docs/netsuite.md 3.3: pure dates are never converted). */
export function day(source: string): Column<string> {
  return {
    source,
    select: (name) => `TO_CHAR(${name},'YYYY-MM-DD')`,
    from: "t",
    read: (value) => isDay(value) ? value : wrong("a day as YYYY-MM-DD"),
  };
}

/** A moment, to the second. Asked for in UTC, since plain TO_CHAR prints the account's local time. */
export function instant(source: string): Column<Date> {
  return {
    source,
    select: (name) => `TO_CHAR(SYS_EXTRACT_UTC(${name}),'YYYY-MM-DD"T"HH24:MI:SS"Z"')`,
    from: "t",
    read: (value) => {
      const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) && isDay(value.slice(0, 10))
        ? Date.parse(value)
        : NaN;
      return Number.isNaN(time) ? wrong("a time as YYYY-MM-DDTHH:MM:SSZ") : new Date(time);
    },
  };
}

/**
 * An amount in the row's currency, as an integer of minor units. More decimals than the currency has are rounded half
 * away from zero, and the source's text is kept beside (`<field>Text`), so that nothing is lost.
 */
export function money(source: string): Column<number> {
  return {
    source,
    select: bare,
    from: "t",
    read: (value, row) => {
      if (row.precision === null) return wrong("with a currency: the row has none");
      return toMinor(value, row.precision).minor;
    },
    keepsText: (value, row) => row.precision !== null && !toMinor(value, row.precision).exact,
  };
}

/** An amount in the currency of the books, as an integer of minor units; otherwise as {@link money}. */
export function baseMoney(source: string): Column<number> {
  return {
    source,
    select: bare,
    from: "t",
    read: (value, row) => toMinor(value, row.base ?? USUAL_DECIMALS).minor,
    keepsText: (value, row) => !toMinor(value, row.base ?? USUAL_DECIMALS).exact,
  };
}

/** A column of a joined table: `joined("c", text("symbol"), "currencysymbol")`. */
export function joined<Value>(from: string, column: Column<Value>, alias: string): Column<Value> & { alias: string } {
  return { ...column, from, alias };
}

/**
 * Decimal text to an integer of minor units, digit by digit: no binary fraction is ever involved.
 *
 * @param value e.g. `-1280.5`, `.5`, `1E-7`
 * @param precision decimals of the currency
 * @returns the integer, and whether it is all of the value
 * @throws {Error} when the text is no decimal number or does not fit below 2^53
 */
export function toMinor(value: string, precision: number): { minor: number; exact: boolean } {
  const match = isDecimal(value) ? DECIMAL.exec(value) : null;
  if (!match) return wrong("a decimal number");
  const whole = match[2] ?? "", fraction = match[3] ?? "";
  const digits = whole + fraction;
  const point = whole.length + Number(match[4] ?? 0) + precision; // how many of the digits are minor units
  const kept = point <= 0 ? "0" : digits.slice(0, point).padEnd(point, "0");
  const rest = point < 0 ? "0".repeat(Math.min(-point, 1)) + digits : digits.slice(point);
  let minor = Number(kept);
  if (rest !== "" && rest[0]! >= "5") minor += 1;
  if (!Number.isSafeInteger(minor)) return wrong("an amount below 9 x 10^15 minor units");
  return { minor: match[1] === "-" && minor !== 0 ? -minor : minor, exact: /^0*$/.test(rest) };
}

function isDecimal(value: string): boolean {
  return DECIMAL.test(value) && /\d/.test(value);
}

function significantDigits(value: string): number {
  return value.replace(/[eE].*$/, "").replace(/[+.-]/g, "").replace(/^0+/, "").replace(/0+$/, "").length;
}

function isDay(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}
