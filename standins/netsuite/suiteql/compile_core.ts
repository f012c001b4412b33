/**
 * Compiles one SELECT … FROM … WHERE … GROUP BY … HAVING, with the order that the query around it asks for.
 */
import type { Cond, Core, Expr, Item, Order, Source } from "./ast.ts";
import {
  AGGREGATES,
  compileCondition,
  compileValue,
  direction,
  type Surroundings,
  walk,
} from "./compile_expression.ts";
import type { Plan, QueryCompiler } from "./compile.ts";
import { unknownRecord, unsupported } from "./refuse.ts";
import { Scope, type ScopeSource } from "./scope.ts";
import { conjuncts, settles } from "./uniqueness.ts";
import { type Kind, quote, type Value } from "./values.ts";

interface OutItem {
  name: string;
  value: Value;
  expr: Expr;
}

/** The multipliers that spread keys over the shuffle's numbers; the seed comes as a parameter. */
const SHUFFLE_PRIME = 4_294_967_291;

export function compileCore(compiler: QueryCompiler, core: Core, orders: Order[], outer: Scope | null): Plan {
  const scope = new Scope(outer);
  const at: Surroundings = { catalog: compiler.catalog, scope, subquery: (query) => compiler.subquery(query, scope) };
  const own = core.groupBy.length > 0 || core.distinct || orders.length > 0 || hasAggregate(core);
  const inherits = core.from.length === 1 && core.from[0]!.query !== null && !own;
  const sources = core.from.map((source) => compileSource(compiler, source, at, inherits));
  const { limit, rest } = takeRownum(core.where, compiler, at);

  const items = core.items.flatMap((item) => expand(item, at));
  nameItems(items);
  const grouped = core.groupBy.length > 0 || hasAggregate(core);
  const groups = core.groupBy.map((e) => compileValue(e, at));
  if (grouped) {
    for (const item of items) checkGrouped(item.expr, groups, at);
    conjuncts(core.having).forEach((c) => checkGrouped(c, groups, at));
  } else if (core.having) throw unsupported("HAVING needs GROUP BY or an aggregate");
  if (grouped || core.distinct) refuseDisplay(core, items);

  const single = grouped && groups.length === 0;
  const where = rest.length ? ` WHERE ${rest.map((c) => compileCondition(c, at)).join(" AND ")}` : "";
  const from = sources.length ? ` FROM ${sources.map((s) => s.sql).join("")}` : "";
  const shuffle = rowShuffle(scope, compiler);
  const rowsFrom = limit === null || !(own || grouped)
    ? `${from}${where}`
    : limitedFrom(core, scope, from, where, limit, shuffle);
  const tail = (groups.length ? ` GROUP BY ${groups.map((g) => g.sql).join(",")}` : "") +
    (core.having ? ` HAVING ${compileCondition(core.having, at)}` : "");
  const list = items.map(({ name, value }) => `${value.sql} AS ${quote(name)}`).join(", ");
  let sql = `SELECT ${core.distinct ? "DISTINCT " : ""}${list}${rowsFrom}${tail}`;

  const terms = orders.map((o) => orderTerm(o, items, core, groups, grouped, at));
  const orderedBy = terms.map((t) => t.expr);
  const covers = (names: Expr[]) => names.every((e) => terms.some((t) => t.sql === compileValue(e, at).sql));
  const unique = single || core.from.length === 0 ||
    (core.distinct && items.every((_, i) => terms.some((t) => t.position === i))) ||
    (grouped ? covers(core.groupBy) : settles(core, scope, orderedBy));
  const order = terms.map((t) => t.text);
  const passesOn = inherits && sources[0]!.ordered;
  if (!unique && !passesOn) {
    if (core.distinct) {
      sql = `SELECT * FROM (${sql}) AS "d"`;
      order.splice(0, order.length, ...terms.map((t) => `${t.position + 1}${t.suffix}`));
      order.push(`ns_mix(?${compiler.seedParam},${items.map((i) => `"d".${quote(i.name)}`).join(",")})`);
    } else if (grouped) order.push(`ns_mix(?${compiler.seedParam},${groups.map((g) => g.sql).join(",")})`);
    else order.push(shuffle);
  }
  const keyed = core.from.length === 1 && !grouped && !core.distinct && limit === null && terms[0] !== undefined &&
    isRowKey(terms[0].sql, scope);
  const limits = [limit !== null && !(own || grouped) ? limit : null, core.top === null ? null : String(core.top)];
  return {
    columns: items.map(({ name, value }) => ({ name, kind: value.kind })),
    labels: items.map(({ name }) => name.replace(/:\d+$/, "")),
    sql,
    keyedSql: keyed ? sql.replace(from, () => `${from} NOT INDEXED`) : null,
    order,
    ordered: orders.length > 0 || passesOn,
    limits: limits.filter((l) => l !== null),
    countSql: grouped || core.distinct ? null : `SELECT count(*)${rowsFrom}`,
    keys: keysOf(core, scope, items, grouped, groups),
  };
}

