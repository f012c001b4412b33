/**
 * One simulated account: its database, clock, preferences and what may run on them.
 */
import { DatabaseSync } from "node:sqlite";
import { keptTables, loadFolder } from "./company/folder.ts";
import { loadCompany } from "./company/mod.ts";
import { FaultSwitches } from "./faults.ts";
import { compileFormat } from "./formats.ts";
import { change, type ChangeSummary } from "./life.ts";
import { addMissing, createIndexes, createTables, type Table } from "./schema.ts";
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
}

/** Which rows of a table, and which of their columns; all when absent. */
export interface RowRange {
  columns?: string[];
  limit?: number;
  offset?: number;
}

/** Loads or reopens an account's data and answers for its state. */
export class Account {
  readonly db: DatabaseSync;
  readonly session: Session;
  readonly suiteql: SuiteQL;
  readonly faults: FaultSwitches;
  /** Every table of this account. */
  readonly tables: Record<string, Table>;
  private clockOffsetMs = 0;
  private nextSeed: number;
  private pending: { dueMs: number; run: () => void }[] = [];

  constructor(options: AccountOptions = {}) {
    const { now = () => new Date(), timeZone = "America/Los_Angeles", datePreference = "FMMM/DD/YYYY", seed = 1 } =
      options;
    this.nextSeed = seed * 1000;
    compileFormat(datePreference);
    const clock = () => new Date(now().getTime() + this.clockOffsetMs);
    this.session = { zone: new Zone(timeZone), datePreference, now: clock };
    this.db = openDatabase(options, clock);
    this.tables = keptTables(this.db);
    this.suiteql = new SuiteQL(this.db, this.session, seed, this.tables);
    this.faults = new FaultSwitches((settings) => {
      const zone = new Zone(settings.timeZone ?? timeZone);
      compileFormat(settings.datePreference ?? datePreference);
      this.session.zone = zone;
      this.session.datePreference = settings.datePreference ?? datePreference;
      this.suiteql.hide(settings.missing ?? [], settings.hiddenTypes);
    });
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

  /** Lets business happen. With the fault `lateCommitSeconds` it is stamped now and done later. */
  change({ count, seed = this.nextSeed++, clockStepSeconds }: ChangeRequest): ChangeOutcome {
    const stamp = this.now();
    const run = () => change(this.db, { count, seed, now: stamp, clockStepSeconds });
    const late = (this.faults.current.lateCommitSeconds ?? 0) * 1000;
    if (late === 0) return { visibleAt: null, summary: run() };
    this.pending.push({ dueMs: stamp.getTime() + late, run });
    return { visibleAt: new Date(stamp.getTime() + late).toISOString() };
  }

  /** Does late changes that are due. Called before anything looks at the data. */
  settle(): void {
    const now = this.now().getTime();
    const due = this.pending.filter((p) => p.dueMs <= now);
    if (!due.length) return;
    this.pending = this.pending.filter((p) => p.dueMs > now);
    for (const { run } of due) run();
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
  { file = ":memory:", company = "demo", share, seed }: AccountOptions,
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
  else if (company === "demo") loadCompany(db, { share, seed, now: now() });
  else {
    createTables(db);
    createIndexes(db);
  }
  return db;
}
