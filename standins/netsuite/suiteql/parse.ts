/**
 * Reads tokens into a {@link Statement}: the query level of SuiteQL's grammar. Expressions are in `parse_expression.ts`.
 */
import type { Body, Core, Item, Order, Query, Source, Statement } from "./ast.ts";
import { ExpressionParser } from "./parse_expression.ts";
import { RESERVED } from "./words.ts";
import { unsupported } from "./refuse.ts";

/**
 * @throws {SuiteQLError} on anything that is not one SELECT of the dialect
 */
export function parse(text: string): Statement {
  return new QueryParser(text).statement();
}

const JOIN_WORDS = new Set(["join", "inner", "left", "right", "full", "cross"]);

class QueryParser extends ExpressionParser {
  statement(): Statement {
    const query = this.query();
    if (this.peek().kind !== "end") throw this.unexpected("the statement should end here");
    return { query, params: this.params };
  }

  override query(): Query {
    if (this.isWord("with")) throw unsupported("common table expressions (WITH) are not supported");
    let body = this.operand();
    for (;;) {
      const op = this.setOperator();
      if (!op) break;
      body = { k: "set", op, left: body, right: this.operand() };
    }
    const order = this.accept("order") ? (this.expect("by"), this.orders()) : [];
    const fetch = this.fetchClause();
    if (this.isWord("limit") || this.isWord("offset")) throw unsupported("LIMIT and OFFSET are not part of SuiteQL");
    return { body, order, fetch };
  }

  private setOperator() {
    if (this.accept("union")) return this.accept("all") ? "UNION ALL" : "UNION";
    if (this.accept("minus")) return "EXCEPT";
    if (this.accept("intersect")) return "INTERSECT";
    return null;
  }

  private operand(): Body {
    if (this.acceptSign("(")) {
      const query = this.query();
      this.expectSign(")");
      return { k: "nested", query };
    }
    return this.core();
  }

  private fetchClause(): number | null {
    if (!this.accept("fetch")) return null;
    if (!this.accept("first")) this.expect("next");
    const count = this.peek().kind === "number" ? this.wholeNumber() : 1;
    if (!this.accept("rows")) this.expect("row");
    this.expect("only");
    return count;
  }

  private core(): Core {
    if (!this.isWord("select")) throw this.unexpected("only SELECT statements can be run");
    this.next();
    const top = this.accept("top") ? this.wholeNumber() : null;
    const distinct = this.accept("distinct") || this.accept("unique");
    if (!distinct) this.accept("all");
    const items: Item[] = [];
    do items.push(this.item()); while (this.acceptSign(","));
    const from = this.accept("from") ? this.sources() : [];
    const where = this.accept("where") ? this.condition() : null;
    const groupBy = this.accept("group") ? (this.expect("by"), this.expressions()) : [];
    const having = this.accept("having") ? this.condition() : null;
    return { k: "core", top, distinct, items, from, where, groupBy, having };
  }

  private item(): Item {
    if (this.acceptSign("*")) return { star: true, qualifier: null };
    const [name, dot, star] = [this.peek(), this.peek(1), this.peek(2)];
    if ((name.kind === "word" || name.kind === "quoted") && dot.text === "." && star.text === "*") {
      this.skip(3);
      return { star: true, qualifier: name.text };
    }
    const expr = this.expression();
    return { star: false, expr, alias: this.alias(this.accept("as")) };
  }

  private alias(required: boolean): string | null {
    const token = this.peek();
    if (token.kind === "quoted" || (token.kind === "word" && !RESERVED.has(token.text))) return this.next().text;
    if (required) throw this.unexpected("an alias must be a name that is not a reserved word");
    return null;
  }

  private sources(): Source[] {
    const list = [this.source("first")];
    for (;;) {
      if (this.acceptSign(",")) list.push(this.source("comma"));
      else if (JOIN_WORDS.has(this.peek().text) && this.peek().kind === "word") list.push(this.joined());
      else break;
    }
    if (list.some((s) => s.join === "comma") && list.some((s) => s.on)) {
      throw unsupported("comma joins and JOIN … ON must not be mixed in one statement");
    }
    const twice = list.find((s, i) => list.findIndex((o) => o.alias === s.alias) !== i);
    if (twice) throw unsupported(`the name "${twice.alias}" stands for two tables`);
    return list;
  }

  private joined(): Source {
    let join: Source["join"] = "inner";
    if (this.accept("cross")) join = "cross";
    else if (this.accept("inner")) join = "inner";
    else {
      for (const side of ["left", "right", "full"] as const) {
        if (!this.accept(side)) continue;
        join = side;
        this.accept("outer");
        break;
      }
    }
    this.expect("join");
    const source = this.source(join);
    if (join !== "cross") {
      this.expect("on");
      source.on = this.condition();
    }
    return source;
  }

  private source(join: Source["join"]): Source {
    if (this.acceptSign("(")) {
      const query = this.query();
      this.expectSign(")");
      const alias = this.alias(this.accept("as")) ?? `query at ${this.peek().at}`;
      return { join, table: null, query, alias, on: null };
    }
    const token = this.next();
    if (token.kind !== "quoted" && (token.kind !== "word" || RESERVED.has(token.text))) {
      throw unsupported(`a table name should stand at ${token.at}, not "${token.text}"`);
    }
    return { join, table: token.text, query: null, alias: this.alias(this.accept("as")) ?? token.text, on: null };
  }

  override orders(): Order[] {
    const list: Order[] = [];
    do {
      const by = this.expression();
      const descending = this.accept("desc");
      if (!descending) this.accept("asc");
      let nulls: Order["nulls"] = null;
      if (this.accept("nulls")) nulls = this.accept("first") ? "first" : (this.expect("last"), "last");
      list.push({ by, descending, nulls });
    } while (this.acceptSign(","));
    return list;
  }
}
