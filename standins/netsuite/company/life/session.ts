/** What every change of the simulated life works with: the database, chance, one stamp, and a record of what was touched. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { DAY, dayText, timeText } from "../days.ts";
import { type DeletedKind, deletedRow } from "../deleted.ts";
import type { Document } from "../documents.ts";
import type { Random } from "../random.ts";
import { inserter, type Row } from "../rows.ts";
import { openSequences, type SequenceName } from "../sequences.ts";

/** A row as read back from the database. */
export type Stored = Record<string, string | number | null>;

/** Tables whose rows a change can touch, by the name of the table that holds the `id`. */
export type Touchable = "transaction" | "customer" | "vendor" | "employee" | "item" | "contact";

/** One call of `change`, from the first change to the last. */
export class Session {
  readonly next: (name: SequenceName) => number;
  /** Ids changed or made and still there, by table. */
  readonly touched = new Map<Touchable, Set<number>>();
  /** Records deleted, in order. */
  readonly deleted: { kind: DeletedKind; id: number }[] = [];
  #seconds: number;
  readonly #insert = new Map<string, (row: Row) => void>();
  readonly #prepared = new Map<string, ReturnType<DatabaseSync["prepare"]>>();

  constructor(readonly db: DatabaseSync, readonly random: Random, seconds: number) {
    this.#seconds = seconds;
    this.next = openSequences(db);
  }

  /** The second all rows of the current change are stamped with. */
  get seconds(): number {
    return this.#seconds;
  }
  set seconds(value: number) {
    this.#seconds = value;
  }
  /** The stamp as a column holds it. */
  get stamp(): string {
    return timeText(this.#seconds);
  }
  /** Today as a day number, UTC. */
  get today(): number {
    return Math.floor(this.#seconds / DAY);
  }
  /** The day `days` before today, as a column holds it. */
  daysAgo(days: number): string {
    return dayText(this.today - days);
  }

  /** All rows of a query. Statements are prepared once a session. */
  all(sql: string, ...values: SQLInputValue[]): Stored[] {
    return this.#statement(sql).all(...values) as Stored[];
  }
  /** The first row, or null. */
  one(sql: string, ...values: SQLInputValue[]): Stored | null {
    return (this.#statement(sql).get(...values) as Stored | undefined) ?? null;
  }
  /** Runs a statement. */
  run(sql: string, ...values: SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }
  #statement(sql: string) {
    let statement = this.#prepared.get(sql);
    if (!statement) this.#prepared.set(sql, statement = this.db.prepare(sql));
    return statement;
  }

  /** Inserts a row. */
  insert(table: string, row: Row): void {
    let insert = this.#insert.get(table);
    if (!insert) this.#insert.set(table, insert = inserter(this.db, table));
    insert(row);
  }

  /** Stores a new document with fresh line keys. */
  save(document: Document): void {
    this.insert("transaction", document.header);
    for (const line of document.lines) this.insert("transactionline", { ...line, uniquekey: this.next("line") });
    for (const link of document.links) this.insert("nexttransactionlinelink", link);
    this.touch("transaction", Number(document.header.id));
  }

  /** Sets columns of one record and its `lastmodifieddate`. */
  update(table: Touchable, id: number, values: Row): void {
    const columns = Object.keys(values).map((column) => `"${column}" = ?, `).join("");
    this.run(
      `UPDATE "${table}" SET ${columns}"lastmodifieddate" = ? WHERE id = ?`,
      ...Object.values(values),
      this.stamp,
      id,
    );
    this.touch(table, id);
  }

  /** Remembers that a record changed. */
  touch(table: Touchable, id: number): void {
    let ids = this.touched.get(table);
    if (!ids) this.touched.set(table, ids = new Set());
    ids.add(id);
  }

  /** Writes the `deletedrecord` row of a record that was just removed. */
  recordDeletion(kind: DeletedKind, id: number, name: string): void {
    this.insert("deletedrecord", deletedRow(kind, id, name, this.seconds, 203));
    this.deleted.push({ kind, id });
    const table = kind === "customer" || kind === "vendor" || kind === "employee" || kind === "item"
      ? kind
      : "transaction";
    this.touched.get(table)?.delete(id);
  }
}