function hasAggregate(core: Core): boolean {
  let found = false;
  const look = (node: Expr | Cond) => {
    if (node.k === "call" && AGGREGATES.has(node.name) && !node.over) found = true;
    return true;
  };
  for (const item of core.items) if (!item.star) walk(item.expr, look);
  if (core.having) walk(core.having, look);
  return found;
}

function compileSource(compiler: QueryCompiler, source: Source, at: Surroundings, ordered: boolean) {
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
    sql = `${quote(table.name)} AS ${quote(source.alias)}`;
    entry = { alias: source.alias, table: table.name, columns: table.columns, ambiguous: new Set(), keys: table.keys };
  }
  scope.sources.push(entry);
  const on = source.on ? ` ON ${compileCondition(source.on, at)}` : "";
  const join = {
    first: "",
    comma: ", ",
    inner: " JOIN ",
    left: " LEFT JOIN ",
    right: " RIGHT JOIN ",
    full: " FULL JOIN ",
    cross: " CROSS JOIN ",
  };
  return { sql: `${join[source.join]}${sql}${on}`, ordered: isOrdered };
}

function expand(item: Item, at: Surroundings): OutItem[] {
  if (!item.star) {
    const name = item.alias ?? (item.expr.k === "column" ? item.expr.name : "");
    return [{ name, value: compileValue(item.expr, at), expr: item.expr }];
  }
  const chosen = at.scope.sources.filter((s) => !item.qualifier || s.alias === item.qualifier);
  if (!chosen.length) throw unsupported(`"${item.qualifier ?? ""}*" has no table to stand for`);
  return chosen.flatMap((s) =>
    [...s.columns.keys()].map((name) => {
      const expr: Expr = { k: "column", qualifier: s.alias, name };
      return { name: name.replace(/:\d+$/, ""), value: compileValue(expr, at), expr };
    })
  );
}

/** Expressions without a name are called expr1 …; a name that stands twice gets a suffix that no one can write. */
function nameItems(items: OutItem[]): void {
  const seen = new Set<string>();
  let expressions = 0;
  items.forEach((item, i) => {
    if (!item.name) item.name = `expr${++expressions}`;
    if (seen.has(item.name)) item.name = `${item.name}:${i}`;
    seen.add(item.name);
  });
}

/** As Oracle: beside aggregates only grouped expressions, and what is made of them, may stand in the result. */
function checkGrouped(node: Expr | Cond, groups: Value[], at: Surroundings): void {
  const grouped = new Set(groups.map((g) => g.sql));
  walk(node, (part) => {
    if (part.k === "call" && AGGREGATES.has(part.name) && !part.over) return false;
    if (part.k === "column") {
      const { sql, constant } = compileValue(part, at);
      if (!constant && !grouped.has(sql)) throw unsupported(`"${part.name}" is neither grouped nor aggregated`);
      return false;
    }
    if (part.k === "call" || part.k === "binary" || part.k === "case" || part.k === "cast" || part.k === "extract") {
      return !(groups.length && grouped.has(compileValue(part, at).sql));
    }
    return true;
  });
}

