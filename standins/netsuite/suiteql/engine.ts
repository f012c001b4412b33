/**
 * Runs SuiteQL over the account's database, read-only, one page at a time.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Table, TABLES } from "../schema.ts";
import { Catalog } from "./catalog.ts";
import { compileStatement, type Executable } from "./compile.ts";
import { hash } from "./numbers.ts";
import { parse } from "./parse.ts";
import { type Cell, renderRows } from "./render.ts";
import { unsupported } from "./refuse.ts";
import { registerFunctions, type Session, type Trouble } from "./sql_functions.ts";

/** More selected columns than this, and the answer is empty: without an error, as in a real account. */
const MOST_COLUMNS = 100;
const KEPT = 300;
/** From here on sorting all rows that an index finds costs more than reading along the key. */
const MANY_ROWS = 4000;
/** SQLite's codes of what a statement may do here: FUNCTION, READ, RECURSIVE, SELECT (sqlite3.h). */
const READING = new Set([31, 20, 33, 21]);
const [OK, DENY] = [0, 1];

/** Methods that the engine has and the typings lack. */
interface Guarded {
  setAuthorizer(decide: (action: number) => number): void;
}
interface ArrayRows {
  setReturnArrays(on: boolean): void;
}

/** One page: `items` is the inside of a JSON array. */
export interface ResultPage {
  items: string;
  count: number;
  total: number;
}

/** Runs statements. One per database connection: it takes the connection's authorizer. */
export class SuiteQL {
  private readonly trouble: Trouble;
  private readonly compiled = new Map<string, Executable>();
  private readonly prepared = new Map<string, { statement: StatementSync; params: number }>();
  private readonly counted = new Map<string, number>();
  /** Rows that statements had in all, numbers in their text left out. */
  private readonly seen = new Map<string, number>();
  private catalog: Catalog;
  private reading = false;

  /**
   * @param seed decides how rows without an order are shuffled
   * @param tables what the account has
   */
  constructor(
    private readonly db: DatabaseSync,
    private readonly session: Session,
    private readonly seed = 1,
    private readonly tables: Record<string, Table> = TABLES,
  ) {
    this.catalog = new Catalog(tables);
    db.exec("PRAGMA case_sensitive_like = ON");
    this.trouble = registerFunctions(db, session);
    (db as unknown as Guarded).setAuthorizer((action) => (!this.reading || READING.has(action) ? OK : DENY));
  }

  /** Hides tables and `table.column` names, as a missing feature or permission does, and documents of some transaction types. */
  hide(names: Iterable<string>, transactionTypes: string[] = [], rows: Record<string, string> = {}): void {
    this.catalog = new Catalog(this.tables, names, transactionTypes, rows);
    this.compiled.clear();
    this.counted.clear();
  }

  /** SQL of the rows of a table that may be seen (null: all), or undefined when there is no such table to see. */
  rowsOf(table: string): string | null | undefined {
    return this.catalog.table(table)?.only;
  }

  /** Names of a table's visible columns. */
  columnsOf(table: string): ReadonlySet<string> {
    return new Set(this.catalog.table(table)?.columns.keys());
  }

  /** Forgets counts, for after a change of what functions depend on (zone, clock). */
  forget(): void {
    this.counted.clear();
  }

  /**
   * @param params values of the `?`, all texts
   * @param limit rows of the page
   * @throws {SuiteQLError} for everything that a real account refuses
   */
  run(text: string, params: string[], limit: number, offset: number): ResultPage {
    const statement = this.compile(text);
    if (params.length !== statement.params) {
      throw unsupported(`the statement has ${statement.params} parameters, ${params.length} are given`);
    }
    if (statement.labels.length > MOST_COLUMNS) return { items: "", count: 0, total: 0 };
    const bound = params.map((value) => (value === "" ? null : value));
    const most = this.most(statement, bound);
    const wanted = Math.max(0, Math.min(limit, most - offset));
    const seed = (hash(this.seed, [offset]) >>> 1) | 1;
    const shape = text.replace(/\d+/g, "0");
    const along = statement.keyedSql !== null && (this.seen.get(shape) ?? 0) > MANY_ROWS;
    const rows = wanted
      ? this.all(along ? statement.keyedSql! : statement.pageSql, [...bound, seed, wanted, offset])
      : [];
    const ended = rows.length < limit && (rows.length > 0 || offset === 0) && wanted > 0;
    const total = ended ? offset + rows.length : Math.min(most, this.count(statement, bound, seed));
    if (statement.keyedSql !== null) keep(this.seen, shape, total);
    return { items: renderRows(rows, statement.labels, statement.kinds, this.session), count: rows.length, total };
  }

  private compile(text: string): Executable {
    let made = this.compiled.get(text);
    if (!made) {
      try {
        made = compileStatement(parse(text), this.catalog);
      } catch (error) {
        if (error instanceof RangeError) throw unsupported("the statement is nested too deeply"); // the stack's end
        throw error;
      }
      keep(this.compiled, text, made);
    }
    return made;
  }

  /** The row limit that the statement sets itself. */
  private most(statement: Executable, bound: (string | null)[]): number {
    if (!statement.limits.length) return Infinity;
    if (statement.limits.every((l) => /^-?\d+$/.test(l))) return Math.max(0, Math.min(...statement.limits.map(Number)));
    const sqls = statement.limits.join(",");
    const row = this.all(`SELECT ${statement.limits.length > 1 ? `min(${sqls})` : sqls}`, bound)[0];
    return Math.max(0, Number(row?.[0] ?? 0));
  }

  private count(statement: Executable, bound: (string | null)[], seed: number): number {
    const key = JSON.stringify([statement.countSql, bound, this.version()]);
    let total = this.counted.get(key);
    if (total === undefined) {
      total = Number(this.all(statement.countSql, [...bound, seed])[0]?.[0] ?? 0);
      if (!statement.countSql.includes("ns_now")) keep(this.counted, key, total);
    }
    return total;
  }

  /** Moves with every change of the data, by this connection or another. */
  private version(): string {
    const [own] = this.all("SELECT total_changes()", [])[0] as [number];
    this.reading = false;
    const other = this.prepare("PRAGMA data_version").statement.get() as unknown as number[];
    return `${own}/${other[0]}`;
  }

  private all(sql: string, bound: (string | number | null)[]): Cell[][] {
    this.reading = true;
    this.trouble.first = null;
    try {
      const { statement, params } = this.prepare(sql);
      const rows = statement.all(...bound.slice(0, params)) as unknown as Cell[][];
      if (this.trouble.first) throw unsupported((this.trouble.first as Error).message);
      return rows;
    } catch (error) {
      if ((error as { code?: string }).code === "ERR_SQLITE_ERROR") throw unsupported((error as Error).message);
      throw error;
    } finally {
      this.reading = false;
    }
  }

  private prepare(sql: string): { statement: StatementSync; params: number } {
    let made = this.prepared.get(sql);
    if (!made) {
      made = { statement: this.db.prepare(sql), params: highestParameter(sql) };
      (made.statement as unknown as ArrayRows).setReturnArrays(true);
      keep(this.prepared, sql, made);
    }
    return made;
  }
}

/** Keeps the newest entries only. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.size >= KEPT) map.delete(map.keys().next().value!);
  map.set(key, value);
}

/** The highest `?n` outside texts: SQLite refuses values for parameters beyond it. */
function highestParameter(sql: string): number {
  let most = 0;
  for (const part of sql.matchAll(/'(?:[^']|'')*'|\?(\d+)/g)) most = Math.max(most, Number(part[1] ?? 0));
  return most;
}
