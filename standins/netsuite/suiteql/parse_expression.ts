/**
 * The expression level of SuiteQL's grammar: values and conditions, kept apart as Oracle keeps them.
 */
import type { Cond, Expr, Order, Query, Window } from "./ast.ts";
import { unsupported } from "./refuse.ts";
import { TokenReader } from "./token_reader.ts";
import type { Token } from "./tokens.ts";
import { RESERVED } from "./words.ts";

const COMPARISONS: Record<string, "=" | "<>" | "<" | "<=" | ">" | ">="> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "^=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};
/** Most values that one IN list may hold. */
const MOST_IN_LIST = 1000;
const CONDITIONS = new Set(["and", "or", "not", "compare", "isnull", "in", "between", "like", "exists"]);

/** True when the node is a condition, not a value. */
export function isCondition(node: Expr | Cond): node is Cond {
  return CONDITIONS.has(node.k);
}

/** Base of the query parser: reads expressions. */
export abstract class ExpressionParser extends TokenReader {
  /** How many `?` were read. */
  protected params = 0;

  abstract query(): Query;
  abstract orders(): Order[];

  // --- conditions ---
  condition(): Cond {
    const node = this.either();
    if (!isCondition(node)) throw this.unexpected("a condition is needed, a value stands here");
    return node;
  }

  expression(): Expr {
    const node = this.additive();
    if (isCondition(node)) throw this.unexpected("a value is needed, a condition stands here");
    return node;
  }

  protected expressions(): Expr[] {
    const list: Expr[] = [];
    do list.push(this.expression()); while (this.acceptSign(","));
    return list;
  }

  private either(): Cond | Expr {
    return this.chain("or", () => this.chain("and", () => this.negation()));
  }

  private chain(word: "and" | "or", part: () => Cond | Expr): Cond | Expr {
    const first = part();
    if (!this.isWord(word)) return first;
    const parts = [first];
    while (this.accept(word)) parts.push(part());
    if (!parts.every(isCondition)) throw this.unexpected(`${word.toUpperCase()} joins conditions, not values`);
    return { k: word, parts };
  }

  private negation(): Cond | Expr {
    if (!this.accept("not")) return this.predicate();
    const of = this.negation();
    if (!isCondition(of)) throw this.unexpected("NOT needs a condition");
    return { k: "not", of };
  }

  private predicate(): Cond | Expr {
    if (this.accept("exists")) {
      this.expectSign("(");
      const query = this.query();
      this.expectSign(")");
      return { k: "exists", query };
    }
    const tuple = this.tuple();
    if (tuple) return this.membership(tuple, this.accept("not"));
    const left = this.additive();
    if (isCondition(left)) return left;
    const token = this.peek();
    if (token.kind === "sign" && COMPARISONS[token.text]) {
      this.skip(1);
      for (const word of ["any", "some", "all"]) if (this.isWord(word)) throw unsupported(`${word.toUpperCase()} (…)`);
      return { k: "compare", op: COMPARISONS[token.text]!, left, right: this.expression() };
    }
    if (this.accept("is")) {
      const not = this.accept("not");
      this.expect("null");
      return { k: "isnull", of: left, not };
    }
    const not = this.accept("not");
    if (this.isWord("in")) return this.membership([left], not);
    if (this.accept("between")) {
      const low = this.expression();
      this.expect("and");
      return { k: "between", of: left, low, high: this.expression(), not };
    }
    if (this.accept("like")) {
      const pattern = this.expression();
      return { k: "like", of: left, pattern, escape: this.accept("escape") ? this.expression() : null, not };
    }
    if (not) throw this.unexpected("IN, BETWEEN or LIKE should follow NOT");
    return left;
  }

  /** `(a, b)` before IN; anything else in parentheses is left to the value rules. */
  private tuple(): Expr[] | null {
    if (!this.isSign("(")) return null;
    let depth = 0;
    for (let ahead = 0;; ahead++) {
      const token = this.peek(ahead);
      if (token.kind === "end") return null;
      if (token.kind === "sign" && token.text === "(") depth++;
      if (token.kind === "sign" && token.text === ")" && --depth === 0) return null;
      if (depth === 1 && token.kind === "word" && (token.text === "select" || token.text === "case")) return null;
      if (depth === 1 && token.kind === "sign" && token.text === ",") break;
    }
    this.expectSign("(");
    const list = this.expressions();
    this.expectSign(")");
    return list;
  }

  private membership(of: Expr[], not: boolean): Cond {
    this.expect("in");
    this.expectSign("(");
    if (this.isWord("select") || this.isWord("with")) {
      const query = this.query();
      this.expectSign(")");
      return { k: "in", of, list: null, query, not };
    }
    const list: Expr[][] = [];
    do {
      if (of.length === 1) list.push([this.expression()]);
      else {
        this.expectSign("(");
        list.push(this.expressions());
        this.expectSign(")");
      }
    } while (this.acceptSign(","));
    this.expectSign(")");
    if (list.length > MOST_IN_LIST) {
      throw unsupported(`IN has ${list.length} values, at most ${MOST_IN_LIST} are allowed`);
    }
    if (list.some((row) => row.length !== of.length)) throw unsupported("IN compares rows of different width");
    return { k: "in", of, list, query: null, not };
  }

