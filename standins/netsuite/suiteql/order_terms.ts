/** ORDER BY: its terms, what is never NULL in them, and the shuffle that stands in for a missing order. */
import type { Core, Expr, Order } from "./ast.ts";
import type { QueryCompiler } from "./compile.ts";
import { compileValue, direction, type Surroundings } from "./compile_expression.ts";
import { checkGrouped } from "./grouping.ts";
import { unsupported } from "./refuse.ts";
import type { Scope } from "./scope.ts";
import { conjuncts } from "./uniqueness.ts";
import { quote, type Value } from "./values.ts";

/** One expression of the result. */
export interface OutItem {
  name: string;
  value: Value;
  expr: Expr;
}

/** The prime that spreads keys over the shuffle's numbers; the seed comes as a parameter. */
const SHUFFLE_PRIME = 4_294_967_291;

/** One ORDER BY term: its SQL text, the value's SQL, and the place in the result (-1: not selected). */
export function orderTerm(
  order: Order,
  items: OutItem[],
  core: Core,
  groups: Value[],
  grouped: boolean,
  at: Surroundings,
) {
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

/** An order that looks arbitrary but is the same for the same seed: computed from the keys, natively where they are numbers. */
export function rowShuffle(scope: Scope, compiler: QueryCompiler): string {
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
