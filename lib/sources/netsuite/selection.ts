import type { Column } from "../../streams/column.ts";
import { aliasOf, type Stream, tableOf } from "../../streams/define.ts";
import type { Gap, Gaps } from "./gaps.ts";
import { MOST_COLUMNS } from "./statement.ts";

/** Something to select from: a stream, or the rows that belong to its records. */
export type Selectable = Pick<Stream, "table" | "columns" | "joins"> & Partial<Pick<Stream, "custom">>;

/** One selected column, with where it comes from. */
export interface Selected {
  expression: string;
  alias: string;
  gap: Gap;
}

/** The columns that this account has. A column whose join cannot be made is left out with it. */
export function selectedOf(from: Selectable, gaps: Gaps): Selected[] {
  const joins = joinsOf(from, gaps);
  return columnsOf(from).flatMap((column) => {
    const made = selected(from, column);
    const isThere = (column.from === "t" || column.from in joins) && !gaps.has(made.gap.table, made.gap.column!);
    return isThere ? [made] : [];
  });
}

/** All columns as they are declared. */
export function declaredOf(from: Selectable): Selected[] {
  return columnsOf(from).map((column) => selected(from, column));
}

/** The joins that this account allows: their table is there, and so are the columns that they join by. */
export function joinsOf(from: Selectable, gaps: Gaps): Record<string, string> {
  const made: Record<string, string> = {};
  for (const [alias, text] of Object.entries(from.joins)) { // in order: a join may build on one before it
    const isThere = !gaps.has(tableOf(from, alias)) &&
      columnsIn(text).every(([of, column]) =>
        (of === "t" || of === alias || of in made) && !gaps.has(tableOf(from, of), column)
      );
    if (isThere) made[alias] = text;
  }
  return made;
}

/** Without which of these a column cannot be read: itself, and what its join is made of. */
export function neededBy(from: Pick<Selectable, "table" | "joins">, column: Column): Gap[] {
  const table = tableOf(from, column.from), join = from.joins[column.from] ?? "";
  const joining = columnsIn(join).map(([of, name]) => ({ table: tableOf(from, of), column: name }));
  return [{ table, column: null }, { table, column: column.source }, ...joining];
}

/** Everything that a query of this names, so that an error about a name can be traced to its place. */
export function namedIn(from: Selectable): Gap[] {
  const inJoins = Object.values(from.joins).flatMap((text) =>
    columnsIn(text).map(([of, column]) => ({ table: tableOf(from, of), column }))
  );
  const all = [...declaredOf(from).map(({ gap }) => gap), ...inJoins];
  const seen = new Set<string>();
  return all.filter(({ table, column }) => !seen.has(`${table}.${column}`) && seen.add(`${table}.${column}`));
}

/**
 * Cuts columns so that each query has room for its fixed ones: SuiteQL answers nothing above 100 columns. All parts are
 * read for the same rows and joined by key.
 */
export function parts(columns: Selected[], fixed: number): Selected[][] {
  const size = MOST_COLUMNS - fixed;
  const cut: Selected[][] = [columns.slice(0, size)];
  for (let at = size; at < columns.length; at += size) cut.push(columns.slice(at, at + size));
  return cut;
}

function columnsOf({ columns, custom = {} }: Selectable): Column[] {
  return [...Object.values(columns), ...Object.values(custom)];
}

function selected(from: Selectable, column: Column): Selected {
  return {
    expression: column.select(`${column.from}.${column.source}`),
    alias: aliasOf(column),
    gap: { table: tableOf(from, column.from), column: column.source },
  };
}

const columnsIn = (join: string): [alias: string, column: string][] =>
  [...join.matchAll(/\b([a-z]\w*)\.([a-z]\w*)/gi)].map((match) => [match[1]!, match[2]!]);