function refuseDisplay(core: Core, items: OutItem[]): void {
  for (const expr of [...items.map((i) => i.expr), ...core.groupBy]) {
    walk(expr, (node) => {
      if (node.k === "call" && node.name === "builtin.df") throw unsupported("BUILTIN.DF with DISTINCT or GROUP BY");
      return true;
    });
  }
}

function orderTerm(order: Order, items: OutItem[], core: Core, groups: Value[], grouped: boolean, at: Surroundings) {
  const { by } = order;
  let position = -1;
  if (by.k === "number") {
    position = Number(by.text) - 1;
    if (!items[position]) throw unsupported(`ORDER BY ${by.text}: there is no such column`);
  } else if (by.k === "column" && !by.qualifier) position = items.findIndex((i) => i.name === by.name);
  const value = position >= 0 ? items[position]!.value : compileValue(by, at);
  const expr = position >= 0 ? items[position]!.expr : by;
  if (position < 0) position = items.findIndex((i) => i.value.sql === value.sql);
  if (core.distinct && position < 0) throw unsupported("ORDER BY with DISTINCT needs a selected expression");
  if (grouped && position < 0) checkGrouped(expr, groups, at);
  const suffix = direction(order.descending, order.nulls, neverNull(value, core, at));
  return { text: `${position >= 0 ? position + 1 : value.sql}${suffix}`, sql: value.sql, expr, position, suffix };
}

/** Key columns, and columns that a condition compares, are never NULL: without NULLS FIRST or LAST the index gives the order. */
function neverNull(value: Value, core: Core, at: Surroundings): boolean {
  if (!value.ref || core.from.some((s) => s.join === "left" || s.join === "right" || s.join === "full")) {
    return isMainKey(value, core, at);
  }
  if (isMainKey(value, core, at)) return true;
  return conjuncts(core.where).some((c) => {
    if (c.k !== "compare" && !(c.k === "between" && !c.not)) return false;
    const sides = c.k === "compare" ? [c.left, c.right] : [c.of];
    return sides.some((e) =>
      e.k !== "number" && e.k !== "string" && e.k !== "rownum" && compileValue(e, at).sql === value.sql
    );
  });
}

function isMainKey(value: Value, core: Core, at: Surroundings): boolean {
  const source = core.from.find((s) => s.alias === value.ref?.alias);
  if (!source || source.join === "left" || core.from.some((s) => s.join === "right" || s.join === "full")) return false;
  const keys = at.scope.sources.find((s) => s.alias === source.alias)?.keys ?? [];
  return source.table !== null && keys.some((key) => key.includes(value.ref!.column));
}

/** True when the SQL is the table's only key column: then SQLite keeps the rows in its order. */
function isRowKey(sql: string, scope: Scope): boolean {
  const [source] = scope.sources;
  const key = source?.table ? source.keys[0] : undefined;
  return key?.length === 1 && source?.columns.get(key[0]!) === "int" &&
    sql === `${quote(source.alias)}.${quote(key[0]!)}`;
}

/** An order that looks arbitrary but is the same for the same seed: computed from the keys, natively where they are numbers. */
function rowShuffle(scope: Scope, compiler: QueryCompiler): string {
  const seed = `?${compiler.seedParam}`;
  const sums: string[] = [];
  const others: string[] = [];
  for (const source of scope.sources) {
    const columns = source.keys[0] ?? [...source.columns.keys()];
    for (const column of columns) {
      const sql = `${quote(source.alias)}.${quote(column)}`;
      if (source.keys[0] && source.columns.get(column) === "int") {
        sums.push(`ifnull(${sql},0)*(${seed}+${sums.length * 104_729})`);
      } else others.push(sql);
    }
  }
  if (others.length) return `ns_mix(${[seed, ...others, ...sums].join(",")})`;
  return sums.length ? `(${sums.join("+")})%${SHUFFLE_PRIME}` : "1";
}

