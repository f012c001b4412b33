/**
 * Tells whether an order is provably unique: what a real account leaves to chance, the stand-in shuffles on purpose.
 */
import type { Cond, Core, Expr } from "./ast.ts";
import type { Scope, ScopeSource } from "./scope.ts";

/** `alias.column` */
type Name = string;

interface Equality {
  left: Name;
  /** null: a constant. */
  right: Name | null;
  /** Set for the ON of an outer join: only this source becomes known by it. */
  onlyFor: string | null;
}

/** The parts of a condition that must all hold. */
export function conjuncts(cond: Cond | null): Cond[] {
  if (!cond) return [];
  return cond.k === "and" ? cond.parts.flatMap(conjuncts) : [cond];
}

function nameOf(expr: Expr, scope: Scope): Name | null {
  if (expr.k !== "column") return null;
  const own = scope.sources.filter((s) => (!expr.qualifier || s.alias === expr.qualifier) && s.columns.has(expr.name));
  return own.length === 1 ? `${own[0]!.alias}.${expr.name}` : null;
}

function equalities(cond: Cond | null, onlyFor: string | null, scope: Scope): Equality[] {
  const list: Equality[] = [];
  for (const part of conjuncts(cond)) {
    if (part.k !== "compare" || part.op !== "=") continue;
    const [left, right] = [nameOf(part.left, scope), nameOf(part.right, scope)];
    const fixed = (e: Expr) => e.k === "number" || e.k === "string" || e.k === "param";
    if (left && right) list.push({ left, right, onlyFor });
    else if (left && fixed(part.right)) list.push({ left, right: null, onlyFor });
    else if (right && fixed(part.left)) list.push({ left: right, right: null, onlyFor });
  }
  return list;
}

/**
 * True when rows of FROM … WHERE are told apart by the given columns.
 *
 * A source is settled when all columns of one of its keys are known; then all its columns are. A column is known when it is
 * among the given ones, equal to a constant, or equal to a known column.
 */
export function settles(core: Core, scope: Scope, given: Expr[]): boolean {
  const known = new Set<Name>();
  for (const expr of given) {
    const name = nameOf(expr, scope);
    if (name) known.add(name);
  }
  const facts = equalities(core.where, null, scope);
  for (const source of core.from) {
    if (source.join === "full" || source.join === "right") return false;
    facts.push(...equalities(source.on, source.join === "left" ? source.alias : null, scope));
  }
  const settled = new Set<ScopeSource>();
  const isKnown = (name: Name) => known.has(name) || [...settled].some((s) => name.startsWith(`${s.alias}.`));
  for (let before = -1; before !== known.size + settled.size;) {
    before = known.size + settled.size;
    for (const source of scope.sources) {
      if (source.keys.some((key) => key.every((column) => known.has(`${source.alias}.${column}`)))) settled.add(source);
    }
    for (const { left, right, onlyFor } of facts) {
      const allowed = (name: Name) => !onlyFor || name.startsWith(`${onlyFor}.`);
      if ((right === null || isKnown(right)) && allowed(left)) known.add(left);
      if (right !== null && isKnown(left) && allowed(right)) known.add(right);
    }
  }
  return scope.sources.every((source) => settled.has(source));
}
