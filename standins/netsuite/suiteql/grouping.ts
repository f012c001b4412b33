/** Aggregates: where they are, and what may stand beside them. */
import type { Cond, Core, Expr } from "./ast.ts";
import { AGGREGATES, compileValue, type Surroundings } from "./compile_expression.ts";
import { walk } from "./walk.ts";
import { unsupported } from "./refuse.ts";
import type { Value } from "./values.ts";

/** True when the SELECT has an aggregate that is not a window function. */
export function hasAggregate(core: Core): boolean {
  let found = false;
  const look = (node: Expr | Cond) => {
    if (node.k === "call" && AGGREGATES.has(node.name) && !node.over) found = true;
    return true;
  };
  for (const item of core.items) if (!item.star) walk(item.expr, look);
  if (core.having) walk(core.having, look);
  return found;
}

/** As Oracle: beside aggregates only grouped expressions, and what is made of them, may stand in the result. */
export function checkGrouped(node: Expr | Cond, groups: Value[], at: Surroundings): void {
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

/** BUILTIN.DF cannot be grouped or made distinct in a real account. */
export function refuseDisplay(core: Core, items: Expr[]): void {
  for (const expr of [...items, ...core.groupBy]) {
    walk(expr, (node) => {
      if (node.k === "call" && node.name === "builtin.df") throw unsupported("BUILTIN.DF with DISTINCT or GROUP BY");
      return true;
    });
  }
}
