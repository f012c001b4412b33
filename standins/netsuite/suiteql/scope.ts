/**
 * Names in reach of an expression: the tables and subqueries of FROM, and those of the queries around it.
 */
import type { ColumnRef, Kind, Value } from "./values.ts";
import { quote } from "./values.ts";
import { unknownIdentifier, unsupported } from "./refuse.ts";

/** One entry of FROM. */
export interface ScopeSource {
  alias: string;
  /** The table's name; null for a subquery. */
  table: string | null;
  columns: Map<string, Kind>;
  /** Names that stand twice in a subquery: they cannot be used. */
  ambiguous: Set<string>;
  keys: string[][];
}

export class Scope {
  readonly sources: ScopeSource[] = [];
  /**
   * An alias whose columns are written so that SQLite finds no index for them (a unary plus), the leading key column left out.
   * For conditions only.
   */
  withoutIndexes: string | null = null;

  constructor(readonly parent: Scope | null) {}

  /**
   * @throws {SuiteQLError} "Unknown identifier …" when no source in reach has the column
   */
  resolve(qualifier: string | null, name: string): Value {
    const found = this.find(qualifier, name);
    if (found) return found;
    throw unknownIdentifier(this.unknownPart(qualifier, name), this.inReach());
  }

  /** As resolve, but null when there is no such column. */
  find(qualifier: string | null, name: string): Value | null {
    const candidates = this.sources.filter((s) => (!qualifier || s.alias === qualifier) && s.columns.has(name));
    if (candidates.length > 1) throw unsupported(`the column "${name}" is ambiguous`);
    const source = candidates[0];
    if (!source) return this.parent?.find(qualifier, name) ?? null;
    if (source.ambiguous.has(name)) throw unsupported(`the column "${name}" stands twice in "${source.alias}"`);
    const ref: ColumnRef = { alias: source.alias, table: source.table, column: name };
    const plus = source.alias === this.withoutIndexes && source.keys[0]?.[0] !== name ? "+" : "";
    return {
      sql: `${plus}${quote(source.alias)}.${quote(name)}`,
      kind: source.columns.get(name)!,
      constant: false,
      ref,
    };
  }

  /** `alias=table` pairs for the error text. */
  private inReach(): string[] {
    const own = this.sources.map((s) => `${s.alias}=${s.table ?? "subquery"}`);
    return [...own, ...(this.parent?.inReach() ?? [])];
  }

  private unknownPart(qualifier: string | null, name: string): string {
    const known = (scope: Scope | null): boolean =>
      scope !== null && (scope.sources.some((s) => s.alias === qualifier) || known(scope.parent));
    return qualifier && !known(this) ? qualifier : name;
  }
}
