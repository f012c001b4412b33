/** insert, update, delete, findAndModify. Each runs as one transaction; errors of single operations are reported per operation. */
import { decode, type Doc, doc, isDoc, type Maybe, Raw, thaw, type Value } from "./bson.ts";
import { type Command, errorFields } from "./engine.ts";
import { fail, MongoError } from "./errors.ts";
import { compileFilter, truthy } from "./match.ts";
import { wholeNumber } from "./numbers.ts";
import { compileProjection } from "./project.ts";
import type { Request } from "./request.ts";
import { typeName } from "./types.ts";
import { insertOne, readChange, remove, update, type Updated } from "./writes.ts";

const MAX_BATCH = 100_000;

/** Runs the operations of a command in one transaction. With `ordered` (the default) the first error ends it. */
function each(r: Request, list: Uint8Array[], action: (bytes: Uint8Array, index: number) => void): Value[] {
  const errors: Value[] = [], ordered = r.fields.get("ordered") === undefined || truthy(r.fields.get("ordered"));
  if (!list.length || list.length > MAX_BATCH) {
    fail(list.length ? 1 : 16, `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${list.length} operations.`);
  }
  for (const [index, bytes] of list.entries()) {
    try {
      action(bytes, index);
    } catch (error) {
      if (!(error instanceof MongoError) || error.code === 50) throw error;
      const { codeName: _, ...fields } = errorFields(error);
      errors.push(doc({ index, ...fields }));
      if (ordered) break;
    }
  }
  return errors;
}

const withErrors = (answer: Record<string, Maybe>, errors: Value[]): Doc =>
  doc({ ...answer, writeErrors: errors.length ? errors : undefined });

const insert: Command = (r) => {
  r.allow("documents", "ordered");
  const list = r.documents("documents");
  return r.engine.store.write(() => {
    const collection = r.engine.store.ensure(r.db, r.collectionName());
    let n = 0;
    const errors = each(r, list, (bytes) => {
      insertOne(collection, bytes);
      n++;
    });
    return withErrors({ n }, errors);
  });
};

const UPDATE = new Set(["q", "u", "upsert", "multi"]);
const DELETE = new Set(["q", "limit"]);

/** One statement of an update or delete command. Its `u` stays undecoded. */
function statement(r: Request, bytes: Uint8Array, allowed: Set<string>): { fields: Doc; q: Doc } {
  const fields = decode(bytes, null, 0, true);
  for (const name of fields.keys()) {
    if (!allowed.has(name)) fail(40415, `BSON field '${r.name}.${r.name}s.${name}' is an unknown field.`);
  }
  const q = thaw(fields.get("q") ?? fail(40414, `BSON field '${r.name}.${r.name}s.q' is missing but a required field`));
  return {
    fields,
    q: isDoc(q)
      ? q
      : fail(14, `BSON field '${r.name}.${r.name}s.q' is the wrong type '${typeName(q)}', expected type 'object'`),
  };
}

const updates: Command = (r) => {
  r.allow("updates", "ordered");
  const list = r.documents("updates"), scope = r.scope();
  return r.engine.store.write(() => {
    const name = r.collectionName();
    const sum = { n: 0, nModified: 0, upserted: [] as Value[] };
    const errors = each(r, list, (bytes, index) => {
      const { fields, q } = statement(r, bytes, UPDATE), upsert = truthy(fields.get("upsert"));
      const change = readChange(fields.get("u"), scope), filter = compileFilter(q, scope);
      const collection = upsert ? r.engine.store.ensure(r.db, name) : r.engine.store.find(r.db, name);
      if (!collection) return;
      const done = update(collection, filter, change, { upsert, multi: truthy(fields.get("multi")) });
      sum.n += done.upserted === undefined ? done.matched : 1;
      sum.nModified += done.modified;
      if (done.upserted !== undefined) sum.upserted.push(doc({ index, _id: done.upserted }));
    });
    return withErrors(
      { n: sum.n, nModified: sum.nModified, upserted: sum.upserted.length ? sum.upserted : undefined },
      errors,
    );
  });
};

const deletes: Command = (r) => {
  r.allow("deletes", "ordered");
  const list = r.documents("deletes"), scope = r.scope();
  return r.engine.store.write(() => {
    const collection = r.engine.store.find(r.db, r.collectionName());
    let n = 0;
    const errors = each(r, list, (bytes) => {
      const { fields, q } = statement(r, bytes, DELETE), limit = wholeNumber(fields.get("limit"));
      if (limit !== 0 && limit !== 1) fail(9, "The limit field in delete objects must be 0 or 1. Got " + String(limit));
      const filter = compileFilter(q, scope);
      if (collection) n += remove(collection, filter, { multi: limit === 0 }).n;
    });
    return withErrors({ n }, errors);
  });
};

const findAndModify: Command = (r) => {
  r.allow("query", "sort", "remove", "update", "new", "fields", "upsert");
  const scope = r.scope(),
    filter = compileFilter(r.doc("query") ?? new Map(), scope),
    sort = r.doc("sort") ?? null;
  const wantsNew = r.flag("new"),
    upsert = r.flag("upsert"),
    removes = r.flag("remove"),
    change = r.fields.get("update");
  if (removes === (change !== undefined)) fail(9, "Either an update or remove=true must be specified, and not both");
  if (removes && (upsert || wantsNew)) fail(9, `Cannot specify both ${upsert ? "upsert" : "new"}=true and remove=true`);
  const fields = r.doc("fields"), projection = fields?.size ? compileProjection(fields, scope) : null;
  const shown = (bytes: Uint8Array | undefined): Value =>
    !bytes ? null : projection ? projection.apply(decode(bytes)) : new Raw(3, bytes);
  return r.engine.store.write(() => {
    const name = r.collectionName(),
      collection = upsert ? r.engine.store.ensure(r.db, name) : r.engine.store.find(r.db, name);
    if (removes) {
      const gone = collection ? remove(collection, filter, { multi: false, sort }) : { n: 0 };
      return doc({ lastErrorObject: doc({ n: gone.n }), value: shown(gone.last) });
    }
    const made = readChange(change, scope);
    const done: Updated = collection ? update(collection, filter, made, { sort, upsert }) : { matched: 0, modified: 0 };
    const last = doc({
      n: done.upserted === undefined ? done.matched : 1,
      updatedExisting: done.matched > 0,
      upserted: done.upserted,
    });
    return doc({ lastErrorObject: last, value: shown(wantsNew ? done.after : done.before) });
  });
};

export const writing: Record<string, Command> = { insert, update: updates, delete: deletes, findAndModify };
