/** find, aggregate, count, distinct and cursors. */
import { decode, type Doc, doc, isDoc, Mask, type Value } from "./bson.ts";
import { encode } from "./bson_write.ts";
import { compilePipeline, type Docs, neededBy, type ReadOther, runStages } from "./aggregate.ts";
import type { Command } from "./engine.ts";
import { fail } from "./errors.ts";
import type { Scope } from "./expressions.ts";
import { compileFilter } from "./match.ts";
import { wholeNumber } from "./numbers.ts";
import { identity } from "./order.ts";
import { keysAt, partsOf } from "./paths.ts";
import { choose, explainPlan } from "./plan.ts";
import { matches, query } from "./scan.ts";
import { compileProjection, maskOf } from "./project.ts";
import type { Request } from "./request.ts";
import type { Row } from "./collection.ts";

const find: Command = (r) => {
  r.allow("filter", "sort", "projection", "skip", "limit", "batchSize", "singleBatch", "noCursorTimeout");
  const scope = r.scope(), filter = compileFilter(r.doc("filter") ?? new Map(), scope);
  const spec = r.doc("projection"), projection = spec?.size ? compileProjection(spec, scope) : null;
  const sort = r.doc("sort") ?? null, skip = r.count("skip"), limit = r.count("limit");
  const name = r.collectionName(), collection = r.engine.store.find(r.db, name);
  const source = function* () {
    if (!collection) return;
    const mask = maskOf(projection?.paths ?? null);
    for (const { bytes } of query(collection, filter, { sort, skip, limit, bytesOnly: true })) {
      yield projection ? encode(projection.apply(decode(bytes, mask))) : bytes;
    }
  };
  if (collection) choose(collection, filter, sort); // a bad sort is an error even when nothing is read
  return doc({
    cursor: r.engine.cursors.start(`${r.db}.${name}`, source(), r.count("batchSize", 101), r.flag("singleBatch")),
  });
};

interface Query {
  filter: Doc;
  sort: Doc | null;
  skip: number;
  limit: number;
  rest: Value[];
}
/** Takes the leading `$match`, `$sort`, `$skip`, `$limit` of a pipeline as a query, which indexes can answer. */
function leading(pipeline: Value[]): Query {
  const q: Query = { filter: new Map(), sort: null, skip: 0, limit: 0, rest: pipeline };
  const matched: Doc[] = [];
  let i = 0;
  for (; i < pipeline.length; i++) {
    const stage = pipeline[i];
    if (!isDoc(stage) || stage.size !== 1) break;
    const [name, arg] = stage.entries().next().value!, n = wholeNumber(arg);
    const later = q.skip > 0 || q.limit > 0;
    if (name === "$match" && isDoc(arg) && !later) matched.push(arg);
    else if (name === "$sort" && isDoc(arg) && arg.size && !q.sort && !later) q.sort = arg;
    else if (name === "$skip" && n !== undefined && n >= 0 && !later) q.skip = n;
    else if (name === "$limit" && n !== undefined && n > 0 && !q.limit) q.limit = n;
    else break;
  }
  q.rest = pipeline.slice(i);
  const conditions = matched.filter((m) => m.size > 0);
  if (conditions.length) q.filter = conditions.length === 1 ? conditions[0]! : doc({ $and: conditions });
  return q;
}

/** The documents of a pipeline over a collection, as BSON; those that pass unchanged are never decoded. */
function pipelineOver(r: Request, name: string, pipeline: Value[], scope: Scope): Generator<Uint8Array> {
  const { stages, docs, raw } = compileOver(r, name, pipeline, scope);
  return (function* () {
    if (!stages.length) yield* raw();
    else for (const d of docs()) yield encode(d);
  })();
}