/** Takes `ROWNUM <= n` out of the conditions that must all hold. `limit` is SQL for the number of rows. */
function takeRownum(
  where: Cond | null,
  compiler: QueryCompiler,
  at: Surroundings,
): { limit: string | null; rest: Cond[] } {
  let limit: string | null = null;
  const rest: Cond[] = [];
  for (const cond of conjuncts(where)) {
    const bound = rownumBound(cond);
    if (bound) {
      const sql = bound.most.k === "number"
        ? String(Math.ceil(Number(bound.most.text)) - (bound.open ? 1 : 0))
        : `(CAST(${compiler.numeric(bound.most, at)} AS INTEGER)${bound.open ? "-1" : ""})`;
      limit = limit === null ? sql : `min(${limit},${sql})`;
      continue;
    }
    walk(cond, (node) => {
      if (node.k === "rownum") throw unsupported("ROWNUM can be compared to a number only: ROWNUM <= n");
      return true;
    });
    rest.push(cond);
  }
  return { limit, rest };
}

function rownumBound(cond: Cond): { most: Expr; open: boolean } | null {
  const zero: Expr = { k: "number", text: "0" };
  if (cond.k === "between" && cond.of.k === "rownum" && !cond.not) {
    return { most: cond.low.k === "number" && Number(cond.low.text) > 1 ? zero : cond.high, open: false };
  }
  if (cond.k !== "compare") return null;
  const flipped = cond.right.k === "rownum";
  if (cond.left.k !== "rownum" && !flipped) return null;
  const most = flipped ? cond.left : cond.right;
  const mirror: Record<string, string> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };
  const op = flipped ? mirror[cond.op] ?? cond.op : cond.op;
  if (op === "<" || op === "<=") return { most, open: op === "<" };
  // The first row is always number 1: a condition that refuses 1 refuses every row.
  if (most.k === "number") {
    const n = Number(most.text);
    if (op === "=") return { most: n === 1 ? most : zero, open: false };
    if (op === ">" && n >= 1) return { most: zero, open: false };
    if (op === ">=" && n > 1) return { most: zero, open: false };
  }
  throw unsupported(`ROWNUM ${cond.op} … is not supported: use ROWNUM <= n`);
}

/** ROWNUM cuts before ORDER BY, GROUP BY and DISTINCT: the rows are chosen in a query below. */
function limitedFrom(core: Core, scope: Scope, from: string, where: string, limit: string, shuffle: string): string {
  if (core.from.length === 1) {
    const alias = quote(core.from[0]!.alias);
    return ` FROM (SELECT ${alias}.*${from}${where} ORDER BY ${shuffle} LIMIT ${limit}) AS ${alias}`;
  }
  const keys = scope.sources.flatMap((s) => (s.keys[0] ?? []).map((c) => `ifnull(${quote(s.alias)}.${quote(c)},'')`));
  if (scope.sources.some((s) => s.keys.length === 0)) {
    throw unsupported("ROWNUM beside ORDER BY over joined subqueries");
  }
  const chosen = `(${keys.join(",")}) IN (SELECT ${keys.join(",")}${from}${where} ORDER BY ${shuffle} LIMIT ${limit})`;
  return `${from}${where ? `${where} AND ` : " WHERE "}${chosen}`;
}

/** Names of result columns that identify a row, for the query around this one. */
function keysOf(core: Core, scope: Scope, items: OutItem[], grouped: boolean, groups: Value[]): string[] | null {
  if (core.distinct) return items.map((i) => i.name);
  if (grouped) {
    const names = groups.map((g) => items.find((i) => i.value.sql === g.sql)?.name);
    return names.every((n) => n !== undefined) ? names : null;
  }
  const plain = items.filter((i) => i.expr.k === "column");
  if (!settles(core, scope, plain.map((i) => i.expr))) {
    const numbered = items.find((i) => i.expr.k === "rownum");
    return numbered ? [numbered.name] : null;
  }
  // The first items that are enough by themselves, so that a query around this one can order by an id alone.
  const alone = plain.find((i) => settles(core, scope, [i.expr]));
  return alone ? [alone.name] : plain.map((i) => i.name);
}