  // --- values ---
  private additive(): Cond | Expr {
    return this.binary(["+", "-", "||"], () => this.binary(["*", "/"], () => this.unary()));
  }

  private binary(ops: string[], part: () => Cond | Expr): Cond | Expr {
    let left = part();
    while (this.peek().kind === "sign" && ops.includes(this.peek().text)) {
      const op = this.next().text as "+";
      const right = part();
      if (isCondition(left) || isCondition(right)) throw this.unexpected(`"${op}" works on values`);
      left = { k: "binary", op, left, right };
    }
    return left;
  }

  private unary(): Cond | Expr {
    if (this.acceptSign("+")) return this.unary();
    if (!this.acceptSign("-")) return this.primary();
    const of = this.unary();
    if (isCondition(of)) throw this.unexpected('"-" works on values');
    return { k: "negate", of };
  }

  private primary(): Cond | Expr {
    const token = this.next();
    switch (token.kind) {
      case "number":
        return { k: "number", text: token.text };
      case "string":
        return { k: "string", value: token.text };
      case "param":
        return { k: "param", index: ++this.params };
      case "quoted":
        return this.column(token.text);
      case "word":
        return this.word(token);
      default:
        if (token.kind === "sign" && token.text === "(") return this.parenthesis();
        throw unsupported(`"${token.text}" at ${token.at}: a value should stand here`);
    }
  }

  private parenthesis(): Cond | Expr {
    if (this.isSign("+")) throw unsupported("outer joins with (+) are not supported");
    if (this.isWord("select") || this.isWord("with")) {
      const query = this.query();
      this.expectSign(")");
      return { k: "query", query };
    }
    const inner = this.either();
    this.expectSign(")");
    return inner;
  }

  private word(token: Token): Expr {
    if (token.text === "null") return { k: "null" };
    if (token.text === "rownum") return { k: "rownum" };
    if (token.text === "case") return this.caseOf();
    const call = this.isSign("(");
    if (call && token.text === "cast") return this.cast();
    if (call && token.text === "extract") return this.extract();
    if ((token.text === "date" || token.text === "timestamp") && this.peek().kind === "string") {
      throw unsupported("date literals are not supported: use TO_DATE or TO_TIMESTAMP");
    }
    if (token.text === "interval" && this.peek().kind === "string") throw unsupported("INTERVAL literals");
    if (token.text === "builtin" && this.isSign(".")) {
      this.skip(1);
      return this.call(`builtin.${this.next().text}`);
    }
    if (call && (!RESERVED.has(token.text) || token.text === "left" || token.text === "right")) {
      return this.call(token.text);
    }
    if (RESERVED.has(token.text)) throw unsupported(`"${token.text}" at ${token.at}: a value should stand here`);
    return this.column(token.text);
  }

  private column(first: string): Expr {
    let column: Expr = { k: "column", qualifier: null, name: first };
    if (this.acceptSign(".")) {
      const name = this.next();
      if (name.kind !== "word" && name.kind !== "quoted") throw unsupported(`a column should follow "${first}."`);
      column = { k: "column", qualifier: first, name: name.text };
    }
    if (this.isSign("(") && this.peek(1).text === "+") throw unsupported("outer joins with (+) are not supported");
    return column;
  }

  private call(name: string): Expr {
    this.expectSign("(");
    const call: Expr = { k: "call", name, args: [], distinct: false, star: false, over: null };
    if (this.acceptSign("*")) call.star = true;
    else if (!this.isSign(")")) {
      call.distinct = this.accept("distinct");
      call.args = this.expressions();
    }
    this.expectSign(")");
    if (this.isWord("within")) throw unsupported(`${name.toUpperCase()} WITHIN GROUP`);
    if (this.accept("over")) call.over = this.window();
    return call;
  }

  private window(): Window {
    this.expectSign("(");
    const partition = this.accept("partition") ? (this.expect("by"), this.expressions()) : [];
    const order = this.accept("order") ? (this.expect("by"), this.orders()) : [];
    this.expectSign(")");
    return { partition, order };
  }

  private caseOf(): Expr {
    const operand = this.isWord("when") ? null : this.expression();
    const whens: { when: Cond | Expr; then: Expr }[] = [];
    while (this.accept("when")) {
      const when = operand ? this.expression() : this.condition();
      this.expect("then");
      whens.push({ when, then: this.expression() });
    }
    if (!whens.length) throw this.unexpected("CASE needs WHEN");
    const otherwise = this.accept("else") ? this.expression() : null;
    this.expect("end");
    return { k: "case", operand, whens, otherwise };
  }

  private cast(): Expr {
    this.expectSign("(");
    const of = this.expression();
    this.expect("as");
    const to = this.next().text;
    if (this.acceptSign("(")) {
      do this.wholeNumber(); while (this.acceptSign(","));
      this.expectSign(")");
    }
    this.expectSign(")");
    return { k: "cast", of, to };
  }

  private extract(): Expr {
    this.expectSign("(");
    const field = this.next().text;
    this.expect("from");
    const of = this.expression();
    this.expectSign(")");
    return { k: "extract", field, of };
  }
}
