/** Aggregation pipelines. Each stage turns a stream of documents into another. */
import { type Doc, doc, isDoc, type Mask, type Maybe, type Value } from "./bson.ts";
import { type Accumulator, ACCUMULATORS } from "./accumulators.ts";
import { checkTime } from "./deadline.ts";
import { fail } from "./errors.ts";
import { compileExpression, type Run, type Scope } from "./expressions.ts";
import { comparator } from "./sort.ts";
import { compileFilter } from "./match.ts";
import { wholeNumber } from "./numbers.ts";
import { identity } from "./order.ts";
import { partsOf, type Reads, readsOfAll } from "./paths.ts";
import { compileProjection, compileSet, maskOf } from "./project.ts";
import { typeName } from "./types.ts";
import { lookup } from "./join.ts";

export type Docs = Iterable<Doc>;
/** A compiled stage. `reads`: paths that it needs of its input; null: all. `closes`: nothing but its own output goes on. */
export interface Stage {
  run(input: Docs): Docs;
  reads: Reads;
  closes: boolean;
}
/** Reads another collection of the same database, for `$lookup`: a pipeline over it. */
export type ReadOther = (name: string, pipeline: Value[], scope: Scope) => Docs;
export type StageMaker = (arg: Value, scope: Scope, other: ReadOther | null) => Stage;

const stage = (run: (input: Docs) => Docs, reads: Reads, closes = false): Stage => ({
  run,
  reads,
  closes,
});
const spec = (name: string, arg: Value): Doc =>
  isDoc(arg) ? arg : fail(15959, `the ${name} specification must be an object, but was ${typeName(arg)}`);
const count = (name: string, v: Value, least: number): number => {
  const n = wholeNumber(v);
  if (n === undefined) return fail(5107200, `invalid argument to ${name} stage: Expected an integer`);
  return n >= least
    ? n
    : fail(5107200, `invalid argument to ${name} stage: the value must be at least ${least}, found ${n}`);
};

const STAGES: Record<string, StageMaker> = {
  $match: (arg, scope) => {
    const filter = compileFilter(spec("$match", arg), scope);
    return stage(function* (input) {
      for (const d of input) if (filter.test(d)) yield d;
    }, filter.paths);
  },
  $project: (arg, scope) => {
    if (!spec("$project", arg).size) {
      fail(51272, "Invalid $project :: caused by :: projection specification must have at least one field");
    }
    const p = compileProjection(arg as Doc, scope);
    return stage((input) => map(input, p.apply), p.paths, p.paths !== null);
  },
  $set: (arg, scope) => {
    const { apply, paths } = compileSet(spec("$set", arg), scope);
    return stage((input) => map(input, apply), paths);
  },
  $unset: (arg, scope) => {
    const paths = Array.isArray(arg) ? arg : [arg];
    if (!paths.length || !paths.every((p) => typeof p === "string")) {
      fail(31002, "$unset specification must be a string or an array of strings");
    }
    const { apply } = compileProjection(new Map((paths as string[]).map((path) => [path, false])), scope);
    return stage((input) => map(input, apply), new Set());
  },
  $sort: (arg) => {
    if (!spec("$sort", arg).size) fail(15976, "$sort stage must have at least one sort key");
    const order = comparator(arg as Doc);
    return stage(function* (input) {
      yield* [...timed(input)].sort(order);
    }, new Set((arg as Doc).keys()));
  },
  $limit: (arg) => {
    const n = count("$limit", arg, 1);
    return stage(function* (input) {
      let left = n;
      for (const d of input) {
        yield d;
        if (--left === 0) return;
      }
    }, new Set());
  },
  $skip: (arg) => {
    const n = count("$skip", arg, 0);
    return stage(function* (input) {
      let left = n;
      for (const d of input) if (left-- <= 0) yield d;
    }, new Set());
  },
  $count: (arg) => {
    if (typeof arg !== "string" || !arg || arg[0] === "$" || arg.includes(".")) {
      return fail(40156, "the count field must be a non-empty string without '$' or '.'");
    }
    return stage(
      function* (input) {
        let n = 0;
        for (const _ of input) n++;
        if (n) yield new Map([[arg, n]]);
      },
      new Set(),
      true,
    );
  },
  $group: (arg, scope) => groupStage(spec("$group", arg), scope),
  $unwind: (arg) => unwind(arg),
  $lookup: lookup,
};

/** Compiles a pipeline. Throws 40324 for a stage that this server does not know. */
export function compilePipeline(stages: Value[], scope: Scope, other: ReadOther | null): Stage[] {
  return stages.map((s) => {
    if (!isDoc(s) || s.size !== 1) {
      return fail(40323, "A pipeline stage specification object must contain exactly one field.");
    }
    const [name, arg] = s.entries().next().value!, make = Object.hasOwn(STAGES, name) ? STAGES[name] : null;
    return make ? make(arg, scope, other) : fail(40324, `Unrecognized pipeline stage name: '${name}'`);
  });
}

