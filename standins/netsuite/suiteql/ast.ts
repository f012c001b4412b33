/** The shape of a parsed SuiteQL statement. Names are lower-case already. */

/** A value: something that has a result. */
export type Expr =
  | { k: "number"; text: string }
  | { k: "string"; value: string }
  | { k: "null" }
  | { k: "param"; index: number }
  | { k: "column"; qualifier: string | null; name: string }
  | { k: "rownum" }
  | { k: "call"; name: string; args: Expr[]; distinct: boolean; star: boolean; over: Window | null }
  | { k: "binary"; op: "+" | "-" | "*" | "/" | "||"; left: Expr; right: Expr }
  | { k: "negate"; of: Expr }
  | { k: "case"; operand: Expr | null; whens: { when: Cond | Expr; then: Expr }[]; otherwise: Expr | null }
  | { k: "cast"; of: Expr; to: string }
  | { k: "extract"; field: string; of: Expr }
  | { k: "query"; query: Query };

/** A condition: true, false or unknown. Oracle keeps these apart from values. */
export type Cond =
  | { k: "and" | "or"; parts: Cond[] }
  | { k: "not"; of: Cond }
  | { k: "compare"; op: "=" | "<>" | "<" | "<=" | ">" | ">="; left: Expr; right: Expr }
  | { k: "isnull"; of: Expr; not: boolean }
  | { k: "in"; of: Expr[]; list: Expr[][] | null; query: Query | null; not: boolean }
  | { k: "between"; of: Expr; low: Expr; high: Expr; not: boolean }
  | { k: "like"; of: Expr; pattern: Expr; escape: Expr | null; not: boolean }
  | { k: "exists"; query: Query };

export interface Window {
  partition: Expr[];
  order: Order[];
}

export interface Order {
  by: Expr;
  descending: boolean;
  nulls: "first" | "last" | null;
}

/** `expr AS name`, or `*` / `t.*`. */
export type Item = { star: true; qualifier: string | null } | { star: false; expr: Expr; alias: string | null };

export interface Source {
  join: "first" | "comma" | "inner" | "left" | "right" | "full" | "cross";
  table: string | null;
  query: Query | null;
  alias: string;
  on: Cond | null;
}

/** One SELECT … FROM … WHERE … GROUP BY … HAVING. */
export interface Core {
  k: "core";
  top: number | null;
  distinct: boolean;
  items: Item[];
  from: Source[];
  where: Cond | null;
  groupBy: Expr[];
  having: Cond | null;
}

export interface SetOperation {
  k: "set";
  op: "UNION" | "UNION ALL" | "INTERSECT" | "EXCEPT";
  left: Body;
  right: Body;
}

export type Body = Core | SetOperation | { k: "nested"; query: Query };

/** A body with its order and its limit (FETCH FIRST). */
export interface Query {
  body: Body;
  order: Order[];
  fetch: number | null;
}

/** A whole statement; `params` is how many `?` it has. */
export interface Statement {
  query: Query;
  params: number;
}
