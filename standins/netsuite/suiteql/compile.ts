/**
 * Compiles a parsed statement to SQL for SQLite: set operations, subqueries, order and limits around the SELECTs.
 */
import type { Body, Expr, Order, Query, Statement } from "./ast.ts";
import type { Catalog } from "./catalog.ts";
import { compileCore } from "./compile_core.ts";
import { type Compiled, compileValue, direction, type Surroundings } from "./compile_expression.ts";
import { unsupported } from "./refuse.ts";
import type { Scope } from "./scope.ts";
import { type Kind, quote, toNumber, unify, type Value } from "./values.ts";

/** A query before its order and limits are written. */
export interface Plan {
  columns: { name: string; kind: Kind }[];
  /** Names as a client sees them: may stand twice. */
  labels: string[];
  sql: string;
  /** The same reading the table in the order of its key, whatever indexes there are; null when the order is another. */
  keyedSql: string | null;
  /** ORDER BY terms; where the query's own do not settle the order, a shuffle ends them. */
  order: string[];
  /** True when the query says how it is ordered (or its only subquery does). */
  ordered: boolean;
  /** SQL for numbers of rows; the least one holds. */
  limits: string[];
  /** Counts the rows, limits left out; null when only counting the whole result does. */
  countSql: string | null;
  /** Columns that identify a row; null when unknown. */
  keys: string[] | null;
}

/** A statement ready to run: parameters of the statement come first, then the shuffle's seed, the page's size and offset. */
export interface Executable {
  /** Ends in LIMIT and OFFSET parameters. */
  pageSql: string;
  /** The page read along the key: better than an index when many rows fit the conditions. Null when the order is another. */
  keyedSql: string | null;
  countSql: string;
  limits: string[];
  labels: string[];
  kinds: Kind[];
  params: number;
}

export function compileStatement(statement: Statement, catalog: Catalog): Executable {
  const compiler = new QueryCompiler(catalog, statement.params);
  const plan = compiler.plan(statement.query, null);
  const order = plan.order.length ? ` ORDER BY ${plan.order.join(", ")}` : "";
  const tail = `${order} LIMIT ?${statement.params + 2} OFFSET ?${statement.params + 3}`;
  return {
    pageSql: plan.sql + tail,
    keyedSql: plan.keyedSql === null ? null : plan.keyedSql + tail,
    countSql: plan.countSql ?? `SELECT count(*) FROM (${plan.sql})`,
    limits: plan.limits,
    labels: plan.labels,
    kinds: plan.columns.map((c) => c.kind),
    params: statement.params,
  };
}

export class QueryCompiler {
  readonly seedParam: number;

  constructor(readonly catalog: Catalog, params: number) {
    this.seedParam = params + 1;
  }

  /** @param outer the scope that a correlated subquery sees */
  plan(query: Query, outer: Scope | null): Plan {
    const plan = this.planBody(query.body, query.order, outer);
    if (query.fetch !== null) plan.limits.push(String(query.fetch));
    return plan;
  }

  subquery(query: Query, scope: Scope): Compiled {
    const plan = this.plan(query, scope);
    return { sql: this.render(plan, false), columns: plan.columns };
  }

  /** The query as it stands inside another. Its order is written only where it decides something. */
  render(plan: Plan, ordered: boolean): string {
    const order = (ordered && plan.ordered) || plan.limits.length ? plan.order : [];
    const limit = plan.limits.length > 1 ? `min(${plan.limits.join(",")})` : plan.limits[0];
    return plan.sql + (order.length ? ` ORDER BY ${order.join(", ")}` : "") + (limit ? ` LIMIT max(0,${limit})` : "");
  }

  /** A number that depends on parameters and literals only. */
  numeric(expr: Expr, at: Surroundings): string {
    const value = toNumber(compileValue(expr, at));
    if (!value.constant) throw unsupported("ROWNUM can be compared to a constant only");
    return value.sql;
  }

  private planBody(body: Body, order: Order[], outer: Scope | null): Plan {
    if (body.k === "core") return compileCore(this, body, order, outer);
    if (body.k === "nested") {
      const inner = this.plan(body.query, outer);
      return order.length || inner.limits.length ? this.wrap(this.render(inner, true), inner, order) : inner;
    }
    const [left, right] = [this.planBody(body.left, [], outer), this.planBody(body.right, [], outer)];
    if (left.columns.length !== right.columns.length) {
      throw unsupported(`${body.op} joins ${left.columns.length} columns to ${right.columns.length}`);
    }
    const kinds = left.columns.map((column, i) => {
      const [l, r] = [column, right.columns[i]!].map(({ name, kind }): Value => ({
        sql: quote(name),
        kind,
        constant: false,
      }));
      return unify([l!, r!], body.op).kind;
    });
    const sql = `${this.convert(left, kinds)} ${body.op} ${this.convert(right, kinds)}`;
    const columns = left.columns.map(({ name }, i) => ({ name, kind: kinds[i]! }));
    const keys = body.op === "UNION ALL" ? null : columns.map((c) => c.name);
    return this.wrap(sql, { ...left, columns, keys, countSql: null, keyedSql: null, limits: [] }, order);
  }

  /** A side of a set operation with its columns brought to the common kinds. */
  private convert(plan: Plan, kinds: Kind[]): string {
    const sql = this.render(plan, false);
    const same = plan.columns.every(({ kind }, i) => kind === kinds[i] || kind === "null" || kinds[i] === "num");
    if (same) return plan.limits.length ? `SELECT * FROM (${sql})` : sql;
    const list = plan.columns.map(({ name, kind }, i) => {
      const value: Value = { sql: quote(name), kind, constant: false };
      return kind === kinds[i]
        ? value.sql
        : `${unify([value, { ...value, kind: "stamp" }], "UNION").as(value).sql} AS ${quote(name)}`;
    });
    return `SELECT ${list.join(", ")} FROM (${sql})`;
  }

  private wrap(sql: string, plan: Plan, orders: Order[]): Plan {
    const positions = orders.map(({ by }) => {
      const position = by.k === "number"
        ? Number(by.text) - 1
        : by.k === "column"
        ? plan.columns.findIndex((c) => c.name === by.name)
        : -1;
      if (!plan.columns[position]) throw unsupported("ORDER BY after a set operation needs a result column");
      return position;
    });
    const order = orders.map((o, i) => `${positions[i]! + 1}${direction(o.descending, o.nulls)}`);
    const settled = plan.keys?.every((key) => positions.some((p) => plan.columns[p]!.name === key)) ?? false;
    if (!settled) order.push(`ns_mix(?${this.seedParam},${plan.columns.map((c) => `"u".${quote(c.name)}`).join(",")})`);
    return {
      ...plan,
      sql: `SELECT * FROM (${sql}) AS "u"`,
      order,
      ordered: orders.length > 0,
      limits: [],
      countSql: null,
      keyedSql: null,
    };
  }
}