export const runStages = (input: Docs, stages: Stage[]): Docs => stages.reduce((docs, s) => s.run(docs), input);

/** The paths that some stages need of their input, up to the first that passes nothing else on; null when all is needed. */
export function readsOf(stages: Stage[]): Reads {
  const last = stages.findIndex((s) => s.closes);
  return last < 0 ? null : readsOfAll(stages.slice(0, last + 1).map((s) => s.reads));
}
export const neededBy = (stages: Stage[]): Mask | null => maskOf(readsOf(stages));

function* map(input: Docs, change: (d: Doc) => Doc): Docs {
  for (const d of input) yield change(d);
}
function* timed(input: Docs): Docs {
  let n = 0;
  for (const d of input) {
    if ((++n & 1023) === 0) checkTime();
    yield d;
  }
}

function groupStage(arg: Doc, scope: Scope): Stage {
  const id = arg.get("_id");
  if (id === undefined) return fail(15955, "a group specification must include an _id");
  const key = compileExpression(id, scope), reads: Reads[] = [key.paths];
  const fields: { name: string; make: () => Accumulator; run: Run }[] = [];
  for (const [name, acc] of arg) {
    if (name === "_id") continue;
    if (!isDoc(acc)) return fail(40234, `The field '${name}' must be an accumulator object`);
    if (name.includes(".")) fail(40235, `The field name '${name}' cannot contain '.'`);
    if (acc.size !== 1) fail(40238, `The field '${name}' must specify one accumulator`);
    const [op, value] = acc.entries().next().value!, make = Object.hasOwn(ACCUMULATORS, op) ? ACCUMULATORS[op] : null;
    if (!make) return fail(15952, `unknown group operator '${op}'`);
    const e = compileExpression(value, scope);
    reads.push(e.paths);
    fields.push({ name, make, run: e.run });
  }
  return stage(
    function* (input) {
      const groups = new Map<unknown, { id: Maybe; accs: Accumulator[] }>();
      const { values } = scope, n = fields.length;
      let seen = 0;
      for (const d of input) {
        if ((++seen & 1023) === 0) checkTime();
        const k = key.run(d, values), at = typeof k === "string" ? k : identity(k ?? null);
        let group = groups.get(at);
        if (group === undefined) groups.set(at, group = { id: k ?? null, accs: fields.map((f) => f.make()) });
        for (let i = 0; i < n; i++) group.accs[i]!.add(fields[i]!.run(d, values));
      }
      for (const { id, accs } of groups.values()) {
        const out: Doc = new Map([["_id", id ?? null]]);
        for (let i = 0; i < n; i++) {
          const v = accs[i]!.value();
          if (v !== undefined) out.set(fields[i]!.name, v);
        }
        yield out;
      }
    },
    readsOfAll(reads),
    true,
  );
}

function unwind(arg: Value): Stage {
  const options = isDoc(arg) ? arg : doc({ path: arg });
  for (const name of options.keys()) {
    if (!["path", "preserveNullAndEmptyArrays"].includes(name)) {
      fail(28811, `unrecognized option to $unwind stage: ${name}`);
    }
  }
  const path = options.get("path"), keep = options.get("preserveNullAndEmptyArrays") === true;
  if (typeof path !== "string" || path[0] !== "$" || path.length < 2) {
    return fail(28818, `path option to $unwind stage should be prefixed with a '$': ${String(path)}`);
  }
  const parts = partsOf(path.slice(1));
  return stage(function* (input) {
    for (const d of input) {
      const v = documentPath(d, parts);
      if (Array.isArray(v) && v.length) { for (const e of v) yield withValue(d, parts, e); }
      else if (Array.isArray(v)) { if (keep) yield withValue(d, parts, undefined); }
      else if (keep || v !== undefined && v !== null) yield d;
    }
  }, new Set([path.slice(1)]));
}

/** A copy with another value at a path of documents, all of which are there; undefined takes the field away. */
function withValue(d: Doc, [name, ...rest]: string[], v: Maybe): Doc {
  const out = new Map(d), below = rest.length ? withValue(d.get(name!) as Doc, rest, v) : v;
  if (below === undefined) out.delete(name!);
  else out.set(name!, below);
  return out;
}
/** The value at a path of documents only: `$unwind` does not look into arrays on the way. */
const documentPath = (d: Doc, parts: string[]): Maybe => {
  let v: Maybe = d;
  for (const part of parts) v = isDoc(v) ? v.get(part) : undefined;
  return v;
};
