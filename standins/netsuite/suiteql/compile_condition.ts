/** Compiles conditions to SQL for SQLite. */
import type { Cond } from "./ast.ts";
import { compileValue, type Surroundings } from "./compile_expression.ts";
import { unsupported } from "./refuse.ts";
import { comparable, type Kind, toText } from "./values.ts";

export function compileCondition(cond: Cond, at: Surroundings): string {
  switch (cond.k) {
    case "and":
    case "or":
      return `(${cond.parts.map((part) => compileCondition(part, at)).join(cond.k === "and" ? " AND " : " OR ")})`;
    case "not":
      return `NOT (${compileCondition(cond.of, at)})`;
    case "compare": {
      const [l, r] = comparable(compileValue(cond.left, at), compileValue(cond.right, at));
      return `${l}${cond.op}${r}`;
    }
    case "isnull":
      return `${compileValue(cond.of, at).sql} IS ${cond.not ? "NOT " : ""}NULL`;
    case "between": {
      const of = compileValue(cond.of, at);
      const [low, high] = [comparable(of, compileValue(cond.low, at)), comparable(of, compileValue(cond.high, at))];
      const both = low[0] === high[0]
        ? `${low[0]} BETWEEN ${low[1]} AND ${high[1]}`
        : `(${low[0]}>=${low[1]} AND ${high[0]}<=${high[1]})`;
      return cond.not ? `NOT (${both})` : both;
    }
    case "like": {
      const [of, pattern] = [toText(compileValue(cond.of, at)), toText(compileValue(cond.pattern, at))];
      const escape = cond.escape ? ` ESCAPE ${toText(compileValue(cond.escape, at)).sql}` : "";
      return `${of.sql} ${cond.not ? "NOT " : ""}LIKE ${pattern.sql}${escape}`;
    }
    case "exists":
      return `EXISTS (${at.subquery(cond.query).sql})`;
    case "in":
      return compileIn(cond, at);
  }
}

function compileIn(cond: Cond & { k: "in" }, at: Surroundings): string {
  const of = cond.of.map((e) => compileValue(e, at));
  const word = cond.not ? "NOT IN" : "IN";
  const left = of.length === 1 ? of[0]!.sql : `(${of.map((v) => v.sql).join(",")})`;
  if (cond.query) {
    const { sql, columns } = at.subquery(cond.query);
    if (columns.length !== of.length) throw unsupported("IN compares rows of different width");
    const family = (kind: Kind) => (kind === "int" || kind === "num" ? "number" : kind);
    const odd = columns.find((c, i) => c.kind !== "null" && family(c.kind) !== family(of[i]!.kind));
    if (odd) throw unsupported(`IN compares different kinds of values: column "${odd.name}" of the subquery`);
    return `${left} ${word} (${sql})`;
  }
  const rows = cond.list!.map((row) => row.map((e, i) => comparable(of[i]!, compileValue(e, at))));
  const sameLeft = rows.every((row) => row.every(([l], i) => l === rows[0]![i]![0]));
  if (!sameLeft) throw unsupported("IN mixes kinds of values");
  const tested = rows[0]!.map(([l]) => l);
  if (of.length === 1) return `${tested[0]} ${word} (${rows.map((row) => row[0]![1]).join(",")})`;
  return `(${tested.join(",")}) ${word} (VALUES ${
    rows.map((row) => `(${row.map(([, r]) => r).join(",")})`).join(",")
  })`;
}
