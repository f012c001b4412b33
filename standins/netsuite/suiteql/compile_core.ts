/**
 * Compiles one SELECT … FROM … WHERE … GROUP BY … HAVING, with the order that the query around it asks for.
 */
import type { Core, Expr, Item, Order } from "./ast.ts";
import { compileCondition } from "./compile_condition.ts";
import { compileValue, type Surroundings } from "./compile_expression.ts";
import type { Plan, QueryCompiler } from "./compile.ts";
import { checkGrouped, hasAggregate, refuseDisplay } from "./grouping.ts";
import { orderTerm, type OutItem, rowShuffle } from "./order_terms.ts";
import { unsupported } from "./refuse.ts";
import { limitedFrom, takeRownum } from "./rownum.ts";
import { Scope } from "./scope.ts";
import { canReadAlong, compileSource, countedSources, writeFrom } from "./sources.ts";
import { conjuncts, settles } from "./uniqueness.ts";
import { quote, type Value } from "./values.ts";

/** @param outer the scope that a correlated subquery sees; null at the top */
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
  if (grouped || core.distinct) refuseDisplay(core, items.map((i) => i.expr));

  const single = grouped && groups.length === 0;
  const writeWhere = () => (rest.length ? ` WHERE ${rest.map((c) => compileCondition(c, at)).join(" AND ")}` : "");
  const where = writeWhere();
  const shuffle = rowShuffle(scope, compiler);
  const cutsFirst = limit !== null && (own || grouped);
  const rowsFrom = cutsFirst
    ? limitedFrom(core, scope, writeFrom(sources), where, limit, shuffle)
    : writeFrom(sources) + where;
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
  const along = !grouped && !core.distinct && limit === null && terms[0] !== undefined &&
    canReadAlong(terms[0].sql, rest, scope);
  scope.withoutIndexes = along ? sources[0]!.alias : null;
  const keyedSql = along ? `SELECT ${list}${writeFrom(sources)}${writeWhere()}` : null;
  scope.withoutIndexes = null;
  const counted = cutsFirst ? rowsFrom : writeFrom(countedSources(sources, scope, where)) + where;
  const limits = [cutsFirst ? null : limit, core.top === null ? null : String(core.top)];
  return {
    columns: items.map(({ name, value }) => ({ name, kind: value.kind })),
    labels: items.map(({ name }) => name.replace(/:\d+$/, "")),
    sql,
    keyedSql,
    order,
    ordered: orders.length > 0 || passesOn,
    limits: limits.filter((l) => l !== null),
    countSql: grouped || core.distinct ? null : `SELECT count(*)${counted}`,
    keys: keysOf(core, scope, items, grouped, groups),
  };
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
