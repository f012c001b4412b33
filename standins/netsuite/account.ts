/**
 * One simulated account: its database, clock, preferences and what may run on them.
 */
import { DatabaseSync } from "node:sqlite";
import { keptTables, loadFolder } from "./company/folder.ts";
import { loadCompany } from "./company/mod.ts";
import { FaultSwitches } from "./faults.ts";
import { compileFormat } from "./formats.ts";
import { openSequences } from "./company/sequences.ts";
import { change, type ChangeKind, type ChangeSummary } from "./life.ts";
import { type MassUpdate, massUpdate } from "./mass_update.ts";
import { type Level, permits, viewOf } from "./matrix.ts";
import { Jobs } from "./records/jobs.ts";
import { timeText } from "./company/days.ts";
import {
  addMissing,
  type ColumnType,
  createIndexes,
  createStatement,
  createTables,
  ledgerView,
  STORED,
  type Table,
} from "./schema.ts";
import { SuiteQL } from "./suiteql/engine.ts";
import type { Session } from "./suiteql/sql_functions.ts";
import { Zone } from "./zone.ts";

export interface AccountOptions {
  /** SQLite file; absent: in memory. */
  file?: string;
  /**
   * `demo`: the simulated company. `none`: empty tables, for tests that bring their own rows. `{ folder }`: the rows of a folder of
   * `TABLE.csv` files.
   */
  company?: "demo" | "none" | { folder: string };
  /** Share of the company's orders to load, 0 to 1. */
  share?: number;
  seed?: number;
  /** The company has opportunities and quotes too. */
  pipeline?: boolean;
  now?: () => Date;
  /** IANA name. Default `America/Los_Angeles`. */
  timeZone?: string;
  /** Format model of the date preference. Default `FMMM/DD/YYYY` (3/2/2026). */
  datePreference?: string;
}

/** What a change does, or will do once it is due. */
export type ChangeOutcome = { visibleAt: null; summary: ChangeSummary } | { visibleAt: string };

export interface ChangeRequest {
  count: number;
  seed?: number;
  clockStepSeconds?: number;
  only?: ChangeKind[];
}

/** Which rows of a table, and which of their columns; all when absent. */
export interface RowRange {
  columns?: string[];
  limit?: number;
  offset?: number;
}

/** A custom field to be made. */
export interface NewCustomField {
  table: string;
  /** Its column, e.g. `custbody_project`. */
  scriptid: string;
  /** What people call it. */
  name: string;
  type: ColumnType;
  /** NetSuite's word for its type, e.g. `Free-Form Text`. */
  fieldvaluetype: string;
}

/** Loads or reopens an account's data and answers for its state. */
export class Account {
  readonly db: DatabaseSync;
  readonly session: Session;
  readonly suiteql: SuiteQL;
  readonly faults: FaultSwitches;
  /** Every table of this account. */
  readonly tables: Record<string, Table>;
  /** Asynchronous requests. */
  readonly jobs: Jobs;
  private visible: Record<string, Table> | null = null;
  private clockOffsetMs = 0;
  private nextSeed: number;
  private books: 1 | 2 | null = null;
  private pending: { dueMs: number; run: () => void }[] = [];

  constructor(options: AccountOptions = {}) {
    const { now = () => new Date(), timeZone = "America/Los_Angeles", datePreference = "FMMM/DD/YYYY", seed = 1 } =
      options;
    this.nextSeed = seed * 1000;
    compileFormat(datePreference);
    const clock = () => new Date(now().getTime() + this.clockOffsetMs);
    this.session = { zone: new Zone(timeZone), datePreference, now: clock };
    this.db = openDatabase(options, clock);
    this.tables = { ...keptTables(this.db) }; // a custom field that comes later is this account's alone
    this.suiteql = new SuiteQL(this.db, this.session, seed, this.tables);
    this.faults = new FaultSwitches((settings) => {
      const zone = new Zone(settings.timeZone ?? timeZone);
      compileFormat(settings.datePreference ?? datePreference);
      this.session.zone = zone;
      this.session.datePreference = settings.datePreference ?? datePreference;
      const view = viewOf(this.tables, settings.features ?? {}, settings.role);
      const types = [...settings.hiddenTypes ?? [], ...view.hiddenTypes];
      this.suiteql.hide([...settings.missing ?? [], ...view.hidden], types, view.only);
      this.visible = null;
      this.setBooks(settings.accountingBooks);
      if (settings.idsAbove !== undefined) this.raiseIds(settings.idsAbove);
    });
    this.jobs = new Jobs(clock, () => this.faults.current.asyncMs ?? 0);
  }

