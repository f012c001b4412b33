/** FROM: tables, subqueries and joins. */
import type { Cond, Expr, Source } from "./ast.ts";
import type { QueryCompiler } from "./compile.ts";
import { compileCondition } from "./compile_condition.ts";
import type { Surroundings } from "./compile_expression.ts";
import { unknownRecord } from "./refuse.ts";
import type { Scope, ScopeSource } from "./scope.ts";
import { type Kind, quote } from "./values.ts";

/** A compiled entry of FROM. `join` is the word before it, `on` the SQL of its condition. */
export interface CompiledSource {
  alias: string;
  join: Source["join"];
  table: string;
  on: string;
  /** True when it is a subquery whose order passes on. */
  ordered: boolean;
}

const JOINS = {
  first: "",
  comma: ", ",
  inner: " JOIN ",
  left: " LEFT JOIN ",
  right: " RIGHT JOIN ",
  full: " FULL JOIN ",
  cross: " CROSS JOIN ",
};

/** The FROM clause. */
export function writeFrom(sources: CompiledSource[]): string {
  if (!sources.length) return "";
  return ` FROM ${sources.map((s) => `${JOINS[s.join]}${s.table}${s.on ? ` ON ${s.on}` : ""}`).join("")}`;
}

/**
 * The sources that decide how many rows there are: a LEFT JOIN on the whole key of a table neither adds nor removes rows, and is
 * left out when nothing else names it. SQLite does the same, but not for counts.
 *
 * @param where SQL of the condition
 */
export function countedSources(sources: CompiledSource[], scope: Scope, where: string): CompiledSource[] {
  const kept = [...sources];
  for (let i = kept.length - 1; i > 0; i--) {
    const source = kept[i]!;
    const alias = `${quote(source.alias)}.`;
    const named = [where, ...kept.filter((s) => s !== source).map((s) => s.on)].some((sql) => sql.includes(alias));
    if (source.join === "left" && !named && isWholeKey(source, scope)) kept.splice(i, 1);
  }
  return kept;
}

/** True for an ON of equations alone, each between a column of the source and something else, that name a whole key of it. */
function isWholeKey(source: CompiledSource, scope: Scope): boolean {
  const keys = scope.sources.find((s) => s.alias === source.alias)?.keys.filter((key) => key.length > 0) ?? [];
  const alias = `${quote(source.alias)}.`;
  const named = new Set<string>();
  for (const equation of source.on.replace(/^\((.*)\)$/s, "$1").split(" AND ")) {
    const sides = /^\(?("[^"]+"\."[^"]+"|\d+)=("[^"]+"\."[^"]+"|\d+)\)?$/.exec(equation)?.slice(1) ?? [];
    const own = sides.filter((side) => side.startsWith(alias));
    if (own.length !== 1) return false;
    named.add(own[0]!.slice(alias.length));
  }
  return keys.some((key) => key.every((column) => named.has(quote(column))));
}

/**
 * True when the order begins with the key of the first table and no condition picks single values of its other columns: then reading
 * along the key is a way to do it.
 *
 * @param leading SQL of the first ORDER BY term
 */
export function canReadAlong(leading: string, conditions: Cond[], scope: Scope): boolean {
  const [source] = scope.sources;
  const first = source?.table ? source.keys[0]?.[0] : undefined;
  if (first === undefined || source!.columns.get(first) !== "int") return false;
  if (leading !== `${quote(source!.alias)}.${quote(first)}`) return false;
  const picks = (side: Expr) =>
    side.k === "column" && side.name !== first && scope.find(side.qualifier, side.name)?.ref?.alias === source!.alias;
  return !conditions.some((c) =>
    (c.k === "in" && !c.not && c.of.some(picks)) ||
    (c.k === "compare" && c.op === "=" && (picks(c.left) || picks(c.right)))
  );
}

/** Compiles one entry of FROM and puts its names into the scope. */
export function compileSource(
  compiler: QueryCompiler,
  source: Source,
  at: Surroundings,
  ordered: boolean,
): CompiledSource {
  const { scope } = at;
  let sql: string;
  let isOrdered = false;
  let entry: ScopeSource;
  if (source.query) {
    const plan = compiler.plan(source.query, scope.parent);
    isOrdered = ordered && plan.ordered;
    sql = `(${compiler.render(plan, ordered)}) AS ${quote(source.alias)}`;
    const ambiguous = new Set(plan.labels.filter((l, i) => plan.labels.indexOf(l) !== i));
    const columns = new Map(plan.columns.map((c) => [c.name, c.kind] as [string, Kind]));
    entry = { alias: source.alias, table: null, columns, ambiguous, keys: plan.keys ? [plan.keys] : [] };
  } else if (source.table === "dual") {
    sql = `(SELECT 'X' AS dummy) AS ${quote(source.alias)}`;
    entry = {
      alias: source.alias,
      table: "dual",
      columns: new Map([["dummy", "str"]]),
      ambiguous: new Set(),
      keys: [[]],
    };
  } else {
    const table = compiler.catalog.table(source.table!);
    if (!table) throw unknownRecord(source.table!);
    const rows = table.only === null ? quote(table.name) : `(SELECT * FROM ${quote(table.name)} WHERE ${table.only})`;
    sql = `${rows} AS ${quote(source.alias)}`;
    entry = { alias: source.alias, table: table.name, columns: table.columns, ambiguous: new Set(), keys: table.keys };
  }
  scope.sources.push(entry);
  const on = source.on ? compileCondition(source.on, at) : "";
  return { alias: source.alias, join: source.join, table: sql, on, ordered: isOrdered };
}
