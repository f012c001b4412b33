/** ROWNUM: a limit that acts before ORDER BY, GROUP BY and DISTINCT. */
import type { Cond, Core, Expr } from "./ast.ts";
import type { QueryCompiler } from "./compile.ts";
import type { Surroundings } from "./compile_expression.ts";
import { walk } from "./walk.ts";
import { unsupported } from "./refuse.ts";
import type { Scope } from "./scope.ts";
import { conjuncts } from "./uniqueness.ts";
import { quote } from "./values.ts";

/** Takes `ROWNUM <= n` out of the conditions that must all hold. `limit` is SQL for the number of rows. */
export function takeRownum(
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
export function limitedFrom(
  core: Core,
  scope: Scope,
  from: string,
  where: string,
  limit: string,
  shuffle: string,
): string {
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
