/**
 * An account made of a folder of `TABLE.csv` files (or `TABLE.SOURCE.csv`, several sources a table), in NetSuite's column
 * names: exports of warehouses and connectors, with what those do to them.
 *
 * Whatever is in the files is loaded: unknown tables and columns too, with types told from their values. Left out are only
 * a connector's own columns (`_fivetran_…`, `date_deleted`, `delete_…`, columns without a name), older versions of a row
 * (`_fivetran_active` FALSE) and deleted rows, which go to `deletedrecord`. Where no column tells rows apart, the table has
 * no key, and SuiteQL gives its rows in any order.
 */
import type { DatabaseSync } from "node:sqlite";
import { type ColumnType, createIndexes, createStatement, type Table, TABLES } from "../schema.ts";
import { parseCsv } from "./csv.ts";
import { timeText } from "./days.ts";

/** One column of a file that is kept: its lower-case name and its place. */
interface Kept {
  name: string;
  at: number;
}

interface Found {
  columns: Map<string, string[]>;
  rows: number;
  deleted: Set<number>;
}

/** A cell as a column keeps it. */
type Cell = string | number | null;

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d{1,2}):(\d\d):(\d\d)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?$/;
const DROPPED = /^(_fivetran_.*|date_deleted|delete_.*)?$/i;
/** Values that say "missing" in one export or another. */
const isMissing = (text: string) => text === "" || text === "NULL" || text === "null";

/**
 * Fills an empty database from a folder, and remembers the account's tables in it.
 *
 * @param now the stamp of rows in `deletedrecord` that carry none
 * @returns the account's tables: those of {@link TABLES}, widened by what the files have, and the files' own
 * @throws {Deno.errors.NotFound} when there is no such folder
 * @throws {RangeError} when it holds no CSV file, or a file that is no table
 */
