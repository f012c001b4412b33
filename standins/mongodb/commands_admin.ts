/** Handshake, sessions, and commands about databases, collections and indexes. */
import { type Doc, doc, isDoc, MAX_DOCUMENT_BYTES, type Value } from "./bson.ts";
import type { Command } from "./engine.ts";
import { fail } from "./errors.ts";
import { defaultName, type Index, readIndex } from "./indexes.ts";
import { newScope } from "./expressions.ts";
import { compileFilter } from "./match.ts";
import { equals } from "./order.ts";
import { encode } from "./bson_write.ts";
import type { Request } from "./request.ts";
import type { Collection } from "./collection.ts";

const VERSION = [8, 0, 0, 0];

/** A standalone server: drivers then number no writes, and expect no transactions. */
const hello = (legacy: boolean): Command => (r) =>
  doc({
    helloOk: r.flag("helloOk") ? true : undefined,
    [legacy ? "ismaster" : "isWritablePrimary"]: true,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: r.engine.now(),
    logicalSessionTimeoutMinutes: 30,
    connectionId: 1,
    minWireVersion: 0,
    maxWireVersion: 25,
    readOnly: false,
  });
const done: Command = () => new Map();

const existing = (r: Request): Collection =>
  r.engine.store.find(r.db, r.collectionName()) ?? fail(26, `ns not found ${r.db}.${r.collectionName()}`);

const create: Command = (r) => {
  r.allow("validator");
  const name = r.collectionName(), options: Doc = new Map(), validator = r.doc("validator");
  if (validator?.size) {
    compileFilter(validator, newScope(r.engine.now()));
    options.set("validator", validator);
  }
  const known = r.engine.store.find(r.db, name);
  if (known && !equals(known.options, options)) fail(48, `Collection ${r.db}.${name} already exists.`);
  r.engine.store.write(() => r.engine.store.ensure(r.db, name, options));
  return new Map();
};

const cursorOf = (r: Request, ns: string, all: Doc[]): Doc => {
  const size = r.doc("cursor")?.get("batchSize");
  return doc({
    cursor: r.engine.cursors.start(ns, all.map((d) => encode(d)).values(), typeof size === "number" ? size : 1000),
  });
};

const listCollections: Command = (r) => {
  r.allow("filter", "nameOnly", "cursor", "authorizedCollections");
  const filter = compileFilter(r.doc("filter") ?? new Map(), newScope(r.engine.now())), short = r.flag("nameOnly");
  const all = r.engine.store.collections(r.db).map((c) =>
    short ? doc({ name: c.name, type: "collection" }) : doc({
      name: c.name,
      type: "collection",
      options: c.options,
      info: doc({ readOnly: false }),
      idIndex: c.indexes[0]!.spec,
    })
  );
  return cursorOf(r, `${r.db}.$cmd.listCollections`, all.filter((d) => filter.test(d)));
};

const listIndexes: Command = (r) =>
  cursorOf(r.allow("cursor"), `${r.db}.${r.collectionName()}`, existing(r).indexes.map((i) => i.spec));

/** Options that make two indexes on one key the same index. */
const sameOptions = (a: Index, b: Index) =>
  a.unique === b.unique && a.sparse === b.sparse && a.expireAfterSeconds === b.expireAfterSeconds &&
  equals(a.partialSpec ?? null, b.partialSpec ?? null);

const createIndexes: Command = (r) => {
  r.allow("indexes", "commitQuorum");
  const specs = r.array("indexes").map((s) => isDoc(s) ? s : fail(14, "an index specification must be an object"));
  if (!specs.length) fail(2, "Must specify at least one index to create");
  return r.engine.store.write(() => {
    const name = r.collectionName(),
      created = !r.engine.store.find(r.db, name),
      collection = r.engine.store.ensure(r.db, name);
    const before = collection.indexes.length;
    for (const spec of specs) {
      const wanted = readIndex(0, spec);
      if (wanted.fields.length === 1 && wanted.fields[0]!.path === "_id") continue;
      if (!spec.has("name")) spec.set("name", defaultName(wanted.key));
      const byName = collection.indexes.find((i) => i.name === wanted.name);
      if (byName && equals(byName.key, wanted.key) && sameOptions(byName, wanted)) continue;
      if (byName) {
        fail(
          86,
          `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${wanted.name}`,
        );
      }
      const byKey = collection.indexes.find((i) =>
        equals(i.key, wanted.key) && equals(i.partialSpec ?? null, wanted.partialSpec ?? null)
      );
      if (byKey) fail(85, `Index already exists with a different name or options: ${byKey.name}`);
      collection.createIndex(wanted.spec);
    }
    const after = collection.indexes.length;
    return doc({
      numIndexesBefore: before,
      numIndexesAfter: after,
      createdCollectionAutomatically: created,
      note: before === after ? "all indexes already exist" : undefined,
    });
  });
};

const dropIndexes: Command = (r) => {
  r.allow("index");
  const collection = existing(r), before = collection.indexes.length, given = r.get("index");
  const gone = (v: Value): Index[] => {
    if (v === "*") return collection.indexes.filter((i) => i.name !== "_id_");
    const index = collection.indexes.find((i) => typeof v === "string" ? i.name === v : equals(i.key, v));
    if (!index) return fail(27, `index not found with name [${String(v)}]`);
    return index.name === "_id_" ? fail(72, "cannot drop _id index") : [index];
  };
  const list = (Array.isArray(given) ? given : [given ?? null]).flatMap(gone);
  r.engine.store.write(() => list.forEach((index) => collection.detach(index)));
  return doc({ nIndexesWas: before });
};

const drop: Command = (r) => {
  const collection = r.engine.store.find(r.db, r.allow().collectionName());
  if (!collection) return new Map();
  const nIndexesWas = collection.indexes.length;
  r.engine.store.write(() => r.engine.store.drop(collection));
  return doc({ nIndexesWas, ns: collection.ns });
};

const dropDatabase: Command = (r) => {
  const all = r.engine.store.collections(r.allow().db);
  r.engine.store.write(() => all.forEach((c) => r.engine.store.drop(c)));
  return doc({ dropped: all.length ? r.db : undefined });
};

const buildInfo: Command = () =>
  doc({
    version: VERSION.slice(0, 3).join("."),
    versionArray: VERSION,
    modules: [],
    bits: 64,
    debug: false,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    storageEngines: ["sqlite"],
  });

// deno-fmt-ignore
export const administration: Record<string, Command> = {
  hello: hello(false), isMaster: hello(true), ping: done, buildInfo, endSessions: done, refreshSessions: done, killSessions: done,
  create, drop, dropDatabase, listCollections, listIndexes, createIndexes, dropIndexes,
};
