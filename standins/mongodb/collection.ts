import type { StatementSync } from "node:sqlite";
import { decode, type Doc, doc, Mask, type Value } from "./bson.ts";
import { encode } from "./bson_write.ts";
import { display } from "./display.ts";
import { fail } from "./errors.ts";
import { newScope } from "./expressions.ts";
import { type Index, keysOf, readIndex } from "./indexes.ts";
import { compileFilter, type Filter } from "./match.ts";
import { identity, textOf } from "./order.ts";
import { valueAt } from "./paths.ts";
import type { Store } from "./store.ts";

/** A document as it lies in its table. */
export interface Row {
  rid: number;
  bytes: Uint8Array;
}

/** Rows as arrays: no object to build per row. The type declarations do not know the method yet. */
function asArrays(statement: StatementSync): StatementSync {
  (statement as StatementSync & { setReturnArrays(on: boolean): void }).setReturnArrays(true);
  return statement;
}

interface Tables {
  insert: StatementSync;
  remove: StatementSync;
  first: StatementSync;
}

/** One collection: its rows, its indexes, and how they change together. */
export class Collection {
  readonly ns: string;
  readonly indexes: Index[] = [];
  dropped = false;
  validator: Filter | null = null;
  #mask: Mask | null = null;
  readonly #tables = new Map<number, Tables>();
  readonly #prepared = new Map<string, StatementSync>();

  constructor(
    readonly store: Store,
    readonly id: number,
    readonly db: string,
    readonly name: string,
    readonly options: Doc,
  ) {
    this.ns = `${db}.${name}`;
    const validator = options.get("validator");
    if (validator !== undefined) this.validator = compileFilter(validator as Doc, newScope(new Date(0)));
  }