export function loadFolder(db: DatabaseSync, dir: string, now: Date): Record<string, Table> {
  const names = [...Deno.readDirSync(dir)].filter((entry) => entry.isFile && /\.csv$/i.test(entry.name))
    .map((entry) => entry.name).sort();
  if (names.length === 0) throw new RangeError(`Cannot load ${dir}: it has no file TABLE.csv`);
  const found = new Map<string, Found>();
  for (const name of names) {
    const table = name.split(".", 1)[0]!.toLowerCase();
    if (!/^[a-z][a-z0-9_]*$/.test(table)) {
      throw new RangeError(`Cannot load ${dir}/${name}: "${table}" is no table name`);
    }
    const text = Deno.readTextFileSync(`${dir}/${name}`);
    try {
      addFile(found, table, text);
    } catch (error) {
      throw new RangeError(`Cannot load ${dir}/${name}: ${(error as Error).message}`, { cause: error });
    }
  }
  const tables: Record<string, Table> = { ...TABLES };
  for (const [name, each] of found) tables[name] = describe(name, each);
  db.exec("BEGIN IMMEDIATE");
  try {
    const byViewsLast = Object.entries(tables).sort(([, a], [, b]) => Number(!!a.view) - Number(!!b.view));
    for (const [name, table] of byViewsLast) db.exec(createStatement(name, table));
    for (const [name, each] of found) insertRows(db, name, tables[name]!, each);
    for (const [name, each] of found) insertDeleted(db, name, each, now);
    createIndexes(db, tables);
    db.exec('CREATE TABLE "_schema" (json TEXT NOT NULL)');
    db.prepare('INSERT INTO "_schema" VALUES (?)').run(JSON.stringify(tables));
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
  return tables;
}

/** The tables that a database was made with: kept beside the rows by {@link loadFolder}, else the usual ones. */
export function keptTables(db: DatabaseSync): Record<string, Table> {
  const has = db.prepare(`SELECT 1 FROM sqlite_master WHERE name = '_schema'`).get();
  return has ? JSON.parse(String(db.prepare('SELECT json FROM "_schema"').get()!.json)) : TABLES;
}

function addFile(found: Map<string, Found>, table: string, text: string): void {
  const { header, rows } = parseCsv(text);
  const names = header.map((name) => name.trim().toLowerCase());
  const place = (name: string) => names.indexOf(name);
  let kept: Kept[] = names.map((name, at) => ({ name, at })).filter(({ name, at }) =>
    !DROPPED.test(name) && names.indexOf(name) === at
  );
  if (table === "transactionstatus" && place("trantype") < 0) kept = kept.filter(({ name }) => name !== "id");
  const [deletedAt, activeAt, idAt] = [place("_fivetran_deleted"), place("_fivetran_active"), place("id")];
  const is = (row: string[], at: number, word: string) => at >= 0 && row[at]!.toLowerCase() === word;
  let into = found.get(table);
  if (!into) found.set(table, into = { columns: new Map(), rows: 0, deleted: new Set() });
  const target = into;
  const column = (name: string) => {
    let cells = target.columns.get(name);
    if (!cells) target.columns.set(name, cells = new Array<string>(target.rows).fill(""));
    return cells;
  };
  for (const row of rows) {
    if (is(row, activeAt, "false")) continue;
    if (is(row, deletedAt, "true")) {
      if (idAt >= 0 && /^-?\d+$/.test(row[idAt]!)) target.deleted.add(Number(row[idAt]));
      continue;
    }
    for (const { name, at } of kept) column(name).push(row[at]!.trim() === "" ? "" : row[at]!);
    if (table === "transactionstatus" && place("trantype") < 0) {
      splitStatus(row[idAt]!, row[place("description")]!, column);
    }
    target.rows++;
    for (const cells of target.columns.values()) if (cells.length < target.rows) cells.push("");
  }
  for (const { name } of kept) column(name);
}

/** Some exports key a status by `TYPE:LETTER`; the account has the two apart. */
function splitStatus(key: string, description: string, column: (name: string) => string[]): void {
  const [type = "", letter = ""] = key.split(":");
  column("id").push(letter);
  column("trantype").push(type);
  column("name").push(description.includes(" : ") ? description.slice(description.indexOf(" : ") + 3) : description);
  column("fullname").push(description);
}

/** Columns with types, and the key where the rows have one. */
function describe(name: string, { columns, rows }: Found): Table {
  const declared = TABLES[name];
  const types: Record<string, ColumnType> = { ...declared?.columns };
  for (const [column, cells] of columns) {
    const wanted = declared?.columns[column];
    const type = typeOf(cells.filter((cell) => !isMissing(cell)));
    types[column] = wanted === undefined ? type ?? "s" : type === null || fits(wanted, type) ? wanted : "s";
  }
  const isUnique = (key: string[]) =>
    key.length > 0 && key.every((column) => columns.has(column)) && hasNoDoubles(key.map((c) => columns.get(c)!), rows);
  const key = [declared?.key ?? [], ["id"], ["nkey"], ["internalid"], ["uniquekey"]].find(isUnique) ?? [];
  return {
    columns: types,
    key,
    indexes: (declared?.indexes ?? []).filter((index) => index.every((column) => column in types)),
  };
}

function hasNoDoubles(key: string[][], rows: number): boolean {
  const seen = new Set<string>();
  for (let row = 0; row < rows; row++) {
    const cells = key.map((column) => column[row]!);
    if (cells.some(isMissing)) return false;
    seen.add(cells.join("\u0000"));
  }
  return seen.size === rows;
}

/** The narrowest type that all values have; null when there are none. */
function typeOf(cells: string[]): ColumnType | null {
  if (cells.length === 0) return null;
  const all = (test: (cell: string) => boolean) => cells.every(test);
  if (all((cell) => /^-?(0|[1-9]\d{0,14})$/.test(cell))) return "i";
  if (all((cell) => /^-?\d*\.?\d+(e-?\d+)?$/i.test(cell) && !/^-?0\d/.test(cell))) return "n";
  if (all((cell) => /^(t|f|true|false)$/i.test(cell))) return "b";
  if (!all((cell) => TIME.test(cell))) return "s";
  return all((cell) => /^.{10}$|[ T]0?0:00:00(\.0+)?$/.test(cell)) ? "d" : "t";
}

/** Whether values told to be of type `seen` can stand in a column of type `wanted`. */
function fits(wanted: ColumnType, seen: ColumnType): boolean {
  if (wanted === seen || wanted === "s") return true;
  if (wanted === "n") return seen === "i";
  return (wanted === "d" && seen === "t") || (wanted === "t" && seen === "d");
}

function cellOf(text: string, type: ColumnType): Cell {
  if (type === "s" ? text === "" : isMissing(text)) return null;
  if (type === "i" || type === "n") return Number(text);
  if (type === "b") return /^t/i.test(text) ? "T" : "F";
  if (type === "s") return text;
  const [, year, month, day, hour = "0", minute = "00", second = "00", zone = "Z"] = TIME.exec(text)!;
  const clock = `${hour.padStart(2, "0")}:${minute}:${second}`;
  if (type === "d") return `${year}-${month}-${day}`;
  const offset = zone === "Z" ? "Z" : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  return timeText(Math.floor(Date.parse(`${year}-${month}-${day}T${clock}${offset}`) / 1000));
}

function insertRows(db: DatabaseSync, name: string, table: Table, { columns, rows }: Found): void {
  const used = [...columns].map(([column, cells]) => ({ column, cells, type: table.columns[column]! }));
  if (used.length === 0) return;
  const insert = db.prepare(
    `INSERT INTO "${name}" (${used.map(({ column }) => `"${column}"`).join(", ")}) VALUES (${
      used.map(() => "?").join(", ")
    })`,
  );
  for (let row = 0; row < rows; row++) insert.run(...used.map(({ cells, type }) => cellOf(cells[row]!, type)));
}

function insertDeleted(db: DatabaseSync, name: string, { columns, deleted }: Found, now: Date): void {
  const alive = new Set((columns.get("id") ?? []).map(Number));
  const insert = db.prepare(
    `INSERT OR IGNORE INTO "deletedrecord" (recordid, recordtypeid, name, type, context, deleteddate, iscustomlist,
      iscustomrecord, iscustomtransaction) VALUES (?, 0, ?, ?, 'UserInterface', ?, 'F', 'F', 'F')`,
  );
  for (const id of deleted) {
    if (!alive.has(id)) insert.run(id, `${name} ${id}`, name, timeText(Math.floor(now.getTime() / 1000)));
  }
}