function compileOver(r: Request, name: string, pipeline: Value[], scope: Scope) {
  const q = leading(pipeline), filter = compileFilter(q.filter, scope), collection = r.engine.store.find(r.db, name);
  const other: ReadOther = (from, inner, s) => compileOver(r, from, inner, s).docs();
  const stages = compilePipeline(q.rest, scope, other), mask = neededBy(stages);
  compilePipeline(pipeline.slice(0, pipeline.length - q.rest.length), scope, null); // the same checks as elsewhere
  const rows = (): Iterable<Row> =>
    collection ? query(collection, filter, { sort: q.sort, skip: q.skip, limit: q.limit, bytesOnly: true }) : [];
  function* decoded(): Docs {
    for (const { bytes } of rows()) yield decode(bytes, mask);
  }
  const raw = function* () {
    for (const { bytes } of rows()) yield bytes;
  };
  return { stages, raw, docs: () => runStages(decoded(), stages), filter, sort: q.sort, collection };
}

const aggregate: Command = (r) => {
  r.allow("pipeline", "cursor");
  const name = r.collectionName(), source = pipelineOver(r, name, r.array("pipeline"), r.scope());
  const size = (r.doc("cursor") ?? fail(9, "The 'cursor' option is required")).get("batchSize");
  const batch = size === undefined ? 101 : wholeNumber(size) ?? fail(14, "cursor.batchSize must be a number");
  return doc({ cursor: r.engine.cursors.start(`${r.db}.${name}`, source, batch) });
};

const explain: Command = (r) => {
  r.allow("verbosity");
  const inner = r.doc("explain") ?? fail(9, "explain needs a command");
  const [name = "", target] = inner.entries().next().value ?? [], pipeline = inner.get("pipeline") ?? [];
  if (!["find", "aggregate"].includes(name) || typeof target !== "string" || !Array.isArray(pipeline)) {
    return fail(59, `explain of '${name}' is not supported by this server`);
  }
  const order = inner.get("sort"), stages = [doc({ $match: inner.get("filter") ?? new Map() }), ...pipeline];
  if (isDoc(order) && order.size) stages.push(doc({ $sort: order }));
  const { collection, filter, sort } = compileOver(r, target, stages, r.scope());
  const winningPlan = collection ? explainPlan(choose(collection, filter, sort)) : doc({ stage: "EOF" });
  return doc({ queryPlanner: doc({ namespace: `${r.db}.${target}`, winningPlan, rejectedPlans: [] }) });
};

const count: Command = (r) => {
  const filter = r.allow("query").doc("query"), collection = r.engine.store.find(r.db, r.collectionName());
  if (!collection || !filter?.size) return doc({ n: collection?.count() ?? 0 });
  let n = 0;
  for (const _ of query(collection, compileFilter(filter, r.scope()), { bytesOnly: true })) n++;
  return doc({ n });
};

const distinct: Command = (r) => {
  r.allow("key", "query");
  const path = r.text("key"), parts = partsOf(path), filter = compileFilter(r.doc("query") ?? new Map(), r.scope());
  const collection = r.engine.store.find(r.db, r.collectionName()), seen = new Map<unknown, Value>();
  if (!collection) return doc({ values: [] });
  const mask = Mask.of([path]);
  for (const row of matches(collection, choose(collection, filter, null), filter)) {
    for (const v of keysAt(decode(row.bytes, mask), parts).values) {
      if (v !== undefined && !seen.has(identity(v))) seen.set(identity(v), v);
    }
  }
  return doc({ values: [...seen.values()] });
};

const getMore: Command = (r) => {
  r.allow("collection", "batchSize", "term", "lastKnownCommittedOpTime");
  const id = r.fields.get("getMore");
  if (typeof id !== "bigint") return fail(14, "getMore needs a cursor id of type long");
  return doc({ cursor: r.engine.cursors.more(id, `${r.db}.${r.text("collection")}`, r.count("batchSize")) });
};

const killCursors: Command = (r) => {
  const killed: Value[] = [], missing: Value[] = [];
  for (const id of r.allow("cursors").array("cursors")) {
    (typeof id === "bigint" && r.engine.cursors.kill(id) ? killed : missing).push(id);
  }
  return doc({ cursorsKilled: killed, cursorsNotFound: missing, cursorsAlive: [], cursorsUnknown: [] });
};

export const reading: Record<string, Command> = { find, aggregate, explain, count, distinct, getMore, killCursors };
