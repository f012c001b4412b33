/** Visits the parts of a parsed expression. */
import type { Cond, Expr } from "./ast.ts";
import { isCondition } from "./parse_expression.ts";

/** Visits an expression and everything in it, subqueries left out. Return false to stay out of a node. */
export function walk(node: Expr | Cond, visit: (node: Expr | Cond) => boolean): void {
  if (!visit(node)) return;
  const children: (Expr | Cond | null)[] = isCondition(node) ? partsOfCondition(node) : partsOfValue(node);
  for (const child of children) if (child) walk(child, visit);
}

function partsOfCondition(cond: Cond): (Expr | Cond | null)[] {
  switch (cond.k) {
    case "and":
    case "or":
      return cond.parts;
    case "not":
    case "isnull":
      return [cond.of];
    case "compare":
      return [cond.left, cond.right];
    case "between":
      return [cond.of, cond.low, cond.high];
    case "like":
      return [cond.of, cond.pattern, cond.escape];
    case "in":
      return [...cond.of, ...(cond.list ?? []).flat()];
    case "exists":
      return [];
  }
}

function partsOfValue(expr: Expr): (Expr | Cond | null)[] {
  switch (expr.k) {
    case "binary":
      return [expr.left, expr.right];
    case "negate":
    case "cast":
    case "extract":
      return [expr.of];
    case "case":
      return [expr.operand, ...expr.whens.flatMap((w) => [w.when, w.then]), expr.otherwise];
    case "call":
      return [...expr.args, ...(expr.over?.partition ?? []), ...(expr.over?.order ?? []).map((o) => o.by)];
    default:
      return [];
  }
}