  /** A prepared statement, kept; rows come as arrays. */
  prepare(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (!statement) {
      statement = this.store.sql.prepare(sql);
      asArrays(statement);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }

  attach(index: Index): void {
    this.indexes.push(index);
    this.#changed();
    const x = `x${index.id}`, sql = this.store.sql;
    const first = asArrays(sql.prepare(`SELECT rid FROM ${x} WHERE k = ? LIMIT 1`));
    this.#tables.set(index.id, {
      insert: sql.prepare(`INSERT OR IGNORE INTO ${x} (k, rid) VALUES (?, ?)`),
      remove: sql.prepare(`DELETE FROM ${x} WHERE k = ? AND rid = ?`),
      first,
    });
  }

  /** Forgets an index whose table is gone. */
  forget(index: Index): void {
    this.indexes.splice(this.indexes.indexOf(index), 1);
    this.#tables.delete(index.id);
    this.#prepared.clear();
    this.#changed();
  }
  #changed(): void {
    const paths = this.indexes.flatMap((i) => [...i.fields.map((f) => f.path), ...i.partial?.paths ?? []]);
    this.#mask = this.indexes.some((i) => i.partial && !i.partial.paths) ? null : Mask.of(["_id", ...paths]);
  }

  detach(index: Index): void {
    this.forget(index);
    this.store.sql.exec(`DROP TABLE x${index.id}`);
    this.store.sql.prepare("DELETE FROM indexes WHERE id = ?").run(index.id);
  }

  /** Makes an index and fills it. Throws 11000 when a unique one does not fit the documents. */
  createIndex(spec: Doc): Index {
    const { lastInsertRowid } = this.store.sql.prepare(
      "INSERT INTO indexes (collection, spec, multikey) VALUES (?, ?, 0)",
    ).run(this.id, encode(spec));
    const index = readIndex(Number(lastInsertRowid), spec);
    this.store.sql.exec(
      `CREATE TABLE x${index.id} (k BLOB NOT NULL, rid INTEGER NOT NULL, PRIMARY KEY (k, rid)) WITHOUT ROWID`,
    );
    this.attach(index);
    const mask = this.#mask,
      scan = this.store.sql.prepare(`SELECT rid, doc FROM c${this.id} WHERE rid > ? ORDER BY rid LIMIT 500`);
    for (let last = 0;;) {
      const rows = scan.all(last) as unknown as { rid: number; doc: Uint8Array }[];
      if (!rows.length) return index;
      for (const row of rows) {
        const fields = decode(row.doc, mask);
        this.#add(index, this.#checked(index, fields, row.rid), row.rid);
        last = row.rid;
      }
    }
  }

  /** The keys of a document, after making sure that no other document has them in a unique index. */
  #checked(index: Index, fields: Doc, rid: number): Uint8Array[] {
    const { keys, multikey } = keysOf(index, fields);
    if ((index.multikey | multikey) !== index.multikey) {
      index.multikey |= multikey;
      this.store.sql.prepare("UPDATE indexes SET multikey = ? WHERE id = ?").run(index.multikey, index.id);
    }
    if (index.unique || index.name === "_id_") {
      const { first } = this.#tables.get(index.id)!;
      for (const key of keys) {
        const other = first.get(key) as unknown as [number] | undefined;
        if (other && other[0] !== rid) this.#duplicate(index, fields, key, other[0]);
      }
    }
    return keys;
  }

  #duplicate(index: Index, fields: Doc, key: Uint8Array, other: number): never {
    const keyValue: Doc = new Map();
    const theirs = index.multikey ? decode(this.get(other)!) : null; // of an array, name the element that both have
    for (const { path, parts } of index.fields) {
      const v = valueAt(fields, parts), w = theirs && valueAt(theirs, parts);
      const ids = Array.isArray(w) ? new Set(w.map(identity)) : new Set([identity(w ?? undefined)]);
      keyValue.set(
        path,
        (Array.isArray(v) && index.multikey ? v.find((e) => ids.has(identity(e))) ?? v[0] : v) ?? null,
      );
    }
    void key;
    const keyPattern: Value = index.key;
    return fail(
      11000,
      `E11000 duplicate key error collection: ${this.ns} index: ${index.name} dup key: ${display(keyValue)}`,
      { keyPattern, keyValue },
    );
  }

  #add(index: Index, keys: Uint8Array[], rid: number): void {
    const { insert } = this.#tables.get(index.id)!;
    for (const key of keys) insert.run(key, rid);
  }

  get(rid: number): Uint8Array | undefined {
    return (this.prepare(`SELECT doc FROM c${this.id} WHERE rid = ?`).get(rid) as unknown as [Uint8Array] | undefined)
      ?.[0];
  }

  count(): number {
    return (this.prepare(`SELECT count(*) FROM x${this.indexes[0]!.id}`).get() as unknown as [number])[0];
  }

  #validate(bytes: Uint8Array): void {
    if (this.validator && !this.validator.test(decode(bytes))) {
      fail(121, "Document failed validation", {
        errInfo: doc({ failingDocumentId: decode(bytes, Mask.of(["_id"])).get("_id") }),
      });
    }
  }

  insert(bytes: Uint8Array): void {
    this.#validate(bytes);
    const fields = decode(bytes, this.#mask);
    const keys = this.indexes.map((index) => this.#checked(index, fields, -1));
    const { lastInsertRowid } = this.prepare(`INSERT INTO c${this.id} (doc) VALUES (?)`).run(bytes);
    this.indexes.forEach((index, i) => this.#add(index, keys[i]!, Number(lastInsertRowid)));
  }

  replace(row: Row, bytes: Uint8Array): void {
    this.#validate(bytes);
    const before = decode(row.bytes, this.#mask), after = decode(bytes, this.#mask);
    const changes = this.indexes.map((index) => {
      if (index.name === "_id_") return null;
      return { index, keys: this.#checked(index, after, row.rid), old: keysOf(index, before).keys };
    });
    this.prepare(`UPDATE c${this.id} SET doc = ? WHERE rid = ?`).run(bytes, row.rid);
    for (const change of changes) {
      if (!change) continue;
      const { index, keys, old } = change, { remove } = this.#tables.get(index.id)!;
      const kept = new Set(keys.map(textOf)), had = new Set(old.map(textOf));
      for (const key of old) if (!kept.has(textOf(key))) remove.run(key, row.rid);
      this.#add(index, keys.filter((key) => !had.has(textOf(key))), row.rid);
    }
  }

  remove(row: Row): void {
    const fields = decode(row.bytes, this.#mask);
    this.prepare(`DELETE FROM c${this.id} WHERE rid = ?`).run(row.rid);
    for (const index of this.indexes) {
      const { remove } = this.#tables.get(index.id)!;
      for (const key of keysOf(index, fields).keys) remove.run(key, row.rid);
    }
  }

  /** The row with this key in an index. */
  byKey(index: Index, key: Uint8Array): Row | undefined {
    const found = this.prepare(
      `SELECT c.rid, c.doc FROM x${index.id} x JOIN c${this.id} c ON c.rid = x.rid WHERE x.k = ? LIMIT 1`,
    ).get(key);
    const row = found as unknown as [number, Uint8Array] | undefined;
    return row && { rid: row[0], bytes: row[1] };
  }
}
