/** A value of a statement. Numbers are written without quotes where they stand in the query itself. */
export interface Parameter {
  as: "number" | "text";
  value: string;
}

/** A statement with its positional parameters. */
export interface Statement {
  query: string;
  parameters: Parameter[];
}

declare const isUnique: unique symbol;

/**
 * Columns that identify a row of what is selected. Only {@link uniqueOrder} makes one, and a page query cannot be made
 * without one: NetSuite skips and repeats rows of pages whose order is not unique (docs/netsuite.md 3.2).
 */
export interface UniqueOrder {
  readonly [isUnique]: true;
  readonly terms: readonly OrderTerm[];
}

/** One column of an order. */
export interface OrderTerm {
  /** The expression to sort by, e.g. `t.id`. */
  expression: string;
  /** Under which name it is selected. */
  alias: string;
  isNumber: boolean;
}

/** A statement whose answer is read page by page; it comes with the count of the same rows, to check an empty page by. */
export interface PagedStatement extends Statement {
  order: UniqueOrder;
  count: Statement;
}

/**
 * Says that these columns together are unique in what is selected. The one place where that is claimed, so the one place
 * to look at when it is doubted.
 *
 * @throws {TypeError} without a column, or with one twice
 */
export function uniqueOrder(terms: readonly OrderTerm[]): UniqueOrder {
  const aliases = new Set(terms.map(({ alias }) => alias));
  if (terms.length === 0 || aliases.size < terms.length) throw new TypeError("An order needs columns, each once");
  return { terms } as unknown as UniqueOrder;
}

/** At most this many columns: above, NetSuite answers with no rows and no error (docs/netsuite.md 3.1). */
export const MOST_COLUMNS = 100;

/**
 * Puts a page query together.
 *
 * @param select expressions with their alias; those of the order must be among them
 * @param from tables and conditions: the text from `FROM` on, without `ORDER BY`
 * @throws {RangeError} for more than 100 columns
 * @throws {TypeError} when a column of the order is not selected: the next page could not be asked for
 */
export function paged(
  select: readonly { expression: string; alias: string }[],
  from: { text: string; parameters: Parameter[] },
  order: UniqueOrder,
): PagedStatement {
  if (select.length > MOST_COLUMNS) throw new RangeError(`${select.length} columns: SuiteQL answers nothing above 100`);
  const aliases = new Set(select.map(({ alias }) => alias));
  const unselected = order.terms.find(({ alias }) => !aliases.has(alias));
  if (unselected) throw new TypeError(`The order's ${unselected.alias} is not selected`);
  const list = select.map(({ expression, alias }) => `${expression} AS ${alias}`).join(", ");
  const by = order.terms.map(({ expression }) => expression).join(", ");
  return {
    query: `SELECT ${list} ${from.text} ORDER BY ${by}`,
    parameters: from.parameters,
    order,
    count: { query: `SELECT COUNT(*) AS tm_rows ${from.text}`, parameters: from.parameters },
  };
}

/** A whole number as a parameter. @throws {RangeError} for anything else: it would stand in a query without quotes */
export function number(value: string | number): Parameter {
  const text = String(value);
  if (!/^-?\d{1,30}$/.test(text)) throw new RangeError(`"${text.slice(0, 40)}" must be a whole number`);
  return { as: "number", value: text };
}

/** A text as a parameter. */
export function word(value: string): Parameter {
  return { as: "text", value };
}

/** A value of a key column: a number where it looks like one, so that it is compared as one. */
export function keyValue(value: string): Parameter {
  return /^-?\d{1,30}$/.test(value) ? number(value) : word(value);
}

/**
 * The query with its values written into it, for accounts that take no parameters. Question marks inside quotes are text.
 *
 * @throws {TypeError} when there are not as many values as question marks
 */
export function inlined({ query, parameters }: Statement): string {
  let at = 0;
  const text = query.replace(/'(?:[^']|'')*'|\?/g, (found) => {
    if (found !== "?") return found;
    const parameter = parameters[at++];
    if (!parameter) throw new TypeError("A question mark has no value");
    return parameter.as === "number" ? parameter.value : `'${parameter.value.replaceAll("'", "''")}'`;
  });
  if (at !== parameters.length) throw new TypeError(`${parameters.length} values for ${at} question marks`);
  return text;
}
