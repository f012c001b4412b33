/** Rows on their way into the database: one prepared statement a table, values by column name. */
import type { DatabaseSync } from "node:sqlite";
import { TABLES } from "../schema.ts";

/** What a column can hold. */
export type Value = string | number | null;
/** A row by column name; columns left out are missing. */
export type Row = Record<string, Value>;

/**
 * Prepares the insert of one table.
 *
 * @returns a function that inserts one row
 * @throws {RangeError} on a table that the account lacks
 */
export function inserter(db: DatabaseSync, table: string): (row: Row) => void {
  const columns = Object.keys(TABLES[table]?.columns ?? {});
  if (columns.length === 0) throw new RangeError(`No table "${table}" in the account`);
  const names = columns.map((column) => `"${column}"`).join(", ");
  const statement = db.prepare(`INSERT INTO "${table}" (${names}) VALUES (${columns.map(() => "?").join(", ")})`);
  const known = new Set(columns);
  let checked = 0;
  return (row) => {
    if (checked < 50) { // a misspelt column would vanish silently; rows of a table are alike, so the first ones tell
      checked++;
      for (const column of Object.keys(row)) {
        if (!known.has(column)) throw new RangeError(`Table "${table}" has no column "${column}"`);
      }
    }
    statement.run(...columns.map((column) => row[column] ?? null));
  };
}

/** `T` or `F`. */
export function flag(value: boolean): "T" | "F" {
  return value ? "T" : "F";
}