  /** The clock that rows are stamped with. */
  now(): Date {
    return this.session.now();
  }

  /** The clock that clients see: logins, serverTime, Date headers. */
  visibleNow(): Date {
    return new Date(this.now().getTime() + (this.faults.current.clockSkewSeconds ?? 0) * 1000);
  }

  /** Moves the account's clock against the real one. */
  setClock(offsetSeconds: number): void {
    this.clockOffsetMs = offsetSeconds * 1000;
    this.suiteql.forget();
  }

  /** Puts the account's clock to a moment; it runs on from there. */
  setClockTo(at: Date): void {
    this.setClock((at.getTime() - this.now().getTime() + this.clockOffsetMs) / 1000);
  }

  /** Lets business happen. With the fault `lateCommitSeconds` it is stamped now and done later. */
  change({ count, seed = this.nextSeed++, clockStepSeconds, only }: ChangeRequest): ChangeOutcome {
    const stamp = this.now();
    const run = () => change(this.db, { count, seed, now: stamp, clockStepSeconds, only });
    const late = (this.faults.current.lateCommitSeconds ?? 0) * 1000;
    if (late === 0) return { visibleAt: null, summary: run() };
    this.pending.push({ dueMs: stamp.getTime() + late, run });
    return { visibleAt: new Date(stamp.getTime() + late).toISOString() };
  }

  /** Changes many rows within one second, as a file import or a mass update does. Returns how many. */
  massUpdate(request: MassUpdate): number {
    return massUpdate(this.db, this.tables, request, this.now());
  }

  /**
   * An administrator makes a custom field: a column and its row in the catalogue. It lasts as long as this process.
   *
   * @throws {RangeError} for a table that is none, or a name that the table has
   */
  addCustomField({ table, scriptid, name, type, fieldvaluetype }: NewCustomField): void {
    const old = Object.hasOwn(this.tables, table) ? this.tables[table]! : undefined;
    if (!old || old.view) throw new RangeError(`Cannot add a field to "${table}": there is no such table`);
    if (scriptid in old.columns) throw new RangeError(`Cannot add "${scriptid}" to ${table}: it has that column`);
    this.db.exec(`ALTER TABLE "${table}" ADD COLUMN "${scriptid}" ${STORED[type]}`);
    this.tables[table] = { ...old, columns: { ...old.columns, [scriptid]: type } };
    this.db.prepare(
      `INSERT INTO "customfield" (internalid, scriptid, name, fieldvaluetype, isstored, isinactive, lastmodifieddate)
        SELECT coalesce(MAX(internalid), 0) + 1, ?, ?, ?, 'T', 'F', ? FROM "customfield"`,
    ).run(scriptid, name, fieldvaluetype, timeText(Math.floor(this.now().getTime() / 1000)));
    this.faults.set({}); // what is seen of the tables is worked out anew
  }

  /** Does late changes and asynchronous jobs that are due. Called before anything looks at the data. */
  settle(): Promise<void> {
    const now = this.now().getTime();
    const due = this.pending.filter((p) => p.dueMs <= now);
    if (due.length) {
      this.pending = this.pending.filter((p) => p.dueMs > now);
      for (const { run } of due) run();
    }
    return this.jobs.settle();
  }

  /** Whether account and role have a table. */
  canSee(table: string): boolean {
    return this.suiteql.rowsOf(table) !== undefined;
  }

  /** SQL of the rows that the role may see; null: all. */
  rowCondition(table: string): string | null {
    return this.suiteql.rowsOf(table) ?? null;
  }

