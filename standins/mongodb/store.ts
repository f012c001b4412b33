/** Documents and indexes in one SQLite file: a table per collection, a table per index. */
import { DatabaseSync } from "node:sqlite";
import { decode, type Doc, doc } from "./bson.ts";
import { encode } from "./bson_write.ts";
import { Collection } from "./collection.ts";
import { fail } from "./errors.ts";
import { readIndex } from "./indexes.ts";

/** One open data file. All is synchronous: a command sees and leaves a consistent state. */
export class Store {
  readonly sql: DatabaseSync;
  readonly #collections = new Map<string, Collection>();

  /** @param path of the SQLite file, or ":memory:" */
  constructor(path: string) {
    this.sql = new DatabaseSync(path);
    try {
      // Exclusive locking: no second process can open the file, and the log needs no shared memory.
      this.sql.exec(
        "PRAGMA busy_timeout = 0; PRAGMA page_size = 8192; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; " +
          "PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000; " +
          "CREATE TABLE IF NOT EXISTS collections (id INTEGER PRIMARY KEY, db TEXT NOT NULL, name TEXT NOT NULL, options BLOB NOT NULL, UNIQUE (db, name)); " +
          "CREATE TABLE IF NOT EXISTS indexes (id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, spec BLOB NOT NULL, multikey INTEGER NOT NULL); " +
          "BEGIN IMMEDIATE; COMMIT",
      );
    } catch (error) {
      this.sql.close();
      if (!/locked|busy/i.test((error as Error).message)) throw error;
      throw new Error(`Cannot open ${path}: another process has it open. Stop that one, or choose another folder.`, {
        cause: error,
      });
    }
    for (const row of this.sql.prepare("SELECT id, db, name, options FROM collections ORDER BY id").all()) {
      const { id, db, name, options } = row as unknown as { id: number; db: string; name: string; options: Uint8Array };
      const collection = new Collection(this, id, db, name, decode(options));
      for (
        const x of this.sql.prepare("SELECT id, spec, multikey FROM indexes WHERE collection = ? ORDER BY id").all(id)
      ) {
        const saved = x as unknown as { id: number; spec: Uint8Array; multikey: number };
        collection.attach(readIndex(saved.id, decode(saved.spec), saved.multikey));
      }
      this.#collections.set(collection.ns, collection);
    }
  }

  close(): void {
    this.sql.close();
  }

  collections(db?: string): Collection[] {
    return [...this.#collections.values()].filter((c) => db === undefined || c.db === db);
  }
  find(db: string, name: string): Collection | undefined {
    return this.#collections.get(`${db}.${name}`);
  }

  /** The collection, made with its `_id_` index when it is missing. */
  ensure(db: string, name: string, options: Doc = new Map()): Collection {
    const known = this.find(db, name);
    if (known) return known;
    if (
      !name || name.includes("\0") || name.includes("$") || name.startsWith("system.") || name.startsWith(".") ||
      name.endsWith(".")
    ) {
      fail(73, `Invalid namespace specified '${db}.${name}'`);
    }
    if (!db || /[ ."$/\\\0]/.test(db) || db.length > 63) fail(73, `Invalid database name: '${db}'`);
    const { lastInsertRowid } = this.sql.prepare("INSERT INTO collections (db, name, options) VALUES (?, ?, ?)").run(
      db,
      name,
      encode(options),
    );
    const made = new Collection(this, Number(lastInsertRowid), db, name, options);
    this.sql.exec(`CREATE TABLE c${made.id} (rid INTEGER PRIMARY KEY, doc BLOB NOT NULL)`);
    this.#collections.set(made.ns, made);
    made.createIndex(doc({ key: doc({ _id: 1 }), name: "_id_" }));
    return made;
  }

  drop(collection: Collection): void {
    for (const index of [...collection.indexes]) collection.detach(index);
    this.sql.exec(`DROP TABLE c${collection.id}`);
    this.sql.prepare("DELETE FROM collections WHERE id = ?").run(collection.id);
    collection.dropped = true;
    this.#collections.delete(collection.ns);
  }

  /** Runs a write as one transaction that is on disk when this returns; any error undoes all of it. */
  write<T>(action: () => T): T {
    this.sql.exec("BEGIN IMMEDIATE");
    try {
      const out = action();
      this.sql.exec("COMMIT");
      return out;
    } catch (error) {
      if (this.sql.isTransaction) this.sql.exec("ROLLBACK"); // a full disk may have ended it already
      this.#reload();
      throw error;
    }
  }

  /** After a rollback, what memory knows of collections and indexes may be ahead of the file. */
  #reload(): void {
    const known = new Set(this.sql.prepare("SELECT id FROM collections").all().map((row) => row.id));
    const indexes = new Map(
      this.sql.prepare("SELECT id, multikey FROM indexes").all().map((row) => [row.id, row.multikey]),
    );
    for (const collection of this.#collections.values()) {
      if (!known.has(collection.id)) this.#collections.delete(collection.ns);
      for (const index of [...collection.indexes]) {
        const multikey = indexes.get(index.id);
        if (multikey === undefined) collection.forget(index);
        else index.multikey = Number(multikey);
      }
    }
  }
}
