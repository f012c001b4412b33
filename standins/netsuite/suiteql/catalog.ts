/**
 * What an account has: tables and columns, less those that a feature, a role or a fault hides.
 */
import type { ColumnType, Table } from "../schema.ts";
import type { Kind } from "./values.ts";

const KINDS: Record<ColumnType, Kind> = { i: "int", s: "str", n: "num", d: "day", t: "instant", b: "str" };
/** Further sets of columns that identify a row, beside the key of the schema. */
const ALSO_UNIQUE: Record<string, string[][]> = { transactionline: [["transaction", "id"]] };

export interface CatalogTable {
  name: string;
  columns: Map<string, Kind>;
  /** SQL of the rows that the role may see; null: all. */
  only: string | null;
  /** Sets of columns that identify a row; empty when no such set is visible. */
  keys: string[][];
}

/** The visible part of a schema. Names are lower-case. */
export class Catalog {
  private readonly tables = new Map<string, CatalogTable>();

  /**
   * @param hidden `table` or `table.column` names that this account or role does not have
   * @param hiddenTypes transaction types whose documents the role may not see
   * @param rows SQL conditions by table: the rows that the role may see
   */
  constructor(
    schema: Record<string, Table>,
    hidden: Iterable<string> = [],
    hiddenTypes: string[] = [],
    rows: Record<string, string> = {},
  ) {
    const types = hiddenTypes.map((type) => `'${type.replaceAll("'", "''")}'`).join(", ");
    const only: Record<string, string> = { ...rows };
    const add = (table: string, condition: string) => {
      only[table] = only[table] === undefined ? condition : `${only[table]} AND ${condition}`;
    };
    if (types !== "") {
      add("transaction", `type NOT IN (${types})`);
      const documents = `(SELECT id FROM "transaction" WHERE type IN (${types}))`;
      for (const table of ["transactionline", "transactionaccountingline"]) {
        add(table, `"transaction" NOT IN ${documents}`);
      }
    }
    const gone = new Set([...hidden].map((name) => name.toLowerCase()));
    for (const [name, table] of Object.entries(schema)) {
      if (gone.has(name)) continue;
      const columns = new Map<string, Kind>();
      for (const [column, type] of Object.entries(table.columns)) {
        if (!gone.has(`${name}.${column}`)) columns.set(column, KINDS[type]);
      }
      const keys = [table.key, ...(table.key.length ? ALSO_UNIQUE[name] ?? [] : [])].filter((key) =>
        key.length > 0 && key.every((column) => columns.has(column))
      );
      this.tables.set(name, { name, columns, keys, only: only[name] ?? null });
    }
  }

  table(name: string): CatalogTable | undefined {
    return this.tables.get(name);
  }
}