  /** Whether the role may see a row. */
  canSeeRow(table: string, row: Record<string, unknown>): boolean {
    const only = this.rowCondition(table);
    if (only === null) return true;
    return this.db.prepare(`SELECT 1 FROM "${table}" WHERE id = ? AND ${only}`).get(Number(row.id)) !== undefined;
  }

  /** Whether the role has a permission. */
  permits(permission: string, level: Level): boolean {
    return permits(this.faults.current.role, permission, level);
  }

  /** The tables that account and role have, with the columns that they have. */
  visibleTables(): Record<string, Table> {
    if (this.visible) return this.visible;
    const visible: Record<string, Table> = {};
    for (const [name, table] of Object.entries(this.tables)) {
      if (!this.canSee(name)) continue;
      const seen = this.suiteql.columnsOf(name);
      visible[name] = {
        ...table,
        columns: Object.fromEntries(Object.entries(table.columns).filter(([column]) => seen.has(column))),
      };
    }
    return this.visible = visible;
  }

  /** A second accounting book comes or goes. Its entries are those of the first. */
  private setBooks(books: 1 | 2 | undefined): void {
    if ((books ?? 1) === this.books) return;
    this.books = books ?? 1;
    if (!this.tables.accountingbook || this.tables.transactionaccountingline?.view === undefined) return;
    const table = "transactionaccountingline";
    this.db.exec(
      `DROP VIEW IF EXISTS "${table}"; ` +
        createStatement(table, { ...this.tables[table]!, view: ledgerView(books === 2) }),
    );
    this.db.exec(
      books === 2
        ? `INSERT OR IGNORE INTO "accountingbook" (id, name, isprimary, isadjustmentonly, isconsolidated, basebook)
            VALUES (2, 'Local Accounting Book', 'F', 'F', 'F', 1)`
        : `DELETE FROM "accountingbook" WHERE id = 2 AND name = 'Local Accounting Book'`,
    );
  }

  private raiseIds(above: number): void {
    openSequences(this.db);
    this.db.prepare(
      `UPDATE "_sequence" SET last = MAX(last, ?) WHERE name IN ('transaction', 'line', 'entity', 'item', 'setup')`,
    ).run(above);
  }

  /** How many late changes wait. */
  get waiting(): number {
    return this.pending.length;
  }

  /**
   * Raw rows in the order of the key, as they are stored: to compare a mirror with.
   *
   * @throws {RangeError} for an unknown table or column
   */
  rows(name: string, { columns, limit = -1, offset = 0 }: RowRange = {}): Iterable<Record<string, unknown>> {
    const table = Object.hasOwn(this.tables, name) ? this.tables[name] : undefined;
    if (!table) throw new RangeError(`Cannot list rows: there is no table "${name}"`);
    const wrong = columns?.find((column) => !(column in table.columns));
    if (wrong !== undefined) throw new RangeError(`Cannot list rows of ${name}: it has no column "${wrong}"`);
    const list = (columns ?? Object.keys(table.columns)).map((column) => `"${column}"`).join(", ");
    const order = table.key.length ? table.key.map((column) => `"${column}"`).join(", ") : "rowid";
    return this.db.prepare(`SELECT ${list} FROM "${name}" ORDER BY ${order} LIMIT ? OFFSET ?`).iterate(limit, offset);
  }

  close(): void {
    this.db.close();
  }
}

function openDatabase(
  { file = ":memory:", company = "demo", share, seed, pipeline }: AccountOptions,
  now: () => Date,
): DatabaseSync {
  const db = new DatabaseSync(file);
  db.exec("PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 1073741824");
  if (file !== ":memory:") db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  const [{ tables } = { tables: 0 }] = db.prepare(
    "SELECT count(*) AS tables FROM sqlite_master WHERE name = 'transaction'",
  )
    .all() as { tables: number }[];
  if (tables) addMissing(db, keptTables(db));
  else if (typeof company === "object") loadFolder(db, company.folder, now());
  else if (company === "demo") loadCompany(db, { share, seed, pipeline, now: now() });
  else {
    createTables(db);
    createIndexes(db);
  }
  return db;
}
